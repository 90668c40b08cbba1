/**
 * AliExpress sends 64-bit ids as JSON numbers, 17 digits and more, which JavaScript numbers cannot hold. Such
 * integers come out of this reader as strings; everything else as usual.
 */

import { isSafeNumber, parse, stringify } from 'lossless-json';

/** @throws SyntaxError when the text is not JSON. */
export function parseJson(text: string): unknown {
  return parse(text, undefined, (number) =>
    /^-?\d+$/.test(number) && !isSafeNumber(number) ? number : Number(number),
  );
}

/** JSON text of `value`; a bigint is written as the number it is. */
export function toJson(value: unknown): string {
  return stringify(value) ?? 'null';
}
