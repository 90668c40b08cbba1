/**
 * The time limits of a store. Without them a store that never answers would hold a step until the platform ends it.
 *
 * Real time counts, because the host's clock may be wrong or may be moved while a command waits.
 */

import { SECOND } from '../runtime.ts';
import type { Store } from './store.ts';

const COMMAND_LIMIT_MS = 3 * SECOND;
/** Of all commands of one step. Commands that wait at the same time count once. */
const STEP_LIMIT_MS = 6 * SECOND;
/** A quicker answer does not count towards the limit of the step. */
const SLOW_MS = SECOND;

export interface Timer {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Calls `onEnd` after `ms` milliseconds. @returns what stops the timer */
  start(ms: number, onEnd: () => void): () => void;
}

const realTimer: Timer = {
  now: () => performance.now(),
  start: (ms, onEnd) => {
    const timeout = setTimeout(onEnd, ms);
    return () => clearTimeout(timeout);
  },
};

/** The store for one step. A command that is not answered in time rejects; it may have been carried out all the same. */
export function timeLimited(store: Store, timer: Timer = realTimer): Store {
  let lostMs = 0;
  let countedUntil = Number.NEGATIVE_INFINITY;

  function count(startedAt: number): void {
    const now = timer.now();
    if (now - startedAt < SLOW_MS) return;
    lostMs += now - Math.max(startedAt, countedUntil);
    countedUntil = now;
  }

  const limited =
    <A extends unknown[], R>(command: (...request: A) => Promise<R>) =>
    async (...request: A): Promise<R> => {
      const limitMs = Math.min(COMMAND_LIMIT_MS, STEP_LIMIT_MS - lostMs);
      if (limitMs <= 0) throw new Error('the store has not answered before in this step');
      const startedAt = timer.now();
      const silence = Promise.withResolvers<never>();
      const stop = timer.start(limitMs, () => silence.reject(new Error('the store did not answer in time')));
      try {
        return await Promise.race([command(...request), silence.promise]);
      } finally {
        stop();
        count(startedAt);
      }
    };

  return {
    ...store,
    get: limited(store.get),
    set: limited(store.set),
    add: limited(store.add),
    delete: limited(store.delete),
    ...(store.getMany && { getMany: limited(store.getMany) }),
    ...(store.claim && { claim: limited(store.claim) }),
  };
}
