/** Shortens texts visibly: a shortened text ends with "…", and never in the middle of a character. */

const MARK = '…';

/** The length of a text, which must be the sum of the lengths of its characters. */
type Measure = (text: string) => number;

export const bytes: Measure = (text) => Buffer.byteLength(text, 'utf8');
/** UTF-16 units, as systems with a limit of characters count; a rare character counts twice. */
export const units: Measure = (text) => text.length;

export function cut(text: string, max: number, measure: Measure): string {
  if (measure(text) <= max) return text;
  let kept = '';
  let taken = measure(MARK);
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    taken += measure(segment);
    if (taken > max) break;
    kept += segment;
  }
  return kept.trimEnd() + MARK;
}
