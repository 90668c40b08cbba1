/**
 * A snapshot is what a feed remembers of one shop, shared by all workflows of that shop. It never holds a name, an
 * address, a phone number or an e-mail address, and holds nothing of an order for longer than 48 hours, except its number
 * and times in a watch list.
 *
 * A chunk is never changed. A new one is written under a new key, and then the next head that names it. So the write of
 * the head alone decides what is known, and a process that dies half-way, or is late, has changed nothing.
 */

import type * as z from 'zod';
import { oncePer } from '../../once-per.ts';
import { HOUR, type Random } from '../../runtime.ts';
import { keepUnknown, readable, type StoredFormat } from '../../stores/stored.ts';
import {
  type ChunksOptions,
  emptySection,
  type Lifetime,
  readChunks,
  type Section,
  writeChunks,
} from './chunks.ts';
import { type HeadsOptions, newestHead, type Written, writeHead } from './heads.ts';
import type { ChunkRef, Entry, SnapshotHead } from './snapshot-format.ts';
import { reportUnreadable } from './unreadable.ts';

export interface Snapshot<S, V> {
  state: S | undefined;
  entries: ReadonlyMap<string, Entry<V>>;
  /** A chunk named by the head was missing: what was fetched since then, epoch milliseconds, must be read again. */
  missingSince?: number;
  /** What the store holds. */
  stored: { number: number; head: SnapshotHead | undefined; records: Section<V> };
}

/** A record can be relied on for this long after it was fetched. */
export const RETENTION_MS = 36 * HOUR;
const RECORDS: Lifetime = { retentionMs: RETENTION_MS, expiryMs: 48 * HOUR };
const NOTHING: Lifetime = { retentionMs: 0, expiryMs: 0 };
const MAX_LOAD_ATTEMPTS = 3;

/** The store's key for a feed's snapshot. */
export const snapshotKey = (seller: string, feed: string): string => `snap1:${seller}:${feed}`;

export interface Snapshots<S, V> {
  /** Rejects when the store does. */
  load(): Promise<Snapshot<S, V>>;
  /** The state that this process has read or written last, without a read of the store. */
  remembered(): S | undefined;
  /** The entries of the watch list. Rejects when the store does. */
  loadWatched<W extends object>(snapshot: Snapshot<S, V>): Promise<Section<W>>;
  /**
   * Writes what has changed. If the result is not `stored`, the snapshot is what it was, or what another process made of it.
   * Chunks that were missing are not named any more.
   * @param watched left out if the watch list was not loaded
   */
  commit(snapshot: Snapshot<S, V>, watched?: Section<object>): Promise<Written>;
  /** Writes the state alone, between two visits. Chunks that are missing stay named, so that the next visit notices. */
  commitState(snapshot: Pick<Snapshot<S, V>, 'state' | 'stored'>): Promise<Written>;
}

export interface SnapshotOptions<S> extends Omit<HeadsOptions, 'isReadable'> {
  random: Random;
  state: StoredFormat<S>;
  /** Of the entries of the watch list. */
  watchedLifetime?: Lifetime | undefined;
  /** Of their values. */
  watchedFormat?: z.ZodType | undefined;
}

export const createSnapshots = <S, V extends object>(options: SnapshotOptions<S>): Snapshots<S, V> => ({
  load: () => load(options),
  remembered: () => stateIn(options, options.memo.heads.get(options.key)?.head),
  loadWatched: ({ stored: { head } }) => readChunks(watchedOptions(options), head?.watched ?? []),
  commit: (snapshot, watched) => commit(options, snapshot, watched),
  commitState: (snapshot) =>
    commitHead(options, snapshot, snapshot.stored.head ?? { chunks: [], watched: [] }),
});

const headsOptions = <S>(options: SnapshotOptions<S>): HeadsOptions => ({
  ...options,
  isReadable: (head) => head.state === undefined || stateIn(options, head) !== undefined,
});

const recordsOptions = <S>({ key, ...options }: SnapshotOptions<S>): ChunksOptions => ({
  ...options,
  key: key.replace('snap1:', 'chunk1:'),
  lifetime: RECORDS,
});

const watchedOptions = <S>({
  key,
  watchedLifetime,
  watchedFormat,
  ...options
}: SnapshotOptions<S>): ChunksOptions => ({
  ...options,
  format: watchedFormat,
  key: key.replace('snap1:', 'watch1:'),
  lifetime: watchedLifetime ?? NOTHING,
});

/** A head that stays the newest is read many times. */
const statesIn = oncePer((format: StoredFormat<unknown>) =>
  oncePer((head: SnapshotHead) => format.safeParse(head.state).data),
);
const stateIn = <S>({ state }: SnapshotOptions<S>, head: SnapshotHead | undefined): S | undefined =>
  head && (statesIn(state)(head) as S | undefined);

/** The records of heads that were read before, by their lists of chunks. */
const sections = new WeakMap<readonly ChunkRef[], Section<object>>();

/** A head that stays the newest is read many times, and its records are put together once, until one of them expires. */
async function readRecords<S, V extends object>(
  options: SnapshotOptions<S>,
  refs: readonly ChunkRef[],
): Promise<Section<V>> {
  const known = sections.get(refs);
  if (known && options.clock.now() < known.aliveUntil) return known as Section<V>;
  const section = await readChunks<V>(recordsOptions(options), refs);
  if (!section.missing) sections.set(refs, section);
  return section;
}

async function load<S, V extends object>(options: SnapshotOptions<S>): Promise<Snapshot<S, V>> {
  for (let attempt = 1; attempt <= MAX_LOAD_ATTEMPTS; attempt += 1) {
    const { number, head } = await newestHead(headsOptions(options));
    const records: Section<V> = head ? await readRecords<S, V>(options, head.chunks) : emptySection;
    const { entries, missing } = records;
    // If a newer head was written in the meantime, the chunks are gone for that reason.
    if (missing && (await newestHead(headsOptions(options))).number !== number) continue;
    return {
      state: stateIn(options, head),
      entries,
      ...(missing && { missingSince: missing.from }),
      stored: { number, head, records },
    };
  }
  throw new Error('the snapshot kept changing');
}

async function commit<S, V extends object>(
  options: SnapshotOptions<S>,
  snapshot: Snapshot<S, V>,
  watched: Section<object> | undefined,
): Promise<Written> {
  const { entries, stored } = snapshot;
  const [chunks, watchedChunks] = await Promise.all([
    writeChunks(recordsOptions(options), { ...stored.records, entries }),
    watched ? writeChunks(watchedOptions(options), watched) : (stored.head?.watched ?? []),
  ]);
  if (!chunks || !watchedChunks) return 'declined';
  return commitHead(options, snapshot, { chunks, watched: watchedChunks });
}

async function commitHead<S, V>(
  options: SnapshotOptions<S>,
  { state, stored: { number, head: before } }: Pick<Snapshot<S, V>, 'state' | 'stored'>,
  { chunks, watched }: Chunks,
): Promise<Written> {
  const kept = new Set(chunkKeys({ chunks, watched }));
  const whole = keepUnknown(options.state, before?.state, state);
  const head = {
    ...before,
    state: readable(options.state, before?.state, whole, (field) => reportUnreadable(options, field)),
    chunks,
    watched,
    replaced: before ? chunkKeys(before).filter((each) => !kept.has(each)) : [],
  };
  const written = await writeHead(headsOptions(options), number, head);
  // The chunks of the head before stay, because it is read if this one is lost.
  if (written === 'stored')
    await Promise.all((before?.replaced ?? []).map((each) => options.store.delete(each).catch(() => {})));
  return written;
}

type Chunks = Pick<SnapshotHead, 'chunks' | 'watched'>;

const chunkKeys = ({ chunks, watched }: Chunks): string[] => [...chunks, ...watched].map(({ key }) => key);
