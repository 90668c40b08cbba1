/**
 * AliExpress's time: the host's clock, corrected by the Date headers of AliExpress's answers. Windows, signatures, quota
 * days and pauses go by it, so a host whose clock is wrong works all the same. See docs/aliexpress.md#clock.
 */

import { type AnswerHeaders, type HttpAnswer, type Transport, TransportFailure } from '../http/transport.ts';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import type { Store } from '../stores/store.ts';
import { readNumber } from '../stores/stored.ts';

/** A clock that can be told the time. */
export interface CorrectableClock extends Clock {
  /** It is this time now, epoch milliseconds. */
  correct?(at: number): void;
}

export interface ServerTime {
  clock: CorrectableClock;
  /**
   * How far AliExpress's time is ahead of the host's clock, milliseconds; negative if it is behind, undefined while
   * nothing was measured.
   */
  offset(): number | undefined;
  /** Whether an answer has confirmed the time, and the host's clock was not set since. */
  isConfirmed(): boolean;
  /** Between which times AliExpress's time lies when a call that is sent now arrives. */
  range(): TimeRange;
  /**
   * Lets AliExpress say what time it is, unless that is confirmed, by a request that is no call and is not counted. Never
   * rejects: without an answer the time stays unconfirmed.
   * @param transport as `measuring` returns it
   * @param url of the gateway
   */
  fetchTime(transport: Transport, url: string): Promise<void>;
  /**
   * When this process got its last answer, by its Date header, epoch milliseconds; undefined if it got none, or one whose
   * header may be false.
   */
  lastAnswerAt(): number | undefined;
  /** Starts with what an earlier process has measured. Reads the store only while this process has measured nothing. */
  load(memory: TimeMemory): Promise<void>;
  /**
   * A transport to AliExpress whose answers are measured.
   * @param memory where a changed offset is stored; left out at sign-in
   */
  measuring(transport: Transport, memory?: TimeMemory): Transport;
}

/** Epoch milliseconds, both included. */
export interface TimeRange {
  earliest: number;
  latest: number;
}

/**
 * The offset is stored for each shop, because every key holds a seller id, and for each host, because another one's clock
 * may be right.
 */
export interface TimeMemory {
  store: Store;
  seller: string;
}

/** What one process has measured. The host's clock is the same for all its shops. */
export interface TimeMemo {
  /** Names the host; empty where there is only one. */
  host: string;
  /** How far the Date headers of the last answers were ahead of the host's clock, milliseconds. */
  samples: number[];
  /** When the last of them came, by the host's clock. */
  sampledAt?: number | undefined;
  /** The last header that was further off than AliExpress accepts, and that no other one has confirmed yet. */
  unconfirmed?: number | undefined;
  offset: number;
  /** When an answer last agreed with the offset, by the host's clock, and by the one that nobody sets. */
  confirmedAt?: number | undefined;
  confirmedElapsed?: number | undefined;
  /** By seller: the offset as it stands in the store, as far as this process knows. */
  stored: Map<string, number>;
}

export const emptyTimeMemo = (host = ''): TimeMemo => ({ host, samples: [], offset: 0, stored: new Map() });

/** A larger error is reported to the user, and a visit that began with it begins again. */
export const MAX_CLOCK_ERROR_MS = 2 * MINUTE;
const MAX_SAMPLES = 5;
/** A smaller change is noise: the header has whole seconds. */
const MIN_CHANGE_MS = 3 * SECOND;
/** Two samples in a row that agree this well and contradict the offset mean that the host's clock was moved. */
const AGREEMENT_MS = MINUTE;
/**
 * AliExpress refuses a request that is dated further off than this. So where it did not refuse, a header that is further
 * off is false, unless the next one agrees with it.
 */
export const MAX_REQUEST_SKEW_MS = 2 * HOUR;
/** AliExpress's time lies between these years, whatever the host's clock says. */
const FIRST_TIME_MS = Date.UTC(2020, 0);
const LAST_TIME_MS = Date.UTC(2100, 0);
/** A clock that was confirmed longer ago may have been set, where no other clock tells. */
const CONFIRMED_MS = 30 * MINUTE;
/** One connection may be cut. One header may contradict what was known, two that agree are believed. */
const MAX_QUESTIONS = 2;
/** A user waits for the workflow to be turned on. */
const MAX_QUESTION_MS = 3 * SECOND;
/** No call takes longer. If it seems to, the host's clock was moved in the meantime. */
const MAX_CALL_MS = MINUTE;
const TTL_SECONDS = (7 * DAY) / SECOND;

/** The store's key for the offset of a host. */
export const timeKey = (seller: string, host: string) =>
  `time:${seller}${host && `:${shortDigest(host, 8)}`}`;

/** A stored offset, milliseconds; 0 for one with which the time would lie in no possible year. @param now by the host */
export function readOffset(text: string | null, now: number): number {
  const offset = readNumber(text) ?? 0;
  return now + offset >= FIRST_TIME_MS && now + offset < LAST_TIME_MS ? offset : 0;
}

/** @param memo of this process */
export function serverTime(host: Clock, memo: TimeMemo): ServerTime {
  const { stored } = memo;

  async function save({ store, seller }: TimeMemory): Promise<void> {
    if (Math.abs(memo.offset - (stored.get(seller) ?? 0)) <= MIN_CHANGE_MS) return;
    const isStored = await store
      .set(timeKey(seller, memo.host), String(memo.offset), TTL_SECONDS)
      .catch(() => false);
    if (isStored) stored.set(seller, memo.offset);
  }

  function confirm(isRight: boolean): void {
    memo.confirmedAt = isRight ? host.now() : undefined;
    memo.confirmedElapsed = host.elapsed?.();
  }

  /** The other clock may stand still while the machine sleeps. Then the two go apart, and the time is not confirmed. */
  function isConfirmed(): boolean {
    const { confirmedAt, confirmedElapsed } = memo;
    if (confirmedAt === undefined) return false;
    const since = host.now() - confirmedAt;
    const elapsed = host.elapsed?.();
    return elapsed === undefined || confirmedElapsed === undefined
      ? since > -SECOND && since <= CONFIRMED_MS
      : isNear(since, elapsed - confirmedElapsed);
  }

  return {
    clock: {
      now: () => host.now() + memo.offset,
      ...(host.elapsed && { elapsed: host.elapsed }),
      sleep: (ms, stop) => host.sleep(ms, stop),
      correct: (at) => {
        memo.offset = Math.round(at - host.now());
        memo.samples = [memo.offset];
        memo.sampledAt = host.now();
        memo.unconfirmed = undefined;
        confirm(true);
      },
    },
    offset: () => (memo.samples.length > 0 ? memo.offset : memo.offset || undefined),
    isConfirmed,
    range: () => {
      const onHost = host.now();
      const now = onHost + memo.offset;
      if (isConfirmed()) return { earliest: now, latest: now + MAX_CALL_MS };
      // The clock may also have been set right since it was known to be wrong.
      const [earlier, later] = [Math.min(now, onHost), Math.max(now, onHost)];
      return { earliest: earlier - MAX_REQUEST_SKEW_MS, latest: later + MAX_REQUEST_SKEW_MS };
    },
    fetchTime: async (transport, url) => {
      for (let asked = 0; asked < MAX_QUESTIONS && !isConfirmed(); asked += 1) {
        const isSilent = await transport({ method: 'GET', url, timeoutMs: MAX_QUESTION_MS }).then(
          () => false,
          (error) => !(error instanceof TransportFailure) || error.reason === 'timeout',
        );
        if (isSilent) return;
      }
    },
    lastAnswerAt: () => {
      const { sampledAt } = memo;
      const sample = memo.samples.at(-1);
      return sampledAt === undefined || sample === undefined ? undefined : sampledAt + sample;
    },
    load: async ({ store, seller }) => {
      if (memo.samples.length > 0 || stored.has(seller)) return;
      const value = await store.get(timeKey(seller, memo.host)).catch(() => undefined);
      if (value === undefined || memo.samples.length > 0) return;
      const known = readOffset(value, host.now());
      stored.set(seller, known);
      memo.offset = known || memo.offset;
    },
    measuring: (transport, memory) => async (request) => {
      const sentAt = host.now();
      const answer = await transport(request);
      const sample = sampleOf(answer, sentAt, host.now());
      if (sample !== undefined) {
        measure(memo, sample);
        memo.sampledAt = memo.unconfirmed === undefined ? host.now() : undefined;
        confirm(isNear(sample, memo.offset));
        if (memory) await save(memory);
      }
      return answer;
    },
  };
}

function measure(memo: TimeMemo, sample: number): void {
  const { samples, offset, unconfirmed } = memo;
  const isFar = Math.abs(sample - offset) > MAX_REQUEST_SKEW_MS;
  const hasKnownTime = samples.length > 0 || offset !== 0;
  memo.unconfirmed = undefined;
  if (isFar && hasKnownTime && (unconfirmed === undefined || !isNear(sample, unconfirmed))) {
    memo.unconfirmed = sample;
    return;
  }
  const last = isFar ? unconfirmed : samples.at(-1);
  const wasMoved = isFar || (last !== undefined && isNear(sample, last) && !isNear(sample, offset));
  const before = wasMoved ? [last].filter((earlier) => earlier !== undefined) : samples;
  memo.samples = [...before, sample].slice(-MAX_SAMPLES);
  const median = medianOf(memo.samples);
  if (median === 0 || Math.abs(median - offset) > MIN_CHANGE_MS) memo.offset = median;
}

/**
 * When AliExpress answered: `now`, unless the Date header contradicts it by what a clock may be off.
 * @param now of a clock that may not be corrected yet, epoch milliseconds
 */
export function answerTime(answer: HttpAnswer, now: number): number {
  const dated = refusedAt(answer, now);
  return Math.abs(dated - now) > MAX_REQUEST_SKEW_MS ? now : dated;
}

/** When AliExpress answered that the time is wrong. */
export function refusedAt({ headers }: HttpAnswer, now: number): number {
  const dated = dateOf(headers);
  return Math.abs(dated - now) > MAX_CLOCK_ERROR_MS ? dated : now;
}

/** NaN if the header is no date. It has whole seconds, so half a second is added. */
const dateOf = (headers: AnswerHeaders = {}): number => Date.parse(headers.date ?? '') + SECOND / 2;

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= AGREEMENT_MS;

/**
 * How far the Date header is ahead of the host's clock; undefined if it is no date. What the latency of the call explains
 * counts as 0, and so does a second, because the header has whole seconds.
 */
function sampleOf({ headers }: HttpAnswer, sentAt: number, answeredAt: number): number | undefined {
  const dated = dateOf(headers);
  if (Number.isNaN(dated)) return undefined;
  const latency = answeredAt - sentAt;
  if (latency < 0 || latency > MAX_CALL_MS) return dated - answeredAt;
  const sample = Math.round(dated - (sentAt + answeredAt) / 2);
  return Math.abs(sample) <= Math.max(latency, SECOND) ? 0 : sample;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
