/** Carriers at 17TRACK. Its own detection finds most by the form of the number; the others are guessed. */

import { MAX_REQUESTS_OF_REGISTRATION } from '../tracker.ts';

const CAINIAO = 190_271;
const CHINA_POST = 3011;

/** AliExpress's key of the carrier → the carrier at 17TRACK, where Cainiao carries it out. */
const BY_CAINIAO = /^(CAINIAO|AE)_/;

/** By the beginning of the key. */
const carriers: readonly (readonly [RegExp, number])[] = [
  [/^CPAM/, CHINA_POST],
  [/^EMS/, 3013],
  [/^YANWEN/, 190_012],
  [/^YUNEXPRESS/, 190_008],
  [/^4PX/, 190_094],
  [/^SUNYOU/, 190_072],
  [/^JCEX/, 190_120],
  [/^ANJUN/, 190_047],
  [/^USPS/, 21_051],
  [/^GLS/, 100_005],
  [/^DHL/, 100_001],
  [/^UPS/, 100_002],
  [/^FEDEX/, 100_003],
];

/**
 * The carriers under which to register a number, one after the other until one is accepted. Undefined leaves it to
 * 17TRACK. Each try is a request of its own, and only the one that is accepted costs a credit.
 * @param number in capitals
 * @param key AliExpress's, of the carrier
 */
export function carriersToTry(number: string, key: string): readonly (number | undefined)[] {
  if (BY_CAINIAO.test(key) || number.startsWith('LP')) return [CAINIAO, undefined];
  const named = carriers.find(([begins]) => begins.test(key))?.[1];
  const post = number.endsWith('CN') ? CHINA_POST : undefined;
  const guesses = [named, CAINIAO, post].filter((each) => each !== undefined);
  return [undefined, ...new Set(guesses)].slice(0, MAX_REQUESTS_OF_REGISTRATION);
}
