/**
 * The card of a shop and day through single commands of the store. A claim adds the lowest free slot above the highest
 * mark; only `add` must be atomic. `lib/stores/card.ts` makes the same claim in one transaction.
 */

import { type Clock, SECOND } from '../runtime.ts';
import {
  type CardClaim,
  closedKey,
  closedUntil,
  highestMark,
  isForgotten,
  isLost,
  MARKER_TTL_SECONDS,
  MAX_SLOTS_SEARCHED,
  markerWith,
  markKeys,
  slotKey,
} from '../stores/card.ts';
import { readMany, type Store } from '../stores/store.ts';

/** What the store knows of a card. */
export interface CardState {
  /** Calls claimed, at least; null if the store has lost the card. */
  high: number | null;
  /** No mark is readable: the card is new or lost. */
  isBlank: boolean;
  /** It was begun, and has no readable mark. */
  isLost: boolean;
  marker: string | null;
  /** The time until which AliExpress has closed the card, epoch milliseconds; 0 if it is open. */
  closedUntil: number;
}

type CardOf = Pick<CardClaim, 'keys' | 'day' | 'dayEnd' | 'ttlSeconds' | 'isNewShop'>;

/** How long a store may show a new marker before the marks that were written before it. */
const SETTLING_MS = SECOND / 2;

/** Reads a card, and writes marks again that the store has lost. Rejects when the store does. */
export async function readCard(store: Store, clock: Clock, card: CardOf): Promise<CardState> {
  const { keys, day, dayEnd, ttlSeconds, isNewShop } = card;
  const read = () => readMany(store, [closedKey(keys), keys.marker, ...markKeys(keys)]);
  let [closed = null, marker = null, ...marks] = await read();
  const isUnknown = () => isForgotten({ day, isNewShop, marker, marks });
  if (isUnknown()) {
    // Another caller may have begun the card just now.
    await clock.sleep(SETTLING_MS);
    [closed = null, marker = null, ...marks] = await read();
  }
  const mark = highestMark(marks);
  if (mark !== null) await mendMarks(store, markKeys(keys), marks, mark, ttlSeconds);
  return {
    high: isUnknown() ? null : (mark ?? 0),
    isBlank: mark === null,
    isLost: isLost({ day, marker, marks }),
    marker,
    closedUntil: closedUntil(closed, dayEnd),
  };
}

/**
 * Begins a card before its first claim. The marks are written before the marker, because a marker of today without a
 * mark means that the store has lost the card.
 * @returns the highest slot known to be taken. Rejects if the card cannot be begun.
 */
export async function beginCard(
  store: Store,
  { keys, day, ttlSeconds }: Omit<CardOf, 'dayEnd'>,
  state: CardState,
): Promise<number> {
  let high = state.high ?? 0;
  if (state.isBlank && !(await addMarks(store, markKeys(keys), high, ttlSeconds))) {
    high = highestMark(await readMany(store, markKeys(keys))) ?? neverWritten();
  }
  await keepMarker(store, { keys, day }, state.marker);
  return high;
}

/** Keeps the marker up to date, without which the next day cannot begin. Rejects if it is not written. */
export async function keepMarker(
  store: Store,
  { keys, day }: Pick<CardClaim, 'keys' | 'day'>,
  marker: string | null,
): Promise<void> {
  const next = markerWith(marker, day);
  if (next !== null && !(await store.set(keys.marker, next, MARKER_TTL_SECONDS))) neverWritten();
}

/**
 * Takes the slot of an earlier attempt, or the lowest free one.
 * @param high the highest slot that is known to be taken
 * @returns the slot; undefined if the lane may take no more. Rejects if it cannot be known whether a slot was taken.
 */
export async function takeLowestSlot(
  store: Store,
  claim: CardClaim,
  high: number,
): Promise<number | undefined> {
  const { keys, id, firstSlot, lastSlot, ttlSeconds } = claim;
  const own = await findOwnSlot(store, claim, high);
  if (own !== undefined) return own;
  let slot = Math.max(firstSlot, high + 1);
  while (slot <= lastSlot && !(await takeSlot(store, slotKey(keys, slot), id, ttlSeconds))) slot += 1;
  const taken = Math.min(slot, lastSlot);
  // Best effort: the slots are the proof.
  if (taken > high)
    await Promise.allSettled(markKeys(keys).map((key) => store.set(key, String(taken), ttlSeconds)));
  return slot <= lastSlot ? slot : undefined;
}

/** Rejects if one of the slots below the mark cannot be read, because it may be this claim's own. */
async function findOwnSlot(store: Store, claim: CardClaim, high: number): Promise<number | undefined> {
  const { keys, id, firstSlot, lastSlot } = claim;
  const from = Math.max(firstSlot, high - MAX_SLOTS_SEARCHED);
  const slots = Array.from({ length: Math.max(0, Math.min(high, lastSlot) - from + 1) }, (_, n) => from + n);
  const holders = await readMany(
    store,
    slots.map((slot) => slotKey(keys, slot)),
  );
  const own = slots[holders.indexOf(id)];
  return own === undefined && holders.includes(null) ? neverWritten() : own;
}

/** @returns whether this claim has the slot. Rejects if that cannot be known. */
async function takeSlot(store: Store, key: string, id: string, ttlSeconds: number): Promise<boolean> {
  const isWritten = await store.add(key, id, ttlSeconds).catch(() => false);
  if (isWritten) return true;
  // The answer may have been lost after the slot was written.
  const holder = (await store.get(key)) ?? neverWritten();
  return holder === id;
}

/**
 * Writes marks that are lost or cannot be true. Another caller may have raised one meanwhile: the highest of the three counts,
 * and a slot that is taken is never given twice.
 */
async function mendMarks(
  store: Store,
  keys: string[],
  marks: readonly (string | null)[],
  slot: number,
  ttlSeconds: number,
): Promise<void> {
  const mends = keys.map(async (key, n) => {
    const mark = marks[n] ?? null;
    if (mark === null) await store.add(key, String(slot), ttlSeconds);
    else if (highestMark([mark]) === null) await store.set(key, String(slot), ttlSeconds);
  });
  await Promise.allSettled(mends);
}

/** @returns whether a mark was written */
async function addMarks(store: Store, keys: string[], slot: number, ttlSeconds: number): Promise<boolean> {
  const added = keys.map((key) => store.add(key, String(slot), ttlSeconds).catch(() => false));
  return (await Promise.all(added)).includes(true);
}

function neverWritten(): never {
  throw new Error('the store has not written a value');
}
