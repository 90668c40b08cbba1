/** Random numbers that are the same in every run. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '../../lib/runtime.ts';

export function seededRandom(seed = 1): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}
