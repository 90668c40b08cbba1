/** Orders of a sandbox shop whose life a test tells stage by stage. */

import type { Order, Stage } from '../../sandbox/orders.ts';
import type { Sandbox } from '../../sandbox/server.ts';

export interface OrderLife {
  /** The statuses of the order with their times, epoch milliseconds; it is placed in the first. */
  stages: readonly (readonly [at: number, status: string, endReason?: string])[];
  paidAt?: number;
  shippedAt?: number;
  leftOut?: readonly string[];
}

/** Adds an order to the shop. @returns its number */
export function putOrder({ shop }: Sandbox, { stages, ...more }: OrderLife): string {
  const orders = shop.orders as Order[];
  const model = orders[0];
  if (!model) throw new Error('the shop needs an order as a model');
  const { shippedAt: _, paidAt: __, ...rest } = model;
  const placedAt = stages[0]?.[0] ?? 0;
  const id = 91_000_000_000_000_000n + BigInt(orders.length);
  const later = orders.findIndex((order) => order.placedAt > placedAt);
  const order: Order = {
    ...rest,
    id,
    placedAt,
    stages: stages.map(([at, status, endReason]): Stage => ({ at, status, ...(endReason && { endReason }) })),
    ...more,
  };
  orders.splice(later < 0 ? orders.length : later, 0, order);
  return String(id);
}
