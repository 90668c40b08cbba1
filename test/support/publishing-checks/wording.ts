/** English, as far as the checks of labels and descriptions need it. */

const SMALL = new Set('a an and as at but by en for if in of on or the to v via vs'.split(' '));

/** Title Case. A word with a capital inside (eBay, SKU) or a dot inside (example.com) stays as it is. */
export function titleCase(label: string): string {
  const words = label.split(' ');
  return words
    .map((word, position) => {
      if (/\p{L}\p{Lu}/u.test(word) || /\w\.\w/.test(word)) return word;
      if (word.includes('-')) return word.split('-').map(titleCase).join('-');
      const isInside = position > 0 && position < words.length - 1 && !words[position - 1]?.endsWith(':');
      const lower = word.toLowerCase();
      return isInside && SMALL.has(lower) ? lower : capitalised(word);
    })
    .join(' ');
}

/** The first letter is a capital, whatever stands before it. */
const capitalised = (word: string): string =>
  word.replace(/^[^\p{L}\p{N}]*\p{L}/u, (start) => start.toUpperCase());

/** "send" → "sends", "try" → "tries", "push" → "pushes". */
export const thirdPerson = (verb: string): string => {
  if (/(s|x|z|ch|sh|o)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
};

export const isPlural = (noun: string): boolean =>
  /s$/.test(noun) && !/(ss|us|is|[Nn]ews|[Ss]eries)$/.test(noun);

const FILLERS = new Set(
  'a an and be choose enter field for give here in is of on or please s select that the this to type value your'.split(
    ' ',
  ),
);

/** The words that say something, in singular. */
export const contentWords = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => !FILLERS.has(word))
    .map((word) => (isPlural(word) ? word.slice(0, -1) : word));

/** The words of a key, whether `in_snake_case` or `inCamelCase`. */
export const wordsOfKey = (key: string): string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
