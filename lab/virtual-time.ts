/**
 * Time that many processes share. It stands still while any of them works, and then jumps to the next moment at which
 * one of them wakes. A process that waits for something that never comes costs nothing.
 */

export interface VirtualTime {
  /** Whole epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Calls `job` at a time that is not over yet, epoch milliseconds. @returns what cancels it */
  at(time: number, job: () => unknown): () => void;
  /** Resolves when a step has taken `ms` milliseconds, if it may still run by then. */
  limit(ms: number): Promise<void>;
  /** Time stands still while `work` waits for something real. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** Time stands still while this says so. */
  waitFor(isBusy: () => boolean): void;
  /** Lets time pass until nothing is left to wake. */
  run(): Promise<void>;
}

interface Timer {
  at: number;
  wake: () => unknown;
  isCancelled: boolean;
}

export function virtualTime(start: number): VirtualTime {
  /** Sorted, the next one last. Of two for one moment, the one that was set first comes first. */
  const timers: Timer[] = [];
  let now = start;

  const at = (when: number, wake: () => unknown): (() => void) => {
    const time = Math.ceil(Math.max(now, when));
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle] as Timer).at > time) low = middle + 1;
      else high = middle;
    }
    // It is inserted before the timers of the same moment, so those wake first.
    const timer = { at: time, wake, isCancelled: false };
    timers.splice(low, 0, timer);
    return () => {
      timer.isCancelled = true;
    };
  };

  const sleep = (ms: number) => new Promise<void>((wake) => void at(now + ms, wake));
  const waits: (() => boolean)[] = [];
  let working = 0;
  const everyoneWaits = async () => {
    do await nextTurn();
    while (working > 0 || waits.some((isBusy) => isBusy()));
  };
  return {
    now: () => now,
    at,
    sleep,
    limit: sleep,
    busy: (work) => {
      working += 1;
      return work().finally(() => {
        working -= 1;
      });
    },
    waitFor: (isBusy) => waits.push(isBusy),
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

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Time for steps that wait for something real, such as an answer over HTTP. One job runs after the other, and sleeping
 * moves the time on.
 */
export function steppedTime(start: number): VirtualTime {
  const jobs: Timer[] = [];
  let now = start;
  return {
    now: () => now,
    at: (time, wake) => {
      const job = { at: Math.ceil(time), wake, isCancelled: false };
      jobs.push(job);
      return () => {
        job.isCancelled = true;
      };
    },
    sleep: async (ms) => {
      now += Math.ceil(ms);
      await nextTurn();
    },
    limit: () => new Promise(() => {}),
    busy: (work) => work(),
    waitFor: () => {},
    run: async () => {
      for (;;) {
        jobs.sort((a, b) => a.at - b.at);
        const next = jobs.shift();
        if (!next) return;
        if (next.isCancelled) continue;
        now = Math.max(now, next.at);
        await next.wake();
      }
    },
  };
}
