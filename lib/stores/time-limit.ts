/**
 * The time limits of a store. Without them a store that never answers would hold a step until the platform ends it.
 *
 * Real time counts, because the host's clock may be wrong or may be moved while a command waits. Time in which the process
 * stands still does not: an answer that has arrived by then is taken.
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
    let reading: NodeJS.Immediate | undefined;
    // Node.js ends timers before it reads what has arrived in the meantime.
    const timeout = setTimeout(() => {
      reading = setImmediate(onEnd);
    }, ms);
    return () => {
      clearTimeout(timeout);
      clearImmediate(reading);
    };
  },
};

/** A command. */
interface Sent {
  startedAt: number;
  isSlow: boolean;
  /** It was not answered in time. */
  isGivenUp: boolean;
}

/** The store for one step. A command that is not answered in time rejects; it may have been carried out all the same. */
export function timeLimited(store: Store, timer: Timer = realTimer): Store {
  let lostMs = 0;
  let countedUntil = Number.NEGATIVE_INFINITY;
  const waiting = new Set<Sent>();

  /** What is not counted yet of the time in which any of the commands waits. */
  const uncountedMs = (now: number): number => {
    const oldest = Math.min(...Array.from(waiting, ({ startedAt }) => startedAt));
    return Math.max(0, now - Math.max(oldest, countedUntil));
  };

  function end(command: Sent): void {
    const now = timer.now();
    if (command.isGivenUp || command.isSlow) {
      lostMs += uncountedMs(now);
      countedUntil = now;
    }
    waiting.delete(command);
  }

  const limited =
    <A extends unknown[], R>(command: (...request: A) => Promise<R>) =>
    async (...request: A): Promise<R> => {
      const startedAt = timer.now();
      const limitMs = Math.min(COMMAND_LIMIT_MS, STEP_LIMIT_MS - lostMs - uncountedMs(startedAt));
      if (limitMs <= 0) throw new Error('the store has not answered before in this step');
      const sent: Sent = { startedAt, isSlow: false, isGivenUp: false };
      waiting.add(sent);
      const stopWatch = timer.start(SLOW_MS, () => {
        sent.isSlow = true;
      });
      const silence = Promise.withResolvers<never>();
      const stop = timer.start(limitMs, () => {
        sent.isGivenUp = true;
        silence.reject(new Error('the store did not answer in time'));
      });
      try {
        return await Promise.race([command(...request), silence.promise]);
      } finally {
        stop();
        stopWatch();
        end(sent);
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
