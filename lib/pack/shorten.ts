/** Shortens texts visibly: a shortened text ends with "…", and never in the middle of a character. */

export const ELLIPSIS = '…';

/** The length of a text, which must be the sum of the lengths of its characters. */
export type Measure = (text: string) => number;

export const bytes: Measure = (text) => Buffer.byteLength(text, 'utf8');
/** UTF-16 units, as systems with a limit of characters count; a rare character counts twice. */
export const units: Measure = (text) => text.length;

let segmenter: Intl.Segmenter | undefined;
/** The segmenter is made when it is first needed, because that takes a tenth of the app's own start. */
function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** The characters of a text as a reader sees them: an emoji with its modifiers is one. */
export const graphemes = (text: string): string[] => Array.from(segmentsOf(text), ({ segment }) => segment);

/** The text, or its longest start that fits together with the ellipsis. */
export const shorten = (text: string, max: number, measure: Measure): string =>
  measure(text) <= max ? text : startOf(text, max - measure(ELLIPSIS), measure) + ELLIPSIS;

/** The longest start of a text that fits, without a space at its end. */
export function startOf(text: string, max: number, measure: Measure): string {
  let start = '';
  let taken = 0;
  for (const { segment } of segmentsOf(text)) {
    taken += measure(segment);
    if (taken > max) break;
    start += segment;
  }
  return start.trimEnd();
}
