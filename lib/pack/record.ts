/**
 * Records: what a trigger or search hands out, declared once, field by field. From one declaration come the
 * TypeScript type, the mapping from the API answer, the platform's output fields and the docs.
 *
 * A field names where it stands in the answer (`from`, a dotted path) and how it is converted (`as`). The
 * conversions are a closed list because each has two implementations: TypeScript (`aliexpress/convert.ts`)
 * and IML.
 */

import type { Bilingual } from '../problems.ts';

/** Conversions that yield one value. */
export type ScalarConversion =
  | 'id' // 64-bit number or string → string
  | 'text'
  | 'lookup' // text → the word for it in `table`
  | 'integer' // 4 or "4" → 4
  | 'boolean' // true or "true" → true
  | 'pacific_time' // "2026-03-08 03:10:00", US Pacific → ISO 8601 in UTC
  | 'epoch_time' // epoch milliseconds → ISO 8601 in UTC
  | 'ms_left' // milliseconds from now → ISO 8601 in UTC, to the minute
  // a time as above → hours from then to the answer, one decimal
  // IML: round((formatDate(now, 'X') - formatDate(parseDate(…), 'X')) / 360) / 10
  | 'hours_ago'
  // "https://….jpg;https://….jpg" → the first of them. IML: trim(first(split(text, ';')))
  | 'first_url'
  | 'amount' // money object → decimal string, "23.50"
  | 'currency'; // money object → "USD"

/** Conversions over a list; `of` names the property of each item. */
export type ListConversion =
  | 'id_list'
  | 'text_list'
  | 'joined_text'
  | 'integer_sum' // what is no number is left out; of nothing it is 0
  // null where the list is empty or an item has no number: a stock that is not known is not 0.
  // IML: if(length(list) > 0 & length(map(list, of)) = length(list), sum(map(list, of)), null)
  | 'integer_total'
  // whether a text of the list is among `values`. IML: length(map(list, of, of, values)) > 0
  | 'any_of';

interface FieldBase {
  label: Bilingual;
  /** Shown where the label is not enough. */
  help?: Bilingual;
  from: string;
}

/** A value that stands in one item of the list at `from`. */
interface OneOfList {
  /**
   * `of` names the property of the item. With `newestBy` it is the item with the latest time there, wherever it
   * stands in the list (the first of several with that time); without, the list's first item.
   * IML: get(first(sort(list, 'desc', newestBy)), of), or get(first(list), of)
   */
  pick?: { of: string; newestBy?: string };
}

export interface ScalarField extends FieldBase, OneOfList {
  as: Exclude<ScalarConversion, 'lookup'>;
  /** A record without this field is unusable and is left out (and counted). */
  required?: true;
}

export interface LookupField extends FieldBase, OneOfList {
  as: 'lookup';
  table: Readonly<Record<string, string>>;
  /**
   * For a text that is not in the table: the word of the first of these rules that fits it, and a rule that asks for
   * nothing fits every text. Where none fits, the text stays as it is.
   * IML: ifempty(get(table, text), if(indexOf(text, begins) = 0, word, if(contains(text, contains), word, …)))
   */
  otherwise?: readonly { begins?: string; contains?: string; word: string }[];
}

export interface ListField extends FieldBase {
  as: Exclude<ListConversion, 'any_of'>;
  of: string;
}

export interface AnyOfField extends FieldBase {
  as: 'any_of';
  of: string;
  values: readonly string[];
}

export interface ItemsField extends FieldBase {
  as: 'items';
  items: Record<string, ScalarField>;
}

export type Field = ScalarField | LookupField | ListField | AnyOfField | ItemsField;
export type Fields = Record<string, Field>;

type ScalarValue<C extends ScalarConversion> = C extends 'integer' | 'hours_ago'
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
      : C extends 'joined_text'
        ? string
        : string[];

export type ValueOf<F extends Field> = F extends ItemsField
  ? { [K in keyof F['items']]: ValueOf<F['items'][K]> }[]
  : F extends ListField | AnyOfField
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
  /** The field that tells two records apart. */
  id: string;
  /** A template over the fields that yields the page where a person looks at the record. */
  link: string;
}

export function record<const F extends Fields>(
  declaration: RecordDeclaration<F> & { id: keyof F & string },
): RecordDeclaration<F> {
  return declaration;
}
