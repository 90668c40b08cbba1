/**
 * The ledger counts the calls of a day on a card of slots (docs/adr/0003-slot-table.md). A quota day of a shop has L
 * numbered slots, and a claim adds the lowest free slot with its id as the value. There are only L slots, and `add` is
 * atomic, so no number of callers is granted more than L calls, even if some are slow, lost or killed.
 *
 * A claim id begins with the day and the slot at which its first attempt started: "2026-11-21/37-k3jx…". A repeated
 * claim looks for its own slot before it takes a free one, so it is paid once.
 *
 * If the store does not confirm a claim, or has lost the card, the call is not granted.
 */

import { type Clock, DAY, MINUTE, type Random, SECOND } from '../runtime.ts';
import {
  type CardClaim,
  cardKeys,
  closedKey,
  closedUntil,
  MARKER_TTL_SECONDS,
  MAX_RATE_WAIT_MS,
  markerKey,
  markKeys,
  recheckKey,
} from '../stores/card.ts';
import type { Store } from '../stores/store.ts';
import { createBreaker, pauseKey } from './breaker.ts';
import { beginCard, type CardState, keepMarker, readCard, takeLowestSlot } from './card.ts';
import { firstSlot, idOf, newClaimId } from './claim-id.ts';
import type { Day, DayOf } from './quota-day.ts';
import { rateKey, sleepUntil, takeSlot } from './rate-limiter.ts';

/**
 * Who pays. `interactive`: a person waits for the answer; may use all slots. `polling`: leaves a reserve to
 * `interactive`: 20 calls at the start of the day, shrinking evenly to none at its end. `program`: a program waits for the
 * answer; never takes the last 20 calls.
 */
export type Lane = 'interactive' | 'polling' | 'program';

/** Times are epoch milliseconds. `at`: when the call was claimed, which decides the day that pays. */
export type Claim =
  | { granted: true; slot: number; id: string; at: number }
  | { granted: false; reason: 'used_up' | 'paused' | 'store_forgot'; until: number; id?: string }
  | { granted: false; reason: 'store_unavailable'; id?: string };

export interface ClaimOptions {
  /** Id of an earlier attempt whose outcome is not known; left out for a new claim. */
  id?: string | undefined;
  /** Respects a pause, and waits for the rate limiter. */
  isGated?: boolean;
  /** Nothing is claimed before it is fulfilled, nor if it rejects; the store is asked for the rest meanwhile. */
  permitted?: Promise<unknown>;
}

export interface Ledger {
  /** Claims one call of the current quota day. Never rejects. */
  claim(seller: string, lane: Lane, options?: ClaimOptions): Promise<Claim>;
  /**
   * Calls claimed on a day; L if it is closed, or lost according to `isForgotten`. Rejects when the store does.
   * @param day left out for today
   */
  used(seller: string, day?: Day): Promise<number>;
  /** The highest slot taken today, as one of its copies says; null if that has none. Rejects when the store does. */
  mark(seller: string): Promise<string | null>;
  /** Whether a claim has found that the store has lost the card of today. Rejects when the store does. */
  isForgotten(seller: string): Promise<boolean>;
  /**
   * AliExpress has said that the limit is reached: no more calls are granted on the day of the claim, whatever was
   * counted. Near midnight the two calendars may differ, so soon after it the day is closed for ten minutes only.
   * @param claimedAt epoch milliseconds
   */
  close(seller: string, claimedAt: number): Promise<void>;
  /**
   * When a closed day is over, or its ten minutes are, one caller makes the call that shows whether AliExpress counts
   * anew. The others wait a minute for its answer.
   * @returns until when this caller waits, epoch milliseconds; null if it need not. Rejects when the store does.
   */
  waitsUntil(seller: string): Promise<number | null>;
  /** Until when `close` closes a day, epoch milliseconds. */
  closedUntil(claimedAt: number): number;
  /** L, calls a day. */
  limit: number;
}

const RESERVE_AT_START = 20;
/** The slots are kept for one more day, for callers whose clock is behind. */
const GRACE_SECONDS = DAY / SECOND;
/** This soon after midnight AliExpress may still count in the day before. */
const RECHECK_MS = 10 * MINUTE;
const RECHECK_WAIT_MS = MINUTE;
/** A card that was read longer ago, before the turn to send came, is read again: it may have been closed. */
const RECENT_MS = SECOND;

export interface LedgerOptions {
  store: Store;
  clock: Clock;
  random: Random;
  dayOf: DayOf;
  /** Calls a day. */
  limit: number;
  /**
   * When the shop was connected, epoch milliseconds: on that day a store without a card has not lost one. Left out if
   * that is not known, or if sign-in has written the marker.
   */
  connectedAt?: number | undefined;
}

export function createLedger(options: LedgerOptions): Ledger {
  const { store, clock, dayOf, limit } = options;
  const read = (seller: string, day: Day) => readCard(store, clock, cardOf(options, seller, day));
  const isLostToday = ({ isLost }: CardState, day: Day) => isLost && day.end > clock.now();

  return {
    limit,
    claim: (seller, lane, { id, isGated = false, permitted } = {}) =>
      claimOnDay(options, { seller, lane, id, isGated, permitted }).catch(() => ({ ...UNAVAILABLE, id })),
    used: async (seller, day = dayOf(clock.now())) => {
      const state = await read(seller, day);
      // A shop that only reads stays known.
      if (state.isBlank && state.marker !== null)
        await store.set(markerKey(seller), state.marker, MARKER_TTL_SECONDS).catch(() => {});
      if (state.closedUntil >= day.end || isLostToday(state, day)) return limit;
      return Math.min(state.high ?? 0, limit);
    },
    mark: (seller) => store.get(markKeys(cardKeys(seller, dayOf(clock.now()).name))[0]),
    isForgotten: async (seller) => {
      const day = dayOf(clock.now());
      return isLostToday(await read(seller, day), day);
    },
    close: async (seller, claimedAt) => {
      const day = dayOf(claimedAt);
      const { keys, ttlSeconds } = cardOf(options, seller, day);
      const until = closingTime(day, claimedAt);
      const known = await store.get(closedKey(keys)).catch(() => undefined);
      // A later end that could not be read must stay.
      if (known === undefined) await store.add(closedKey(keys), String(until), ttlSeconds);
      else if (closedUntil(known, day.end) < until)
        await store.set(closedKey(keys), String(until), ttlSeconds);
    },
    waitsUntil: async (seller) => {
      const now = clock.now();
      // No day is closed for ten minutes later than this.
      if (now - dayOf(now).start > 2 * RECHECK_MS + RECHECK_WAIT_MS) return null;
      const day = dayOf(now - RECHECK_WAIT_MS);
      const { keys } = cardOf(options, seller, day);
      const until = closedUntil(await store.get(closedKey(keys)), day.end);
      if (until > now || until + RECHECK_WAIT_MS <= now) return null;
      const isFirst = await store.add(recheckKey(keys), '1', RECHECK_WAIT_MS / SECOND);
      return isFirst ? null : until + RECHECK_WAIT_MS;
    },
    closedUntil: (claimedAt) => closingTime(dayOf(claimedAt), claimedAt),
  };
}

/** Who claims, and how. */
interface Order {
  seller: string;
  lane: Lane;
  id: string | undefined;
  isGated: boolean;
  permitted: Promise<unknown> | undefined;
}

const cardOf = ({ clock, connectedAt }: LedgerOptions, seller: string, day: Day) => ({
  keys: cardKeys(seller, day.name),
  day: day.name,
  dayEnd: day.end,
  ttlSeconds: Math.ceil((day.end - clock.now()) / SECOND) + GRACE_SECONDS,
  isNewShop: (connectedAt ?? 0) >= day.start,
});

function requestOf(options: LedgerOptions, { seller, lane }: Order, day: Day, id: string): CardClaim {
  const now = Math.floor(options.clock.now());
  const lastSlot = maxSlot(lane, day, now, options.limit);
  return {
    ...cardOf(options, seller, day),
    id,
    firstSlot: firstSlot(id, day),
    lastSlot,
    now,
  };
}

async function claimOnDay(options: LedgerOptions, order: Order): Promise<Claim> {
  const { store, clock, dayOf } = options;
  const claim = await (store.claim ? claimAtOnce(options, store.claim, order) : claimBySteps(options, order));
  // AliExpress would count the call on the next day, which must pay for it.
  const isLate = claim.granted && dayOf(claim.at).end <= clock.now();
  return isLate ? claimOnDay(options, { ...order, id: undefined }) : claim;
}

/** Claims by single commands of the store. */
async function claimBySteps(options: LedgerOptions, order: Order): Promise<Claim> {
  const { store, clock, dayOf } = options;
  const { seller, isGated, permitted } = order;
  // The rate-limit slot comes first: without it nothing can be sent, and the claimed call would be lost.
  const [early, until, rateSlot] = await Promise.all([
    readDay(options, seller),
    isGated ? createBreaker(store, clock).pausedUntil(seller) : null,
    isGated ? takeSlot(store, clock, seller) : 'none needed',
    permitted,
  ]);
  if (until !== null) return { granted: false, reason: 'paused', until };
  if (!rateSlot) return UNAVAILABLE;
  const at = clock.now();
  const isRecent = at - early.readAt < RECENT_MS && dayOf(at).name === early.day.name;
  const { day, card, state } = isRecent ? early : await readDay(options, seller);
  if (state.closedUntil > at) return { granted: false, reason: 'used_up', until: state.closedUntil };
  if (state.high === null) {
    await keepMarker(store, card, state.marker);
    return { granted: false, reason: 'store_forgot', until: day.end };
  }
  const id = idOf(order.id, day) ?? newClaimId(options.random, day, state.high + 1);
  try {
    const high = await beginCard(store, card, state);
    const slot = await takeLowestSlot(store, requestOf(options, order, day, id), high);
    if (slot !== undefined) return { granted: true, slot, id, at };
    return { granted: false, reason: 'used_up', until: day.end, id };
  } catch {
    return { ...UNAVAILABLE, id };
  }
}

/** What the store knows of today's card, and when it said so, epoch milliseconds. */
async function readDay(options: LedgerOptions, seller: string) {
  const { store, clock, dayOf } = options;
  const day = dayOf(clock.now());
  const card = cardOf(options, seller, day);
  const state = await readCard(store, clock, card);
  return { day, card, state, readAt: clock.now() };
}

/** Claims in one round trip. */
async function claimAtOnce(
  options: LedgerOptions,
  claim: NonNullable<Store['claim']>,
  order: Order,
): Promise<Claim> {
  const { clock, dayOf } = options;
  const { seller, isGated, permitted } = order;
  await permitted;
  const today = dayOf(clock.now());
  const id = idOf(order.id, today) ?? newClaimId(options.random, today, 1);
  const gate = { pause: pauseKey(seller), rate: rateKey(seller) };
  const send = () =>
    claim({ ...requestOf(options, order, dayOf(clock.now()), id), ...(isGated && { gate }) });
  const first = await send().catch(() => undefined);
  // Sent again because the answer may have been lost: the same id is paid once.
  const answer = first ?? (await send().catch(() => undefined));
  // A card that was closed in between is refused before the slot of the lost answer is looked for.
  if (!answer || (!first && answer.outcome === 'used_up')) return { ...UNAVAILABLE, id };
  switch (answer.outcome) {
    case 'granted':
      await sleepUntil(clock, answer.sendAt, MAX_RATE_WAIT_MS);
      return { granted: true, slot: answer.slot, id, at: answer.sendAt };
    case 'busy':
      if (answer.until !== today.end) return { ...UNAVAILABLE, id };
      // The rest of the day is too short for another request.
      await sleepUntil(clock, today.end, MAX_RATE_WAIT_MS);
      return claimAtOnce(options, claim, { ...order, id: undefined });
    default:
      return { granted: false, reason: answer.outcome, until: answer.until, id };
  }
}

const UNAVAILABLE = { granted: false, reason: 'store_unavailable' } as const;

const closingTime = (day: Day, claimedAt: number): number =>
  claimedAt - day.start < RECHECK_MS ? claimedAt + RECHECK_MS : day.end;

/** The highest slot that a lane may take. */
function maxSlot(lane: Lane, day: Day, now: number, limit: number): number {
  if (lane === 'interactive') return limit;
  if (lane === 'program') return limit - Math.min(RESERVE_AT_START, limit / 2);
  const shareLeft = Math.max(0, day.end - now) / (day.end - day.start);
  return limit - Math.floor(Math.min(RESERVE_AT_START, limit / 2) * shareLeft);
}
