/** Markdown of the pages. */

import type { Bilingual } from '../../lib/problems.ts';

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Foreign text in a cell: no markup, and line breaks as they were. */
export const cell = (text: string): string =>
  text.replace(/[\\`*_~|<>[\]]/g, (mark) => `\\${mark}`).replaceAll('\n', '<br>');

/** A label as Zapier shows it. A Chinese page adds the Chinese name, because Zapier's editor is in English. */
export const labelIn = ({ en, zh }: Bilingual, language: keyof Bilingual): string =>
  language === 'en' ? en : `${en}（${zh}）`;
