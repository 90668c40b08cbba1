/** Words for AliExpress's codes, in both languages. Each table of them is a data file of its own. */

export interface Words {
  en: string;
  zh: string;
}

/** Code → word, as a record's `lookup` wants it. */
export const inLanguage = (
  words: Readonly<Record<string, Words>>,
  language: keyof Words,
): Record<string, string> =>
  Object.fromEntries(Object.entries(words).map(([code, word]) => [code, word[language]]));
