import { fires, toEvent } from '../../lib/pack/event.ts';
import newOrder from '../../triggers/new-order.ts';
import { contextAt } from '../support/event-context.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const now = Date.parse('2026-10-08T03:00:00Z');
const firesFor = (changes: Parameters<typeof anOrder>[0], inputs = {}) =>
  fires(newOrder, anOrder(changes), inputs, now);

test.each(['PLACE_ORDER_SUCCESS', 'WAIT_SELLER_SEND_GOODS', 'FINISH'])(
  'An order in the status %s is reported',
  (status) => {
    expect(firesFor({ status })).toBe(true);
  },
);

test('An order below the minimum amount is not reported', () => {
  expect(firesFor({ amount: '9.99' }, { min_amount: '10' })).toBe(false);
});

test('An order with one of the chosen products is reported', () => {
  expect(firesFor({ product_ids: ['1005001', '1005002'] }, { product_ids: ['1005002'] })).toBe(true);
});

test('The order number is the id of the event', () => {
  expect(toEvent(newOrder, anOrder({ order_id: '8201739405562817' }), {}, contextAt(NOW)).id).toBe(
    '8201739405562817',
  );
});

test('The Chinese text has the status in words', () => {
  expect(toEvent(newOrder, anOrder({}), {}, contextAt(NOW)).text_zh).toContain('**状态** 等待发货');
});
