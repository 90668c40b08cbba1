/** What the engine stores of a feed in the head of its snapshot, around the feed's own state. */

import * as z from 'zod';
import type { PacerState } from '../../budget/pacer.ts';
import type { FeedDesign, FeedTypes } from './design.ts';
import type { Snapshot } from './snapshot.ts';

const pacingSchema: z.ZodType<PacerState> = z.object({
  credit: z.number(),
  at: z.number(),
  scale: z.number(),
  since: z.number(),
  until: z.number(),
  limit: z.number(),
  counts: z.array(z.number()).length(24),
});

export const headSchema = <S>(own: z.ZodType<S>) =>
  z.object({
    /** A first visit was complete. */
    ready: z.boolean(),
    /** The last visit ended with an expired token. */
    expired: z.boolean(),
    /** Once ready, the feed knows everything that happened since then, epoch milliseconds. */
    completeSince: z.number(),
    /** Left out before the first visit. */
    pacing: pacingSchema.optional(),
    /** The feed's own state. */
    own,
  });
export type FeedHead<T extends FeedTypes> = z.infer<ReturnType<typeof headSchema<T['state']>>>;

export type FeedSnapshot<T extends FeedTypes> = Snapshot<FeedHead<T>, T['values']>;

/** The head that a visit begins with: a new one before the first visit, and one that has noticed lost records. */
export function headBeforeVisit<T extends FeedTypes>(
  design: FeedDesign<T>,
  { state, missingSince }: FeedSnapshot<T>,
  now: number,
): FeedHead<T> {
  const head = state ?? {
    ready: false,
    expired: false,
    completeSince: design.completeSince(now),
    own: design.initialState(now),
  };
  if (missingSince === undefined || !design.afterLoss) return head;
  return { ...head, own: design.afterLoss(head.own, missingSince, now) };
}

/** The head with the reader's interest recorded, and whether that interest was new. */
export function recordInterest<T extends FeedTypes>(
  design: FeedDesign<T>,
  head: FeedHead<T>,
  interest: T['interest'],
  now: number,
): { head: FeedHead<T>; isNew: boolean } {
  if (!design.interest) return { head, isNew: false };
  const { hasNewDemand, recordDemand } = design.interest;
  const own = recordDemand(head.own, interest, now);
  return { head: { ...head, own }, isNew: hasNewDemand(head.own, interest, now) };
}
