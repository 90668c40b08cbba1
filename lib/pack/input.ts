/** Inputs: what a user fills in. One declaration yields the platform's form field and the check of its value. */

import * as z from 'zod';
import { oncePer } from '../once-per.ts';
import { type Bilingual, fail } from '../problems.ts';
import type { ListDeclaration } from './list.ts';

/** Values that are offered; other values are accepted too. */
type Options = Readonly<Record<string, Bilingual>>;

interface InputBase {
  label: Bilingual;
  help?: Bilingual;
  required?: true;
  /** Counts only if another input, which is declared before it, has this value. Otherwise it is not even checked. */
  onlyIf?: { input: string; is: string };
  /** Leaves out what was found. In Make that would be an error, and a filter between two modules does the same. */
  isFilter?: true;
}

interface Written {
  /** Must match the whole value. */
  pattern?: RegExp;
  /** The pattern in words. */
  allowed?: Bilingual;
  /** Mends a spelling that has one meaning, before the pattern is applied. */
  mend?: (given: string) => string;
}

export type Input =
  | (InputBase &
      Written & {
        type: 'text';
        options?: Options;
        dropdown?: ListDeclaration;
        multiline?: true;
        default?: string;
      })
  | (InputBase & { type: 'secret' })
  | (InputBase & { type: 'integer'; options?: Options; min?: number; max?: number; default?: number })
  | (InputBase & { type: 'decimal'; default?: string })
  | (InputBase & { type: 'choice'; choices: Record<string, Bilingual>; default?: string })
  | (InputBase & { type: 'choices'; choices: Record<string, Bilingual> })
  | (InputBase &
      Written & {
        type: 'texts';
        dropdown?: ListDeclaration;
        maxItems?: number;
      });

export type Inputs = Record<string, Input>;
/** What a user filled in, as the platform passes it on: not checked yet. */
export type GivenInputs = Readonly<Record<string, unknown>>;
/** What `readInputs` returns. */
export type InputValues = Record<string, string | number | readonly string[] | undefined>;
/** Values of the inputs that a feed, a source or a sink names. */
export type NamedInputs<R extends string> = { readonly [K in R]?: InputValues[string] };

const make =
  <T extends Input['type']>(type: T) =>
  <const O extends Omit<Extract<Input, { type: T }>, 'type'>>(options: O): O & { type: T } => ({
    ...options,
    type,
  });

export const YES = 'true';

/** One line, or more with `multiline`. */
export const text = make('text');
/** Like text, hidden on the screen; never logged. */
export const secret = make('secret');
export const integer = make('integer');
/** A decimal number, kept as text so that money is never rounded. */
export const decimal = make('decimal');
/** One of `choices`: value → label. */
export const choice = make('choice');
/** Yes or no, which is the default. A condition compares it with `YES`. */
export const yesNo = <const O extends InputBase>(options: O) =>
  choice({
    ...options,
    choices: { false: { en: 'No', zh: '否' }, [YES]: { en: 'Yes', zh: '是' } },
    default: 'false',
  });
/** Any of `choices`: value → label. */
export const choices = make('choices');
/** Several short texts, at most `maxItems` of them. */
export const texts = make('texts');

/**
 * Checks what a user filled in and gives it its type. Blank means not given.
 * @throws Problem `bad_input`, naming the field's label and what is allowed.
 */
export function readInputs(inputs: Inputs, given: GivenInputs): InputValues {
  const values: InputValues = {};
  for (const [key, declared] of Object.entries(inputs)) {
    if (!counts(declared, inputs, values)) continue;
    const value = isBlank(given[key]) ? blankValue(declared) : readValue(declared, given[key]);
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/** An input that is checked by itself counts. */
const counts = ({ onlyIf }: Input, inputs: Inputs, values: InputValues): boolean =>
  onlyIf === undefined || !Object.hasOwn(inputs, onlyIf.input) || values[onlyIf.input] === onlyIf.is;

function blankValue(declared: Input): InputValues[string] {
  if ('default' in declared && declared.default !== undefined) return declared.default;
  if (declared.required) fail('bad_input', { field: declared.label, allowed: NOT_EMPTY });
  return undefined;
}

function readValue(declared: Input, raw: unknown): InputValues[string] {
  const parsed = schemaOf(declared).safeParse(raw);
  return parsed.success
    ? parsed.data
    : fail('bad_input', { field: declared.label, allowed: allowedIn(declared) });
}

/** The values of inputs that nobody filled in. Required ones have none. */
export function defaultInputs(inputs: Inputs): InputValues {
  const values: InputValues = {};
  for (const [key, input] of Object.entries(inputs)) {
    const isSet = 'default' in input && input.default !== undefined;
    if (isSet && counts(input, inputs, values)) values[key] = input.default;
  }
  return values;
}

/** Only the inputs with these names: code that reads an input without naming it gets nothing. */
export const onlyInputs = (inputs: InputValues, names: readonly string[] = []): InputValues =>
  Object.fromEntries(names.map((name) => [name, inputs[name]]));

const isBlankValue = (raw: unknown): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.replace(/[\s,，;；]/g, '') === '');

/** Lists within a list are not blank: no input takes them. */
const isBlank = (raw: unknown): boolean =>
  isBlankValue(raw) || (Array.isArray(raw) && raw.every(isBlankValue));

/** A whole number beyond that has lost digits: it may name another order. */
const exact = z.number().refine((given) => Math.abs(given) <= Number.MAX_SAFE_INTEGER);
/** A text or a number as platforms pass it. An object or a list is neither. */
const scalar = z.union([z.string(), exact.transform(String)]);
/** Callers of an API pass yes or no as a flag. */
const flagOrText = z.union([z.string(), z.boolean().transform(String)]);
const wholeNumber = z
  .union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .pipe(z.number().int());

const schemaOf = oncePer((declared: Input): z.ZodType<InputValues[string]> => {
  switch (declared.type) {
    case 'integer': {
      const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = declared;
      return wholeNumber.pipe(z.number().min(min).max(max));
    }
    case 'decimal':
      return scalar.pipe(
        z
          .string()
          .trim()
          .regex(/^\d{1,12}(\.\d{1,6})?$/),
      );
    case 'choice':
      return flagOrText.pipe(z.enum(Object.keys(declared.choices) as [string, ...string[]]));
    case 'choices':
      return listOf(z.enum(Object.keys(declared.choices) as [string, ...string[]]));
    case 'texts':
      return listOf(scalar.pipe(written(z.string().trim().min(1), declared)), declared.maxItems);
    case 'secret':
      return z.string().trim();
    default:
      return scalar.pipe(written(declared.multiline ? z.string() : z.string().trim(), declared));
  }
});

/** A list, or a text whose items are separated by blanks, commas or semicolons. */
const listOf = (item: z.ZodType<string>, maxItems = Number.POSITIVE_INFINITY) =>
  z.preprocess(
    (raw) =>
      typeof raw === 'string'
        ? raw.split(/[\s,，;；]+/).filter(Boolean)
        : [raw].flat().filter((part) => !isBlank(part)),
    z.array(item).max(maxItems),
  );

const written = (schema: z.ZodString, { pattern, mend = (given) => given }: Written) =>
  schema
    .transform(mend)
    .pipe(pattern ? z.string().regex(new RegExp(`^(?:${pattern.source})$`, pattern.flags)) : z.string());

const TEXT: Bilingual = { en: 'text', zh: '文本' };
const NOT_EMPTY: Bilingual = { en: 'a value that is not empty', zh: '至少一个值' };

/** The allowed values, in words. */
function allowedIn(declared: Input): Bilingual {
  switch (declared.type) {
    case 'integer': {
      const { min = '…', max = '…' } = declared;
      return { en: `a whole number from ${min} to ${max}`, zh: `${min} 到 ${max} 之间的整数` };
    }
    case 'decimal':
      return { en: 'a number such as 12.50', zh: '数字，例如 12.50' };
    case 'choice':
    case 'choices': {
      const choices = Object.keys(declared.choices).join(', ');
      return { en: `one of ${choices}`, zh: `以下之一：${choices}` };
    }
    case 'texts': {
      const { allowed = TEXT, maxItems } = declared;
      if (maxItems === undefined) return allowed;
      return { en: `${allowed.en}, at most ${maxItems}`, zh: `${allowed.zh}，最多 ${maxItems} 个` };
    }
    case 'secret':
      return TEXT;
    default:
      return declared.allowed ?? TEXT;
  }
}
