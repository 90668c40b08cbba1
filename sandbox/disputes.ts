/**
 * Disputes about shipped orders. The seller has five days to respond; the buyer may withdraw before that, and a
 * seller who does not respond loses. Every dispute is closed before its order ends.
 */

import { DAY } from '../lib/runtime.ts';
import type { Line, Order } from './orders.ts';
import { wholeSecond } from './pacific.ts';
import type { RandomSource } from './random.ts';

export type DisputeStatus = 'processing' | 'finish' | 'canceled_issue';

export interface Dispute {
  id: bigint;
  order: Order;
  /** The line of the order it is about. */
  line: Line;
  reason: { id: bigint; english: string; chinese: string };
  /** Epoch milliseconds. */
  openedAt: number;
  /** The seller's deadline. */
  answerDueAt: number;
  /** Left out where the seller never responds. */
  answeredAt?: number;
  /** The buyer's deadline, once the seller has responded. */
  buyerDueAt?: number;
  closedAt: number;
  outcome: 'finish' | 'canceled_issue';
}

const reasons: readonly Dispute['reason'][] = [
  { id: 4_001_001n, english: 'Order not received', chinese: '未收到货物' },
  { id: 4_001_002n, english: 'Product not as described', chinese: '货不对版' },
  { id: 4_001_003n, english: 'Product damaged', chinese: '货物破损' },
];

const MIN_AFTER_SHIPPING_MS = 4 * DAY;
const ANSWER_MS = 5 * DAY;
const BUYER_ANSWER_MS = 3 * DAY;
/** Less than both response periods together, which no dispute here uses up. */
const MAX_DURATION_MS = ANSWER_MS + 2.5 * DAY;

/** At most one per order, by order id. @param disputeShare of the shipped orders */
export function openDisputes(
  orders: readonly Order[],
  random: RandomSource,
  disputeShare: number,
): ReadonlyMap<bigint, Dispute> {
  const disputes = new Map<bigint, Dispute>();
  for (const order of orders) {
    const { shippedAt } = order;
    if (shippedAt === undefined || random.next() >= disputeShare) continue;
    const latest = (order.stages.at(-1)?.at as number) - MAX_DURATION_MS;
    const openedAt = wholeSecond(random.between(shippedAt + MIN_AFTER_SHIPPING_MS, latest));
    disputes.set(order.id, {
      id: 60_039_480_000_000_000n + BigInt(disputes.size) * 7_000_003n + BigInt(random.integer(0, 999_999)),
      order,
      line: random.pick(order.lines),
      reason: random.pick(reasons),
      openedAt,
      answerDueAt: openedAt + ANSWER_MS,
      ...outcomeOf(openedAt, random),
    });
  }
  return disputes;
}

function outcomeOf(openedAt: number, random: RandomSource) {
  const after = (at: number, minDays: number, maxDays: number) =>
    wholeSecond(at + random.between(minDays, maxDays) * DAY);
  const outcome = random.next();
  if (outcome < 0.25) return { closedAt: after(openedAt, 0.3, 4.5), outcome: 'canceled_issue' as const };
  if (outcome < 0.45) return { closedAt: openedAt + ANSWER_MS + 60_000, outcome: 'finish' as const };
  const answeredAt = after(openedAt, 0.2, 4.5);
  return {
    answeredAt,
    buyerDueAt: answeredAt + BUYER_ANSWER_MS,
    closedAt: after(answeredAt, 0.2, 2.9),
    outcome: 'finish' as const,
  };
}

/** Undefined before it was opened. */
export const disputeStatusAt = (dispute: Dispute, now: number): DisputeStatus | undefined =>
  now < dispute.openedAt ? undefined : now < dispute.closedAt ? 'processing' : dispute.outcome;

/** Whether the seller's response is outstanding. */
export const isWaitingForSeller = (dispute: Dispute, now: number): boolean =>
  disputeStatusAt(dispute, now) === 'processing' && now < (dispute.answeredAt ?? Number.POSITIVE_INFINITY);

/** When it was last opened, answered or closed, as of `now`. */
export const disputeChangedAt = (dispute: Dispute, now: number): number =>
  Math.max(...changesOf(dispute).filter((at) => at <= now));

const changesOf = ({ openedAt, answeredAt, closedAt }: Dispute): number[] =>
  answeredAt === undefined ? [openedAt, closedAt] : [openedAt, answeredAt, closedAt];
