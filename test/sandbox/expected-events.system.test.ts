import { sampleEvent } from '../../lib/engine/samples.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { recipes } from '../../recipes/index.ts';
import {
  type EmittedEvent,
  type Expectation,
  type ExpectedEvent,
  expectations,
  isDue,
} from '../../sandbox/expected-events.ts';
import { lowStockPeriods, stockAt } from '../../sandbox/products.ts';
import { RUN_START } from '../../sandbox/run.ts';
import { openShop } from '../../sandbox/shop.ts';

const to = RUN_START + 5 * DAY;
const shop = openShop({
  seed: 8,
  curve: 'olist',
  ordersPerDay: 60,
  from: RUN_START,
  to,
  historyDays: 45,
});
const products = shop.products.map(({ id }) => String(id));
const expectationOf = (key: string): Expectation =>
  (expectations[key] as (typeof expectations)[string])({ shop, from: RUN_START, to, products });
/** The first expected event of the run that lasts for two hours. */
const firstOf = (key: string): ExpectedEvent =>
  expectationOf(key).events.find(
    ({ at, endedAt = at }) => at > RUN_START && endedAt - at > 2 * HOUR,
  ) as ExpectedEvent;
const iso = (at: number) => new Date(at).toISOString();

const emitted = (at: number, lastCallAt: number, event: EmittedEvent['event'] = {}): EmittedEvent => ({
  event,
  at,
  lastCallAt: () => lastCallAt,
});

describe('Alert about a deadline', () => {
  const expected = firstOf('ship_deadline_to_feishu');
  const { wasTrue } = expectationOf('ship_deadline_to_feishu');
  const end = expected.endedAt as number;

  test('A shipping deadline is a whole minute, as AliExpress tells it', () => {
    for (const { at } of expectationOf('ship_deadline_to_feishu').events) expect(at % MINUTE).toBe(0);
  });

  test('An alert is true as soon as its event has begun', () => {
    expect(wasTrue(expected, emitted(expected.at, expected.at))).toBe(true);
  });

  test('An alert is false before its event has begun', () => {
    expect(wasTrue(expected, emitted(expected.at - 1, expected.at - 1))).toBe(false);
  });

  test('An alert is false if the last call showed that its event had ended', () => {
    expect(wasTrue(expected, emitted(end + HOUR, end))).toBe(false);
  });

  test('An alert is true if its event has ended but AliExpress was not called since', () => {
    expect(wasTrue(expected, emitted(end + HOUR, end - 1))).toBe(true);
  });
});

describe('Alert about a stalled parcel', () => {
  const expected = firstOf('stalled_parcel_to_ticket');
  const { wasTrue } = expectationOf('stalled_parcel_to_ticket');
  const checked = (checkedAt: number) => emitted(checkedAt + HOUR, 0, { checked_at: iso(checkedAt) });

  test('A stall alert is true if the threshold was exceeded when tracking was read', () => {
    expect(wasTrue(expected, checked(expected.at))).toBe(true);
  });

  test('A stall alert is false if the threshold was not exceeded when tracking was read', () => {
    expect(wasTrue(expected, checked(expected.at - HOUR))).toBe(false);
  });

  test('A stall alert is false if there was a new event when tracking was read', () => {
    expect(wasTrue(expected, checked(expected.endedAt as number))).toBe(false);
  });

  test('A stall is identified by its tracking number, its order and its start, of which only the day may be known', () => {
    const [number = '', order = '', since = ''] = expected.key.split('/');
    const { keyOf } = expectationOf('stalled_parcel_to_ticket');
    const keyAfter = (hours: number) =>
      keyOf({
        tracking_number: number,
        order_id: order,
        stalled_since: iso(Date.parse(since) + hours * HOUR),
      });
    expect([0, 23].map(keyAfter)).toEqual([expected.key, expected.key]);
    expect(keyAfter(48)).not.toBe(expected.key);
  });
});

describe('Alert about low stock', () => {
  const { wasTrue, events } = expectationOf('low_stock_to_purchasing');
  const expected = firstOf('low_stock_to_purchasing');
  const [productId, path] = expected.key.split('/');
  const sku = shop.products
    .find(({ id }) => String(id) === productId)
    ?.skus.find((each) => each.path === path);
  const seen = (at: number, stock: number | undefined) =>
    emitted(at, 0, { stock_changed_at: iso(at), stock });
  const soon = Math.ceil(expected.at);
  const stock = sku && stockAt(sku, soon);

  test('A low-stock alert is true with the stock at the time it was read', () => {
    expect(wasTrue(expected, seen(soon, stock))).toBe(true);
  });

  test('A low-stock alert is false with another stock', () => {
    expect(wasTrue(expected, seen(soon, (stock ?? 0) + 1))).toBe(false);
  });

  test('A low-stock alert is false after a restock', () => {
    expect(wasTrue(expected, seen(Math.ceil(expected.endedAt as number), stock))).toBe(false);
  });

  test('Low-stock alerts are expected for every SKU of the watched products', () => {
    const periods = shop.products.flatMap(({ skus }) => skus.flatMap((each) => lowStockPeriods(each, 5)));
    expect(events).toHaveLength(periods.length);
  });
});

describe('Expected events', () => {
  test('Every recipe has expected events', () => {
    expect(Object.keys(expectations).sort()).toEqual(recipes.map(({ key }) => key).sort());
  });

  test.each(recipes.map((recipe) => [recipe.key, recipe] as const))(
    'The key of an expected event is read from the event of %s',
    (key, { trigger }) => {
      expect(expectationOf(key).keyOf(sampleEvent(trigger))).toMatch(/^[^/]+(\/[^/]+)*$/);
    },
  );

  /** They are about what goes wrong, and nothing does. */
  const ALERTS = ['account_alert_to_feishu'];
  const withEvents = Object.keys(expectations).filter((key) => !ALERTS.includes(key));

  test.each(withEvents)('At least one event of %s is due within five days', (key) => {
    expect(expectationOf(key).events.some((event) => isDue(event, { from: RUN_START, to }))).toBe(true);
  });

  test('A paid order is expected when its payment review has ended', () => {
    const reviewed = shop.orders.find(
      ({ stages, shippedAt }) => shippedAt && stages.some(({ status }) => status === 'RISK_CONTROL'),
    );
    const expected = expectationOf('paid_order_to_sheet').events.find(
      ({ key }) => key === String(reviewed?.id),
    );
    expect(expected?.at).toBe(reviewed?.stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS')?.at);
  });

  test('A received order is not expected as a cancelled order', () => {
    const received = shop.orders
      .filter(({ stages }) => stages.at(-1)?.endReason === 'buyer_confirm_goods')
      .map(({ id }) => String(id));
    const keys = new Set(expectationOf('cancelled_order_to_sheet').events.map(({ key }) => key));
    expect(received.filter((id) => keys.has(id))).toEqual([]);
  });

  test('A dispute that was answered before the notice period has no deadline alert', () => {
    const answered = [...shop.disputes.values()].filter(
      ({ answeredAt, answerDueAt }) => answeredAt && answeredAt < answerDueAt - 2 * DAY,
    );
    const keys = new Set(expectationOf('dispute_deadline_to_feishu').events.map(({ key }) => key));
    expect(answered.filter(({ id }) => keys.has(String(id)))).toEqual([]);
  });

  test('A daily report is expected at 09:00 in Beijing on each day', () => {
    expect(expectationOf('daily_report_to_feishu').events[0]).toEqual({
      key: '2026-10-07',
      at: Date.parse('2026-10-07T09:00:00+08:00'),
    });
  });
});

describe('Due event', () => {
  const span = { from: 100 * HOUR, to: 200 * HOUR };

  test.each<[string, Omit<ExpectedEvent, 'key'>]>([
    ['begins within the run', { at: 150 * HOUR }],
    ['is true for an hour', { at: 150 * HOUR, endedAt: 151 * HOUR }],
  ])('An event that %s is due', (_, event) => {
    expect(isDue({ key: '1', ...event }, span)).toBe(true);
  });

  test.each<[string, Omit<ExpectedEvent, 'key'>]>([
    ['begins before the run', { at: 99 * HOUR }],
    ['begins after the run', { at: 200 * HOUR }],
    ['is true for less than an hour', { at: 150 * HOUR, endedAt: 150 * HOUR + 59 * MINUTE }],
    ['happened before the run', { at: 150 * HOUR, happenedAt: 99 * HOUR }],
    ['is obsolete', { at: 150 * HOUR, isObsolete: true }],
  ])('An event that %s is not due', (_, event) => {
    expect(isDue({ key: '1', ...event }, span)).toBe(false);
  });
});
