/**
 * Records: what a trigger emits or a search returns, declared once, field by field. From one declaration come the
 * TypeScript type, the mapping from the API answer, the platform's output fields and the docs.
 *
 * A field names its place in the answer (`from`, a dotted path) and its conversion (`as`), one of a closed list that
 * `lib/aliexpress/convert.ts` implements.
 */

import type { Bilingual } from '../problems.ts';

/** Conversions that yield one value. */
export type ScalarConversion =
  | 'id' // 64-bit number or string → string
  | 'text'
  | 'message' // a text of the connector itself, which may have lines and markup
  | 'lookup' // text → the word for it in `table`
  | 'integer' // 4 or "4" → 4
  | 'number' // 4.5 or "4.5" → 4.5; "1,234.50" → 1234.5
  | 'boolean' // true, "true", "Y" or 1 → true
  | 'pacific_time' // "2026-03-08 03:10:00", US Pacific → ISO 8601 in UTC
  | 'epoch_time' // epoch milliseconds → ISO 8601 in UTC
  | 'ms_left' // milliseconds from now → ISO 8601 in UTC, to the minute
  | 'hours_ago' // "2026-03-08 03:10:00", US Pacific → hours from then to the answer, one decimal
  | 'url' // "//…", "/…" or "https://…" → the address with its scheme and host
  | 'first_url' // "https://….jpg;https://….jpg" → the first URL
  | 'amount' // money object → 23.5
  | 'currency'; // money object or "USD" → "USD"

/** Conversions over a list; `of` names the property of each item. */
export type ListConversion =
  | 'id_list'
  | 'text_list'
  | 'joined_text'
  | 'short_text' // the first text, its quantity and the number of further items: "Laptop Stand ×3 +2"
  | 'integer_sum' // leaves out what is not a number; 0 for an empty list
  | 'integer_total' // null for an empty list, or where an item has no number: an unknown stock is not 0
  | 'any_of'; // true where a text of the list is among `values`

interface FieldBase {
  label: Bilingual;
  /** Shown where the label needs an explanation. */
  help?: Bilingual;
  from: string;
}

interface SingleValue {
  /** Texts that stand for no value. */
  nothing?: readonly string[];
  /** The value is in the first item of the list at `from`; `of` names the property of the item. */
  pick?: { of: string };
}

export interface ScalarField extends FieldBase, SingleValue {
  as: Exclude<ScalarConversion, 'lookup'>;
  /** A record without this field is unusable and is left out (and counted). */
  required?: true;
  /** The value is null unless the text at `from` is one of these. */
  onlyIf?: { from: string; oneOf: readonly string[] };
  /** A time that sheets show: events and results have it in Beijing, too (`local-times.ts`). */
  local?: true;
}

export interface LookupField extends FieldBase, SingleValue {
  as: 'lookup';
  table: Readonly<Record<string, string>>;
  /**
   * For a text that is not in the table: the word of the first of these rules that fits it. A rule without a condition
   * fits every text. Where none fits, the text stays as it is.
   */
  otherwise?: readonly { begins?: string; contains?: string; word: string }[];
}

export interface ListField extends FieldBase {
  as: Exclude<ListConversion, 'any_of' | 'short_text'>;
  of: string;
}

export interface ShortTextField extends FieldBase {
  as: 'short_text';
  of: string;
  /** The property of an item with its quantity. */
  quantity: string;
}

export interface AnyOfField extends FieldBase {
  as: 'any_of';
  of: string;
  values: readonly string[];
}

export interface ItemsField extends FieldBase {
  as: 'items';
  items: Record<string, ScalarField | LookupField>;
}

export type Field = ScalarField | LookupField | ListField | ShortTextField | AnyOfField | ItemsField;
export type Fields = Record<string, Field>;

type ScalarValue<C extends ScalarConversion> = C extends 'integer' | 'number' | 'amount' | 'hours_ago'
  ? number
  : C extends 'boolean'
    ? boolean
    : string;

type ListValue<C extends ListConversion> = C extends 'any_of'
  ? boolean
  : C extends 'integer_sum'
    ? number
    : C extends 'integer_total'
      ? number | null
      : C extends 'short_text'
        ? string | null
        : C extends 'joined_text'
          ? string
          : string[];

export type ValueOf<F extends Field> = F extends ItemsField
  ? { [K in keyof F['items']]: ValueOf<F['items'][K]> }[]
  : F extends ListField | ShortTextField | AnyOfField
    ? ListValue<F['as']>
    : F extends ScalarField | LookupField
      ? F extends { required: true }
        ? ScalarValue<F['as']>
        : ScalarValue<F['as']> | null
      : never;

/** The TypeScript type of a record's values. */
export type ValuesOf<F extends Fields> = { [K in keyof F]: ValueOf<F[K]> };

export interface RecordDeclaration<F extends Fields = Fields> {
  /** Singular, snake_case: "order". */
  key: string;
  fields: F;
  /** The field that identifies a record. */
  id: string;
  /** A template over the fields for the address of the record's page on AliExpress. */
  link: string;
}

export function record<const F extends Fields>(
  declaration: RecordDeclaration<F> & { id: keyof F & string },
): RecordDeclaration<F> {
  return declaration;
}
