/**
 * The chunks of a snapshot: compressed entries that were first seen on one UTC day, in pieces that no store refuses. A
 * chunk is never changed. An entry that changed is written again, together with the other entries of its chunk, under a
 * new key.
 */

import type * as z from 'zod';
import { type Clock, DAY, HOUR, type Log, type Random, SECOND } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import { readable } from '../../stores/stored.ts';
import {
  type ChunkRef,
  decodeEntries,
  type Entry,
  encode,
  entryFormat,
  MAX_VALUE_LENGTH,
} from './snapshot-format.ts';
import { remember, type SnapshotMemo } from './snapshot-memo.ts';
import { reportUnreadable } from './unreadable.ts';

export interface ChunksOptions {
  store: Store;
  clock: Clock;
  random: Random;
  /** The keys of the chunks begin with it. */
  key: string;
  memo: SnapshotMemo;
  log: Log;
  lifetime: Lifetime;
  /** Of the values of the entries; left out where a feed may keep any. */
  format?: z.ZodType | undefined;
}

/** How long entries can be relied on after they were fetched, and how long they are stored. */
export interface Lifetime {
  retentionMs: number;
  expiryMs: number;
}

/** Epoch milliseconds, both ends included. */
export interface Span {
  from: number;
  to: number;
}

export interface Section<V> {
  entries: ReadonlyMap<string, Entry<V>>;
  /** As they are stored. */
  chunks: readonly { ref: ChunkRef; entries: readonly Entry<V>[] }[];
  /** The first of the entries expires then, epoch milliseconds. */
  aliveUntil: number;
  /** Chunks were missing: when the oldest and the newest of their entries were fetched. */
  missing?: Span;
}

/** A chunk this close to its expiry is written again, without the entries that are past retention. */
const RENEW_MS = 4 * HOUR;

export const emptySection: Section<never> = { entries: new Map(), chunks: [], aliveUntil: Infinity };

/** Rejects when the store does. */
export async function readChunks<V extends object>(
  options: ChunksOptions,
  refs: readonly ChunkRef[],
): Promise<Section<V>> {
  const { clock, lifetime } = options;
  const read = await Promise.all(
    refs.map(async (ref) => ({ ref, entries: await readChunk<V>(options, ref.key) })),
  );
  const now = clock.now();
  const isAlive = ({ fetchedAt }: Entry<V>) => fetchedAt > now - lifetime.expiryMs;
  const missing = read
    .filter(({ ref, entries }) => !entries && ref.newest > now - lifetime.retentionMs)
    .map(({ ref }) => ref);
  const chunks = read.flatMap(({ ref, entries }) =>
    entries ? [{ ref, entries: entries.filter(isAlive) }] : [],
  );
  const entries = new Map<string, Entry<V>>();
  let aliveUntil = Infinity;
  for (const entry of chunks.flatMap((chunk) => chunk.entries)) {
    entries.set(entry.id, entry);
    aliveUntil = Math.min(aliveUntil, entry.fetchedAt + lifetime.expiryMs);
  }
  return {
    entries,
    chunks,
    aliveUntil,
    ...(missing.length > 0 && {
      missing: {
        from: Math.min(...missing.map(({ oldest }) => oldest)),
        to: Math.max(...missing.map(({ newest }) => newest)),
      },
    }),
  };
}

async function readChunk<V extends object>({ store, clock, memo, lifetime }: ChunksOptions, key: string) {
  const known = memo.chunks.get(key) as Entry<V>[] | undefined;
  if (known?.every(({ fetchedAt }) => fetchedAt > clock.now() - lifetime.expiryMs)) return known;
  memo.chunks.delete(key);
  const entries = decodeEntries<V>(await store.get(key));
  if (entries) remember(memo.chunks, key, entries);
  return entries;
}

/**
 * Writes the entries that differ from what is stored.
 * @returns the chunks that hold the section now; undefined if the store declined
 */
export async function writeChunks<V extends object>(
  options: ChunksOptions,
  { entries, chunks }: Section<V>,
): Promise<ChunkRef[] | undefined> {
  const { store, clock, random, key, memo, lifetime } = options;
  const now = clock.now();
  const stored = new Set(chunks.flatMap((chunk) => chunk.entries));
  const growingDays = new Set(
    [...entries.values()].filter((entry) => !stored.has(entry)).map(({ seenAt }) => dayOf(seenAt)),
  );
  const staysAsItIs = ({ ref, entries: own }: (typeof chunks)[number]) =>
    ref.oldest >= now + RENEW_MS - lifetime.expiryMs &&
    own.every((entry) => entries.get(entry.id) === entry) &&
    // New entries join a chunk that has room.
    !(growingDays.has(ref.day) && ref.size < MAX_VALUE_LENGTH / 2);
  const kept = chunks.filter(staysAsItIs);
  const keptEntries = new Set(kept.flatMap((chunk) => chunk.entries));
  const rest = [...entries.values()].filter(
    (entry) =>
      !keptEntries.has(entry) &&
      entry.fetchedAt > now - lifetime.retentionMs &&
      (stored.has(entry) || isReadable(options, entry)),
  );
  async function write(day: number, { part, text }: Part<V>): Promise<ChunkRef | undefined> {
    const fetched = part.map(({ fetchedAt }) => fetchedAt);
    const [oldest, newest] = [Math.min(...fetched), Math.max(...fetched)];
    const ref = {
      key: `${key}:${now.toString(36)}${random().toString(36).slice(2, 8)}`,
      day,
      oldest,
      newest,
      size: text.length,
    };
    const ttlMs = Math.max(SECOND, oldest + lifetime.expiryMs - now);
    const isWritten = await store.set(ref.key, text, Math.floor(ttlMs / SECOND)).catch(() => undefined);
    if (!isWritten) return undefined;
    // The next poll of this process need not unpack what was just packed.
    remember(memo.chunks, ref.key, part);
    return ref;
  }
  const days = [...new Set(rest.map(({ seenAt }) => dayOf(seenAt)))];
  const written = await Promise.all(
    days.flatMap((day) =>
      inParts(rest.filter(({ seenAt }) => dayOf(seenAt) === day)).map((part) => write(day, part)),
    ),
  );
  const refs = written.filter((ref) => ref !== undefined);
  return refs.length < written.length ? undefined : [...kept.map(({ ref }) => ref), ...refs];
}

interface Part<V> {
  part: Entry<V>[];
  text: string;
}

/** One entry that cannot be read would take its whole chunk with it. */
function isReadable(options: ChunksOptions, entry: Entry<object>): boolean {
  const fields: string[] = [];
  const add = (field: string) => fields.push(field);
  readable(entryFormat, undefined, entry, add);
  if (options.format) readable(options.format, undefined, entry.values, add);
  for (const field of fields) reportUnreadable(options, field);
  return fields.length === 0;
}

const dayOf = (seenAt: number): number => Math.floor(seenAt / DAY) * DAY;

/** The entries, halved until each part is short enough. */
function inParts<V>(entries: Entry<V>[]): Part<V>[] {
  const text = encode(entries);
  if (text.length <= MAX_VALUE_LENGTH || entries.length === 1) return [{ part: entries, text }];
  const middle = Math.ceil(entries.length / 2);
  return [...inParts(entries.slice(0, middle)), ...inParts(entries.slice(middle))];
}
