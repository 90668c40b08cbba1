/** A clock that moves on whenever it is read, as time does between two uses of `now`. */

import type { Clock } from '../../../lib/runtime.ts';

/**
 * @param start ISO 8601
 * @param stepMs by which it has moved on at the next reading
 */
export function advancingClock(start: string, stepMs: number): Clock {
  let next = Date.parse(start);
  return {
    now: () => {
      const now = next;
      next += stepMs;
      return now;
    },
    sleep: async (ms) => {
      next += ms;
    },
  };
}
