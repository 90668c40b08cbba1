/**
 * The heads of a snapshot. A head is written once, under the number after that of the head its writer has read. So of
 * two writers the later one is refused, however long it slept.
 *
 * A pointer says which number is the newest. A late writer can set it back, so it is only where the search begins: the
 * newest head is the last one of the numbers that follow. A head that three later ones have replaced gives way to the
 * number of its successor, so that its own number stays taken and the search can go on from it.
 *
 * If the store loses a head while the pointer is behind it, the search ends too early. So a writer looks further ahead: if
 * a later head stands, the number that was lost gives way to that of the later one.
 *
 * A process that knows the newest head needs two reads, side by side, to see that nothing has changed. It forgets a head
 * that the store has lost, because another process may have begun again.
 */

import { type Clock, DAY, type Log, SECOND } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import { decodeHead, encode, type SnapshotHead } from './snapshot-format.ts';
import { type NumberedHead, remember, type SnapshotMemo } from './snapshot-memo.ts';

const HEAD_TTL_SECONDS = (8 * DAY) / SECOND;
const REPLACED_TTL_SECONDS = DAY / SECOND;
/** Heads that stay readable. If the store loses the newest one, the one before it is used. */
const KEPT_HEADS = 3;
/** More heads than a day can have, so that a snapshot that begins again has higher numbers than the lost one. */
const NUMBERS_PER_DAY = 10_000;
/** Another process may remember later heads of a snapshot that was lost, but hardly as many. */
const SKIPPED_NUMBERS = 100;
/** A number that is more days ahead was not written by a snapshot, also where a clock was wrong. */
const MAX_DAYS_AHEAD = 3650;

export interface HeadsOptions {
  store: Store;
  clock: Clock;
  /** The store's key for the pointer; those of the heads begin with it. */
  key: string;
  memo: SnapshotMemo;
  log: Log;
  /** Whether this release can read the state in a head. One that it cannot read counts as lost. */
  isReadable(head: SnapshotHead): boolean;
}

/** Where the search begins if no number is known. */
const firstNumber = (clock: Clock) => Math.floor(clock.now() / DAY) * NUMBERS_PER_DAY;

const headKey = (key: string, number: number) => `${key}:${number}`;
/** The pointer is written twice, because a store may lose values. */
const pointerKeys = (key: string) => [key, `${key}:again`];

/** The newest head. Rejects when the store does. */
export async function newestHead(options: HeadsOptions): Promise<NumberedHead> {
  const { store, clock, key, memo } = options;
  const reads = new Map<number, Promise<string | null>>();
  const read = (number: number) => {
    const reading = reads.get(number) ?? store.get(headKey(key, number));
    reads.set(number, reading);
    return reading;
  };
  const remembered = memo.heads.get(key);
  const first = firstNumber(clock);
  const [pointer] = await Promise.all([
    remembered ? readPointer(store, clock, key) : readPointers(store, clock, key),
    // A process that knows nothing looks at once where the search begins if there is no pointer.
    ...(remembered ? [remembered.number + 1] : [first, first + 1]).map(read),
  ]);
  // A late writer has set the pointer back, or the store has lost what this process remembers.
  const isBehind = remembered !== undefined && pointer < remembered.number;
  const known = isBehind && (await read(remembered.number)) === null ? undefined : remembered;
  const begin = Math.max(first, remembered ? remembered.number + SKIPPED_NUMBERS : 0);
  let number = Math.max(pointer, known?.number ?? 0) || begin;
  if (number !== known?.number) await Promise.all([read(number), read(number + 1)]);
  for (let next = await read(number + 1); next !== null; next = await read(number + 1))
    number = Math.max(number + 1, numberIn(next, clock));
  if (number === known?.number) return known;
  const headAt = async (at: number) => readableHead(options, await read(at));
  const head = await headAt(number);
  if (!head) return withoutNewest(number, headAt);
  remember(memo.heads, key, { number, head });
  return { number, head };
}

/** The head before the newest one, which was lost, under the number that is taken. */
async function withoutNewest(
  number: number,
  headAt: (number: number) => Promise<SnapshotHead | undefined>,
): Promise<NumberedHead> {
  const before = Array.from({ length: KEPT_HEADS - 1 }, (_, nth) => headAt(number - 1 - nth));
  return { number, head: (await Promise.all(before)).find((head) => head !== undefined) };
}

/** A head of another release, or one that is damaged, must not be begun again in silence. */
function readableHead({ key, log, isReadable }: HeadsOptions, text: string | null): SnapshotHead | undefined {
  const head = decodeHead(text);
  if (head && isReadable(head)) return head;
  const isNumber = text !== null && /^\d+$/.test(text);
  if (text !== null && !isNumber) log('what a feed knew cannot be read', { feed: feedOf(key) });
  return undefined;
}

const feedOf = (key: string): string => key.split(':').at(-1) ?? key;

async function readPointer(store: Store, clock: Clock, key: string): Promise<number> {
  for (const each of pointerKeys(key)) {
    const number = numberIn(String(await store.get(each)), clock);
    if (number > 0) return number;
  }
  return 0;
}

/** Both copies at once, for a process that has nothing else to go by. */
async function readPointers(store: Store, clock: Clock, key: string): Promise<number> {
  const copies = await Promise.all(pointerKeys(key).map((each) => store.get(each)));
  return copies.map((copy) => numberIn(String(copy), clock)).find((number) => number > 0) ?? 0;
}

/** The number in a pointer, or in place of a replaced head; 0 if there is none, or none that can be true. */
function numberIn(text: string, clock: Clock): number {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  return number <= firstNumber(clock) + MAX_DAYS_AHEAD * NUMBERS_PER_DAY ? number : 0;
}

export type Written = 'stored' | 'declined' | 'superseded';

/**
 * Writes the head that follows `before`.
 * @returns `superseded` if another head follows it already; `declined` if the store did not take it
 */
export async function writeHead(
  { store, key, memo }: HeadsOptions,
  before: number,
  head: SnapshotHead,
): Promise<Written> {
  const number = before + 1;
  const text = encode(head);
  const laterOne = laterNumber(store, key, number);
  if (!(await store.add(headKey(key, number), text, HEAD_TTL_SECONDS).catch(() => undefined))) {
    // The write may have arrived although its answer was lost or says otherwise.
    const holder = await store.get(headKey(key, number)).catch(() => null);
    if (holder !== text) return holder === null ? 'declined' : 'superseded';
  }
  const later = await laterOne;
  if (later !== undefined) {
    await store.set(headKey(key, number), String(later), HEAD_TTL_SECONDS).catch(() => {});
    return 'superseded';
  }
  const replaced = headKey(key, number - KEPT_HEADS);
  await Promise.all([
    ...pointerKeys(key).map((each) => store.set(each, String(number), HEAD_TTL_SECONDS).catch(() => {})),
    store.set(replaced, String(number), REPLACED_TTL_SECONDS).catch(() => {}),
  ]);
  remember(memo.heads, key, { number, head });
  return 'stored';
}

/** The number of a head that stands although the one before it is missing; undefined if there is none. */
async function laterNumber(store: Store, key: string, missing: number): Promise<number | undefined> {
  const numbers = Array.from({ length: KEPT_HEADS - 1 }, (_, nth) => missing + 1 + nth);
  const heads = await Promise.all(numbers.map((each) => store.get(headKey(key, each)).catch(() => null)));
  return numbers.find((_, nth) => heads[nth] !== null);
}
