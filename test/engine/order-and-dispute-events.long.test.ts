/** Days of a shop: what was shipped, ordered line by line and closed there, and what the workflows announced of it. */

import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShop, type Shop } from '../../sandbox/shop.ts';
import { openPolledShop, type PolledShop } from '../support/polled-shop.ts';

const FROM = Date.parse('2026-10-06T16:00:00Z');
const DAYS = 4;
const TO = FROM + DAYS * DAY;
/** What becomes true last may be announced after the run. Disputes are read every three hours. */
const SLACK_MS = 6 * HOUR;
const MAX_MEAN_DELAY_MS = 2 * HOUR;

interface Fact {
  key: string;
  at: number;
}

const RELEASED = ['WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS'];
const linesAt = (shop: Shop, at: (order: Shop['orders'][number]) => number | undefined): Fact[] =>
  shop.orders.flatMap((order) => {
    const since = at(order);
    return since === undefined
      ? []
      : order.lines.map(({ childId }) => ({ key: `${order.id}/${childId}`, at: since }));
  });

/** By workflow: what really happened, and what an event is about. */
const facts: Record<string, (shop: Shop) => Fact[]> = {
  shipped: ({ orders }) =>
    orders.flatMap(({ id, shippedAt }) =>
      shippedAt === undefined ? [] : [{ key: `${id}/shipped`, at: shippedAt }],
    ),
  lines: (shop) => linesAt(shop, ({ placedAt }) => placedAt),
  paid_lines: (shop) =>
    linesAt(shop, ({ stages }) => stages.find(({ status }) => RELEASED.includes(status))?.at),
  closed: ({ disputes }) =>
    [...disputes.values()].map(({ id, closedAt }) => ({ key: `${id}/closed`, at: closedAt })),
};

const WORKFLOWS = [
  { id: 'shipped', trigger: 'order_shipped', inputs: {} },
  { id: 'lines', trigger: 'new_order_line', inputs: {} },
  { id: 'paid_lines', trigger: 'new_order_line', inputs: { moment: 'paid' } },
  { id: 'closed', trigger: 'dispute_closed', inputs: {} },
];

const keyOf = (id: unknown) => String(id).replace(/\/(placed|paid)$/, '');

let shop: Shop;
let polled: PolledShop;
beforeAll(async () => {
  const span = { from: FROM, to: TO };
  shop = openShop({ seed: 3, curve: 'olist', ordersPerDay: 40, historyDays: 30, disputeShare: 0.2, ...span });
  polled = await openPolledShop({ shop, from: FROM });
  await polled.pollFor(DAYS * DAY, 15 * MINUTE, WORKFLOWS);
});

const takenBy = (workflow: string) =>
  polled.activations.filter((each) => each.workflow.id === workflow).flatMap(({ taken }) => taken);

describe.each(WORKFLOWS.map(({ id }) => [id]))('Workflow %s', (id) => {
  const happened = () => (facts[id] as (shop: Shop) => Fact[])(shop);
  const mark = () => polled.activations.find((each) => each.workflow.id === id)?.turnedOnAt ?? TO;

  test('Everything that happened is announced once', () => {
    const taken = takenBy(id).map(({ event }) => keyOf(event.id));
    const due = happened().filter(({ at }) => at > mark() + MINUTE && at < TO - SLACK_MS);
    expect(due.length).toBeGreaterThan(10);
    expect(due.filter(({ key }) => !taken.includes(key))).toEqual([]);
    expect(taken.length).toBe(new Set(taken).size);
  });

  test('Nothing else is announced', () => {
    const times = new Map(happened().map(({ key, at }) => [key, at]));
    const wrong = takenBy(id).filter(({ at, event }) => {
      const since = times.get(keyOf(event.id)) ?? Number.POSITIVE_INFINITY;
      return since > at || since < mark() - MINUTE;
    });
    expect(wrong.map(({ event }) => event.id)).toEqual([]);
  });

  test('The mean delay is below two hours', () => {
    const times = new Map(happened().map(({ key, at }) => [key, at]));
    const delays = takenBy(id).map(({ at, event }) => at - (times.get(keyOf(event.id)) ?? 0));
    expect(delays.reduce((sum, each) => sum + each, 0) / delays.length).toBeLessThan(MAX_MEAN_DELAY_MS);
  });
});

test('A dispute that the seller lost or settled names the refund, and a withdrawn one names none', () => {
  const disputes = new Map([...shop.disputes.values()].map((dispute) => [String(dispute.id), dispute]));
  for (const { event } of takenBy('closed')) {
    const { outcome, line } = disputes.get(String(event.dispute_id)) ?? {};
    const isWithdrawn = outcome === 'canceled_issue';
    expect([event.outcome, event.refund_currency]).toEqual(
      isWithdrawn ? ['withdrawn', null] : ['refunded', 'USD'],
    );
    if (!isWithdrawn)
      expect(Number(event.refund_amount)).toBeGreaterThanOrEqual(Number(line?.unitCents) / 100);
  }
});

test('No day costs more than 200 calls, and a closed dispute no more than three', () => {
  for (const calls of polled.calls.callsByDay.values()) expect(calls).toBeLessThanOrEqual(200);
});
