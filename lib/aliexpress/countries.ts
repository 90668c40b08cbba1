/**
 * The countries that AliExpress ships to, by the codes that it uses: ISO 3166-1 but for a few of its own.
 * See docs/aliexpress.md#country-codes.
 */

import { inLanguage, type Words } from './bilingual.ts';
import countries from './countries.json' with { type: 'json' };

export const countryNames = inLanguage(countries, 'en');
export const countryNamesZh = inLanguage(countries, 'zh');
/** Code → label. */
export const countryChoices: Readonly<Record<string, Words>> = countries;
