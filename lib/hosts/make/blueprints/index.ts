/** Recipes → scenarios that a seller imports into Make, one each, and one that watches all stalled parcels. */

import * as z from 'zod';
import type { ActionStep, RecipeDeclaration, RecipeStep } from '../../../pack/recipe.ts';
import type { Files } from '../app.ts';
import type { MakeModule } from '../module.ts';
import { type Operations, toModules } from '../modules/index.ts';
import { folderName } from '../names.ts';
import { type Blueprint, type OpenField, ownStep, type Step, toBlueprint } from './blueprint.ts';
import { sheetRow, ticketRequest } from './foreign.ts';
import { mapped, type Source } from './mapping.ts';
import { ASKED, type Beginning, mostCalls, STALL_TRIGGER, stalledParcels } from './stalled-parcels.ts';

export { APP_ID, isAppId } from './blueprint.ts';

/** Where they lie, beside the app. */
export const BLUEPRINTS = 'blueprints';

/** What a run of a trigger hands out at most; what is left comes with the next. */
const RUN_LIMIT = 50;

export interface Scenario {
  /** The recipe's, or its own. */
  key: string;
  file: string;
  blueprint: Blueprint;
  /** What the seller fills in. */
  open: OpenField[];
  /** Of one run, where each run asks for everything anew. */
  mostCalls?: number;
}

/** A card for every stalled parcel. */
const STALLED = {
  key: 'stalled_parcels',
  title: '停滞包裹 → 飞书',
  card: {
    action: 'send_feishu_card',
    map: { title: '{title_zh}', text: '{text_zh}', severity: '{severity}', link: '{link}' },
  },
};

/** @param appId of the app into whose account the scenarios are imported */
export function toScenarios(
  operations: Operations,
  recipes: readonly RecipeDeclaration[],
  appId: string,
): Scenario[] {
  const modules = new Map(toModules(operations).map((module) => [module.key, module]));
  const moduleOf = (key: string): MakeModule => {
    const module = modules.get(key);
    if (!module) throw new Error(`${key} is no module on Make`);
    return module;
  };

  const stalled = (inputs: RecipeDeclaration['inputs']): Beginning => {
    const trigger = operations.triggers.find(({ key }) => key === STALL_TRIGGER);
    if (!trigger) throw new Error(`there is no trigger ${STALL_TRIGGER}`);
    return stalledParcels(appId, trigger, inputs, {
      findOrders: moduleOf('find_orders'),
      trackParcel: moduleOf('track_parcel'),
    });
  };

  function triggered({ inputs }: RecipeDeclaration, module: MakeModule): Beginning {
    const parameters = { ...z.record(z.string(), z.json()).parse(inputs), limit: RUN_LIMIT };
    return { steps: [ownStep(appId, module, { parameters })], source: { id: 1, module } };
  }

  const actionStep = (action: string, map: ActionStep['map'], source: Source): Step =>
    ownStep(appId, moduleOf(action), {
      mapper: Object.fromEntries(Object.entries(map).map(([key, value]) => [key, mapped(value, source)])),
    });

  /** @param id that the first of them has in the blueprint */
  function stepsOf(step: RecipeStep, source: Source, id: number): Step[] {
    if ('sheet' in step) return [sheetRow(step, source)];
    const own = actionStep(step.action.key, step.map, source);
    if (step.output !== 'ticket') return [own];
    return [own, ticketRequest({ id, module: moduleOf(step.action.key) })];
  }

  function scenario(
    key: string,
    title: string,
    { steps, filter }: Beginning,
    [first, ...others]: readonly Step[],
    calls?: number,
  ): Scenario {
    if (!first) throw new Error(`the recipe ${key} has no step`);
    // What a filter stops gets no further, so one before the first step is enough.
    const all = [...steps, { ...first, ...(filter && { filter }) }, ...others];
    return {
      key,
      file: `${BLUEPRINTS}/${folderName(key)}.json`,
      ...toBlueprint(title, all),
      ...(calls !== undefined && { mostCalls: calls }),
    };
  }

  /** None where the trigger is not on Make and nothing takes its place. */
  function ofRecipe(recipe: RecipeDeclaration): Scenario[] {
    const { key, title, trigger, inputs } = recipe;
    const module = modules.get(trigger.key);
    if (!module && trigger.key !== STALL_TRIGGER) return [];
    const beginning = module ? triggered(recipe, module) : stalled(inputs);
    let id = beginning.steps.length + 1;
    const steps = recipe.steps.flatMap((step) => {
      const made = stepsOf(step, beginning.source, id);
      id += made.length;
      return made;
    });
    return [scenario(key, title.zh, beginning, steps, module ? undefined : mostCalls(ASKED))];
  }

  const all = stalled({});
  const { key, title, card } = STALLED;
  return [
    ...recipes.flatMap(ofRecipe),
    scenario(key, title, all, [actionStep(card.action, card.map, all.source)], mostCalls(ASKED)),
  ];
}

/** Path → content, beside those of the app. */
export const blueprintFiles = (scenarios: readonly Scenario[]): Files =>
  new Map(scenarios.map(({ file, blueprint }) => [file, `${JSON.stringify(blueprint, null, 2)}\n`]));
