/**
 * A clock that stands still until it is moved, shared between threads. Sleeping moves it, so waits take no real time.
 */

import type { Clock } from '../lib/runtime.ts';

export interface VirtualClock extends Clock {
  /** Moves the clock to `at` (epoch milliseconds), never back. */
  advanceTo(at: number): void;
  /** For the clock of another thread. */
  shared: SharedArrayBuffer;
}

export function virtualClock(start: number | SharedArrayBuffer): VirtualClock {
  const shared = typeof start === 'number' ? new SharedArrayBuffer(8) : start;
  const time = new BigInt64Array(shared);
  if (typeof start === 'number') Atomics.store(time, 0, BigInt(start));

  return {
    shared,
    now: () => Number(Atomics.load(time, 0)),
    advanceTo: (at) => {
      const target = BigInt(Math.ceil(at));
      for (let now = Atomics.load(time, 0); now < target; ) {
        const seen = Atomics.compareExchange(time, 0, now, target);
        if (seen === now) return;
        now = seen;
      }
    },
    sleep: async (ms) => {
      Atomics.add(time, 0, BigInt(Math.ceil(ms)));
      // Other tasks run, as they would during a real pause.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
