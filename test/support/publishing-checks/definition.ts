/**
 * An app as Zapier's server sees it: the serialised definition, in which every function is a text that begins with
 * "$func$". Read as far as the publishing checks look; what they do not look at is kept as it is.
 */

import { z } from 'zod';

const functionText = z.string().startsWith('$func$');
const functionOrRequest = z.union([functionText, z.looseObject({})]).optional();

const field = z.looseObject({
  key: z.string(),
  label: z.string().optional(),
  type: z.string().optional(),
  helpText: z.string().optional(),
  required: z.boolean().optional(),
  list: z.boolean().optional(),
  dict: z.boolean().optional(),
  computed: z.boolean().optional(),
  primary: z.boolean().optional(),
  dynamic: z.string().optional(),
  search: z.string().optional(),
  inputFormat: z.string().optional(),
  choices: z.union([z.looseObject({}), z.array(z.unknown())]).optional(),
  get children() {
    return z.array(field).optional();
  },
});
export type Field = z.infer<typeof field>;

/** Fields that a function makes have no key here. */
const fields = z.array(z.union([field, functionText, z.looseObject({ source: z.string() })])).default([]);

const operation = z.looseObject({
  key: z.string(),
  noun: z.string().default(''),
  display: z
    .looseObject({
      label: z.string().default(''),
      description: z.string().default(''),
      hidden: z.boolean().default(false),
    })
    .prefault({}),
  operation: z
    .looseObject({
      type: z.string().optional(),
      inputFields: fields,
      outputFields: fields,
      sample: z.unknown().optional(),
      performList: functionOrRequest,
      performSubscribe: functionOrRequest,
      performUnsubscribe: functionOrRequest,
      cleanInputData: z.boolean().optional(),
    })
    .prefault({}),
});

const operations = z.record(z.string(), operation).default({});
const pairs = z.record(z.string(), z.looseObject({ search: z.string(), create: z.string() })).default({});

const definition = z.looseObject({
  flags: z.looseObject({ cleanInputData: z.boolean().optional() }).default({}),
  authentication: z
    .looseObject({
      type: z.string(),
      connectionLabel: z.union([z.string(), z.looseObject({})]).optional(),
      fields: z.array(field).default([]),
    })
    .optional(),
  triggers: operations,
  searches: operations,
  creates: operations,
  searchOrCreates: pairs,
  searchAndCreates: pairs,
});
export type Definition = z.infer<typeof definition>;

/** @param serialised what core's handler answers to `{ command: 'definition' }` */
export const readDefinition = (serialised: unknown): Definition => definition.parse(serialised);

export type Kind = 'trigger' | 'search' | 'create';

export interface Operation {
  kind: Kind;
  /** Where core finds its functions: `triggers.new_order`. */
  path: string;
  key: string;
  /** As a sentence begins: "Trigger new_order". */
  name: string;
  noun: string;
  label: string;
  description: string;
  hidden: boolean;
  isHook: boolean;
  /** A hook that Zapier cannot subscribe by itself, so that the user has to copy its address. */
  isStaticHook: boolean;
  isPolling: boolean;
  hasPerformList: boolean;
  cleanInputData?: boolean | undefined;
  /** Those that are the same for every user, without the texts between them. */
  inputs: Field[];
  /** The same, each followed by its children. */
  inputsAndChildren: Field[];
  hasDynamicInputs: boolean;
  outputs: Field[];
  hasDynamicOutputs: boolean;
  sample: unknown;
}

const rooms = { trigger: 'triggers', search: 'searches', create: 'creates' } as const;

export const operationsOf = (app: Definition, ...kinds: Kind[]): Operation[] =>
  (kinds.length > 0 ? kinds : (['trigger', 'search', 'create'] as const)).flatMap((kind) =>
    Object.values(app[rooms[kind]]).map(({ key, noun, display, operation }): Operation => {
      const { inputFields, outputFields, type = 'polling' } = operation;
      const inputs = staticFields(inputFields).filter((input) => input.type !== 'copy');
      const isHook = kind === 'trigger' && type === 'hook';
      return {
        kind,
        path: `${rooms[kind]}.${key}`,
        key,
        name: `${kind.replace(/./, (letter) => letter.toUpperCase())} ${key}`,
        noun,
        label: display.label,
        description: display.description,
        hidden: display.hidden,
        isHook,
        isStaticHook: isHook && !(operation.performSubscribe && operation.performUnsubscribe),
        isPolling: kind === 'trigger' && type === 'polling',
        hasPerformList: operation.performList !== undefined,
        cleanInputData: operation.cleanInputData,
        inputs,
        inputsAndChildren: inputs.flatMap((input) => [input, ...(input.children ?? [])]),
        hasDynamicInputs: staticFields(inputFields).length < inputFields.length,
        outputs: staticFields(outputFields),
        hasDynamicOutputs: staticFields(outputFields).length < outputFields.length,
        sample: operation.sample,
      };
    }),
  );

export const visibleOperationsOf = (app: Definition, ...kinds: Kind[]): Operation[] =>
  operationsOf(app, ...kinds).filter(({ hidden }) => !hidden);

const staticFields = (given: z.infer<typeof fields>): Field[] =>
  given.filter((one): one is Field => typeof one === 'object' && typeof one.key === 'string');

export interface Text {
  /** `triggers.new_order.operation.inputFields.products.helpText` */
  path: string;
  text: string;
}

/** Every text in a definition or a part of it. Fields stand in paths by their key. */
export function textsIn(value: unknown, path = ''): Text[] {
  if (typeof value === 'string') return value.startsWith('$func$') ? [] : [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const name = Array.isArray(value) ? nameOf(part, key) : key;
    return textsIn(part, path === '' ? name : `${path}.${name}`);
  });
}

const nameOf = (part: unknown, index: string): string => {
  const named = z.object({ key: z.string() }).safeParse(part);
  return named.success ? named.data.key : index;
};

/** Texts that users read as Markdown: descriptions and help texts. */
export const markdownIn = (app: Definition): Text[] =>
  textsIn(app).filter(({ path }) => /\.(description|helpText)$/.test(path) && !isInSample(path));

/** What a sample holds is the seller's data, not the app's wording. */
export const isInSample = (path: string): boolean => path.split('.').includes('sample');
