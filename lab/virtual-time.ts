/**
 * Time that many processes share. It stands still while any of them works, and then jumps to the next moment at which
 * one of them wakes. A process that waits for something that never comes costs nothing.
 */

export interface VirtualTime {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Calls `job` at a time that is not over yet, epoch milliseconds. @returns what cancels it */
  at(time: number, job: () => void): () => void;
  /** Lets time pass until nothing is left to wake. */
  run(): Promise<void>;
}

interface Timer {
  at: number;
  wake: () => void;
  isCancelled: boolean;
}

export function virtualTime(start: number): VirtualTime {
  /** Sorted, the next one last. Of two for one moment, the one that was set first comes first. */
  const timers: Timer[] = [];
  let now = start;

  const at = (time: number, wake: () => void): (() => void) => {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle] as Timer).at > time) low = middle + 1;
      else high = middle;
    }
    // It is inserted before the timers of the same moment, so those wake first.
    const timer = { at: Math.max(now, time), wake, isCancelled: false };
    timers.splice(low, 0, timer);
    return () => {
      timer.isCancelled = true;
    };
  };

  return {
    now: () => now,
    at,
    sleep: (ms) => new Promise((wake) => void at(now + ms, wake)),
    run: async () => {
      for (await everyoneWaits(); ; await everyoneWaits()) {
        let next = timers.pop();
        while (next?.isCancelled) next = timers.pop();
        if (!next) return;
        now = next.at;
        next.wake();
      }
    },
  };
}

const everyoneWaits = () => new Promise((resolve) => setImmediate(resolve));
