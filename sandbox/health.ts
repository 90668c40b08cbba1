/** The health level of the shop: healthy, except for one period with open issues within the run. */

import type { RandomSource } from './random.ts';

export interface HealthPeriod {
  /** Epoch milliseconds. */
  at: number;
  /** 0 healthy, 100 average, 200 serious, 300 frozen, 400 closed. */
  levelCode: number;
  level: string;
  issues: number;
}

/** In time order. */
export function healthPeriods(opening: number, to: number, random: RandomSource): readonly HealthPeriod[] {
  const length = to - opening;
  const from = Math.floor(opening + random.between(0.2, 0.5) * length);
  const until = Math.floor(from + random.between(0.2, 0.4) * length);
  const healthy = { levelCode: 0, level: 'healthy', issues: 0 };
  return [
    { at: Number.NEGATIVE_INFINITY, ...healthy },
    { at: from, levelCode: 100, level: 'average', issues: random.integer(1, 3) },
    { at: until, ...healthy },
  ];
}

export const healthAt = (periods: readonly HealthPeriod[], now: number): HealthPeriod =>
  periods.findLast(({ at }) => at <= now) as HealthPeriod;
