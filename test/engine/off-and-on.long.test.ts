/** Workflows that are off for an hour to 30 days, and on again: what happened before they were on is not announced. */

import type { Activation } from '../../lab/platform.ts';
import { productsThatAre } from '../../lab/shown-names.ts';
import type { LabWorkflow } from '../../lab/story.ts';
import { ON_SALE } from '../../lib/aliexpress/product-terms.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { operations } from '../../operations.ts';
import { type Expectation, expectations } from '../../sandbox/expected-events.ts';
import { deliveredAt } from '../../sandbox/parcels.ts';
import { openShop, type Shop, type Span } from '../../sandbox/shop.ts';
import { openPolledShop, type PolledShop } from '../support/polled-shop.ts';

const START = Date.parse('2026-10-06T16:00:00Z');
const POLL_EVERY_MS = 30 * MINUTE;
/** How long the workflows are on before and after. */
const BEFORE_MS = 6 * HOUR;
const AFTER_MS = 12 * HOUR;
const WATCHED_PRODUCTS = 3;

interface Case {
  offMs: number;
  ordersPerDay: number;
  /** Another workflow stays on. */
  withAnother: boolean;
}

const CASES: readonly Case[] = [
  { offMs: HOUR, ordersPerDay: 1000, withAnother: false },
  { offMs: HOUR, ordersPerDay: 200, withAnother: true },
  { offMs: 9 * HOUR, ordersPerDay: 400, withAnother: true },
  { offMs: 30 * HOUR, ordersPerDay: 100, withAnother: true },
  { offMs: 30 * HOUR, ordersPerDay: 700, withAnother: false },
  { offMs: 4 * DAY, ordersPerDay: 300, withAnother: false },
  { offMs: 9 * DAY, ordersPerDay: 150, withAnother: false },
  { offMs: 30 * DAY, ordersPerDay: 50, withAnother: false },
  { offMs: 30 * DAY, ordersPerDay: 600, withAnother: false },
];

interface History extends Pick<Expectation, 'events' | 'keyOf'> {
  /** The answer that would show the event, if AliExpress gives it no time. Then it counts from the first such answer. */
  listOf?(event: Record<string, unknown>): string | undefined;
}

/** Of a product that is not offline, AliExpress does not say since when. */
const UNDATED = ['service_delete', 'editingRequired'];

const WAITING = 'WAIT_SELLER_SEND_GOODS';
/** The time to ship that AliExpress gives, and the notice of the trigger. */
const SHIP_WITHIN_MS = 3 * DAY;
const NOTICE_MS = DAY;

/** What really happened, by trigger. */
function historiesOf(shop: Shop, { from, to }: Span, products: readonly string[]): Record<string, History> {
  const of = (recipe: string): History => {
    const expectation = expectations[recipe];
    if (!expectation) throw new Error(`nothing is expected of ${recipe}`);
    return expectation({ shop, from, to, products });
  };
  const [customs, noUpdate] = [of('customs_stall_to_feishu'), of('stalled_parcel_to_ticket')];
  const parcels = [...shop.parcels.values()];
  const failures = parcels.flatMap(({ trackingNumber, events }) =>
    events.map(({ at }) => ({
      key: `${trackingNumber}/${new Date(at).toISOString().replace('.000Z', 'Z')}`,
      at,
    })),
  );
  return {
    new_order: of('new_order_to_feishu'),
    order_paid: of('paid_order_to_sheet'),
    order_cancelled: of('cancelled_order_to_sheet'),
    // An order may have been shipped without the connector knowing it yet. That is not about the time before "on".
    ship_deadline: {
      events: shop.orders.flatMap(({ id, stages }) =>
        stages
          .filter(({ status }) => status === WAITING)
          .map(({ at }) => ({ key: String(id), at: at + SHIP_WITHIN_MS - NOTICE_MS })),
      ),
      keyOf: ({ order_id }) => String(order_id),
    },
    order_status_changed: {
      events: shop.orders.flatMap(({ id, stages }) =>
        stages.map(({ at, status }) => ({ key: `${id}/${status}`, at })),
      ),
      keyOf: ({ order_id, status }) => `${order_id}/${status}`,
    },
    new_order_line: {
      events: shop.orders.flatMap(({ id, placedAt, lines }) =>
        lines.map(({ childId }) => ({ key: `${id}/${childId}`, at: placedAt })),
      ),
      keyOf: ({ order_id, line_id }) => `${order_id}/${line_id}`,
    },
    order_shipped: {
      events: shop.orders.flatMap(({ id, shippedAt }) =>
        shippedAt === undefined ? [] : [{ key: String(id), at: shippedAt }],
      ),
      keyOf: ({ order_id }) => String(order_id),
    },
    bad_review: of('bad_review_to_ticket'),
    logistics_stall: { ...customs, events: [...customs.events, ...noUpdate.events, ...failures] },
    parcel_delivered: {
      events: parcels.map((parcel) => ({ key: parcel.trackingNumber, at: deliveredAt(parcel) ?? 0 })),
      keyOf: ({ tracking_number }) => String(tracking_number),
    },
    abnormal_parcel: of('abnormal_parcel_to_feishu'),
    dispute_opened: of('dispute_to_ticket_and_feishu'),
    dispute_deadline: of('dispute_deadline_to_feishu'),
    dispute_closed: {
      events: [...shop.disputes.values()].map(({ id, closedAt }) => ({ key: String(id), at: closedAt })),
      keyOf: ({ dispute_id }) => String(dispute_id),
    },
    product_taken_down: {
      ...of('product_taken_down_to_feishu'),
      listOf: ({ removal_reason: reason }) =>
        UNDATED.includes(String(reason)) ? productsThatAre(String(reason)) : undefined,
    },
    new_product: {
      events: shop.products.flatMap(({ id, stages }) =>
        stages.filter(({ status }) => status === ON_SALE).map(({ at }) => ({ key: String(id), at })),
      ),
      keyOf: ({ product_id }) => String(product_id),
      listOf: () => productsThatAre(ON_SALE),
    },
    low_stock: { ...of('low_stock_to_purchasing'), listOf: ({ product_id }) => `stock/${product_id}` },
    daily_report: of('daily_report_to_feishu'),
  };
}

async function play({ offMs, ordersPerDay, withAnother }: Case) {
  const from = START;
  const to = from + BEFORE_MS + offMs + AFTER_MS;
  const historyDays = ordersPerDay > 200 ? 4 : 20;
  const shop = openShop({ seed: 1, curve: 'olist', ordersPerDay, from, to, historyDays, disputeShare: 0.1 });
  const products = shop.products.slice(0, WATCHED_PRODUCTS).map(({ id }) => String(id));
  const histories = historiesOf(shop, { from, to }, products);
  const given: Record<string, Record<string, unknown>> = {
    low_stock: { product_ids: products },
    logistics_stall: { stall_rule: 'hours' },
  };
  const workflows: LabWorkflow[] = Object.keys(histories).map((trigger) => ({
    id: trigger,
    trigger,
    inputs: given[trigger] ?? {},
  }));
  const another = withAnother ? [{ id: 'another', trigger: 'new_order', inputs: {} }] : [];
  const polled = await openPolledShop({ shop, from });
  await polled.pollFor(BEFORE_MS, POLL_EVERY_MS, [...workflows, ...another]);
  polled.turnOff(workflows);
  if (withAnother) await polled.pollFor(offMs, POLL_EVERY_MS, another);
  else polled.pause(offMs);
  const onFrom = polled.now();
  await polled.pollFor(AFTER_MS, POLL_EVERY_MS, [...workflows, ...another]);
  const again = polled.activations.filter(
    ({ workflow, turnedOnFrom }) => turnedOnFrom >= onFrom && histories[workflow.trigger],
  );
  return {
    old: again.flatMap((activation) =>
      oldEvents(activation, histories[activation.workflow.trigger] as History, polled.calls),
    ),
    on: again.length,
    workflows: workflows.length,
    taken: again.reduce((sum, { taken }) => sum + taken.length, 0),
    errors: [...polled.errors],
  };
}

/** The events of what had happened before the workflow was on. AliExpress writes whole seconds. */
function oldEvents(
  { workflow, turnedOnFrom, taken }: Activation,
  { events, keyOf, listOf }: History,
  { readings }: PolledShop['calls'],
): string[] {
  const mark = Math.floor(turnedOnFrom / SECOND) * SECOND;
  const lastReadAt = (list: string) =>
    readings.findLast(({ at, shown }) => at < mark && shown.has(list))?.at ?? mark;
  const times = Map.groupBy(events, ({ key }) => key);
  return taken
    .filter(({ event }) => {
      const list = listOf?.(event);
      const since = list === undefined ? mark : lastReadAt(list);
      return !times.get(keyOf(event))?.some(({ at }) => at >= since);
    })
    .map(({ at, event }) => `${workflow.trigger} ${event.id} ${(at - mark) / HOUR} h after "on"`);
}

test('Every trigger but the account alerts is played', () => {
  const shop = openShop({
    seed: 1,
    curve: 'flat',
    ordersPerDay: 1,
    from: START,
    to: START + DAY,
    historyDays: 1,
  });
  const played = Object.keys(historiesOf(shop, { from: START, to: START + DAY }, []));
  // What it tells of is no event of the shop.
  const all = operations.triggers.map(({ key }) => key).filter((key) => key !== 'account_alert');
  expect(played.toSorted()).toEqual(all.toSorted());
});

describe.each(CASES)('Workflows that were off for $offMs ms at $ordersPerDay orders a day', (each) => {
  let played: Awaited<ReturnType<typeof play>>;
  beforeAll(async () => {
    played = await play(each);
  });

  test('Every workflow is on again, and announces what happens then', () => {
    expect(played.errors).toEqual([]);
    expect(played.on).toBe(played.workflows);
    expect(played.taken).toBeGreaterThan(20);
  });

  test('No workflow announces what happened before it was on', () => {
    expect(played.old).toEqual([]);
  });
});
