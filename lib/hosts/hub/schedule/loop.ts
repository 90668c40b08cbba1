/** A loop of the hub: does what is due, and sleeps until something is due again or somebody wakes it. */

import { type Clock, type Log, MINUTE } from '../../../runtime.ts';

export interface Loop {
  /** Ends the sleep. A wake before it is not forgotten. */
  wake(): void;
  isStopped(): boolean;
  /** Ends when the work that runs has ended. */
  stop(): Promise<void>;
}

export type LoopName =
  | 'alerts'
  | 'deliveries'
  | 'health'
  | 'retention'
  | 'sheets'
  | 'terminal'
  | 'tokens'
  | 'visits';

export interface LoopState {
  /** When it goes on at the latest, epoch milliseconds. */
  dueAt: number;
  /** Since when its work has only failed, epoch milliseconds; undefined where the last work was done. */
  failingSince: number | undefined;
  /** Whether any work was done since the start. */
  hasWorked: boolean;
  /** At how many looks of the loop `health` in a row it was late. */
  lateLooks: number;
}

export interface LoopServices {
  clock: Clock;
  log: Log;
  loops?: Map<LoopName, LoopState>;
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
  name: LoopName,
  work: () => number | Promise<number>,
): Loop {
  let stop = new AbortController();
  let isStopped = false;
  const state: LoopState = { dueAt: clock.now(), failingSince: undefined, hasWorked: false, lateLooks: 0 };

  async function doWork(): Promise<number> {
    try {
      const pause = await work();
      state.failingSince = undefined;
      state.hasWorked = true;
      return pause;
    } catch (error) {
      log(`an error in the loop of ${name}`, { because: String(error) });
      state.failingSince ??= clock.now();
      return PAUSE_AFTER_ERROR_MS;
    }
  }
  async function run(): Promise<void> {
    loops?.set(name, state);
    while (!isStopped) {
      state.dueAt = clock.now();
      const pause = await doWork();
      for (let left = pause; left >= 0 && !stop.signal.aborted; left -= MAX_SLEEP_MS) {
        const ms = Math.min(left, MAX_SLEEP_MS);
        state.dueAt = clock.now() + ms;
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
