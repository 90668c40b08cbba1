/** The lines of `--check`, as a table in one language. */

import { eastAsianWidth } from 'get-east-asian-width';
import type { Bilingual } from '../../../../problems.ts';
import type { Finding } from './finding.ts';

const RESULTS: Record<Finding['result'], Bilingual> = {
  fine: { en: 'ok', zh: '正常' },
  failed: { en: 'failed', zh: '失败' },
  skipped: { en: '–', zh: '–' },
};
const RESULT_COLUMNS = 8;
const SUBJECT_COLUMNS = 26;

export const lineOf = ({ subject, result, text }: Finding): Bilingual => {
  const inLanguage = (language: keyof Bilingual) =>
    padded(RESULTS[result][language], RESULT_COLUMNS) +
    padded(subject[language], SUBJECT_COLUMNS) +
    text[language];
  return { en: inLanguage('en'), zh: inLanguage('zh') };
};

/** By columns of the terminal: a Chinese character takes two. */
const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(1, columns - widthOf(text)));

const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + eastAsianWidth(character.codePointAt(0) ?? 0), 0);
