/** Orders that wait longer or go back: holds by risk control, and cancellations that are requested and withdrawn. */

import { HOUR, MINUTE } from '../lib/runtime.ts';
import type { Order, Stage } from './orders.ts';
import { wholeSecond } from './pacific.ts';
import type { RandomSource } from './random.ts';

export interface OrderOddities {
  /** How long risk control holds an order; left out for up to 24 hours. The second half is another status. */
  riskHours?: number;
  /** Share of orders awaiting shipment whose buyer requests cancellation and withdraws it, twice. */
  cancelRequestShare?: number;
}

/** Changes the orders. */
export function makeOdd(
  orders: readonly Order[],
  { riskHours, cancelRequestShare = 0 }: OrderOddities,
  random: RandomSource,
): void {
  for (const order of orders) {
    if (riskHours !== undefined) holdFor(order, riskHours * HOUR);
    if (random.next() < cancelRequestShare) requestCancellation(order, random);
  }
}

/** Everything after the hold is shifted with its end. */
function holdFor(order: Order, holdMs: number): void {
  const { stages } = order;
  const index = stages.findIndex(({ status }) => status === 'RISK_CONTROL');
  const [held, next] = [stages[index], stages[index + 1]];
  if (!held || next?.status !== 'WAIT_SELLER_SEND_GOODS') return;
  const laterMs = held.at + holdMs - next.at;
  for (const stage of stages.slice(index + 1)) stage.at += laterMs;
  if (order.shippedAt !== undefined) order.shippedAt += laterMs;
  stages.splice(index + 1, 0, { at: wholeSecond(held.at + holdMs / 2), status: 'RISK_CONTROL_HOLD' });
}

function requestCancellation({ stages }: Order, random: RandomSource): void {
  const index = stages.findIndex(({ status }) => status === 'WAIT_SELLER_SEND_GOODS');
  const [waiting, next] = [stages[index], stages[index + 1]];
  if (!waiting || !next || next.at - waiting.at < 2 * HOUR) return;
  const quarter = (next.at - waiting.at) / 4;
  const requests = [1, 2].flatMap((nth): Stage[] => {
    const at = waiting.at + nth * quarter;
    return [
      { at: wholeSecond(at), status: 'IN_CANCEL' },
      { at: wholeSecond(at + random.between(5, 20) * MINUTE), status: 'WAIT_SELLER_SEND_GOODS' },
    ];
  });
  stages.splice(index + 1, 0, ...requests);
}
