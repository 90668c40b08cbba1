/**
 * What the orders feed remembers for longer than a record may be stored: of an order that is on hold its status, and of
 * one that was in a status which it may enter again, how often it has entered each status. The number of a later entry
 * is part of an event's id, so it must not begin at 1 again when the snapshot is lost.
 *
 * An order is known by a digest of its number. The rows are stored in shards, each of them twice.
 */

import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { ON_HOLD, RE_ENTERED } from '../aliexpress/order-status.ts';
import { DAY, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import { stored } from '../stores/stored.ts';
import { entryOf, type KnownStates, type RecordState } from './engine/record-states.ts';

/** How long an order is remembered after its status changed last. */
const RETENTION_MS = 90 * DAY;
/** For so long the last change itself is remembered, and an order that was only on hold. */
const CHANGE_RETENTION_MS = 8 * DAY;
/** A shard is written again before it expires. */
const RENEW_MS = 30 * DAY;
const SHARDS = 4;
/** A longer shard drops the orders that changed least recently. */
const MAX_LENGTH = 30 * 1024;

const rowFormat = stored({
  status: z.string().default(''),
  /** Since when, epoch seconds. */
  since: z.number().default(0),
  /** The status before, and until when it was known, epoch seconds; left out where it is not known. */
  before: z.string().optional(),
  after: z.number().optional(),
  /** Entries by status, from the first time on that the order was in a status which it may enter again. */
  entries: z.record(z.string(), z.number()).optional(),
});
export type OrderRow = z.infer<typeof rowFormat>;

const shardFormat = z.record(z.string(), rowFormat);
type Shard = Map<string, OrderRow>;

/** Shard → when it was written, epoch milliseconds; null where that is not known. */
export const shardsFormat = z.record(z.string(), z.number()).nullable().default(null);
export type WrittenShards = z.infer<typeof shardsFormat>;

export interface OrderHistory {
  /**
   * Called before the history is used.
   * @param written the shards that were written before
   * @returns since when orders may be missing because a shard was lost, epoch milliseconds. Rejects when the store does
   */
  load(written: WrittenShards): Promise<number | undefined>;
  /** What is remembered of an order; undefined if that is nothing. */
  find(orderId: string): OrderRow | undefined;
  /** @param states of the order, as the feed knows them now */
  record(orderId: string, states: readonly RecordState[]): void;
  /** The shards that are written once those that have changed are stored. */
  written(): Record<string, number>;
  /** Best effort. */
  store(): Promise<void>;
}

/** The states that a row stands for. */
export function statesOf({ status, since, before, after, entries }: OrderRow): KnownStates {
  const entry = entries?.[status] ?? 1;
  const current: RecordState = {
    values: { status },
    since: since * SECOND,
    ...(after !== undefined && { after: after * SECOND }),
    ...(entry > 1 && { entry }),
  };
  const earlier: RecordState[] = before === undefined ? [] : [{ values: { status: before }, since: 0 }];
  return { states: [...earlier, current], fetchedAt: since * SECOND, changedAt: undefined };
}

/** Which entry into the status the next one would be. */
export const nextEntry = ({ entries }: OrderRow, status: string): number => (entries?.[status] ?? 0) + 1;

const statusOf = ({ values }: RecordState): string => String(values.status);

/** The row after a visit has seen the order; undefined if nothing need be remembered of it. */
export function nextRow(row: OrderRow | undefined, states: readonly RecordState[]): OrderRow | undefined {
  const current = states.at(-1);
  if (!current) return row;
  const status = statusOf(current);
  if (row?.status === status) return row;
  const mayEnterAgain = row?.entries !== undefined || RE_ENTERED.includes(status);
  if (!row && !mayEnterAgain && !ON_HOLD.includes(status)) return undefined;
  const known = states.map((state) => [statusOf(state), entryOf(state)] as const);
  const before = states.at(-2) ? statusOf(states.at(-2) as RecordState) : row?.status;
  return {
    ...row,
    status,
    since: Math.floor(current.since / SECOND),
    before,
    after: current.after === undefined ? undefined : Math.floor(current.after / SECOND),
    ...(mayEnterAgain && { entries: { ...row?.entries, ...Object.fromEntries(known) } }),
  };
}

/** The row with what need still be remembered of it, @param now epoch milliseconds */
export function agedRow(row: OrderRow, now: number): OrderRow | undefined {
  const age = now - row.since * SECOND;
  const isOver = !ON_HOLD.includes(row.status) && row.entries === undefined;
  if (age > RETENTION_MS || (isOver && age > CHANGE_RETENTION_MS)) return undefined;
  if (age <= CHANGE_RETENTION_MS || (row.before === undefined && row.after === undefined)) return row;
  const { before: _, after: __, ...rest } = row;
  // To the day, because that takes less room.
  return { ...rest, since: Math.floor((row.since * SECOND) / DAY) * (DAY / SECOND) };
}

const digestOf = (orderId: string): Buffer => createHash('sha256').update(orderId).digest();
const keyOf = (digest: Buffer) => digest.toString('base64url').slice(0, 7);
const shardOf = (digest: Buffer) => (digest[digest.length - 1] ?? 0) % SHARDS;

export function openOrderHistory(services: {
  seller: string;
  store: Store;
  clock: { now(): number };
}): OrderHistory {
  const { seller, store, clock } = services;
  const now = clock.now();
  const shards: Shard[] = Array.from({ length: SHARDS }, () => new Map());
  const changed = new Set<number>();
  let writtenBefore: Record<string, number> = {};
  const keysOf = (shard: number) => ['a', 'b'].map((copy) => `orders1:${seller}:${shard}:${copy}`);

  async function readShard(shard: number): Promise<Shard | undefined> {
    for (const [nth, key] of keysOf(shard).entries()) {
      const rows = decode(await store.get(key));
      if (!rows) continue;
      if (nth > 0) changed.add(shard);
      return rows;
    }
    return undefined;
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
          if (rows) shards[shard] = aged(rows, now);
          else if (writtenAt !== undefined) {
            delete writtenBefore[shard];
            if (now - writtenAt < RETENTION_MS) missingSince = Math.min(missingSince ?? now, writtenAt);
          }
          if (rows && now - (writtenAt ?? 0) > RENEW_MS) changed.add(shard);
        }),
      );
      return missingSince;
    },
    find: (orderId) => {
      const digest = digestOf(orderId);
      return shards[shardOf(digest)]?.get(keyOf(digest));
    },
    record: (orderId, states) => {
      const digest = digestOf(orderId);
      const [shard, key] = [shardOf(digest), keyOf(digest)];
      const before = shards[shard]?.get(key);
      const after = nextRow(before, states);
      if (!after || after === before) return;
      shards[shard]?.set(key, after);
      changed.add(shard);
    },
    written: () => ({ ...writtenBefore, ...Object.fromEntries([...changed].map((shard) => [shard, now])) }),
    store: async () => {
      const ttl = (RETENTION_MS + DAY) / SECOND;
      const writes = [...changed].flatMap((shard) => {
        const text = encode(shards[shard] ?? new Map());
        return keysOf(shard).map((key) => store.set(key, text, ttl).catch(() => false));
      });
      await Promise.all(writes);
    },
  };
}

const aged = (rows: Shard, now: number): Shard =>
  new Map(
    [...rows].flatMap(([key, row]) => {
      const kept = agedRow(row, now);
      return kept ? [[key, kept] as const] : [];
    }),
  );

function encode(rows: Shard): string {
  const newestFirst = [...rows].sort(([, a], [, b]) => b.since - a.since);
  for (let count = newestFirst.length; ; count = Math.floor(count * 0.9)) {
    const text = deflateRawSync(JSON.stringify(Object.fromEntries(newestFirst.slice(0, count)))).toString(
      'base64',
    );
    if (text.length <= MAX_LENGTH || count === 0) return text;
  }
}

function decode(text: string | null): Shard | undefined {
  try {
    const json = inflateRawSync(Buffer.from(text ?? '', 'base64')).toString('utf8');
    const rows = shardFormat.safeParse(JSON.parse(json)).data;
    return rows && new Map(Object.entries(rows));
  } catch {
    return undefined;
  }
}
