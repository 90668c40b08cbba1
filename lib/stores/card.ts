/**
 * The card of a shop and day, in the store: which keys it has, and how one call is claimed from it in one transaction
 * (docs/adr/0003-slot-table.md). `lib/budget/card.ts` makes the same claim where a store has only single commands,
 * and `redis-claim.ts` in a script of Redis.
 */

/** Times are epoch milliseconds. */
export interface CardClaim {
  keys: CardKeys;
  /** Name of the day, "2026-11-21". */
  day: string;
  dayEnd: number;
  /** Recognizes the claim if it is repeated. */
  id: string;
  /** The lowest slot that an earlier attempt may have taken. */
  firstSlot: number;
  /** The highest slot that the lane may take. */
  lastSlot: number;
  /** The shop was connected today, and the store may not have heard of it. */
  isNewShop: boolean;
  /** How long the values of the card are kept. */
  ttlSeconds: number;
  now: number;
  /** Left out: neither pause nor rate limit is respected. */
  gate?: GateKeys;
}

export interface CardKeys {
  /** Prefix of everything that belongs to the card. */
  card: string;
  /** Key of the last day on which the shop had a card. */
  marker: string;
}

export interface GateKeys {
  /** Key of the time until which AliExpress has paused the shop. */
  pause: string;
  /** Prefix of the slots of the rate limiter. */
  rate: string;
}

export type CardAnswer =
  /** `sendAt`: the start of the caller's quarter of a second. */
  | { outcome: 'granted'; slot: number; sendAt: number }
  /** `store_forgot`: the card is lost, so it is not known how many calls are used. `busy`: no quarter is free until then. */
  | { outcome: 'used_up' | 'paused' | 'store_forgot' | 'busy'; until: number };

export const cardKeys = (seller: string, day: string): CardKeys => ({
  card: `slots:${seller}:${day}`,
  marker: markerKey(seller),
});
export const markerKey = (seller: string): string => `slots:${seller}:day`;
export const slotKey = ({ card }: CardKeys, slot: number): string => `${card}:${slot}`;
/** The highest slot taken is written three times, so that a store must lose all three values to forget it. */
export const markKeys = ({ card }: CardKeys): [string, string, string] => [
  `${card}:used`,
  `${card}:used:2`,
  `${card}:used:3`,
];
/** Until when AliExpress has closed the card. */
export const closedKey = ({ card }: CardKeys): string => `${card}:closed`;
/** Taken by the caller that finds out whether a closed card may be opened. */
export const recheckKey = (keys: CardKeys): string => `${closedKey(keys)}:recheck`;

/** The marker of a shop that has had no card yet. */
export const NO_DAY = '-';
export const MARKER_TTL_SECONDS = 45 * 86_400;

export const QUARTER_MS = 250;
export const RATE_SLOT_TTL_SECONDS = 5;
/** Ten seconds of quarters. */
export const MAX_QUARTERS = 40;

/** A repeated claim is searched for in so many slots below the mark. It is repeated within seconds. */
export const MAX_SLOTS_SEARCHED = 1000;

/** @returns the highest mark; null if none is readable */
export function highestMark(marks: readonly (string | null)[]): number | null {
  const readable = marks.flatMap((mark) => (mark !== null && /^\d+$/.test(mark) ? [Number(mark)] : []));
  return readable.length > 0 ? Math.max(...readable) : null;
}

/** Whether a card without any mark is lost, and not new. */
export const isForgotten = (marker: string | null, day: string, isNewShop: boolean): boolean =>
  marker === null ? !isNewShop : marker === day;

/** Reads and writes inside one transaction. */
export interface Entries {
  get(key: string): string | null;
  set(key: string, value: string, ttlSeconds: number): void;
}

/** Claims one call inside a transaction. */
export function claimOnCard({ get, set }: Entries, claim: CardClaim): CardAnswer {
  const { keys, day, dayEnd, id, firstSlot, lastSlot, ttlSeconds, now, gate } = claim;
  const pausedUntil = gate ? Number(get(gate.pause)) : 0;
  if (pausedUntil > now) return { outcome: 'paused', until: pausedUntil };
  const closedUntil = Number(get(closedKey(keys)));
  if (closedUntil > now) return { outcome: 'used_up', until: closedUntil };

  const marker = get(keys.marker);
  const marks = markKeys(keys).map((key) => ({ key, value: get(key) }));
  const mark = highestMark(marks.map(({ value }) => value));
  const keepMarker = () => {
    if (marker !== day) set(keys.marker, day, MARKER_TTL_SECONDS);
  };
  if (mark === null && isForgotten(marker, day, claim.isNewShop)) {
    keepMarker();
    return { outcome: 'store_forgot', until: dayEnd };
  }
  const high = mark ?? 0;
  const keepMarks = (slot: number) => {
    for (const { key, value } of marks) if (value !== String(slot)) set(key, String(slot), ttlSeconds);
  };

  let slot = Math.max(Math.min(firstSlot, high + 1), high - MAX_SLOTS_SEARCHED);
  // Below the mark a slot without a value is one that the store has lost.
  for (; slot <= lastSlot; slot += 1) {
    const holder = get(slotKey(keys, slot));
    if (holder === id || (holder === null && slot > high)) break;
  }
  if (slot > lastSlot) {
    keepMarks(high);
    return { outcome: 'used_up', until: dayEnd };
  }
  const sendAt = gate ? takeQuarter({ get, set }, gate.rate, now, dayEnd) : now;
  if (sendAt === undefined)
    return { outcome: 'busy', until: Math.min(dayEnd, now + MAX_QUARTERS * QUARTER_MS) };
  set(slotKey(keys, slot), id, ttlSeconds);
  keepMarks(Math.max(high, slot));
  keepMarker();
  return { outcome: 'granted', slot, sendAt };
}

/** @returns when the caller may send; undefined if no quarter is free within ten seconds and before the end of the day */
function takeQuarter({ get, set }: Entries, rate: string, now: number, dayEnd: number): number | undefined {
  const current = Math.floor(now / QUARTER_MS);
  for (let quarter = current; quarter < current + MAX_QUARTERS; quarter += 1) {
    const start = quarter * QUARTER_MS;
    if (start >= dayEnd) return undefined;
    const key = `${rate}:${quarter}`;
    if (get(key) !== null) continue;
    set(key, '1', RATE_SLOT_TTL_SECONDS + Math.ceil((start - now) / 1000));
    return Math.max(now, start);
  }
  return undefined;
}
