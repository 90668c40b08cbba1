/** Times, durations and columns for the terminal and the reports. */

import { beijingDay } from './pacific.ts';

/** "14:05" in Beijing. */
export const clockTime = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'short' }).format(at);

/** "10-07 14:05" in Beijing. */
export const dayTime = (at: number): string => `${beijingDay(at).slice(5)} ${clockTime(at)}`;

/** "3 min 41 s"; "–" for NaN. */
export function duration(ms: number): string {
  if (Number.isNaN(ms)) return '–';
  const seconds = Math.round(ms / 1000);
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h} h ${min} min` : `${min} min ${s} s`;
}

export const percent = (part: number, whole: number): string =>
  whole > 0 ? `${Math.round((part / whole) * 100)} %` : '–';

/** Pads on the right by display width: a Chinese character takes two columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(1, columns - widthOf(text)));

/** Pads on the left by display width. */
export const aligned = (text: string, columns: number): string =>
  ' '.repeat(Math.max(1, columns - widthOf(text))) + text;

const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0);

/** "token_expired × 2, budget_used_up × 1" */
export const errorList = (errors: Readonly<Record<string, number>>): string =>
  Object.entries(errors)
    .map(([kind, count]) => `${kind} × ${count}`)
    .join(', ');
