/**
 * IML, Make's expression language, as strings that are put together. An `Iml` is an expression without its braces;
 * `mustache` makes a value of it. Only built-in functions are used, because an app's own are switched off by default.
 *
 * IML compares strictly by type in one reading of its documentation and loosely in another. What is written here holds
 * in both: whatever is compared is made a text or a number first. `&` and `|` evaluate both of their sides; where one
 * must not be looked at unless the other holds, it is `when`. [facts/make.md §2]
 */

export type Iml = string;

export const mustache = (expression: Iml): string => `{{${expression}}}`;

/** Each expression as a value. */
export const mustaches = (terms: Readonly<Record<string, Iml>>): Record<string, string> =>
  Object.fromEntries(Object.entries(terms).map(([key, term]) => [key, mustache(term)]));

/** A text. IML has two quotes and no way to escape one of them. */
export function quoted(text: string): Iml {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  return text
    .split(/(')/)
    .filter((part) => part !== '')
    .map((part) => (part === "'" ? `"'"` : `'${part}'`))
    .join(' + ');
}

export const call = (name: string, ...args: (Iml | number)[]): Iml => `${name}(${args.join(', ')})`;

/** `item.product_list`; a segment that is no name stands between backticks. */
export const path = (...segments: string[]): Iml =>
  segments
    .flatMap((segment) => segment.split('.'))
    .map((segment) => (/^[A-Za-z]\w*(\[\d+\])?$/.test(segment) ? segment : `\`${segment}\``))
    .join('.');

/** What may be missing, as a text: '' where it is. */
export const asText = (value: Iml): Iml => call('toString', call('ifempty', value, "''"));
/** A text of digits as a number. */
export const toNumber = (text: Iml): Iml => call('parseNumber', text, quoted('.'));
export const isGiven = (value: Iml): Iml => `${asText(value)} != ''`;
export const not = (condition: Iml): Iml => `!(${condition})`;
export const all = (conditions: readonly Iml[]): Iml =>
  conditions.length === 0 ? 'true' : conditions.map((each) => `(${each})`).join(' & ');
export const any = (conditions: readonly Iml[]): Iml =>
  conditions.length === 0 ? 'false' : conditions.map((each) => `(${each})`).join(' | ');
export const when = (condition: Iml, then: Iml, otherwise: Iml): Iml =>
  call('if', condition, then, otherwise);

/** Whether all of a text fits a pattern; an empty text never does. */
export const matches = (text: Iml, pattern: string): Iml =>
  `${text} != '' & ${call('replace', text, quoted(`/^(?:${pattern})$/`), "''")} = ''`;

/** Whether a text is one of several. */
export const isOneOf = (text: Iml, values: readonly string[]): Iml =>
  values.length === 0
    ? 'false'
    : call('switch', text, ...values.flatMap((value) => [quoted(value), 'true']), 'false');

/** The word of a text, by a table; `otherwise` where it is not in it. */
export const wordOf = (text: Iml, table: Readonly<Record<string, string>>, otherwise: Iml): Iml => {
  const entries = Object.entries(table);
  if (entries.length === 0) return otherwise;
  return call('switch', text, ...entries.flatMap(([key, word]) => [quoted(key), quoted(word)]), otherwise);
};

/** Text and expressions one after the other, as one expression. */
export const joined = (...parts: Iml[]): Iml => parts.join(' + ');
