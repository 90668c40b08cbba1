/**
 * The card of a shop and day, in the store: which keys it has, and how one call is claimed from it in one transaction
 * (docs/adr/0003-slot-table.md). `lib/budget/card.ts` makes the same claim where a store has only single commands,
 * and `redis-claim.ts` in a script of Redis.
 *
 * What is read is believed only if it can be true. A count that cannot be true counts as lost, so that no call is granted.
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
  /** Key of the last days on which the shop had a card. */
  marker: string;
}

export interface GateKeys {
  /** Key of the time until which AliExpress has paused the shop. */
  pause: string;
  /** Prefix of the slots of the rate limiter. */
  rate: string;
}

export type CardAnswer =
  /** `sendAt`: the start of the caller's rate slot. */
  | { outcome: 'granted'; slot: number; sendAt: number }
  /** `store_forgot`: the card is lost, so it is not known how many calls are used. `busy`: no rate slot is free until then. */
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

/**
 * Six calls are sent 1.2 seconds apart at least, from the end of the first slot to the start of the last. So five arrive in a
 * second at most, also if one of them takes 200 ms longer than another.
 */
export const RATE_SLOT_MS = 300;
export const RATE_SLOT_TTL_SECONDS = 5;
/** About ten seconds of them. */
export const MAX_RATE_SLOTS = 33;
/** No slot is given that is further ahead. */
export const MAX_RATE_WAIT_MS = MAX_RATE_SLOTS * RATE_SLOT_MS;

/** A repeated claim is searched for in so many slots below the mark. It is repeated within seconds. */
export const MAX_SLOTS_SEARCHED = 1000;

/** No card has more slots. */
export const MAX_SLOTS = 100_000;

/** @returns the highest mark; null if none can be true */
export function highestMark(marks: readonly (string | null)[]): number | null {
  const possible = marks.flatMap((mark) => (mark !== null && /^\d+$/.test(mark) ? [Number(mark)] : []));
  const readable = possible.filter((mark) => mark <= MAX_SLOTS);
  return readable.length > 0 ? Math.max(...readable) : null;
}

/** A clock that is a day behind must not make the store forget today. */
export const DAYS_IN_MARKER = 3;
const daysIn = (marker: string | null): string[] =>
  (marker ?? '').split(',').filter((day) => day === NO_DAY || /^\d{4}-\d\d-\d\d$/.test(day));

/** The marker with the day; null if it has it already. */
export function markerWith(marker: string | null, day: string): string | null {
  const days = daysIn(marker).filter((each) => each !== NO_DAY);
  return days.includes(day) ? null : [...days, day].slice(-DAYS_IN_MARKER).join(',');
}

/** What the store has of a card. */
export interface StoredCard {
  day: string;
  isNewShop: boolean;
  marker: string | null;
  marks: readonly (string | null)[];
}

/** Whether a card that was begun has no readable mark. */
export const isLost = ({ marker, marks, day }: Omit<StoredCard, 'isNewShop'>): boolean =>
  highestMark(marks) === null && (daysIn(marker).includes(day) || marks.some((mark) => mark !== null));

/** Whether a card is lost, or belongs to a shop that the store ought to know and does not. */
export const isForgotten = ({ isNewShop, ...card }: StoredCard): boolean =>
  isLost(card) || (highestMark(card.marks) === null && daysIn(card.marker).length === 0 && !isNewShop);

const NUMBER = /^\d+(\.\d+)?$/;

/** Until when AliExpress has closed the card, epoch milliseconds; 0 if it is open. It ends with its day at the latest. */
export const closedUntil = (stored: string | null, dayEnd: number): number =>
  stored === null ? 0 : Math.min(NUMBER.test(stored) ? Number(stored) : dayEnd, dayEnd);

/** No pause lasts longer, also where the clocks differ. */
export const MAX_PAUSE_MS = 2 * 86_400_000;

/** The end of a pause, epoch milliseconds; 0 if there is none. */
export const pausedUntil = (stored: string | null, now: number): number =>
  stored !== null && NUMBER.test(stored) && Number(stored) <= now + MAX_PAUSE_MS ? Number(stored) : 0;

/** Reads and writes inside one transaction. */
export interface Entries {
  get(key: string): string | null;
  set(key: string, value: string, ttlSeconds: number): void;
}

/** Claims one call inside a transaction. */
export function claimOnCard({ get, set }: Entries, claim: CardClaim): CardAnswer {
  const { keys, day, dayEnd, id, firstSlot, lastSlot, ttlSeconds, now, gate } = claim;
  const paused = gate ? pausedUntil(get(gate.pause), now) : 0;
  if (paused > now) return { outcome: 'paused', until: paused };
  const closed = closedUntil(get(closedKey(keys)), dayEnd);
  if (closed > now) return { outcome: 'used_up', until: closed };

  const marker = get(keys.marker);
  const marks = markKeys(keys).map((key) => ({ key, value: get(key) }));
  const values = marks.map(({ value }) => value);
  const keepMarker = () => {
    const next = markerWith(marker, day);
    if (next !== null) set(keys.marker, next, MARKER_TTL_SECONDS);
  };
  if (isForgotten({ day, isNewShop: claim.isNewShop, marker, marks: values })) {
    keepMarker();
    return { outcome: 'store_forgot', until: dayEnd };
  }
  const high = highestMark(values) ?? 0;
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
    // Every slot above the mark is taken.
    keepMarks(Math.max(high, lastSlot));
    keepMarker();
    return { outcome: 'used_up', until: dayEnd };
  }
  const sendAt = gate ? takeRateSlot({ get, set }, gate.rate, now, dayEnd) : now;
  if (sendAt === undefined) return { outcome: 'busy', until: Math.min(dayEnd, now + MAX_RATE_WAIT_MS) };
  set(slotKey(keys, slot), id, ttlSeconds);
  keepMarks(Math.max(high, slot));
  keepMarker();
  return { outcome: 'granted', slot, sendAt };
}

/** @returns when the caller may send; undefined if no rate slot is free within ten seconds and before the end of the day */
function takeRateSlot({ get, set }: Entries, rate: string, now: number, dayEnd: number): number | undefined {
  const current = Math.floor(now / RATE_SLOT_MS);
  for (let slot = current; slot < current + MAX_RATE_SLOTS; slot += 1) {
    const start = slot * RATE_SLOT_MS;
    if (start >= dayEnd) return undefined;
    const key = `${rate}:${slot}`;
    if (get(key) !== null) continue;
    set(key, '1', RATE_SLOT_TTL_SECONDS + Math.ceil((start - now) / 1000));
    return Math.max(now, start);
  }
  return undefined;
}
