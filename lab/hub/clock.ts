/** The clock of a hub in the lab: its machine is asleep between the rounds of a history, and a process may be frozen. */

import type { Clock } from '../../lib/runtime.ts';
import type { VirtualTime } from '../virtual-time.ts';

export interface HubClock extends Clock {
  /** Whoever has slept long enough wakes up, and others will. */
  resume(): void;
  /** Nobody wakes up until the clock is resumed. */
  suspend(): void;
  freeze(ms: number): void;
  /** Resolves while the machine is awake. */
  awake(): Promise<void>;
  /**
   * The process is over: what it was doing fails. Its loops end when they are stopped.
   * @param interruption the signal that ends every sleep but those of loops
   */
  end(interruption: AbortSignal): void;
}

/** @param now as the machine's own clock shows it, which may be wrong */
export function hubClock(time: VirtualTime, now: () => number, oversleep: () => number): HubClock {
  const sleeping = new Set<{ fail(): void; stop?: AbortSignal }>();
  let late: (() => void)[] = [];
  let isSuspended = true;
  /** Once the process is over. */
  let interruption: AbortSignal | undefined;
  let frozenUntil = Number.NEGATIVE_INFINITY;
  const isOver = () => interruption !== undefined;
  const isLoop = (stop?: AbortSignal) => stop !== undefined && stop !== interruption;
  const isAwake = () => isOver() || (!isSuspended && time.now() >= frozenUntil);
  const whenAwake = (wake: () => void) => {
    if (isAwake()) wake();
    else late.push(wake);
  };
  const wakeLate = () => {
    if (!isAwake()) return;
    const waiting = late;
    late = [];
    for (const wake of waiting) wake();
  };
  return {
    now,
    sleep: (ms, stop) =>
      new Promise((resolve, reject) => {
        const wake = () => {
          sleeping.delete(sleeper);
          resolve();
        };
        const fail = () => reject(new Error('the process is over'));
        const sleeper = { fail, ...(stop && { stop }) };
        stop?.addEventListener('abort', wake, { once: true });
        if (isOver()) return isLoop(stop) || fail();
        sleeping.add(sleeper);
        time.at(time.now() + ms + oversleep(), () => whenAwake(wake));
      }),
    resume: () => {
      isSuspended = false;
      wakeLate();
    },
    suspend: () => {
      isSuspended = true;
    },
    freeze: (ms) => {
      frozenUntil = time.now() + ms;
      time.at(frozenUntil, wakeLate);
    },
    awake: () => new Promise(whenAwake),
    end: (signal) => {
      interruption = signal;
      wakeLate();
      for (const { fail, stop } of [...sleeping]) if (!isLoop(stop)) fail();
    },
  };
}
