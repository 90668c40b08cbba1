/** Cuts a text that is too long, where a person can see it: it ends with "…", and never in the middle of a character. */

const MARK = '…';

/** How much of a limit a text takes. It must be the sum of what its characters take. */
type Measure = (text: string) => number;

export const bytes: Measure = (text) => Buffer.byteLength(text, 'utf8');
/** As systems count that allow so many characters; a rare character may count twice. */
export const units: Measure = (text) => text.length;

export function cut(text: string, most: number, measure: Measure): string {
  if (measure(text) <= most) return text;
  let kept = '';
  let taken = measure(MARK);
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    taken += measure(segment);
    if (taken > most) break;
    kept += segment;
  }
  return kept.trimEnd() + MARK;
}
