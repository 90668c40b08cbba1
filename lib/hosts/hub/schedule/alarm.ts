/** Lets a loop sleep until something is due, or until somebody wakes it. A wake before the sleep is not forgotten. */

import type { Clock } from '../../../runtime.ts';

export interface Alarm {
  sleep(ms: number): Promise<void>;
  wake(): void;
}

export function createAlarm(clock: Clock): Alarm {
  let stop = new AbortController();
  return {
    sleep: async (ms) => {
      if (!stop.signal.aborted) await clock.sleep(ms, stop.signal);
      stop = new AbortController();
    },
    wake: () => stop.abort(),
  };
}
