import { fires, toEvent } from '../../lib/pack/event.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Order } from '../../sandbox/orders.ts';
import shipDeadline from '../../triggers/ship-deadline.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { anOrder } from '../support/records.ts';
import { type OrderLife, putOrder } from '../support/sandbox-orders.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const now = Date.parse('2026-10-08T03:00:00Z');
const inHours = (hours: number) => new Date(now + hours * HOUR).toISOString();
const firesFor = (changes: Parameters<typeof anOrder>[0], hoursLeft = 24) =>
  fires(
    shipDeadline,
    anOrder({ status: 'WAIT_SELLER_SEND_GOODS', ...changes }),
    { hours_before: hoursLeft },
    now,
  );

test('An order with exactly the chosen hours left is reported', () => {
  expect(firesFor({ ship_by: inHours(24) })).toBe(true);
});

test('An order with more time left is not reported', () => {
  expect(firesFor({ ship_by: inHours(24.1) })).toBe(false);
});

test('An overdue order is reported', () => {
  expect(firesFor({ ship_by: inHours(-5) })).toBe(true);
});

test('An order without a shipping deadline is not reported', () => {
  expect(firesFor({ ship_by: null })).toBe(false);
});

test.each([
  ['2026-10-08T03:00:01Z', 'Ship by 10-08 11:00: USD 23.50 · Canvas Tote Bag with… ×2'],
  ['2026-10-08T03:00:00Z', 'Overdue since 10-08 11:00: USD 23.50 · Canvas Tote Bag with… ×2'],
])('The title of an order to be shipped by %s says whether it is overdue', (ship_by, title) => {
  expect(toEvent(shipDeadline, anOrder({ ship_by }), {}, contextAt(now)).title).toBe(title);
});

test('The id of an event has the deadline in whole hours, so an extended deadline is another event', () => {
  const idOf = (due: string) =>
    toEvent(shipDeadline, anOrder({ order_id: '8201', ship_by: due }), {}, contextAt(NOW)).id;
  expect(idOf('2026-10-11T02:14:00Z')).toBe('8201/ship_by/2026-10-11T02:00Z');
  expect(idOf('2026-10-11T02:15:00Z')).toBe(idOf('2026-10-11T02:14:00Z'));
  expect(idOf('2026-10-13T02:14:00Z')).not.toBe(idOf('2026-10-11T02:14:00Z'));
});

describe('Order whose deadline comes near in a pause without polls', () => {
  const [PAID_AT, WAITING] = [NOON - 30 * HOUR, 'WAIT_SELLER_SEND_GOODS'];
  /** A day is left of the three that the seller has. */
  const NEAR_AT = PAID_AT + 2 * DAY;
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 4, lifetimes: { accessSeconds: 90 * 86_400 } });
  });
  afterEach(() => app.close());

  /** An order that is shipped in the pause, or never. @returns the ids of a poll after the pause */
  async function pollAfter(shippedAt?: number): Promise<{ order: string; poll(): Promise<unknown[]> }> {
    const paid = [PAID_AT, WAITING] as const;
    const order = putOrder(app.sandbox, {
      paidAt: PAID_AT,
      ...(shippedAt !== undefined && { shippedAt }),
      stages: [
        [PAID_AT - HOUR, 'PLACE_ORDER_SUCCESS'],
        ...(shippedAt === undefined ? [paid] : [paid, [shippedAt, 'WAIT_BUYER_ACCEPT_GOODS'] as const]),
      ],
    });
    await app.poll('ship_deadline', {}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NEAR_AT + HOUR);
    const poll = async () => (await app.poll('ship_deadline')).map(({ order_id }) => order_id);
    return { order, poll };
  }

  test('It is reported at the first visit after the pause', async () => {
    const { order, poll } = await pollAfter();
    expect(await poll()).toContain(order);
  });

  test('It is not reported if the order was shipped in the pause', async () => {
    const { order, poll } = await pollAfter(NEAR_AT - HOUR);
    expect(await poll()).not.toContain(order);
  });

  test('It is not reported while AliExpress cannot be queried', async () => {
    const { order, poll } = await pollAfter(NEAR_AT - HOUR);
    app.sandbox.faults.active = 'http_5xx';
    expect(await poll()).not.toContain(order);
  });
});

describe('Order whose deadline comes near between two readings of ended orders', () => {
  const [PAID_AT, WAITING] = [NOON - 2 * DAY + 3 * HOUR, 'WAIT_SELLER_SEND_GOODS'];
  const NEAR_AT = PAID_AT + 2 * DAY;
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 4, lifetimes: { accessSeconds: 90 * 86_400 } });
  });
  afterEach(() => app.close());

  /** When the order is reported, if it is, by polls ten minutes apart. @param later its stages after the payment */
  async function reportedAt(later: OrderLife['stages'], hours_before: number): Promise<number | undefined> {
    const order = putOrder(app.sandbox, {
      paidAt: PAID_AT,
      stages: [[PAID_AT - HOUR, 'PLACE_ORDER_SUCCESS'], [PAID_AT, WAITING], ...later],
    });
    const nearAt = PAID_AT + 3 * DAY - hours_before * HOUR;
    app.clock.advanceTo(nearAt - 2 * HOUR);
    await app.poll('ship_deadline', { hours_before }, { isPopulatingDedupe: true });
    for (let at = nearAt - HOUR; at <= nearAt + 3 * HOUR; at += 10 * MINUTE) {
      app.clock.advanceTo(at);
      const events = await app.poll('ship_deadline', { hours_before });
      if (events.some(({ order_id }) => order_id === order)) return at - nearAt;
    }
    return undefined;
  }

  test('It is not reported if the order was cancelled before, and no visit saw it in between', async () => {
    const cancelled = [NEAR_AT - 5 * MINUTE, 'FINISH', 'buyer_cancel_order'] as const;
    expect(await reportedAt([cancelled], 24)).toBeUndefined();
  });

  test.each([24, 2])('With %i hours it is reported with hardly less time left', async (hours) => {
    expect(await reportedAt([], hours)).toBeLessThanOrEqual((hours / 24) * HOUR + 30 * MINUTE);
  });
});

describe('Shipping Deadline Approaching in a shop', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({
      historyDays: 4,
      ordersPerDay: 200,
      lifetimes: { accessSeconds: 30 * 86_400 },
    });
  });
  afterEach(() => app.close());

  const unshippedAt = (at: number) =>
    app.sandbox.shop.orders.filter(
      ({ placedAt, stages }) =>
        placedAt < at && stages.findLast((stage) => stage.at <= at)?.status === 'WAIT_SELLER_SEND_GOODS',
    );

  test('A workflow that is turned on knows 90 unshipped orders, whatever their age', async () => {
    const events = await app.poll('ship_deadline', { hours_before: 720 }, { isPopulatingDedupe: true });
    const ids = unshippedAt(NOON).map(({ id }) => String(id));
    expect(events).toHaveLength(90);
    expect(ids).toEqual(expect.arrayContaining(events.map(({ order_id }) => order_id)));
  });

  test('A deadline is reported when it comes near, unless it was near when the workflow was turned on', async () => {
    await app.poll('ship_deadline', {}, { isPopulatingDedupe: true });
    const emitted = new Set<unknown>();
    for (let at = NOON + HOUR; at <= NOON + 3 * DAY; at += HOUR) {
      app.clock.advanceTo(at);
      for (const { order_id } of await app.poll('ship_deadline')) emitted.add(order_id);
    }
    /** The deadline is three days after the order began to wait. */
    const nearAt = ({ stages }: Order) =>
      (stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS')?.at ?? Number.NaN) + 2 * DAY;
    const isEmitted = ({ id }: Order) => emitted.has(String(id));
    const nearBefore = app.sandbox.shop.orders.filter((order) => nearAt(order) <= NOON);
    expect(nearBefore.filter(isEmitted)).toEqual([]);
    const nearLater = app.sandbox.shop.orders.filter(({ shippedAt = Number.POSITIVE_INFINITY, ...order }) => {
      const near = nearAt(order as Order);
      return near > NOON + 2 * HOUR && near < NOON + 2 * DAY && shippedAt > near + 2 * HOUR;
    });
    expect(nearLater.length).toBeGreaterThan(5);
    expect(nearLater.filter((order) => !isEmitted(order))).toEqual([]);
  });
});
