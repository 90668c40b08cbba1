/** Words for AliExpress's codes, in both languages. Each table of words has a file of its own. */

export interface Words {
  en: string;
  zh: string;
}

/** Code → label, as a `choices` input takes it: the English word begins with a capital letter. */
export const choiceLabels = (words: Readonly<Record<string, Words>>): Record<string, Words> =>
  Object.fromEntries(
    Object.entries(words).map(([code, { en, zh }]) => [
      code,
      { en: en.replace(/^./, (first) => first.toUpperCase()), zh },
    ]),
  );

/** Code → word, as a record's `lookup` takes it. */
export const inLanguage = (
  words: Readonly<Record<string, Words>>,
  language: keyof Words,
): Record<string, string> =>
  Object.fromEntries(Object.entries(words).map(([code, word]) => [code, word[language]]));
