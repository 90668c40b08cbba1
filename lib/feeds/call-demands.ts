/**
 * What each feed wants of the day's calls: how much a minute of delay of its events matters, and how the weight of the
 * feed follows from that. The split of the day goes by it (`lib/budget/split.ts`). See docs/polling.md#split.
 */

import type { FeedDemand } from '../budget/feed-demand.ts';
import { HOUR, MINUTE } from '../runtime.ts';

/** How much a minute of delay matters, by what is delayed. The minute of a new order is the unit. */
export const DELAY_WEIGHTS = {
  /** Somebody has to look at it, and stock is reserved by it. */
  order: 1,
  /** Packing begins, and the shipping deadline runs. */
  paid: 1,
  /** A parcel may have to be stopped, but most are cancelled long before it is packed. */
  cancelled: 0.5,
  /** An answer is the better, the fewer buyers have read the review before. */
  bad_review: 1,
  /** It costs money by default, and evidence takes time. */
  dispute: 3,
  /** Whoever misses it has lost: the rest of the time is all there is. */
  deadline: 3,
  /** The product sells nothing until it is back. */
  take_down: 1,
  /** It has lasted for days already. */
  stall: 0.3,
  /** Some is left. */
  stock: 0.5,
} as const;

/** Of a hundred orders, about so many are paid, and so many cancelled. */
const [PAID_SHARE, CANCELLED_SHARE] = [0.9, 0.07];
/** Of the reviews that are read, about so many are bad. */
const BAD_SHARE = 0.08;
/** Of the calls about a parcel, so many find a stall, if those come first that are likely to. */
const STALL_SHARE = 0.2;
/** Of the disputes, about so many come near their deadline. */
const DEADLINE_SHARE = 0.5;
const { order, paid, cancelled, bad_review, dispute, deadline, take_down, stall, stock } = DELAY_WEIGHTS;

/** A feed is weighed by the events that it counts: one order stands for its payment and its cancellation too. */
export const callDemands = {
  orders: {
    weight: order + PAID_SHARE * paid + CANCELLED_SHARE * cancelled,
    cost: 1,
    usualEvents: 100,
    // A cancellation is known within that and a poll.
    maxGapMs: 55 * MINUTE,
  },
  reviews: { weight: BAD_SHARE * bad_review, cost: 1, usualEvents: 50 },
  /** Each new parcel counts, and about every fifth call finds a stall. With a tracker: see `TRACKED_CALLS`. */
  parcels: { weight: STALL_SHARE * stall, cost: 1, usualEvents: 100 },
  /** Every abnormal parcel has a deadline. The warehouse gives days, so that a look every two hours will do. */
  abnormal_parcels: { weight: deadline, cost: 1, usualEvents: 3, maxGapMs: 2.25 * HOUR, maxCalls: 12 },
  disputes: { weight: dispute + DEADLINE_SHARE * deadline, cost: 1, usualEvents: 1, maxGapMs: 3 * HOUR },
  /**
   * Too few are taken down for the law to give more than seven calls, with which half of them are known after more than
   * two hours. Sixteen bring that to one: about twelve for the list of products that went offline, and the others for those
   * of products that were sent back and deleted ones, and for the check of long lists.
   */
  products: { weight: take_down, cost: 1, usualEvents: 3, minCalls: 16, maxCalls: 16 },
  /** Stock is sold by orders, and is worth less than they are: a look every hour at most. */
  stock: { weight: stock, cost: 1, usualEvents: 0.5, maxCalls: 24 },
} satisfies Record<string, FeedDemand>;

/**
 * The most calls a day where a tracker follows the parcels, so that calls are made for their numbers alone, by the rows of a
 * page of their list. Of a hundred parcels a day, the list takes about nine calls, or four times as many; those of a seller's
 * own forwarder take one each.
 */
export const TRACKED_CALLS = { largePage: 20, smallPage: 35 } as const;
