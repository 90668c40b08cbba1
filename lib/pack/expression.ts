/**
 * Conditions and templates, as data. `evaluate.ts` interprets them, and the docs are generated from them.
 *
 * The type parameter `N` carries the names used, as "field.amount" or "input.min_amount". An operation only accepts
 * names of its record and of its inputs, so a misspelled name does not compile.
 */

/** Carries `N` in the type alone; the property never exists. */
interface Uses<N extends string> {
  readonly uses?: N;
}

type Ref = { kind: 'field' | 'input'; key: string };
/** Hours from the field's time until now, or from now until then; a fraction. */
type Hours = { kind: 'hours_since' | 'hours_until'; key: string };
export type Literal = { kind: 'literal'; value: string | number | boolean | readonly string[] };

export type FieldRef<K extends string = string> = { kind: 'field'; key: K } & Uses<`field.${K}`>;
export type InputRef<K extends string = string> = { kind: 'input'; key: K } & Uses<`input.${K}`>;
export type HoursRef<K extends string = string> = Hours & Uses<`field.${K}`>;

export type Operand<N extends string = string> = (Ref | Hours | Literal) & Uses<N>;

export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'one_of' | 'overlaps';

export type Condition<N extends string = string> = Uses<N> &
  (
    | { op: ComparisonOperator; left: Operand; right: Operand }
    | { op: 'exists'; of: Ref }
    | { op: 'and' | 'or'; all: Condition[] }
    | { op: 'not'; of: Condition }
  );

export const field = <const K extends string>(key: K): FieldRef<K> => ({ kind: 'field', key });
export const input = <const K extends string>(key: K): InputRef<K> => ({ kind: 'input', key });
export const literal = (value: Literal['value']): Literal => ({ kind: 'literal', value });
export const hoursSince = <const K extends string>(key: K): HoursRef<K> => ({ kind: 'hours_since', key });
export const hoursUntil = <const K extends string>(key: K): HoursRef<K> => ({ kind: 'hours_until', key });

/** The keys of a record's fields or of inputs. */
export type Names<T> = keyof T & string;

/** The names that an operand or a condition uses. */
export type NamesIn<T> = T extends Literal ? never : T extends Uses<infer N> ? N : never;

const comparison =
  (op: ComparisonOperator) =>
  <const L extends Operand, const R extends Operand>(
    left: L,
    right: R,
  ): Condition<NamesIn<L> | NamesIn<R>> => ({
    op,
    left,
    right,
  });

/** Missing values compare as false with every operator, `ne` included. */
export const eq = comparison('eq');
export const ne = comparison('ne');
export const lt = comparison('lt');
export const lte = comparison('lte');
export const gt = comparison('gt');
export const gte = comparison('gte');
/** The left value is in the list on the right. */
export const oneOf = comparison('one_of');
/** The two lists share a value. */
export const overlaps = comparison('overlaps');

export const exists = <const R extends Ref & Uses<string>>(of: R): Condition<NamesIn<R>> => ({
  op: 'exists',
  of,
});
export const and = <N extends string>(...all: Condition<N>[]): Condition<N> => ({ op: 'and', all });
export const or = <N extends string>(...all: Condition<N>[]): Condition<N> => ({ op: 'or', all });
export const not = <N extends string>(of: Condition<N>): Condition<N> => ({ op: 'not', of });

/** `condition`, but only where the user filled the input in. */
export const ifGiven = <const K extends string, N extends string>(
  key: K,
  condition: Condition<N>,
): Condition<N | `input.${K}`> => ({ op: 'or', all: [not(exists(input(key))), condition] });

/**
 * Templates: text with `{name}` for a field or input, and with a format `{name|time}`, `{name|money}`, `{name|cut:24}`
 * or `{name|tail}` (see `format.ts`). A missing value shows as "–". A line that ends with "?" is left out where its
 * values are missing.
 */
export type Placeholder<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare}|${Format}` ? Bare : Name) | Placeholder<Rest>
  : never;

type Format = 'time' | 'hour' | 'money' | 'tail' | `cut:${number}`;

/** `S`, when every placeholder in it is one of `Names`; otherwise a type that no string fits. */
export type Template<S extends string, Names extends string> = [Placeholder<S>] extends [Names]
  ? S
  : { readonly 'unknown name in a template': Exclude<Placeholder<S>, Names> };

export const MISSING = '–';
/** The name, the format and the argument of the format. */
export const PLACEHOLDER = /\{(\w+)(?:\|(\w+)(?::(\d+))?)?\}/g;
