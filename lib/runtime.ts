/**
 * The ports through which every effect reaches the code: time, randomness and the log.
 * HTTP and the store are ports too (`http/transport.ts`, `stores/store.ts`). A host passes all of them in, so
 * the same code runs inside Zapier, on one machine and on a virtual clock.
 */

/** Durations in milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Epoch times and durations are plain numbers of milliseconds. */
export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number;
  /** Milliseconds since some moment, by a clock that nobody sets. Left out where there is none. */
  elapsed?(): number;
  /** Resolves when `ms` milliseconds of this clock have passed, or when `stop` is aborted. */
  sleep(ms: number, stop?: AbortSignal): Promise<void>;
}

/** A uniform number in [0, 1). */
export type Random = () => number;

/**
 * One line for the publisher. Callers pass ids, counts and codes only: never a token, a signature,
 * a request body or anything a buyer typed.
 */
export type Log = (message: string, facts?: Record<string, string | number | boolean | null>) => void;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, stop) =>
    new Promise((resolve) => {
      const timer = setTimeout(end, ms);
      stop?.addEventListener('abort', end, { once: true });
      function end(): void {
        clearTimeout(timer);
        stop?.removeEventListener('abort', end);
        resolve();
      }
    }),
};
