/** What a user fills in so that an operation finds something in a shop of the sandbox. */

import { messageActionKey } from '../../lib/channels/action.ts';
import { DAY } from '../../lib/runtime.ts';
import { simulators } from '../../sandbox/channels/index.ts';
import { disputeStatusAt } from '../../sandbox/disputes.ts';
import type { Sandbox } from '../../sandbox/server.ts';

/** @param now epoch milliseconds */
type Inputs = (sandbox: Sandbox, now: number) => object;

const shippedOrder: Inputs = ({ shop }, now) => {
  const shipped = shop.orders.find(({ shippedAt = Number.POSITIVE_INFINITY }) => shippedAt < now);
  return { order_id: String(shipped?.id) };
};

const openDispute: Inputs = ({ shop }, now) => {
  const open = [...shop.disputes.values()].find((dispute) => disputeStatusAt(dispute, now) === 'processing');
  return { line_id: String(open?.line.childId) };
};

const reviewedOrders: Inputs = ({ shop }, now) => {
  const reviewed = [...shop.reviews].filter(([, reviews]) =>
    reviews.some(({ visibleAt }) => visibleAt < now),
  );
  return { order_ids: reviewed.slice(0, 50).map(([order]) => String(order)) };
};

const products = ({ shop }: Sandbox): string[] => shop.products.slice(0, 3).map(({ id }) => String(id));

const ordersOfADay: Inputs = (_, now) => {
  const [from, to] = [now - DAY, now].map((at) => new Date(at).toISOString());
  return { data: 'orders', parameters: JSON.stringify({ page: 1, placed: { from, to } }) };
};

const ticket: Inputs = () => ({
  title: '2-star review',
  text: '**Stars** 2',
  event: '8201739405572817',
  link: 'https://example.com/7',
  occurred_at: '2026-10-07T02:00:00Z',
  due_at: '2026-10-09T02:00:00Z',
  tags: ['urgent'],
});

const messages = Object.values(simulators).map(({ channel }): [string, Inputs] => [
  messageActionKey(channel),
  ({ groups }) => ({
    webhook_url: Object.values(groups).find((group) => group.channel === channel)?.address,
    title: '新订单',
    text: '**金额** 10 USD',
  }),
]);

const inputs: Readonly<Record<string, Inputs>> = {
  ship_deadline: () => ({ hours_before: 720 }),
  // What is unusual is not known on the first day.
  logistics_stall: () => ({ stall_rule: 'hours' }),
  dispute_deadline: () => ({ hours_before: 240 }),
  low_stock: (sandbox) => ({ product_ids: products(sandbox), max_stock: 100_000 }),
  find_order: shippedOrder,
  find_tracking: shippedOrder,
  find_reviews: reviewedOrders,
  find_dispute: openDispute,
  find_product: (sandbox) => ({ product_id: products(sandbox)[0] }),
  prepare_ticket: ticket,
  make_api_request: ordersOfADay,
  ...Object.fromEntries(messages),
};

/** @param key of the operation */
export const filledInInputs = (key: string, ...shop: Parameters<Inputs>): object =>
  inputs[key]?.(...shop) ?? {};
