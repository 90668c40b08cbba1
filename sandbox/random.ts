/**
 * Seeded random numbers. Each part of the shop draws from its own stream, so adding a draw to one part does not
 * change the others.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface RandomSource {
  /** 0 ≤ x < 1 */
  next(): number;
  between(min: number, max: number): number;
  /** An integer, both ends included. */
  integer(min: number, max: number): number;
  exponential(mean: number): number;
  pick<T>(items: readonly T[]): T;
}

/** @param stream the part of the shop; left out for the stream of the orders */
export function randomSource(seed: number, stream?: string): RandomSource {
  const generator = xoroshiro128plus(stream === undefined ? seed : mixed(seed, stream));
  const next = () => uniformFloat64(generator);
  return {
    next,
    between: (min, max) => min + next() * (max - min),
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    exponential: (mean) => -mean * Math.log(1 - next()),
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T,
  };
}

/** FNV-1a: neighboring seeds must not start similar streams. */
function mixed(seed: number, stream: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${stream}/${seed}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  }
  return hash;
}
