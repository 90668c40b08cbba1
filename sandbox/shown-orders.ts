/** Which orders the order list has shown, and when. What it never showed, no workflow could know of. */

import type { Sandbox } from './server.ts';

export interface ShownOrders {
  /** Whether the list showed one of the orders in this period, epoch milliseconds. */
  wasShown(orderIds: readonly string[], from: number, to: number): boolean;
}

/** Watches the order list of the sandbox from now on. */
export function watchShownOrders(sandbox: Pick<Sandbox, 'clock' | 'onAnswer'>): ShownOrders {
  const times = new Map<string, number[]>();
  sandbox.onAnswer = (method, payload) => {
    if (method !== 'aliexpress.trade.seller.orderlist.get') return;
    const now = sandbox.clock.now();
    for (const id of orderIdsIn(payload)) times.set(id, [...(times.get(id) ?? []), now]);
  };
  return {
    wasShown: (orderIds, from, to) =>
      orderIds.some((id) => times.get(id)?.some((at) => at >= from && at <= to)),
  };
}

function orderIdsIn(value: unknown): Set<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(
    Object.entries(value).flatMap(([key, each]) =>
      key === 'order_id' ? [String(each)] : [...orderIdsIn(each)],
    ),
  );
}
