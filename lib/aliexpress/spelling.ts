/** Numbers and codes as people write them, in the spelling of AliExpress. What cannot be mended stays, and is refused later. */

import { ownValue } from '../pack/own-value.ts';
import countries from './countries.json' with { type: 'json' };

/** Wide letters and digits become narrow, and what separates them is left out. */
const compact = (given: string): string =>
  given.normalize('NFKC').replace(/[\s\u200b-\u200f\u2060\ufeff]/g, '');

/** "#8201 7394 0556 2817" → "8201739405562817". */
export const idNumber = (given: string): string => compact(given).replace(/^(#|No\.?:?|№|Nº)/i, '');

/** A number of an order, a line item or a product. */
export const ID_NUMBER = /^\d{6,19}$/;
/** How an input takes such a number. */
export const idInput = { mend: idNumber, pattern: ID_NUMBER } as const;

/** "lp 0061 2345" → "LP00612345". */
export const trackingNumber = (given: string): string => compact(given).toUpperCase();

/** Whether both name one parcel: some write a number in groups. */
export const isSameParcel = (one: string, other: string): boolean =>
  trackingNumber(one).replaceAll('-', '') === trackingNumber(other).replaceAll('-', '');

/** ISO 3166 → AliExpress. */
const ISO: Readonly<Record<string, string>> = {
  AC: 'ASC',
  AX: 'ALA',
  BL: 'BLM',
  CD: 'ZR',
  GB: 'UK',
  GG: 'GGY',
  GS: 'SGS',
  JE: 'JEY',
  ME: 'MNE',
  MF: 'MAF',
  RS: 'SRB',
  TL: 'TLS',
  XK: 'KS',
};

/** "gb", "Spain" or "西班牙" → the code of AliExpress. */
export function countryCode(given: string): string {
  const text = given.normalize('NFKC').trim();
  const lower = text.toLowerCase();
  const found = Object.entries(countries).find(([code, { en, zh }]) =>
    [code, en, zh].some((name) => name.toLowerCase() === lower),
  );
  return found?.[0] ?? ISO[text.toUpperCase()] ?? text.toUpperCase();
}

/** The country that a code of ISO 3166 means, by AliExpress's code; empty for anything else, which may be a part of an address. */
export function countryOfIso(code: string): string {
  const known = /^[A-Z]{2}$/i.test(code) ? countryCode(code) : '';
  return ownValue<unknown>(countries, known) ? known : '';
}
