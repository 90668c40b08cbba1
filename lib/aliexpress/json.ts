/**
 * AliExpress sends 64-bit ids as JSON numbers that JavaScript numbers cannot hold. This reader returns such integers as
 * strings. See docs/aliexpress.md#numbers-booleans-and-ids.
 */

import { isSafeNumber, parse, stringify } from 'lossless-json';

/**
 * Of a key that stands there twice the last value counts, and a byte-order mark is skipped.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): unknown {
  return parse(text.replace(/^\uFEFF/, ''), undefined, {
    parseNumber: (number) => (/^-?\d+$/.test(number) && !isSafeNumber(number) ? number : Number(number)),
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** JSON text of `value`, with a bigint as a number. */
export function toJson(value: unknown): string {
  return stringify(value) ?? 'null';
}
