/**
 * Plays a scenario of Make from its blueprint: the instant trigger gets a webhook, and every item runs through the filters
 * and the modules. Only what the blueprints use is known here; anything else is an error.
 */

import * as z from 'zod';
import type { Hook, Hooks } from './hooks.ts';
import { evaluate, textOf } from './iml.ts';
import type { MakeFolder, MakeRunner } from './runner.ts';

type Values = Record<string, unknown>;

const condition = z.strictObject({ a: z.string(), o: z.literal('boolean:equal'), b: z.string() });
const blueprint = z.object({
  name: z.string(),
  flow: z.array(
    z.object({
      id: z.int(),
      module: z.string(),
      filter: z.object({ conditions: z.array(z.array(condition)) }).optional(),
      mapper: z.record(z.string(), z.unknown()),
    }),
  ),
  metadata: z.object({ instant: z.literal(true) }),
});
type Module = z.output<typeof blueprint>['flow'][number];

export interface ScenarioOptions {
  app: MakeFolder;
  make: MakeRunner;
  hooks: Hooks;
  /** What the seller enters: into the webhook, and into the empty fields of the modules. */
  webhook: Values;
  fields: Values;
  onItem?(item: Values): void;
  /** Gets the cells of a new row. */
  onRow(cells: string[]): void;
}

export interface Scenario {
  hook: Hook;
  /** What the webhook has saved, for `detach`. */
  saved: Values;
  webhook: string;
  /** Errors that Make would stop the scenario for. */
  errors: unknown[];
}

/** Imports the blueprint, adds the webhook and turns the scenario on. */
export async function startScenario(content: unknown, options: ScenarioOptions): Promise<Scenario> {
  const [trigger, ...modules] = blueprint.parse(content).flow;
  const name = trigger?.module.split(':')[1] ?? '';
  const { webhook } = z
    .object({ moduleType: z.literal('instant_trigger'), webhook: z.string() })
    .parse(options.app.manifest.components.module?.[name]);
  const errors: unknown[] = [];
  const hook = options.hooks.open(async (body) => {
    const item = options.make.receive(webhook, body) as Values | undefined;
    if (item === undefined) return;
    options.onItem?.(item);
    const scope = { [variable(trigger?.id ?? 1)]: item };
    await runModules(modules, scope, options).catch((error: unknown) => errors.push(error));
  });
  const saved = await options.make.attach(webhook, options.webhook, hook.url);
  return { hook, saved, webhook, errors };
}

const variable = (id: number): string => `module${id}`;

/** In scenarios a semicolon separates arguments, and a module is named by its number. */
const asInApps = (template: unknown): unknown => {
  if (Array.isArray(template)) return template.map(asInApps);
  if (typeof template === 'object' && template !== null)
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, asInApps(value)]));
  if (typeof template !== 'string') return template;
  return template.replace(/\{\{(.*?)\}\}/gs, (expression) =>
    expression.replace(/"[^"]*"|;|(\d+)(?=\.)/g, (part, id?: string) =>
      id === undefined ? part.replace(/^;$/, ',') : variable(Number(id)),
    ),
  );
};

async function runModules(
  modules: readonly Module[],
  trigger: Values,
  options: ScenarioOptions,
): Promise<void> {
  const scope = { ...trigger };
  for (const { id, module, filter, mapper } of modules) {
    if (filter && !passes(filter, scope)) return;
    const mapped = evaluate(asInApps(mapper), scope) as Values;
    const output = await runModule(module, mapped, options);
    if (output) scope[variable(id)] = output;
  }
}

/** One of the lists of conditions is met in full. */
const passes = ({ conditions }: NonNullable<Module['filter']>, scope: Values): boolean =>
  conditions.some((all) =>
    all.every(({ a, b }) => z.boolean().parse(evaluate(asInApps(a), scope)) === (b === 'true')),
  );

/** A field that takes a text; a list must have been joined. */
const cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.undefined()]).transform(textOf);
const form = z.object({
  method: z.literal('post'),
  contentType: z.literal('urlEncoded'),
  urlEncodedBodyContent: z.array(z.object({ name: z.string(), value: cell })),
});

async function runModule(
  module: string,
  mapped: Values,
  { make, fields, onRow }: ScenarioOptions,
): Promise<Values | undefined> {
  if (module.startsWith('app#')) {
    const parameters = { ...mapped, ...(fields[module.split(':')[1] ?? ''] as Values) };
    const [item] = await make.run('module', module.split(':')[1] ?? '', { parameters });
    return item;
  }
  if (module === 'google-sheets:addRow') {
    onRow(Object.values(z.record(z.string(), cell).parse(mapped.values)));
    return undefined;
  }
  if (module !== 'http:MakeRequest') throw new Error(`the tests know no module ${module}`);
  const { urlEncodedBodyContent: pairs } = form.parse(mapped);
  const body = new URLSearchParams(pairs.map(({ name, value }): [string, string] => [name, value]));
  const { status } = await fetch(String((fields[module] as Values).url), { method: 'POST', body });
  if (status >= 400) throw new Error(`the ticket was refused: HTTP ${status}`);
  return undefined;
}
