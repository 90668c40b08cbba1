/**
 * Records: what a trigger or search hands out, declared once, field by field. From one declaration come the
 * TypeScript type, the mapping from the API answer, the platform's output fields and the docs.
 *
 * A field names where it stands in the answer (`from`, a dotted path) and how it is converted (`as`). The
 * conversions are a closed list because each has two implementations: TypeScript (`aliexpress/convert.ts`)
 * and IML.
 */

/** Conversions that yield one value. */
export type ScalarConversion =
  | 'id' // 64-bit number or string → string
  | 'text'
  | 'lookup' // text → the word for it in `table`; a text that is not there stays as it is
  | 'integer' // 4 or "4" → 4
  | 'boolean' // true or "true" → true
  | 'pacific_time' // "2026-03-08 03:10:00", US Pacific → ISO 8601 in UTC
  | 'epoch_time' // epoch milliseconds → ISO 8601 in UTC
  | 'ms_left' // milliseconds from now → ISO 8601 in UTC, to the minute
  | 'amount' // money object → decimal string, "23.50"
  | 'currency'; // money object → "USD"

/** Conversions over a list; `of` names the property of each item. */
export type ListConversion = 'id_list' | 'text_list' | 'joined_text' | 'integer_sum';

interface FieldBase {
  label: string;
  /** Shown where the label is not enough. */
  help?: string;
  from: string;
}

export interface ScalarField extends FieldBase {
  as: Exclude<ScalarConversion, 'lookup'>;
  /** A record without this field is unusable and is left out (and counted). */
  required?: true;
}

export interface LookupField extends FieldBase {
  as: 'lookup';
  table: Readonly<Record<string, string>>;
}

export interface ListField extends FieldBase {
  as: ListConversion;
  of: string;
}

export interface ItemsField extends FieldBase {
  as: 'items';
  items: Record<string, ScalarField>;
}

export type Field = ScalarField | LookupField | ListField | ItemsField;
export type Fields = Record<string, Field>;

type ScalarValue<C extends ScalarConversion> = C extends 'integer'
  ? number
  : C extends 'boolean'
    ? boolean
    : string;

export type ValueOf<F extends Field> = F extends ItemsField
  ? { [K in keyof F['items']]: ValueOf<F['items'][K]> }[]
  : F extends ListField
    ? F['as'] extends 'integer_sum'
      ? number
      : F['as'] extends 'joined_text'
        ? string
        : string[]
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
