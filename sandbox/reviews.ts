/**
 * Reviews of received orders. A review is written some days after the order has ended, most of them early, and is
 * readable from its valid date on, at most 30 days after the order.
 */

import { DAY } from '../lib/runtime.ts';
import type { Line, Order } from './orders.ts';
import { wholeSecond } from './pacific.ts';
import type { RandomSource } from './random.ts';

export interface Review {
  order: Order;
  line: Line;
  /** 1 to 5 */
  stars: number;
  text?: string;
  orderEndedAt: number;
  /** From this instant on AliExpress lists it, without stars or text. Epoch milliseconds. */
  writtenAt: number;
  /** In time order; the buyer may change the stars later. */
  edits?: readonly { at: number; stars: number }[];
  /** AliExpress leaves out the valid date. */
  hasNoValidDate?: boolean;
  /** The valid date: from this instant on stars and text are readable. */
  visibleAt: number;
}

const praise = ['Arrived as described.', 'Good quality for the price.', 'Fast delivery, well packed.'];
const blame = ['The zipper broke on the second day.', 'Smaller than in the pictures.', 'It does not charge.'];

const TEXT_SHARE = 0.6;
/** A Weibull distribution with a falling hazard and a mean of four days. */
const SHAPE = 0.7;
const SCALE_MS = 3.16 * DAY;
const MAX_WAIT_MS = 29 * DAY;

/** By order id; one for each line of the order, all written at once. */
export function writeReviews(
  orders: readonly Order[],
  random: RandomSource,
  shares: { reviewShare: number; badShare: number },
): ReadonlyMap<bigint, readonly Review[]> {
  const reviews = new Map<bigint, Review[]>();
  for (const order of orders) {
    const last = order.stages.at(-1);
    if (last?.endReason !== 'buyer_confirm_goods' || random.next() >= shares.reviewShare) continue;
    const writtenAt = last.at + wholeSecond(waitBeforeReview(random));
    const visibleAt = writtenAt + (random.next() < 0.5 ? 0 : wholeSecond(random.between(0, DAY)));
    const isBad = random.next() < shares.badShare;
    reviews.set(
      order.id,
      order.lines.map((line) => ({
        order,
        line,
        stars: isBad ? random.integer(1, 3) : random.next() < 0.8 ? 5 : 4,
        ...(random.next() < TEXT_SHARE && { text: random.pick(isBad ? blame : praise) }),
        orderEndedAt: last.at,
        writtenAt,
        visibleAt,
      })),
    );
  }
  return reviews;
}

function waitBeforeReview(random: RandomSource): number {
  for (;;) {
    const wait = SCALE_MS * (-Math.log(1 - random.next())) ** (1 / SHAPE);
    if (wait <= MAX_WAIT_MS) return wait;
  }
}
