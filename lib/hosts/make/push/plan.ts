/**
 * From what `make/` says and what Make holds to the steps between them. Nothing here asks or changes anything.
 *
 * The steps stand in an order in which each finds what it refers to: a connection before the modules that use it,
 * modules before the groups that name them.
 */

import type { SDKAppSectionType, SDKConnectionSectionType, SDKModuleSectionType } from '@makehq/sdk';
import type { AppFiles, ConnectionFiles, ModuleFields, ModuleFiles, Section } from './app-files.ts';
import { PushError } from './push-error.ts';
import { type Common, NEEDED } from './settings.ts';

/** A section as Make answered it: parsed JSON, or text where it was no JSON. Undefined where it was not asked for. */
export type Held = Readonly<Record<string, unknown>>;

export interface RemoteConnection {
  name: string;
  type: string;
  label: string;
  sections: Held;
  common: Common;
}

export interface RemoteModule {
  name: string;
  typeId: number;
  label: string;
  description: string;
  crud: string | null;
  /** The name the server made, not the id in the manifest. */
  connection: string | null;
  sections: Held;
}

export interface Remote {
  sections: Held;
  readme: string;
  common: Common;
  connections: RemoteConnection[];
  modules: RemoteModule[];
}

export type Step =
  | { do: 'create app' }
  | { do: 'set app section'; section: SDKAppSectionType; text: string }
  | { do: 'set readme'; text: string }
  | { do: 'set app common'; names: string[]; common: Common }
  | { do: 'create connection'; connection: string; type: string; label: string }
  | { do: 'rename connection'; connection: string; label: string }
  | { do: 'set connection section'; connection: string; section: SDKConnectionSectionType; text: string }
  | { do: 'set connection common'; connection: string; names: string[]; common: Common }
  | { do: 'create module'; module: string; fields: ModuleFields }
  | { do: 'change module'; module: string; fields: Partial<ModuleFields> }
  | { do: 'set module section'; module: string; section: SDKModuleSectionType; text: string };

export interface Plan {
  steps: Step[];
  /** Id in the manifest → name at Make, of the connections that are there. */
  connections: ReadonlyMap<string, string>;
  /** Modules at Make that `make/` does not have. */
  leftAlone: string[];
  /** Settings without which the app will not work, because neither Make nor the environment has them. */
  lacking: string[];
}

/**
 * @param given what the environment gives for the common data
 * @param remote left out where there is no app yet
 * @throws PushError where it is unclear which of several connections is meant
 */
export function plan(app: AppFiles, given: { app: Common; connection: Common }, remote?: Remote): Plan {
  const paired = pair(app.connections, remote?.connections ?? []);
  const connections = new Map([...paired].map(([id, { name }]) => [id, name]));
  const modules = new Map(remote?.modules.map((module) => [module.name, module]));
  const wanted = new Set(app.modules.map(({ name }) => name));
  return {
    steps: [
      ...(remote ? [] : [{ do: 'create app' } satisfies Step]),
      ...differing([app.base], remote?.sections).map(
        ({ section, text }): Step => ({ do: 'set app section', section, text }),
      ),
      ...commonChanges(given.app, remote?.common).map(
        (change): Step => ({ do: 'set app common', ...change }),
      ),
      ...app.connections.flatMap((connection) =>
        connectionSteps(connection, given.connection, paired.get(connection.id)),
      ),
      ...app.modules.flatMap((module) => moduleSteps(module, connections, modules.get(module.name))),
      ...differing([app.groups], remote?.sections).map(
        ({ section, text }): Step => ({ do: 'set app section', section, text }),
      ),
      ...(remote && sameText(app.readme, remote.readme)
        ? []
        : [{ do: 'set readme', text: app.readme } satisfies Step]),
    ],
    connections,
    leftAlone: [...modules.keys()].filter((name) => !wanted.has(name)),
    lacking: [
      ...lacking(NEEDED.app, { ...remote?.common, ...given.app }),
      ...app.connections.flatMap(({ id }) =>
        lacking(NEEDED.connection, { ...paired.get(id)?.common, ...given.connection }),
      ),
    ],
  };
}

/**
 * Which connection at Make is which of ours. Their names are made by the server, so they are told by type and label;
 * the only one of its type is ours under another label.
 */
function pair(
  ours: readonly ConnectionFiles[],
  theirs: readonly RemoteConnection[],
): Map<string, RemoteConnection> {
  return new Map(
    ours.flatMap(({ id, type, label }) => {
      const ofType = theirs.filter((remote) => remote.type === type);
      const alike = ofType.filter((remote) => remote.label === label);
      const candidates = alike.length > 0 ? alike : ofType;
      const [found, ...more] = candidates;
      if (more.length > 0) {
        throw new PushError(
          `The app has ${candidates.length} connections that may be "${label}": ${candidates.map(({ name }) => name).join(', ')}. At Make, delete those not in use, or give "${label}" to one of them only.`,
        );
      }
      return found ? [[id, found]] : [];
    }),
  );
}

function connectionSteps(
  { id, type, label, sections }: ConnectionFiles,
  given: Common,
  remote: RemoteConnection | undefined,
): Step[] {
  return [
    ...(remote ? [] : [{ do: 'create connection', connection: id, type, label } satisfies Step]),
    ...(remote && remote.label !== label
      ? [{ do: 'rename connection', connection: id, label } satisfies Step]
      : []),
    ...differing(sections, remote?.sections).map(
      ({ section, text }): Step => ({ do: 'set connection section', connection: id, section, text }),
    ),
    ...commonChanges(given, remote?.common).map(
      (change): Step => ({ do: 'set connection common', connection: id, ...change }),
    ),
  ];
}

function moduleSteps(
  { name, fields, sections }: ModuleFiles,
  connections: ReadonlyMap<string, string>,
  remote: RemoteModule | undefined,
): Step[] {
  const changed = remote ? changedFields(fields, connections, remote) : {};
  return [
    ...(remote ? [] : [{ do: 'create module', module: name, fields } satisfies Step]),
    ...(Object.keys(changed).length > 0
      ? [{ do: 'change module', module: name, fields: changed } satisfies Step]
      : []),
    ...differing(sections, remote?.sections).map(
      ({ section, text }): Step => ({ do: 'set module section', module: name, section, text }),
    ),
  ];
}

function changedFields(
  { typeId, label, description, crud, connection }: ModuleFields,
  connections: ReadonlyMap<string, string>,
  remote: RemoteModule,
): Partial<ModuleFields> {
  const name = connection === null ? null : connections.get(connection);
  return {
    ...(typeId !== remote.typeId && { typeId }),
    ...(label !== remote.label && { label }),
    ...(description !== remote.description && { description }),
    ...(crud !== undefined && crud !== remote.crud && { crud }),
    ...(name !== remote.connection && { connection }),
  };
}

const differing = <Name extends string>(
  sections: readonly Section<Name>[],
  held: Held = {},
): Section<Name>[] => sections.filter(({ section, content }) => !isHeld(held[section], content));

/** Common data is set as a whole, so what else is in it goes along. */
function commonChanges(given: Common, held: Common = {}): { names: string[]; common: Common }[] {
  const names = Object.keys(given).filter((name) => canonical(given[name]) !== canonical(held[name]));
  return names.length === 0 ? [] : [{ names, common: { ...held, ...given } }];
}

const lacking = (needed: Readonly<Record<string, string>>, common: Common): string[] =>
  Object.entries(needed).flatMap(([name, setting]) => (common[name] ? [] : [setting]));

/** Whether they mean the same: the server may write the same JSON otherwise. A section never set may be null or no text. */
function isHeld(held: unknown, wanted: unknown): boolean {
  const content = typeof held === 'string' ? parsed(held) : held;
  if (content === null) return ['{}', '[]'].includes(canonical(wanted));
  return content !== undefined && canonical(content) === canonical(wanted);
}

function parsed(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON with the keys of every object in one order; of a missing value, nothing. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? '';

const sameText = (a: string, b: string): boolean => normalized(a) === normalized(b);
const normalized = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

/** A step in one line, with the size of what it sends and never a value of the common data. */
export function describe(step: Step): string {
  switch (step.do) {
    case 'create app':
      return 'app: create';
    case 'set app section':
      return `app: ${step.section}${size(step.text)}`;
    case 'set readme':
      return `app: readme${size(step.text)}`;
    case 'set app common':
      return `app: common data (${step.names.join(', ')})`;
    case 'create connection':
      return `connection ${step.connection}: create (${step.type}, "${step.label}")`;
    case 'rename connection':
      return `connection ${step.connection}: label`;
    case 'set connection section':
      return `connection ${step.connection}: ${step.section}${size(step.text)}`;
    case 'set connection common':
      return `connection ${step.connection}: common data (${step.names.join(', ')})`;
    case 'create module':
      return `module ${step.module}: create (type ${step.fields.typeId}, "${step.fields.label}")`;
    case 'change module':
      return `module ${step.module}: ${Object.keys(step.fields).join(', ')}`;
    case 'set module section':
      return `module ${step.module}: ${step.section}${size(step.text)}`;
  }
}

const size = (text: string): string => `, ${Buffer.byteLength(text).toLocaleString('en')} bytes`;
