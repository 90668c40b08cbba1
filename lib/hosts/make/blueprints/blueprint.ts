/**
 * A scenario as Make imports it: its modules in a row, with what each is given. What only the seller knows (accounts,
 * addresses, a spreadsheet) is left out and listed beside it. The schedule is no part of it; the seller sets it in Make.
 * [facts/make.md §5.4]
 */

import * as z from 'zod';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { makeName } from '../names.ts';

/** Of the app in `make/`. Make gives an app an id with a suffix of its own; `--app-id` of the build puts it in. */
export const APP_ID = 'aliexpress-seller';

/** [facts/make.md §1.3] */
export const isAppId = (id: string): boolean => /^[a-z][0-9a-z-]{1,28}[0-9a-z]$/.test(id);

/** The name under which a module keeps its account. */
export const CONNECTION_KEY = '__IMTCONN__';

export interface Condition {
  a: string;
  b: string;
  o: 'text:equal' | 'number:greaterorequal';
}

export interface Filter {
  name: string;
  /** One of these groups holds where all of its conditions do. */
  conditions: Condition[][];
}

export interface BlueprintModule {
  /** Others refer to it by this: `{{1.order_id}}`. */
  id: number;
  module: string;
  version: number;
  parameters: Record<string, Json>;
  mapper: Record<string, Json>;
  filter?: Filter;
  metadata: { designer: { x: number; y: number; name?: string } };
}

export interface Blueprint {
  name: string;
  flow: BlueprintModule[];
  metadata: Record<string, Json>;
}

/** What the seller fills in after the import. */
export interface OpenField {
  /** Of the module in the blueprint. */
  id: number;
  module: string;
  /** `__IMTCONN__` is the account. */
  key: string;
}

/** A module before it has its place in a row. */
export interface Step {
  module: string;
  version: number;
  parameters: Record<string, Json>;
  mapper: Record<string, Json>;
  /** Keys of what the seller fills in. */
  open: readonly string[];
  filter?: Filter;
  /** What the editor shows under it. */
  caption?: string;
}

const parameter = z.object({
  name: z.string(),
  type: z.string(),
  required: z.boolean().optional(),
  default: z.json().optional(),
});
export type Declared = z.infer<typeof parameter>;

export const declaredIn = (parameters: readonly Json[]): Declared[] => z.array(parameter).parse(parameters);

export type Values = Readonly<Record<string, Json>>;

/** Every value by its name, those that have a default among them, so that what the seller sees is what runs. */
function filledIn(module: MakeModule, parameters: readonly Json[], values: Values): Record<string, Json> {
  const declared = declaredIn(parameters);
  const unknown = Object.keys(values).filter((key) => !declared.some(({ name }) => name === key));
  if (unknown.length > 0) throw new Error(`the module ${module.key} has no parameter ${unknown.join(', ')}`);
  return Object.fromEntries(
    declared.flatMap(({ name, default: otherwise }) => {
      const value = values[name] ?? otherwise;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A module of the pack's own app. */
export function ownStep(
  appId: string,
  module: MakeModule,
  values: { parameters?: Values; mapper?: Values },
): Step {
  const parameters = filledIn(module, module.staticParams, values.parameters ?? {});
  const mapper = filledIn(module, module.mappableParams, values.mapper ?? {});
  const missing = declaredIn([...module.staticParams, ...module.mappableParams]).filter(
    ({ name, required }) => required && parameters[name] === undefined && mapper[name] === undefined,
  );
  return {
    module: `app#${appId}:${makeName(module.key)}`,
    version: 1,
    parameters,
    mapper,
    open: [...(module.needsNoShop ? [] : [CONNECTION_KEY]), ...missing.map(({ name }) => name)],
  };
}

/** Between two modules in the editor. */
const WIDTH = 300;

export function toBlueprint(
  name: string,
  steps: readonly Step[],
): { blueprint: Blueprint; open: OpenField[] } {
  const flow = steps.map(
    ({ module, version, parameters, mapper, filter, caption }, index): BlueprintModule => ({
      id: index + 1,
      module,
      version,
      parameters,
      ...(filter && { filter }),
      mapper,
      metadata: { designer: { x: index * WIDTH, y: 0, ...(caption !== undefined && { name: caption }) } },
    }),
  );
  const open = steps.flatMap((step, index) =>
    step.open.map((key) => ({ id: index + 1, module: step.module, key })),
  );
  return {
    blueprint: {
      name,
      flow,
      metadata: {
        instant: false,
        version: 1,
        scenario: {
          roundtrips: 1,
          maxErrors: 3,
          autoCommit: true,
          autoCommitTriggerLast: true,
          // A run waits for the one before it, also while that one is tried again.
          sequential: true,
          slots: null,
          confidential: false,
          dataloss: false,
          dlq: false,
          freshVariables: false,
        },
        designer: { orphans: [] },
      },
    },
    open,
  };
}
