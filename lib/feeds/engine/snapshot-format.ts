/**
 * How a snapshot is stored. A small head holds the state and lists the chunks; a chunk holds the compressed entries
 * that were first seen on one UTC day. A value that cannot be read counts as absent.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';

export interface Entry<V> {
  id: string;
  /** When the feed first saw it, epoch milliseconds. */
  seenAt: number;
  /** When these values were fetched, epoch milliseconds. */
  fetchedAt: number;
  values: V;
}

const chunkRefSchema = z.object({
  key: z.string(),
  /** Start of the UTC day on which its entries were first seen. */
  day: z.number(),
  /** `fetchedAt` of its oldest entry. */
  oldest: z.number(),
  /** `fetchedAt` of its newest entry. */
  newest: z.number(),
});
export type ChunkRef = z.infer<typeof chunkRefSchema>;

const headSchema = z.object({
  version: z.literal(1),
  state: z.unknown(),
  chunks: z.array(chunkRefSchema),
});
export type SnapshotHead = z.infer<typeof headSchema>;

const entriesSchema = z.array(
  z.object({
    id: z.string(),
    seenAt: z.number(),
    fetchedAt: z.number(),
    values: z.record(z.string(), z.unknown()),
  }),
);

export const encode = (value: unknown): string => deflateRawSync(JSON.stringify(value)).toString('base64');

export const decodeHead = (stored: string | null): SnapshotHead | undefined =>
  headSchema.safeParse(decode(stored)).data;

/** Only this feed writes its chunks, so their values are what the feed has kept. */
export const decodeEntries = <V>(stored: string | null): Entry<V>[] | undefined =>
  entriesSchema.safeParse(decode(stored)).data as Entry<V>[] | undefined;

function decode(stored: string | null): unknown {
  if (stored === null) return undefined;
  try {
    return JSON.parse(inflateRawSync(Buffer.from(stored, 'base64')).toString('utf8'));
  } catch {
    return undefined;
  }
}
