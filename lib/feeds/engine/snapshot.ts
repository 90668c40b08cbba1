/**
 * A snapshot is what a feed remembers of one shop, shared by all workflows of that shop. It never holds a name, an
 * address, a phone number or an e-mail address, and holds nothing of an order for longer than 48 hours.
 *
 * A chunk is never changed. A new one is written under a new key, and then the head that names it. So the write of the
 * head alone decides what is known, and a process that dies half-way has changed nothing.
 */

import type * as z from 'zod';
import { type Clock, DAY, HOUR, type Random, SECOND } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import { type ChunkRef, decodeEntries, decodeHead, type Entry, encode } from './snapshot-format.ts';
import { remember, type SnapshotMemo } from './snapshot-memo.ts';

export interface Snapshot<S, V> {
  state: S | undefined;
  entries: Map<string, Entry<V>>;
  chunks: ChunkRef[];
  /** A chunk named by the head was missing: what was fetched since then, epoch milliseconds, must be read again. */
  missingSince?: number;
}

/** How long the entries of a snapshot can be relied on, and how long they are stored. */
export interface Lifetime {
  retentionMs: number;
  expiryMs: number;
}

/** A record can be relied on for this long after it was fetched. */
export const RETENTION_MS = 36 * HOUR;
const RECORDS: Lifetime = { retentionMs: RETENTION_MS, expiryMs: 48 * HOUR };
/** A chunk this close to its expiry is written again, without the entries that are past retention. */
const RENEW_MS = 4 * HOUR;
const HEAD_TTL_SECONDS = (7 * DAY) / SECOND;
const MAX_LOAD_ATTEMPTS = 3;

/** The store's key for the head of a feed's records. */
export const snapshotKey = (seller: string, feed: string): string => `snap:${seller}:${feed}`;

export interface Snapshots<S, V> {
  /** Rejects when the store does. */
  load(): Promise<Snapshot<S, V>>;
  /**
   * Writes what changed. Resolves to false when the store declined: then the old snapshot still stands.
   * @param changed ids of entries that are new or differ
   * @param dropped `seenAt` of entries that were taken out
   */
  commit(
    snapshot: Snapshot<S, V>,
    changed: ReadonlySet<string>,
    dropped?: ReadonlySet<number>,
  ): Promise<boolean>;
}

export interface SnapshotOptions<S> {
  store: Store;
  clock: Clock;
  random: Random;
  /** The store's key for the head; those of the chunks begin with it. */
  key: string;
  state: z.ZodType<S>;
  memo: SnapshotMemo;
  /** Left out for records. */
  lifetime?: Lifetime;
}

export const createSnapshots = <S, V extends object>(options: SnapshotOptions<S>): Snapshots<S, V> => ({
  load: () => load(options),
  commit: (snapshot, changed, dropped = new Set()) => commit(options, snapshot, changed, dropped),
});

async function load<S, V extends object>(options: SnapshotOptions<S>): Promise<Snapshot<S, V>> {
  for (let attempt = 1; attempt <= MAX_LOAD_ATTEMPTS; attempt += 1) {
    const loaded = await loadOnce<S, V>(options);
    if (loaded !== 'torn') return loaded;
  }
  throw new Error('the snapshot kept changing');
}

/** @returns `torn` if the head was replaced in the meantime, and its chunks are gone for that reason */
async function loadOnce<S, V extends object>(options: SnapshotOptions<S>): Promise<Snapshot<S, V> | 'torn'> {
  const { store, clock, key, state: stateSchema, lifetime = RECORDS } = options;
  const stored = await store.get(key);
  const head = readHead(options, stored);
  const state = stateSchema.safeParse(head?.state).data;
  if (!head || state === undefined) return { state: undefined, entries: new Map(), chunks: [] };
  const read = await Promise.all(
    head.chunks.map(async (ref) => ({ ref, entries: await readChunk<S, V>(options, ref.key) })),
  );
  const now = clock.now();
  const missing = read.filter(({ ref, entries }) => !entries && ref.newest > now - lifetime.retentionMs);
  if (missing.length > 0 && (await store.get(key)) !== stored) return 'torn';
  const found = read.filter(({ entries }) => entries !== undefined);
  const alive = found
    .flatMap(({ entries }) => entries ?? [])
    .filter(({ fetchedAt }) => fetchedAt > now - lifetime.expiryMs);
  return {
    state,
    entries: new Map(alive.map((entry) => [entry.id, entry])),
    chunks: found.map(({ ref }) => ref),
    ...(missing.length > 0 && { missingSince: Math.min(...missing.map(({ ref }) => ref.oldest)) }),
  };
}

function readHead<S>({ memo, key }: SnapshotOptions<S>, stored: string | null) {
  const known = memo.heads.get(key);
  if (stored !== null && known?.stored === stored) return known.head;
  const head = decodeHead(stored);
  if (stored !== null && head) remember(memo.heads, key, { stored, head });
  return head;
}

async function readChunk<S, V extends object>(options: SnapshotOptions<S>, chunkKey: string) {
  const { store, clock, memo, lifetime = RECORDS } = options;
  const known = memo.chunks.get(chunkKey) as Entry<V>[] | undefined;
  if (known?.every(({ fetchedAt }) => fetchedAt > clock.now() - lifetime.expiryMs)) return known;
  memo.chunks.delete(chunkKey);
  const entries = decodeEntries<V>(await store.get(chunkKey));
  if (entries) remember(memo.chunks, chunkKey, entries);
  return entries;
}

async function commit<S, V extends object>(
  options: SnapshotOptions<S>,
  snapshot: Snapshot<S, V>,
  changed: ReadonlySet<string>,
  dropped: ReadonlySet<number>,
): Promise<boolean> {
  const { store, clock, random, key, memo, lifetime = RECORDS } = options;
  const now = clock.now();
  const days = daysToWrite(snapshot, changed, dropped, now + RENEW_MS - lifetime.expiryMs);
  const written = new Map<string, Entry<V>[]>();
  const chunks = snapshot.chunks.filter(({ day }) => !days.has(day));
  for (const day of days) {
    const entries = [...snapshot.entries.values()].filter(
      (entry) => dayOf(entry.seenAt) === day && entry.fetchedAt > now - lifetime.retentionMs,
    );
    if (entries.length === 0) continue;
    const fetched = entries.map(({ fetchedAt }) => fetchedAt);
    const chunk: ChunkRef = {
      key: `${key}:${now.toString(36)}${random().toString(36).slice(2, 8)}`,
      day,
      oldest: Math.min(...fetched),
      newest: Math.max(...fetched),
    };
    const ttlMs = chunk.oldest + lifetime.expiryMs - clock.now();
    if (!(await store.set(chunk.key, encode(entries), Math.max(1, Math.floor(ttlMs / SECOND))))) return false;
    chunks.push(chunk);
    written.set(chunk.key, entries);
  }
  const head = { version: 1 as const, state: snapshot.state, chunks };
  if (!(await store.set(key, encode(head), HEAD_TTL_SECONDS))) return false;
  // The next poll of this process need not unpack what was just packed.
  for (const [chunkKey, entries] of written) remember(memo.chunks, chunkKey, entries);
  const replaced = snapshot.chunks.filter(({ day }) => days.has(day));
  await Promise.all(replaced.map((ref) => store.delete(ref.key).catch(() => false)));
  return true;
}

/** The days whose chunk has changed, or would expire soon. */
function daysToWrite<S, V>(
  { entries, chunks }: Snapshot<S, V>,
  changed: ReadonlySet<string>,
  dropped: ReadonlySet<number>,
  renewBefore: number,
): Set<number> {
  const changedEntries = [...entries.values()].filter(({ id }) => changed.has(id));
  return new Set([
    ...changedEntries.map(({ seenAt }) => dayOf(seenAt)),
    ...[...dropped].map(dayOf),
    ...chunks.filter(({ oldest }) => oldest < renewBefore).map(({ day }) => day),
  ]);
}

const dayOf = (seenAt: number): number => Math.floor(seenAt / DAY) * DAY;
