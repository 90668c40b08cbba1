/** What AliExpress thinks of the shop: healthy, but for a spell with open issues while one looks on. [facts §3.7] */

import type { Chance } from './chance.ts';

export interface Health {
  /** Epoch milliseconds. */
  at: number;
  /** 0 healthy, 100 average, 200 serious, 300 frozen, 400 closed. */
  levelCode: number;
  level: string;
  issues: number;
}

/** In time order. */
export function examine(opening: number, to: number, chance: Chance): readonly Health[] {
  const length = to - opening;
  const from = Math.floor(opening + chance.between(0.2, 0.5) * length);
  const until = Math.floor(from + chance.between(0.2, 0.4) * length);
  const healthy = { levelCode: 0, level: 'healthy', issues: 0 };
  return [
    { at: Number.NEGATIVE_INFINITY, ...healthy },
    { at: from, levelCode: 100, level: 'average', issues: chance.whole(1, 3) },
    { at: until, ...healthy },
  ];
}

export const healthAt = (healths: readonly Health[], now: number): Health =>
  healths.findLast(({ at }) => at <= now) as Health;
