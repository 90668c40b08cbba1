/** Real time, multiplied by `speed` from now on. */

import { type Clock, systemClock } from '../lib/runtime.ts';

export function fasterClock(speed: number): Clock {
  const start = Date.now();
  const now = () => start + (Date.now() - start) * speed;
  return { now, sleep: (ms, stop) => systemClock.sleep(ms / speed, stop) };
}
