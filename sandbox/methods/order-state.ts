/** What the order list and the order detail share. */

import { DAY } from '../../lib/runtime.ts';
import { type Dispute, disputeStatusAt } from '../disputes.ts';
import { type Line, type Order, type Stage, stageAt } from '../orders.ts';
import type { Shop } from '../shop.ts';

type IssueStatus = 'NO_ISSUE' | 'IN_ISSUE' | 'END_ISSUE';

export const issueStatus = (shop: Pick<Shop, 'disputes'>, order: Order, now: number): IssueStatus => {
  const dispute = shop.disputes.get(order.id);
  return dispute ? lineIssueStatus(dispute, dispute.line, now) : 'NO_ISSUE';
};

export function lineIssueStatus(dispute: Dispute | undefined, line: Line, now: number): IssueStatus {
  const status = dispute?.line === line ? disputeStatusAt(dispute, now) : undefined;
  if (status === undefined) return 'NO_ISSUE';
  return status === 'processing' ? 'IN_ISSUE' : 'END_ISSUE';
}

export const isPaid = (order: Order, now: number) => order.paidAt !== undefined && order.paidAt <= now;
export const isShipped = (order: Order, now: number) =>
  order.shippedAt !== undefined && order.shippedAt <= now;
export function logisticsStatus(order: Order, now: number): string {
  if (isShipped(order, now)) return 'SELLER_SEND_GOODS';
  return stageAt(order, now)?.status === 'SELLER_PART_SEND_GOODS'
    ? 'SELLER_SEND_PART_GOODS'
    : 'WAIT_SELLER_SEND_GOODS';
}

const statusLimits: Record<string, number> = {
  PLACE_ORDER_SUCCESS: 20 * DAY,
  WAIT_SELLER_SEND_GOODS: 3 * DAY,
  SELLER_PART_SEND_GOODS: 3 * DAY,
  WAIT_BUYER_ACCEPT_GOODS: 60 * DAY,
};

/** Milliseconds left in the current status; negative when overdue. Goods sent in part do not extend the time to ship. */
export function timeLeft({ stages }: Order, { status, at }: Stage, now: number): number | undefined {
  const limit = statusLimits[status];
  const waiting = stages.find((stage) => stage.status === 'WAIT_SELLER_SEND_GOODS');
  const since = status === 'SELLER_PART_SEND_GOODS' && waiting ? waiting.at : at;
  return limit === undefined ? undefined : since + limit - now;
}

export const total = (order: Order) =>
  order.lines.reduce((sum, line) => sum + line.unitCents * line.quantity, 0);
