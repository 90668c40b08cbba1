import { fires, toEvent } from '../../lib/pack/event.ts';
import orderPaid from '../../triggers/order-paid.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const now = Date.parse('2026-10-08T03:00:00Z');
const firesFor = (changes: Parameters<typeof anOrder>[0], inputs = {}) =>
  fires(orderPaid, anOrder(changes), inputs, now);

test('fires for an order that is paid and waits to be shipped', () => {
  expect(firesFor({ status: 'WAIT_SELLER_SEND_GOODS', paid_at: '2026-10-08T02:14:02Z' })).toBe(true);
});

test('does not fire for an order that awaits payment', () => {
  expect(firesFor({ status: 'PLACE_ORDER_SUCCESS', paid_at: null })).toBe(false);
});

test('does not fire while the payment is held for review', () => {
  expect(firesFor({ status: 'RISK_CONTROL', paid_at: '2026-10-08T02:14:02Z' })).toBe(false);
});

test('does not fire below the minimum amount', () => {
  expect(firesFor({ amount: '9.99' }, { min_amount: '10' })).toBe(false);
});

test('fires for one of the chosen products', () => {
  expect(firesFor({ product_ids: ['1005001', '1005002'] }, { product_ids: ['1005002'] })).toBe(true);
});

test('says until when the order must be shipped', () => {
  const event = toEvent(orderPaid, anOrder({ ship_by: '2026-10-11T02:14:00Z' }), {}, NOW);
  expect(event.due_at).toBe('2026-10-11T02:14:00Z');
  expect(event.text_zh).toContain('10-11 10:14');
});
