/**
 * Plays a scenario, that is a blueprint, as Make does: its modules in a row, each for every bundle that the one before
 * it handed out, filters in between. Modules of the app are run by the app's runner; of other apps' modules it is
 * noted what they were given. [facts/make.md §5.4]
 *
 * Like the rest of this folder it is stricter than Make: what is not known, or refers to what is not there, is an
 * `AppError`.
 */

import type { Component, MakeApp } from './app.ts';
import { AppError } from './errors.ts';
import { type Environment, render } from './iml.ts';
import type { PollState } from './polling.ts';
import type { Connection, Runner } from './runner.ts';
import { type Collection, isArray, isCollection, isMissing, kindOf, ownValue, type Value } from './value.ts';

export interface PlayedScenario {
  /** What the trigger remembers; undefined where the scenario begins with a search. */
  state: PollState | undefined;
  /** What modules of other apps were given, in order. */
  given: GivenAway[];
  /** Module → how often it ran. */
  runs: ReadonlyMap<number, number>;
}

export interface GivenAway {
  id: number;
  module: string;
  mapper: Collection;
}

export interface ScenarioOptions {
  blueprint: Value;
  app: MakeApp;
  runner: Runner;
  connection: Connection;
  clock: Environment['clock'];
  /** What the seller fills in: module → key → value. Connections are not among them. */
  filled?: Readonly<Record<number, Collection>>;
  /** Where the trigger starts. */
  state?: PollState;
  /** What passes between two runs of a module. */
  between?: () => Promise<void>;
}

export interface ScenarioModule {
  id: number;
  module: string;
  version: number;
  parameters: Collection;
  mapper: Collection;
  filter: ScenarioFilter | undefined;
}

export interface ScenarioFilter {
  name: string;
  conditions: readonly (readonly Collection[])[];
}

/** What is known of another app's module. The keys stand in its mapper. */
interface Foreign {
  version: number;
  required: readonly string[];
  optional: readonly string[];
  parameters: readonly string[];
  /** A key whose values are texts, whatever is put into them. */
  texts: string;
}

const FOREIGN: Readonly<Record<string, Foreign>> = {
  'google-sheets:addRow': {
    version: 2,
    required: ['mode', 'spreadsheetId', 'sheetId', 'insertUnformatted'],
    optional: ['tableFirstRow', 'insertDataOption', 'valueInputOption', 'values'],
    parameters: [],
    texts: 'values',
  },
  'http:MakeRequest': {
    version: 4,
    required: [
      'url',
      'method',
      'parseResponse',
      'stopOnHttpError',
      'allowRedirects',
      'shareCookies',
      'requestCompressedContent',
    ],
    optional: ['contentType', 'urlEncodedBodyContent'],
    parameters: ['authenticationType', 'tlsType', 'proxyKeychain'],
    texts: 'urlEncodedBodyContent',
  },
};

const MODULE_KEYS = ['id', 'module', 'version', 'parameters', 'mapper', 'filter', 'metadata'];

// ------------------------------------------------------------------------------------------------------ reading

const collection = (value: Value, place: string): Collection => {
  if (isCollection(value)) return value;
  throw new AppError(`${place} is ${kindOf(value)}, not a collection`);
};
const list = (value: Value, place: string): readonly Value[] => {
  if (isArray(value)) return value;
  throw new AppError(`${place} is ${kindOf(value)}, not an array`);
};

/** @throws AppError where a module has what is not played here */
export function modulesOf(blueprint: Value): ScenarioModule[] {
  const read = list(collection(blueprint, 'the blueprint').flow, 'the flow').map((each): ScenarioModule => {
    const { id, module, version, parameters, mapper, filter, ...others } = collection(each, 'a module');
    const unknown = Object.keys(others).filter((key) => !MODULE_KEYS.includes(key));
    if (unknown.length > 0) throw new AppError(`module ${id} has ${unknown.join(', ')}`);
    if (typeof id !== 'number' || typeof module !== 'string' || typeof version !== 'number') {
      throw new AppError(`module ${id} lacks its id, its name or its version`);
    }
    return {
      id,
      module,
      version,
      parameters: collection(parameters, `parameters of module ${id}`),
      mapper: collection(mapper, `mapper of module ${id}`),
      filter: filter === undefined ? undefined : filterIn(filter, id),
    };
  });
  if (new Set(read.map(({ id }) => id)).size < read.length)
    throw new AppError('two modules have the same id');
  return read;
}

function filterIn(filter: Value, id: number): ScenarioFilter {
  const { name, conditions } = collection(filter, `the filter of module ${id}`);
  return {
    name: String(name),
    conditions: list(conditions, `the conditions of module ${id}`).map((group) =>
      list(group, `a group of module ${id}`).map((each) => collection(each, `a condition of module ${id}`)),
    ),
  };
}

/** "app#my-app:newOrder" → the module of the app; undefined where it is another app's. */
export function ownModule(name: string, app: MakeApp): Component | undefined {
  const [, own] = /^app#[a-z][0-9a-z-]{1,28}[0-9a-z]:(\w+)$/.exec(name) ?? [];
  if (own === undefined) {
    if (!Object.hasOwn(FOREIGN, name)) throw new AppError(`there is no module ${name}`);
    return undefined;
  }
  const component = app.modules.get(own);
  if (!component) throw new AppError(`the app has no module ${own}`);
  return component;
}

const namesIn = (parameters: Value): string[] =>
  isArray(parameters) ? parameters.flatMap((each) => (isCollection(each) ? [String(each.name)] : [])) : [];

// ---------------------------------------------------------------------------------------------------- templates

/** A field of a module before it: `{{1.order_id}}`. */
export interface Reference {
  id: number;
  field: string;
}

const TOKEN = /"[^"]*"|'[^']*'|`[^`]*`|(\d+)\.(`[^`]+`|[A-Za-z_]\w*)|\d+(?:\.\d+)?|[A-Za-z_][\w.]*|[\s\S]/g;

/**
 * A template of a scenario in the grammar of an app's files, which is what the evaluator reads: there `,` separates
 * arguments, and a name cannot begin with a digit.
 */
export function inAppGrammar(template: string): { template: string; references: Reference[] } {
  const references: Reference[] = [];
  const translated = template.replace(/\{\{([\s\S]*?)\}\}/g, (_, expression: string) => {
    const tokens = expression.replace(TOKEN, (token, id?: string, field?: string) => {
      if (id !== undefined && field !== undefined) {
        references.push({ id: Number(id), field: field.replaceAll('`', '') });
        return `\`${id}\`.${field}`;
      }
      if (token === ',') throw new AppError(`in a scenario arguments are separated by ;, not in ${template}`);
      return token === ';' ? ',' : token;
    });
    return `{{${tokens}}}`;
  });
  return { template: translated, references };
}

/** Every template in a value. */
export const templatesIn = (value: Value): string[] => {
  if (typeof value === 'string') return value.includes('{{') ? [value] : [];
  if (isArray(value)) return value.flatMap(templatesIn);
  return isCollection(value) ? Object.values(value).flatMap(templatesIn) : [];
};

const translated = (value: Value): Value => {
  if (typeof value === 'string') return inAppGrammar(value).template;
  if (isArray(value)) return value.map(translated);
  if (!isCollection(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, translated(each)]));
};

/** What a module refers to, in its mapper and its filter. */
export const referencesOf = ({ mapper, filter }: ScenarioModule): Reference[] =>
  [
    ...templatesIn(mapper),
    ...(filter?.conditions ?? []).flatMap((group) => group.flatMap(templatesIn)),
  ].flatMap((template) => inAppGrammar(template).references);

// ----------------------------------------------------------------------------------------------------- checking

/** @throws AppError naming the module and what is wrong with it */
export function checkScenario(blueprint: Value, app: MakeApp): ScenarioModule[] {
  const modules = modulesOf(blueprint);
  for (const [index, module] of modules.entries()) {
    const before = modules.slice(0, index);
    const own = ownModule(module.module, app);
    const isTrigger = own?.meta.moduleType === 'trigger';
    if (isTrigger !== (index === 0 && own?.meta.moduleType !== 'search')) {
      throw new AppError(
        `module ${module.id}: a trigger, or a search, comes first, and a trigger nowhere else`,
      );
    }
    if (index === 0 && module.filter) throw new AppError(`module ${module.id} comes first and has a filter`);
    checkKeys(module, own);
    if (templatesIn(module.parameters).length > 0) {
      throw new AppError(`module ${module.id}: static parameters cannot be mapped`);
    }
    for (const { id, field } of referencesOf(module)) {
      const named = before.find((each) => each.id === id);
      if (!named)
        throw new AppError(`module ${module.id} refers to module ${id}, which does not come before it`);
      const fields = namesIn(ownModule(named.module, app)?.code.interface);
      if (!fields.includes(field)) {
        throw new AppError(`module ${module.id}: module ${id} hands out no ${field}`);
      }
    }
    for (const { o } of (module.filter?.conditions ?? []).flat()) operatorOf(o);
  }
  return modules;
}

function checkKeys(
  { id, module, version, parameters, mapper }: ScenarioModule,
  own: Component | undefined,
): void {
  const foreign = own ? undefined : FOREIGN[module];
  const known = foreign?.version ?? 1;
  if (version !== known) throw new AppError(`module ${id}: ${module} has version ${known}, not ${version}`);
  const places: [Collection, string, readonly string[]][] = [
    [parameters, 'parameters', foreign?.parameters ?? namesIn(own?.code.staticParams)],
    [
      mapper,
      'mapper',
      foreign ? [...foreign.required, ...foreign.optional] : namesIn(own?.code.mappableParams),
    ],
  ];
  for (const [values, place, allowed] of places) {
    const unknown = Object.keys(values).filter((key) => !allowed.includes(key));
    if (unknown.length > 0)
      throw new AppError(`module ${id}: ${module} has no ${unknown.join(', ')} in its ${place}`);
  }
}

// ------------------------------------------------------------------------------------------------------ filters

type Outcome = boolean | 'unknown';

/** Strict: whether a number that is missing counts as 0 is not said. */
const numbers =
  (holds: (a: number, b: number) => boolean) =>
  (a: Value, b: Value): Outcome => {
    if (isMissing(a) || a === '') return 'unknown';
    const [left, right] = [a, b].map((each) =>
      typeof each === 'string' && /^-?\d+(\.\d+)?$/.test(each) ? Number(each) : each,
    );
    if (typeof left === 'number' && typeof right === 'number') return holds(left, right);
    throw new AppError(`a filter compares ${kindOf(a)} with ${kindOf(b)} as numbers`);
  };

const texts =
  (holds: (a: string, b: string) => boolean) =>
  (a: Value, b: Value): Outcome => {
    if (isMissing(a)) return holds('', String(b));
    if (typeof a === 'string' && typeof b === 'string') return holds(a, b);
    throw new AppError(`a filter compares ${kindOf(a)} with ${kindOf(b)} as texts`);
  };

/** Those that scenarios of others are seen to use. */
const OPERATORS: Readonly<Record<string, (a: Value, b: Value) => Outcome>> = {
  'text:equal': texts((a, b) => a === b),
  'text:notequal': texts((a, b) => a !== b),
  'number:equal': numbers((a, b) => a === b),
  'number:notequal': numbers((a, b) => a !== b),
  'number:greater': numbers((a, b) => a > b),
  'number:less': numbers((a, b) => a < b),
  'number:greaterorequal': numbers((a, b) => a >= b),
  'number:lessorequal': numbers((a, b) => a <= b),
};

function operatorOf(name: Value): (a: Value, b: Value) => Outcome {
  const operator = typeof name === 'string' && Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) throw new AppError(`there is no filter operator ${String(name)}`);
  return operator;
}

function passes({ name, conditions }: ScenarioFilter, evaluated: (value: Value) => Value): boolean {
  return conditions.some((group) => {
    const outcomes = group.map(({ a, b, o }) => operatorOf(o)(evaluated(a), evaluated(b)));
    if (outcomes.includes(false)) return false;
    if (outcomes.includes('unknown')) {
      throw new AppError(`the filter "${name}" would decide by a number that is missing`);
    }
    return true;
  });
}

// ------------------------------------------------------------------------------------------------------ playing

/** What goes into a field for texts. Strict: what a list becomes is not said. */
function asText(value: Value): Value {
  if (isArray(value)) throw new AppError('a list goes into a field for a text; join it');
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isMissing(value) ? '' : value;
}

function withTexts(value: Value): Value {
  if (isArray(value)) return value.map(withTexts);
  if (!isCollection(value)) return asText(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, isCollection(each) ? withTexts(each) : asText(each)]),
  );
}

/** One run. @throws AppError, and what the app's modules throw */
export async function playScenario(options: ScenarioOptions): Promise<PlayedScenario> {
  const { app, runner, connection, clock, between = async () => {} } = options;
  const modules = checkScenario(options.blueprint, app);
  const given: GivenAway[] = [];
  const runs = new Map<number, number>();
  let state = options.state;

  const evaluated = (value: Value, bundles: Collection): Value =>
    render(translated(value), bundles, { clock });

  async function run(module: ScenarioModule, bundles: Collection): Promise<Collection[]> {
    const { id, parameters } = module;
    const own = ownModule(module.module, app);
    const mapper = collection(evaluated(module.mapper, bundles), 'the mapper');
    const filled = options.filled?.[id] ?? {};
    await between();
    runs.set(id, (runs.get(id) ?? 0) + 1);
    if (!own) {
      const { required, texts: key } = FOREIGN[module.module] ?? { required: [], texts: '' };
      const values = { ...mapper, ...filled, [key]: withTexts(mapper[key]) };
      for (const name of required) {
        const value = ownValue(values, name);
        if (isMissing(value) || value === '') throw new AppError(`module ${id}: ${name} is required`);
      }
      given.push({ id, module: module.module, mapper: values });
      return [{}];
    }
    const toRun = {
      ...(own.meta.connection && { connection }),
      parameters: { ...parameters, ...mapper, ...filled },
    };
    if (own.meta.moduleType !== 'trigger') return runner.run(own.name, toRun);
    if (!state) throw new AppError(`nobody chose where ${own.name} starts`);
    const polled = await runner.poll(own.name, { ...toRun, state });
    state = polled.state;
    return polled.bundles;
  }

  async function follow(rest: readonly ScenarioModule[], bundles: Collection): Promise<void> {
    const [module, ...others] = rest;
    if (!module) return;
    if (module.filter && !passes(module.filter, (value) => evaluated(value, bundles))) return;
    for (const bundle of await run(module, bundles)) {
      await follow(others, { ...bundles, [String(module.id)]: bundle });
    }
  }

  await follow(modules, {});
  return { state, given, runs };
}
