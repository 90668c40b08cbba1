/** A loop of the hub: does what is due, and sleeps until something is due again or somebody wakes it. */

import { type Clock, type Log, MINUTE } from '../../../runtime.ts';

export interface Loop {
  /** Ends the sleep. A wake before it is not forgotten. */
  wake(): void;
  isStopped(): boolean;
  /** Ends when the work that runs has ended. */
  stop(): Promise<void>;
}

export interface LoopServices {
  clock: Clock;
  log: Log;
  /** Name of each loop → when it goes on at the latest, epoch milliseconds. */
  loops?: Map<string, number>;
}

/** A full disk or a locked file may be mended meanwhile. */
const PAUSE_AFTER_ERROR_MS = MINUTE;
/** After a clock was set, the loop is known to go on a minute later. */
const MAX_SLEEP_MS = MINUTE;

/**
 * @param name of what the loop does, for the log
 * @param work returns how long to sleep, milliseconds. After an error it is done again.
 */
export function startLoop(
  { clock, log, loops }: LoopServices,
  name: string,
  work: () => number | Promise<number>,
): Loop {
  let stop = new AbortController();
  let isStopped = false;

  async function doWork(): Promise<number> {
    try {
      return await work();
    } catch (error) {
      log(`an error in the loop of ${name}`, { because: String(error) });
      return PAUSE_AFTER_ERROR_MS;
    }
  }
  async function run(): Promise<void> {
    while (!isStopped) {
      loops?.set(name, clock.now());
      const pause = await doWork();
      for (let left = pause; left >= 0 && !stop.signal.aborted; left -= MAX_SLEEP_MS) {
        const ms = Math.min(left, MAX_SLEEP_MS);
        loops?.set(name, clock.now() + ms);
        await clock.sleep(ms, stop.signal);
      }
      stop = new AbortController();
    }
  }
  // It begins once the caller has the loop.
  const ended = Promise.resolve().then(run);
  return {
    wake: () => stop.abort(),
    isStopped: () => isStopped,
    stop: () => {
      isStopped = true;
      stop.abort();
      return ended;
    },
  };
}
