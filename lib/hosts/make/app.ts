/** The declared operations → all files of the Make app. */

import type { ListMethod } from '../../aliexpress/method.ts';
import type { ListDeclaration } from '../../pack/list.ts';
import type { ActionDeclaration, SearchDeclaration, TriggerDeclaration } from '../../pack/operation.ts';
import type { RecipeDeclaration } from '../../pack/recipe.ts';
import { base } from './base.ts';
import { blueprint } from './blueprints.ts';
import { type Component, type Json, pathOf } from './component.ts';
import { connections } from './connections.ts';
import { actionModule, apiCall, dropdown, searchModule } from './operations.ts';
import { readme } from './readme.ts';
import { eventsTrigger, instantTrigger } from './triggers.ts';

export interface MakeRegistry {
  triggers: readonly TriggerDeclaration[];
  searches: readonly SearchDeclaration<ListMethod>[];
  actions: readonly ActionDeclaration<never>[];
  recipes: readonly RecipeDeclaration[];
}

export interface MakeOptions {
  /** The public address of the publisher's hub, without a slash at the end. */
  hub: string;
  /** That Make has given to the publisher's app. */
  appId: string;
}

export interface MakeApp {
  components: readonly Component[];
  base: Json;
  groups: Json;
  readme: string;
  /** By the key of the recipe. */
  blueprints: ReadonlyMap<string, Json>;
}

export function makeApp(
  { triggers, searches, actions, recipes }: MakeRegistry,
  { hub, appId }: MakeOptions,
): MakeApp {
  const watching = [eventsTrigger(triggers), ...triggers.flatMap(instantTrigger)];
  const finding = searches.map(searchModule);
  const doing = actions.map(actionModule);
  const lists = listsIn([...triggers, ...searches, ...actions]).map(dropdown);
  return {
    components: [...connections(hub), ...watching, ...finding, ...doing, apiCall, ...lists],
    base: base(hub),
    groups: [
      { label: 'Events', modules: namesOf(watching) },
      { label: 'Shop Data', modules: namesOf(finding) },
      { label: 'Messages and Tickets', modules: namesOf(doing) },
      { label: 'Other', modules: namesOf([apiCall]) },
    ],
    readme: readme(hub),
    blueprints: new Map(recipes.map((recipe) => [recipe.key, blueprint(recipe, appId)])),
  };
}

const namesOf = (components: readonly Component[]): string[] =>
  components.flatMap(({ type, name }) => (type === 'module' ? [name] : []));

/** The lists whose rows the inputs offer, each once. */
const listsIn = (operations: readonly { inputs: TriggerDeclaration['inputs'] }[]): ListDeclaration[] => {
  const lists = operations.flatMap(({ inputs }) =>
    Object.values(inputs).flatMap((input) => ('dropdown' in input && input.dropdown ? [input.dropdown] : [])),
  );
  return [...new Map(lists.map((list) => [list.key, list])).values()];
};

const jsonText = (content: Json): string => `${JSON.stringify(content, null, 2)}\n`;

const BASE_FILE = 'general/base.iml.json';
const GROUPS_FILE = 'modules/groups.json';
const README_FILE = 'README.md';

/** Blueprints are no part of the app: a publisher hands them to sellers. */
export const blueprintPath = (recipe: string): string => `blueprints/${recipe.replaceAll('_', '-')}.json`;

/** Path in the app's folder → text of the file. */
export function appFiles(app: MakeApp): Map<string, string> {
  const files = new Map([
    ['makecomapp.json', jsonText(manifestOf(app))],
    [BASE_FILE, jsonText(app.base)],
    [GROUPS_FILE, jsonText(app.groups)],
    [README_FILE, app.readme],
  ]);
  for (const component of app.components)
    for (const [file, content] of Object.entries(component.files))
      if (content !== null) files.set(pathOf(component, file), jsonText(content));
  for (const [recipe, content] of app.blueprints) files.set(blueprintPath(recipe), jsonText(content));
  return files;
}

const manifestOf = ({ components }: MakeApp): Json => ({
  fileVersion: 1,
  generalCodeFiles: { base: BASE_FILE, common: null, groups: GROUPS_FILE, readme: README_FILE },
  components: {
    connection: entriesOf(components, 'connection'),
    endpoint: {},
    function: {},
    module: entriesOf(components, 'module'),
    rpc: entriesOf(components, 'rpc'),
    webhook: entriesOf(components, 'webhook'),
  },
  origins: [],
});

const entriesOf = (components: readonly Component[], type: Component['type']): Json =>
  Object.fromEntries(
    components.flatMap((component) => {
      if (component.type !== type) return [];
      const { name, label, description, manifest, files } = component;
      const paths = Object.entries(files).map(([file, content]) => [
        file,
        content && pathOf(component, file),
      ]);
      return [[name, { label, description, ...manifest, codeFiles: Object.fromEntries(paths) }]];
    }),
  );
