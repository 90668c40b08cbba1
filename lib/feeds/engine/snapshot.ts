/**
 * Snapshots: what a feed remembers of one shop, shared by every workflow of that shop. Never a name, address,
 * phone or e-mail; and nothing of an order for longer than 48 hours.
 *
 * A snapshot is a small head (watermarks, pacing, the list of chunks) and compressed chunks of entries, one per
 * day of first sight. A chunk is never changed: a new one is written under a new key, and then the head that
 * names it. So the head is the only point where anything becomes true, and a writer that dies half-way has
 * changed nothing.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { type Clock, DAY, HOUR, type Random, SECOND } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import type { PollSchedule } from './poll-schedule.ts';

export interface Entry<V> {
  id: string;
  /** When the feed first saw it, epoch milliseconds. */
  seenAt: number;
  /** When these values were fetched, epoch milliseconds. */
  fetchedAt: number;
  values: V;
}

export interface Snapshot<S, V> {
  state: S | undefined;
  entries: Map<string, Entry<V>>;
  chunks: ChunkRef[];
  /** A chunk that the head names was gone: what was fetched since then, epoch milliseconds, must be read again. */
  missingSince?: number;
}

interface ChunkRef {
  key: string;
  /** Start of the UTC day on which its entries were first seen. */
  day: number;
  /** `fetchedAt` of its oldest entry. */
  oldest: number;
  /** `fetchedAt` of its newest entry. */
  newest: number;
}

/** Every entry can be relied on for this long after it was fetched … */
export const RETENTION_MS = 36 * HOUR;
/** … and none is stored for longer than this. */
const EXPIRY_MS = 48 * HOUR;

/** How long the entries of a snapshot are relied on, and stored. */
export interface Life {
  retentionMs: number;
  expiryMs: number;
}
const RECORDS: Life = { retentionMs: RETENTION_MS, expiryMs: EXPIRY_MS };
/** A chunk this close to its end is written again, without what is older than KEPT_MS. */
const RENEW_MS = 4 * HOUR;
const HEAD_TTL_SECONDS = (7 * DAY) / SECOND;

const headSchema = z.object({
  version: z.literal(1),
  state: z.unknown(),
  chunks: z.array(z.object({ key: z.string(), day: z.number(), oldest: z.number(), newest: z.number() })),
});
type Head = z.infer<typeof headSchema>;

const entriesSchema = z.array(
  z.object({
    id: z.string(),
    seenAt: z.number(),
    fetchedAt: z.number(),
    values: z.record(z.string(), z.unknown()),
  }),
);

export interface Snapshots<S, V> {
  /** Rejects when the store does. A head or chunk that cannot be read counts as absent. */
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

/**
 * What this process has unpacked before. A chunk never changes, so a process that answers many polls unpacks each once. Keys carry the seller; nothing is in here that the store does not hold as well.
 */
export interface SnapshotMemo {
  chunks: Map<string, Entry<object>[]>;
  /** The head that was read last, by key, as it was stored and as it was read. */
  heads: Map<string, { stored: string; head: Head }>;
  /** When the workflows of each snapshot poll, by key. */
  schedules: Map<string, PollSchedule>;
}

export const emptyMemo = (): SnapshotMemo => ({ chunks: new Map(), heads: new Map(), schedules: new Map() });

const MAX_MEMO_ENTRIES = 512;

export function remember<V>(memo: Map<string, V>, key: string, value: V): void {
  memo.set(key, value);
  for (const oldest of memo.keys()) {
    if (memo.size <= MAX_MEMO_ENTRIES) return;
    memo.delete(oldest);
  }
}

export function createSnapshots<S, V extends object>(options: {
  store: Store;
  clock: Clock;
  random: Random;
  /** "snap:{seller}:{feed}" */
  key: string;
  state: z.ZodType<S>;
  memo: SnapshotMemo;
  /** Left out for records. */
  life?: Life;
}): Snapshots<S, V> {
  const { store, clock, random, key, state: stateSchema, memo } = options;
  const { retentionMs, expiryMs } = options.life ?? RECORDS;

  async function loadOnce(): Promise<Snapshot<S, V> | 'torn'> {
    const stored = await store.get(key);
    const head = readHead(stored);
    const state = stateSchema.safeParse(head?.state).data;
    if (!head || state === undefined) return { state: undefined, entries: new Map(), chunks: [] };
    const read = await Promise.all(
      head.chunks.map(async (ref) => ({ ref, entries: await readChunk(ref.key) })),
    );
    const lost = read.filter(
      (chunk) => chunk.entries === undefined && chunk.ref.newest > clock.now() - retentionMs,
    );
    if (lost.length > 0 && (await store.get(key)) !== stored) return 'torn';
    const kept = read.filter((chunk) => chunk.entries !== undefined);
    const alive = kept
      .flatMap((chunk) => chunk.entries ?? [])
      .filter((entry) => entry.fetchedAt > clock.now() - expiryMs);
    return {
      state,
      entries: new Map(alive.map((entry) => [entry.id, entry])),
      chunks: kept.map((chunk) => chunk.ref),
      ...(lost.length > 0 && { missingSince: Math.min(...lost.map((chunk) => chunk.ref.oldest)) }),
    };
  }

  function readHead(stored: string | null): Head | undefined {
    if (stored === null) return undefined;
    const known = memo.heads.get(key);
    // The state is changed by a visit, so everyone gets one of their own.
    if (known?.stored === stored) return structuredClone(known.head);
    const head = headSchema.safeParse(decode(stored)).data;
    if (head) remember(memo.heads, key, { stored, head: structuredClone(head) });
    return head;
  }

  async function readChunk(chunkKey: string): Promise<Entry<V>[] | undefined> {
    const known = memo.chunks.get(chunkKey) as Entry<V>[] | undefined;
    if (known?.every((entry) => entry.fetchedAt > clock.now() - expiryMs)) return known;
    memo.chunks.delete(chunkKey);
    const entries = entriesSchema.safeParse(decode(await store.get(chunkKey))).data as Entry<V>[] | undefined;
    if (entries) remember(memo.chunks, chunkKey, entries);
    return entries;
  }

  async function load(): Promise<Snapshot<S, V>> {
    // A head read just before another process replaced it may name chunks that are already gone.
    for (let tries = 0; tries < 3; tries += 1) {
      const loaded = await loadOnce();
      if (loaded !== 'torn') return loaded;
    }
    throw new Error('the snapshot kept changing');
  }

  async function commit(
    snapshot: Snapshot<S, V>,
    changed: ReadonlySet<string>,
    dropped: ReadonlySet<number> = new Set(),
  ): Promise<boolean> {
    const now = clock.now();
    const dayOf = ({ seenAt }: Pick<Entry<V>, 'seenAt'>) => Math.floor(seenAt / DAY) * DAY;
    const entries = [...snapshot.entries.values()];
    const dirty = new Set(entries.filter((entry) => changed.has(entry.id)).map(dayOf));
    for (const seenAt of dropped) dirty.add(dayOf({ seenAt }));
    for (const ref of snapshot.chunks) if (ref.oldest + expiryMs - now < RENEW_MS) dirty.add(ref.day);

    const written = new Map<string, Entry<V>[]>();
    const chunks = snapshot.chunks.filter((ref) => !dirty.has(ref.day));
    for (const day of dirty) {
      const kept = entries.filter((entry) => dayOf(entry) === day && entry.fetchedAt > now - retentionMs);
      if (kept.length === 0) continue;
      const fetched = kept.map((entry) => entry.fetchedAt);
      const [oldest, newest] = [Math.min(...fetched), Math.max(...fetched)];
      const chunk = {
        key: `${key}:${now.toString(36)}${random().toString(36).slice(2, 8)}`,
        day,
        oldest,
        newest,
      };
      if (!(await store.set(chunk.key, encode(kept), secondsUntil(oldest + expiryMs)))) return false;
      chunks.push(chunk);
      written.set(chunk.key, kept);
    }
    const head = { version: 1 as const, state: snapshot.state, chunks };
    if (!(await store.set(key, encode(head), HEAD_TTL_SECONDS))) return false;
    // The next poll of this process need not unpack what it has just packed.
    for (const [chunkKey, kept] of written) remember(memo.chunks, chunkKey, kept);
    const replaced = snapshot.chunks.filter((ref) => dirty.has(ref.day));
    await Promise.all(replaced.map((ref) => store.delete(ref.key).catch(() => false)));
    return true;
  }

  const secondsUntil = (at: number) => Math.max(1, Math.floor((at - clock.now()) / 1000));

  return { load, commit };
}

const encode = (value: unknown): string => deflateRawSync(JSON.stringify(value)).toString('base64');

function decode(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8'));
  } catch {
    return undefined;
  }
}
