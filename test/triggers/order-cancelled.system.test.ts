import { fires, toEvent } from '../../lib/pack/event.ts';
import { HOUR } from '../../lib/runtime.ts';
import orderCancelled from '../../triggers/order-cancelled.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const now = Date.parse('2026-10-08T03:00:00Z');
const cancelled = {
  status: 'FINISH',
  end_reason: 'buyer_cancel_order',
  end_reason_category: 'cancelled_by_buyer',
};
const firesFor = (changes: Parameters<typeof anOrder>[0], inputs = {}) =>
  fires(orderCancelled, anOrder(changes), inputs, now);

test('An order that the buyer cancelled is reported', () => {
  expect(firesFor(cancelled)).toBe(true);
});

test('An order that was not paid in time is reported', () => {
  expect(
    firesFor({ status: 'FINISH', end_reason: 'pay_timeout', end_reason_category: 'unpaid', paid_at: null }),
  ).toBe(true);
});

test('An unpaid order that ended for an unknown reason is reported', () => {
  expect(firesFor({ status: 'FINISH', end_reason: 'new', end_reason_category: 'new', paid_at: null })).toBe(
    true,
  );
});

test('A received order is not reported', () => {
  expect(
    firesFor({ status: 'FINISH', end_reason: 'buyer_confirm_goods', end_reason_category: 'completed' }),
  ).toBe(false);
});

test('An order that has not ended is not reported', () => {
  expect(firesFor({ status: 'PLACE_ORDER_SUCCESS', paid_at: null })).toBe(false);
});

test('A reason that was not chosen is not reported', () => {
  expect(firesFor(cancelled, { categories: ['unpaid'] })).toBe(false);
});

test('The message names the reason in both languages', () => {
  const reason = { end_reason_name: 'cancelled by the buyer', end_reason_name_zh: '买家取消订单' };
  const event = toEvent(orderCancelled, anOrder({ ...cancelled, ...reason }), {}, contextAt(NOW));
  expect([event.text, event.text_zh]).toEqual([
    expect.stringContaining('cancelled by the buyer'),
    expect.stringContaining('买家取消订单'),
  ]);
});

describe('New Cancelled Order in a shop', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 600 });
  });
  afterEach(() => app.close());

  test('Every order that is cancelled within half a day is reported, and no other is', async () => {
    await app.poll('order_cancelled', {}, { isPopulatingDedupe: true });
    const emitted = new Set<unknown>();
    for (let hours = 1; hours <= 12; hours += 1) {
      app.clock.advanceTo(NOON + hours * HOUR);
      for (const { order_id } of await app.poll('order_cancelled')) emitted.add(order_id);
    }
    const ended = app.sandbox.shop.orders.filter(({ stages }) => {
      const { at, endReason = '' } = stages.at(-1) ?? { at: 0 };
      return at > NOON && at < NOON + 6 * HOUR && /cancel|timeout/.test(endReason);
    });
    expect(ended.length).toBeGreaterThan(0);
    expect([...emitted]).toEqual(expect.arrayContaining(ended.map(({ id }) => String(id))));
    const confirmed = app.sandbox.shop.orders.filter(
      ({ stages }) => stages.at(-1)?.endReason === 'buyer_confirm_goods',
    );
    expect(confirmed.filter(({ id }) => emitted.has(String(id)))).toEqual([]);
  });
});
