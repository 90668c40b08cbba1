/**
 * The pace: what each feed of a shop wants of the calls of the day, and how it is doing. A feed writes its own entry
 * at every visit and reads the others', so that all of them together plan for one day's calls. An entry goes away by
 * itself when no workflow has wanted the feed for 26 hours.
 */

import * as z from 'zod';
import type { Demand } from '../../budget/pacer.ts';
import type { Store } from '../../stores/store.ts';

/** The feeds that call AliExpress. */
export const feedKeys = ['orders', 'reviews', 'parcels', 'disputes', 'products', 'stock'] as const;
export type FeedKey = (typeof feedKeys)[number];

const INTEREST_TTL_SECONDS = 26 * 3600;

const statusSchema = z.object({
  weight: z.number(),
  cost: z.number(),
  counts: z.array(z.number()).length(24),
  /** It has nothing to ask before then, epoch milliseconds. */
  nextDueAt: z.number(),
  visitedAt: z.number(),
  /** When it will have saved up for its next visit, if nobody changes the plan, epoch milliseconds. */
  nextAt: z.number(),
  /** The accounting day that `delays` is of. */
  day: z.string(),
  /** Of what it was the first to see that day: how many, and milliseconds until it was seen, summed up. */
  delays: z.object({ count: z.number(), sumMs: z.number() }),
  /** What it should have asked for by now and could not. */
  waiting: z.object({ count: z.number(), since: z.number() }).nullable(),
});
export type FeedStatus = z.infer<typeof statusSchema>;

const keyOf = (seller: string, feed: FeedKey) => `status:${seller}:${feed}`;

/** The entry of one feed; undefined where there is none, or the store is silent. */
export async function readFeedStatus(
  store: Store,
  seller: string,
  feed: FeedKey,
): Promise<FeedStatus | undefined> {
  try {
    return statusSchema.safeParse(JSON.parse((await store.get(keyOf(seller, feed))) ?? 'null')).data;
  } catch {
    return undefined;
  }
}

export const writeFeedStatus = (
  store: Store,
  seller: string,
  feed: FeedKey,
  status: FeedStatus,
): Promise<boolean> => store.set(keyOf(seller, feed), JSON.stringify(status), INTEREST_TTL_SECONDS);

/** What the other feeds want of today's calls. */
export async function readOtherDemands(
  store: Store,
  seller: string,
  own: FeedKey,
  now: number,
): Promise<Demand[]> {
  const others = feedKeys.filter((feed) => feed !== own);
  const statuses = await Promise.all(others.map((feed) => readFeedStatus(store, seller, feed)));
  return statuses.filter((status) => status !== undefined).filter((status) => status.nextDueAt <= now);
}
