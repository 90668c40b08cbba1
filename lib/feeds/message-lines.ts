/** The lines of a message that shows figures. */

import { MISSING } from '../pack/expression.ts';
import type { Bilingual } from '../problems.ts';

/** A label and its value; null if the value is not known. */
export type Line = [label: Bilingual, value: string | number | Bilingual | null];

/** The lines in Markdown, in both languages. */
export function toText(lines: readonly Line[]): Bilingual {
  const inLanguage = (language: keyof Bilingual) =>
    lines
      .map(([label, value]) => {
        const shown = typeof value === 'object' && value !== null ? value[language] : value;
        return `**${label[language]}** ${shown ?? MISSING}`;
      })
      .join('\n');
  return { en: inLanguage('en'), zh: inLanguage('zh') };
}
