/**
 * Disputes about shipped orders. The seller has five days to answer; a buyer may withdraw before, and who does not
 * answer loses. Every dispute is over before its order ends.
 */

import type { Chance } from './chance.ts';
import type { Line, Order } from './shop.ts';

const DAY = 86_400_000;

export type DisputeStatus = 'processing' | 'finish' | 'canceled_issue';

export interface Dispute {
  id: bigint;
  order: Order;
  /** The line of the order it is about. */
  line: Line;
  reason: { id: bigint; english: string; chinese: string };
  /** Epoch milliseconds. */
  openedAt: number;
  /** Until then the seller must have answered. */
  answerDueAt: number;
  /** Then the buyer has to; none where the seller never does. */
  answeredAt?: number;
  /** Until then the buyer must have answered. */
  buyerDueAt?: number;
  closedAt: number;
  outcome: 'finish' | 'canceled_issue';
}

const reasons: readonly Dispute['reason'][] = [
  { id: 4_001_001n, english: 'Order not received', chinese: '未收到货物' },
  { id: 4_001_002n, english: 'Product not as described', chinese: '货不对版' },
  { id: 4_001_003n, english: 'Product damaged', chinese: '货物破损' },
];

const EARLIEST_MS = 4 * DAY;
const ANSWER_MS = 5 * DAY;
const BUYER_ANSWER_MS = 3 * DAY;
/** No dispute lasts as long as the answers may take. */
const LONGEST_MS = ANSWER_MS + 2.5 * DAY;

/** By the id of the order; at most one each. @param disputeShare of the shipped orders */
export function openDisputes(
  orders: readonly Order[],
  chance: Chance,
  disputeShare: number,
): ReadonlyMap<bigint, Dispute> {
  const disputes = new Map<bigint, Dispute>();
  for (const order of orders) {
    const { shippedAt } = order;
    if (shippedAt === undefined || chance.random() >= disputeShare) continue;
    const latest = (order.stages.at(-1)?.at as number) - LONGEST_MS;
    const openedAt = wholeSecond(chance.between(shippedAt + EARLIEST_MS, latest));
    disputes.set(order.id, {
      id: 60_039_480_000_000_000n + BigInt(disputes.size) * 7_000_003n + BigInt(chance.whole(0, 999_999)),
      order,
      line: chance.pick(order.lines),
      reason: chance.pick(reasons),
      openedAt,
      answerDueAt: openedAt + ANSWER_MS,
      ...course(openedAt, chance),
    });
  }
  return disputes;
}

function course(openedAt: number, chance: Chance) {
  const after = (at: number, fromDays: number, toDays: number) =>
    wholeSecond(at + chance.between(fromDays, toDays) * DAY);
  const fate = chance.random();
  if (fate < 0.25) return { closedAt: after(openedAt, 0.3, 4.5), outcome: 'canceled_issue' as const };
  if (fate < 0.45) return { closedAt: openedAt + ANSWER_MS + 60_000, outcome: 'finish' as const };
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

/** Whether the seller still has to answer. */
export const isWaitingForSeller = (dispute: Dispute, now: number): boolean =>
  disputeStatusAt(dispute, now) === 'processing' && now < (dispute.answeredAt ?? Number.POSITIVE_INFINITY);

/** When something last happened to it, as far as it has. */
export const disputeChangedAt = (dispute: Dispute, now: number): number =>
  Math.max(...momentsOf(dispute).filter((at) => at <= now));

/** When it was opened, answered and closed. */
const momentsOf = ({ openedAt, answeredAt, closedAt }: Dispute): number[] =>
  answeredAt === undefined ? [openedAt, closedAt] : [openedAt, answeredAt, closedAt];

const wholeSecond = (at: number) => Math.floor(at / 1000) * 1000;
