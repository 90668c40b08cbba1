/**
 * Seeded chance. Every part of the shop's world draws from a stream of its own, so that what is added to one part
 * moves nothing in the others.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Chance {
  /** 0 ≤ x < 1 */
  random(): number;
  between(min: number, max: number): number;
  /** A whole number, both ends included. */
  whole(min: number, max: number): number;
  exponential(mean: number): number;
  pick<T>(items: readonly T[]): T;
}

/** @param stream the part of the world; without it the stream of the orders */
export function chance(seed: number, stream?: string): Chance {
  const generator = xoroshiro128plus(stream === undefined ? seed : mixed(seed, stream));
  const random = () => uniformFloat64(generator);
  return {
    random,
    between: (min, max) => min + random() * (max - min),
    whole: (min, max) => min + Math.floor(random() * (max - min + 1)),
    exponential: (mean) => -mean * Math.log(1 - random()),
    pick: <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T,
  };
}

/** FNV-1a: seeds that lie side by side must not start streams that do. */
function mixed(seed: number, stream: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${stream}/${seed}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  }
  return hash;
}
