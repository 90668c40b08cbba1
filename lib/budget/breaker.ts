/** The breaker: while AliExpress pauses the calls of a shop, every caller of that shop stops. */

import * as z from 'zod';
import { type Pause, pauseLimits } from '../aliexpress/limits.ts';
import { MAX_CLOCK_ERROR_MS } from '../aliexpress/server-time.ts';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../runtime.ts';
import { pausedUntil as endOfPause, MAX_PAUSE_MS } from '../stores/card.ts';
import type { Store } from '../stores/store.ts';
import { readStored, stored, time } from '../stores/stored.ts';

/** The pauses of a shop, or of what several shops share. Each is kept under a name, which is that of the seller for a shop. */
export interface Breaker {
  /** When the pause ends, epoch milliseconds; null if there is none. Rejects when the store does. */
  pausedUntil(seller: string): Promise<number | null>;
  /**
   * The same, and after a long pause also until the first caller has had time for its answer: after it one caller makes the
   * call that shows whether the pause is over. Each such call may be refused, and begin another pause.
   * @param stored the value of its `pauseKey`
   */
  waitsUntil(seller: string, stored: string | null): Promise<number | null>;
  /** The last pause; null if it ended over a day ago. Rejects when the store does. */
  lastPause(seller: string): Promise<StoredPause | null>;
  /** Pauses the calls of a shop, unless a known pause lasts longer. @returns the pause that is kept */
  trip(seller: string, pause: Pause): Promise<Pause>;
}

/** How long a pause is remembered after its end, so that it can be reported. */
const REMEMBERED_MS = DAY;
/**
 * How long it stops calls after its end by the store's own clock. A clock that is set back meanwhile sees the end far ahead,
 * and no answer corrects it while no call is made.
 */
const SPARE_MS = MINUTE;
/** So long the others wait for the answer of the first caller. No longer than the end of the pause is kept. */
const PROBE_MS = SPARE_MS;
/** After a shorter pause all callers go on at once. */
const MIN_PROBED_MS = 5 * MINUTE;
/** A pause that was not stated is not doubled beyond this. */
const MAX_GUESSED_MS = HOUR;
/** That of a limit per second passes soon. */
const MAX_GUESSED_OF_SECONDS_MS = MINUTE;
const isOfSeconds = (given: number): boolean => given < MINUTE / 2;

const pauseFormat = stored(() => ({
  limit: z.enum(pauseLimits).catch('address').default('address'),
  /** Epoch milliseconds. */
  from: time.default(0),
  /** Epoch milliseconds. */
  until: time.default(0),
}));
export type StoredPause = z.infer<typeof pauseFormat>;

export const pauseKey = (seller: string): string => `pause:${seller}`;
const probeKey = (seller: string, until: number): string => `probe:${seller}:${until}`;
const limitKey = (seller: string): string => `limit:${seller}`;

/** Two keys: the claim script compares the end of the pause, which is therefore a plain number. */
export function createBreaker(store: Store, clock: Clock): Breaker {
  const pausedUntil = async (seller: string) => {
    const now = clock.now();
    const until = endOfPause(await store.get(pauseKey(seller)), now);
    return until > now ? until : null;
  };
  const lastPause = async (seller: string) => readPause(await store.get(limitKey(seller)), clock.now());

  async function waitsUntil(seller: string, stored: string | null): Promise<number | null> {
    const now = clock.now();
    const until = endOfPause(stored, now);
    if (until > now || until + PROBE_MS <= now) return until > now ? until : null;
    const pause = await lastPause(seller);
    if (!pause || pause.until - pause.from < MIN_PROBED_MS) return null;
    const isFirst = await store.add(probeKey(seller, until), '1', (2 * PROBE_MS) / SECOND);
    return isFirst ? null : until + PROBE_MS;
  }

  return {
    pausedUntil,
    waitsUntil,
    lastPause,
    trip: async (seller, pause) => {
      const now = clock.now();
      const last = await lastPause(seller).catch(() => null);
      if (last && last.until >= pause.until) return { ...pause, limit: last.limit, until: last.until };
      const until = pause.isStated ? pause.until : now + backOff(last, pause, now);
      if (until <= now) return pause;
      const secondsUntil = (at: number) => Math.ceil((at - now) / SECOND);
      const stated = JSON.stringify({ limit: pause.limit, from: now, until });
      await Promise.all([
        store.set(pauseKey(seller), String(until), secondsUntil(until + SPARE_MS)),
        store.set(limitKey(seller), stated, secondsUntil(until + REMEMBERED_MS)),
      ]);
      return { ...pause, until };
    },
  };
}

/** Twice the last pause, if calls are refused again right after it. */
function backOff(last: StoredPause | null, { limit, until }: Pause, now: number): number {
  const given = until - now;
  const lastMs = last ? last.until - last.from : 0;
  const isRepeated = last?.limit === limit && last.until <= now && now - last.until < lastMs;
  const longest = isOfSeconds(given) ? MAX_GUESSED_OF_SECONDS_MS : MAX_GUESSED_MS;
  return isRepeated ? Math.max(given, Math.min(2 * lastMs, longest)) : given;
}

/** Null for a pause that AliExpress cannot have made, also because it would have begun later than now. */
function readPause(text: string | null, now: number): StoredPause | null {
  const pause = readStored(pauseFormat, text);
  const isPossible = pause && pause.from <= now + MAX_CLOCK_ERROR_MS && pause.until <= now + MAX_PAUSE_MS;
  return isPossible ? pause : null;
}
