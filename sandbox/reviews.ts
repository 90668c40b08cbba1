/**
 * What buyers say about orders they have received. A review is written some days after the order has ended, most of
 * them early, and can be read from its valid date on: 30 days after the order at the latest.
 */

import type { Chance } from './chance.ts';
import type { Line, Order } from './shop.ts';

const DAY = 86_400_000;

export interface Review {
  order: Order;
  line: Line;
  /** 1 to 5 */
  stars: number;
  text?: string;
  orderEndedAt: number;
  /** From here on AliExpress lists it, without stars or text. Epoch milliseconds. */
  writtenAt: number;
  /** From here on everybody can read it: its valid date. */
  visibleAt: number;
}

const praise = ['Arrived as described.', 'Good quality for the price.', 'Fast delivery, well packed.'];
const blame = ['The zipper broke on the second day.', 'Smaller than in the pictures.', 'It does not charge.'];

const TEXT_SHARE = 0.6;
/** A Weibull law whose hazard falls; its mean is four days. */
const SHAPE = 0.7;
const SCALE_MS = 3.16 * DAY;
const LATEST_MS = 29 * DAY;

/** By the id of the order; one for each of its lines, all written at once. */
export function writeReviews(
  orders: readonly Order[],
  chance: Chance,
  shares: { reviewShare: number; badShare: number },
): ReadonlyMap<bigint, readonly Review[]> {
  const reviews = new Map<bigint, Review[]>();
  for (const order of orders) {
    const last = order.stages.at(-1);
    if (last?.endReason !== 'buyer_confirm_goods' || chance.random() >= shares.reviewShare) continue;
    const writtenAt = last.at + wholeSecond(waitFor(chance));
    const visibleAt = writtenAt + (chance.random() < 0.5 ? 0 : wholeSecond(chance.between(0, DAY)));
    const isBad = chance.random() < shares.badShare;
    reviews.set(
      order.id,
      order.lines.map((line) => ({
        order,
        line,
        stars: isBad ? chance.whole(1, 3) : chance.random() < 0.8 ? 5 : 4,
        ...(chance.random() < TEXT_SHARE && { text: chance.pick(isBad ? blame : praise) }),
        orderEndedAt: last.at,
        writtenAt,
        visibleAt,
      })),
    );
  }
  return reviews;
}

function waitFor(chance: Chance): number {
  for (;;) {
    const wait = SCALE_MS * (-Math.log(1 - chance.random())) ** (1 / SHAPE);
    if (wait <= LATEST_MS) return wait;
  }
}

const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000;
