/**
 * What a feed remembers of single records for longer than a record may be stored, such as how often one has entered a
 * state. That number is part of an event's id, so it must not begin at 1 again when the snapshot is lost.
 *
 * A record is known by a digest of its id. The rows are stored next to the snapshot in shards, each of them twice. A store
 * may take one copy and refuse the other, so both are read, and the later row of each record counts.
 */

import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { DAY, type Log, SECOND } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import { readable, readJson, type StoredFormat, time } from '../../stores/stored.ts';
import { reportUnreadable } from './unreadable.ts';

/** How long a record is remembered after its last change. */
export const ROW_RETENTION_MS = 90 * DAY;
/** A shard is written again before it expires. */
const RENEW_MS = 30 * DAY;
const SHARDS = 4;
/** A longer shard drops the records that changed least recently. */
const MAX_LENGTH = 30 * 1024;

interface LastingRow {
  /** When the record last changed, epoch seconds. */
  since: number;
}

/** Shard → when it was written, epoch milliseconds; null where that is not known. */
export const shardsFormat = z.record(z.string(), time).nullable().default(null);
export type WrittenShards = z.infer<typeof shardsFormat>;

export interface LastingRows<R> {
  /**
   * Called before the rows are used.
   * @param written the shards that were written before
   * @returns since when rows may be missing because a shard was lost, epoch milliseconds. Rejects when the store does
   */
  load(written: WrittenShards): Promise<number | undefined>;
  /** What is remembered of a record; undefined if that is nothing. */
  find(id: string): R | undefined;
  put(id: string, row: R): void;
  /** The shards that are written once those that have changed are stored. */
  written(): Record<string, number>;
  /** Best effort. */
  store(): Promise<void>;
}

export interface RowsOptions<R> {
  /** The stored keys begin with it. */
  name: string;
  format: StoredFormat<R>;
  /** The row with what need still be remembered of it, @param now epoch milliseconds */
  aged?: (row: R, now: number) => R | undefined;
}

interface Services {
  seller: string;
  store: Store;
  clock: { now(): number };
  log: Log;
}

export const isRowAlive = ({ since }: LastingRow, now: number): boolean =>
  now - since * SECOND <= ROW_RETENTION_MS;

const digestOf = (id: string): Buffer => createHash('sha256').update(id).digest();
const keyOf = (digest: Buffer) => digest.toString('base64url').slice(0, 7);
const shardOf = (digest: Buffer) => digest.readUInt8(31) % SHARDS;

export function openLastingRows<R extends LastingRow>(
  { seller, store, clock, log }: Services,
  { name, format, aged = (row) => row }: RowsOptions<R>,
): LastingRows<R> {
  const now = clock.now();
  const shards: Map<string, R>[] = Array.from({ length: SHARDS }, () => new Map());
  const changed = new Set<number>();
  let writtenBefore: Record<string, number> = {};
  const keysOf = (shard: number) => ['a', 'b'].map((copy) => `${name}:${seller}:${shard}:${copy}`);
  const kept = (row: R): R | undefined => (isRowAlive(row, now) ? aged(row, now) : undefined);

  async function readShard(shard: number): Promise<Map<string, R> | undefined> {
    const [text = null, other = null] = await Promise.all(keysOf(shard).map((key) => store.get(key)));
    if (text === other) return decode(format, text);
    const copies = [text, other].flatMap((each) => decode(format, each) ?? []);
    if (copies.length === 0) return undefined;
    changed.add(shard);
    return latestRows(copies);
  }

  return {
    load: async (written) => {
      writtenBefore = { ...written };
      const numbers = written === null ? [...shards.keys()] : Object.keys(written).map(Number);
      let missingSince: number | undefined;
      await Promise.all(
        numbers.map(async (shard) => {
          const rows = await readShard(shard);
          const writtenAt = writtenBefore[shard];
          if (rows) shards[shard] = withoutUndefined(rows, kept);
          else if (writtenAt !== undefined) {
            delete writtenBefore[shard];
            if (now - writtenAt < ROW_RETENTION_MS) missingSince = Math.min(missingSince ?? now, writtenAt);
          }
          if (rows && now - (writtenAt ?? 0) > RENEW_MS) changed.add(shard);
        }),
      );
      return missingSince;
    },
    find: (id) => {
      const digest = digestOf(id);
      return shards[shardOf(digest)]?.get(keyOf(digest));
    },
    put: (id, row) => {
      const digest = digestOf(id);
      if (!kept(row)) return;
      const shard = shards[shardOf(digest)];
      const key = `${name}:${seller}:rows`;
      shard?.set(
        keyOf(digest),
        readable(format, shard.get(keyOf(digest)), row, (field) => reportUnreadable({ log, key }, field)),
      );
      changed.add(shardOf(digest));
    },
    written: () => ({ ...writtenBefore, ...Object.fromEntries([...changed].map((shard) => [shard, now])) }),
    store: async () => {
      const ttl = (ROW_RETENTION_MS + DAY) / SECOND;
      const writes = [...changed].flatMap((shard) => {
        const text = encode(shards[shard] ?? new Map());
        return keysOf(shard).map((key) => store.set(key, text, ttl).catch(() => {}));
      });
      await Promise.all(writes);
    },
  };
}

function latestRows<R extends LastingRow>(copies: Map<string, R>[]): Map<string, R> {
  const latest = new Map<string, R>();
  for (const [key, row] of copies.flatMap((rows) => [...rows])) {
    const before = latest.get(key);
    if (!before || before.since < row.since) latest.set(key, row);
  }
  return latest;
}

const withoutUndefined = <R>(rows: Map<string, R>, change: (row: R) => R | undefined): Map<string, R> =>
  new Map(
    [...rows].flatMap(([key, row]) => {
      const changed = change(row);
      return changed ? [[key, changed] as const] : [];
    }),
  );

function encode<R extends LastingRow>(rows: Map<string, R>): string {
  const newestFirst = [...rows].sort(([, a], [, b]) => b.since - a.since);
  for (let count = newestFirst.length; ; count = Math.floor(count * 0.9)) {
    const text = deflateRawSync(JSON.stringify(Object.fromEntries(newestFirst.slice(0, count)))).toString(
      'base64',
    );
    if (text.length <= MAX_LENGTH) return text;
  }
}

function decode<R>(format: StoredFormat<R>, text: string | null): Map<string, R> | undefined {
  if (text === null) return undefined;
  try {
    const json = inflateRawSync(Buffer.from(text, 'base64')).toString('utf8');
    const rows = z.record(z.string(), format).safeParse(readJson(json)).data;
    return rows && new Map(Object.entries(rows));
  } catch {
    return undefined;
  }
}
