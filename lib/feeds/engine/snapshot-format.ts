/**
 * How a snapshot is stored. A small head holds the state and lists the chunks; a chunk holds compressed entries that
 * were first seen on one UTC day. A value that cannot be read counts as absent.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { count, readJson, stored, time } from '../../stores/stored.ts';
import { type RecordState, recordStateFormat } from './record-states.ts';

/** No stored value is longer, because a store may refuse long ones. */
export const MAX_VALUE_LENGTH = 32 * 1024;

export interface Entry<V> {
  id: string;
  /** When the feed first saw it, epoch milliseconds. */
  seenAt: number;
  /** When these values were fetched, epoch milliseconds. */
  fetchedAt: number;
  values: V;
  /** Oldest first, the last one is current; left out where the feed tracks none. */
  states?: readonly RecordState[] | undefined;
}

const chunkRefSchema = stored(() => ({
  key: z.string().default(''),
  /** Start of the UTC day on which its entries were first seen. */
  day: time.default(0),
  /** `fetchedAt` of its oldest entry. */
  oldest: time.default(0),
  /** `fetchedAt` of its newest entry. */
  newest: time.default(0),
  /** Length of the stored value. */
  size: count.default(0),
}));
export type ChunkRef = z.infer<typeof chunkRefSchema>;

const headSchema = stored(() => ({
  state: z.unknown().optional(),
  /** Of the records. */
  chunks: z.array(chunkRefSchema).default([]),
  /** Of the watch list. */
  watched: z.array(chunkRefSchema).default([]),
  /** Keys of the chunks that this head has replaced. */
  replaced: z.array(z.string()).default([]),
}));
export type SnapshotHead = z.infer<typeof headSchema>;

export const entryFormat = stored(() => ({
  id: z.string().default(''),
  seenAt: time.default(0),
  fetchedAt: time.default(0),
  values: z.record(z.string(), z.unknown()).default({}),
  states: z.array(recordStateFormat).optional(),
}));
const entriesSchema = z.array(entryFormat);

export const encode = (value: unknown): string => deflateRawSync(JSON.stringify(value)).toString('base64');

export const decodeHead = (text: string | null): SnapshotHead | undefined =>
  headSchema.safeParse(decode(text)).data;

/** Only this feed writes its chunks, so their values are what the feed has kept. */
export const decodeEntries = <V>(text: string | null): Entry<V>[] | undefined =>
  entriesSchema.safeParse(decode(text)).data as Entry<V>[] | undefined;

function decode(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return readJson(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8'));
  } catch {
    return undefined;
  }
}
