/** Markdown of the pages. */

import type { Bilingual } from '../../lib/problems.ts';

export type Language = keyof Bilingual;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Foreign text in a cell: no markup, and line breaks as they were. */
export const cell = (text: string): string =>
  text.replace(/[\\`*_~|<>[\]]/g, (mark) => `\\${mark}`).replaceAll('\n', '<br>');

/** A label as Zapier shows it. A Chinese page adds the Chinese name, because Zapier's editor is in English. */
export const labelIn = ({ en, zh }: Bilingual, language: Language): string =>
  language === 'en' || en === zh ? en : `${en}（${zh}）`;

/** A generated file that says so. @param source what to change in its place */
export const generated = (source: string, blocks: readonly string[]): string =>
  `<!-- Written by \`npm run docs\`; change the ${source}, not this page. -->\n\n${blocks.join('\n\n')}\n`;

/** @param name of a page, without its ending */
export const pageFile = (name: string, language: Language): string =>
  `${name}${language === 'zh' ? '.zh-CN' : ''}.md`;

/** The link from a page to the same page in the other language. */
export const otherLanguage = (name: string, language: Language): string =>
  language === 'en' ? `[中文](${pageFile(name, 'zh')})` : `[English](${pageFile(name, 'en')})`;

/** Reads a table of words, in which "{name}" stands for a fact. */
export const wordsOf =
  <K extends string>(words: Readonly<Record<K, Bilingual>>) =>
  (key: K, language: Language, facts: Readonly<Record<string, string>> = {}): string =>
    words[key][language].replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '');
