/**
 * The ledger counts the calls of a day in a table of slots (docs/adr/0003-slot-table.md). A quota day of a shop has L
 * numbered slots, and a claim adds the lowest free slot with its id as the value. There are only L slots, and `add` is
 * atomic, so no number of callers is granted more than L calls, even if some are slow, lost or killed.
 *
 * A claim id begins with the day and the slot at which its first attempt started: "2026-11-21/37-k3jx…". Slots fill
 * from the bottom and are never freed. So a repeated claim meets its own slot before any free one, and is paid once.
 *
 * If the store does not confirm a claim, the call is not granted.
 */

import { type Clock, DAY, type Random, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import type { Day, DayOf } from './quota-day.ts';

/**
 * Who pays. `interactive`: a person waits for the answer; may use all slots. `polling`: leaves a reserve to
 * `interactive`: 20 calls at the start of the day, shrinking evenly to none at its end.
 */
export type Lane = 'interactive' | 'polling';

export type Claim =
  | { granted: true; slot: number; id: string }
  | { granted: false; reason: 'used_up' | 'store_unavailable'; id?: string };

export interface Ledger {
  /**
   * Claims one call of the current quota day. Never rejects.
   * @param id of an earlier attempt whose outcome is not known; left out for a new claim
   */
  claim(seller: string, lane: Lane, id?: string): Promise<Claim>;
  /**
   * Calls claimed on a day; L if AliExpress has said that the limit is reached. Rejects when the store does.
   * @param day left out for today
   */
  used(seller: string, day?: Day): Promise<number>;
  /** AliExpress has said that the limit is reached: no more calls are granted today, whatever was counted. */
  markExhausted(seller: string): Promise<void>;
  /** L, calls a day. */
  limit: number;
}

const RESERVE_AT_START = 20;
/** The slots are kept for one more day, for callers whose clock is behind. */
const GRACE_SECONDS = DAY / SECOND;

export interface LedgerOptions {
  store: Store;
  clock: Clock;
  random: Random;
  dayOf: DayOf;
  /** Calls a day. */
  limit: number;
}

export function createLedger(options: LedgerOptions): Ledger {
  const { store, clock, dayOf, limit } = options;
  const isExhausted = async (seller: string, day: Day) =>
    (await store.get(exhaustedKey(seller, day))) !== null;

  async function claim(seller: string, lane: Lane, earlierId?: string): Promise<Claim> {
    const day = dayOf(clock.now());
    let id = earlierId;
    try {
      if (await isExhausted(seller, day)) return { granted: false, reason: 'used_up' };
      const lastSlot = maxSlot(lane, day, clock.now(), limit);
      // An id of another day says nothing about the slots of this one.
      if (!id?.startsWith(`${day.name}/`))
        id = newClaimId(options, day, (await count(options, seller, day)) + 1);
      for (let slot = firstSlot(id, day); slot <= lastSlot; slot += 1) {
        if (!(await takeSlot(options, seller, day, slot, id))) continue;
        await store.set(countKey(seller, day), String(slot), secondsKept(day, clock)).catch(() => false);
        return { granted: true, slot, id };
      }
      return { granted: false, reason: 'used_up', id };
    } catch {
      return { granted: false, reason: 'store_unavailable', ...(id && { id }) };
    }
  }

  return {
    limit,
    claim,
    used: async (seller, day = dayOf(clock.now())) => {
      return (await isExhausted(seller, day)) ? limit : count(options, seller, day);
    },
    markExhausted: async (seller) => {
      const day = dayOf(clock.now());
      await store.set(exhaustedKey(seller, day), '1', secondsKept(day, clock));
    },
  };
}

const slotKey = (seller: string, day: Day, slot: number) => `slots:${seller}:${day.name}:${slot}`;
const countKey = (seller: string, day: Day) => `slots:${seller}:${day.name}:used`;
const exhaustedKey = (seller: string, day: Day) => `slots:${seller}:${day.name}:exhausted`;

const secondsKept = (day: Day, clock: Clock) => Math.ceil((day.end - clock.now()) / SECOND) + GRACE_SECONDS;

/** @param slot at which the claim starts */
const newClaimId = ({ random }: LedgerOptions, day: Day, slot: number): string =>
  `${day.name}/${slot}-${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;

const firstSlot = (id: string, day: Day): number => Number.parseInt(id.slice(day.name.length + 1), 10);

/** The highest slot that a lane may take. */
function maxSlot(lane: Lane, day: Day, now: number, limit: number): number {
  if (lane === 'interactive') return limit;
  const shareLeft = (day.end - now) / (day.end - day.start);
  return limit - Math.floor(Math.min(RESERVE_AT_START, limit / 2) * shareLeft);
}

/** How many slots are taken, at least; exact unless other callers claim in the meantime. */
async function count({ store, limit }: LedgerOptions, seller: string, day: Day): Promise<number> {
  const stored = Number(await store.get(countKey(seller, day)));
  if (Number.isInteger(stored) && stored > 0) return Math.min(stored, limit);
  let [taken, free] = [0, limit + 1];
  // The first slot comes first, because a new day is empty. Then the edge is found by halving.
  for (let slot = 1; taken + 1 < free; slot = Math.floor((taken + free) / 2)) {
    if ((await store.get(slotKey(seller, day, slot))) === null) free = slot;
    else taken = slot;
  }
  return taken;
}

/** Tries to take one slot. Rejects if it cannot be known whether this claim has the slot. */
async function takeSlot(
  { store, clock }: LedgerOptions,
  seller: string,
  day: Day,
  slot: number,
  id: string,
): Promise<boolean> {
  const key = slotKey(seller, day, slot);
  const isWritten = await store.add(key, id, secondsKept(day, clock)).catch(() => false);
  if (isWritten) return true;
  // The answer may have been lost after the slot was written.
  const holder = await store.get(key);
  if (holder === null) throw new Error('the slot is neither written nor taken');
  return holder === id;
}
