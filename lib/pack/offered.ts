/** Numbers that an input offers with their unit, next to which others may be typed. */

import type { Bilingual } from '../problems.ts';

export const offered = (unit: Bilingual, ...numbers: number[]): Record<string, Bilingual> =>
  Object.fromEntries(numbers.map((number) => [number, withUnit(number, unit)]));

const withUnit = (number: number, { en, zh }: Bilingual): Bilingual => ({
  en: `${number} ${number === 1 ? en.replace(/s$/, '') : en}`.trim(),
  zh: `${number} ${zh}`.trim(),
});

export const HOURS: Bilingual = { en: 'hours', zh: '小时' };
export const DAYS: Bilingual = { en: 'days', zh: '天' };
/** Where the label says what is counted. */
export const COUNT: Bilingual = { en: '', zh: '' };
