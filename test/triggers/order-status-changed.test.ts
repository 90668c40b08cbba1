import { fires, toEvent } from '../../lib/pack/event.ts';
import orderStatusChanged from '../../triggers/order-status-changed.ts';
import { contextAt } from '../support/event-context.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const now = Date.parse('2026-10-08T03:00:00Z');
const firesFor = (status: string, inputs = {}) => fires(orderStatusChanged, anOrder({ status }), inputs, now);

test('Any status is reported if none is chosen', () => {
  expect(firesFor('WAIT_BUYER_ACCEPT_GOODS')).toBe(true);
});

test('A chosen status is reported', () => {
  expect(firesFor('IN_ISSUE', { statuses: ['IN_ISSUE', 'FINISH'] })).toBe(true);
});

test('A status that was not chosen is not reported', () => {
  expect(firesFor('WAIT_BUYER_ACCEPT_GOODS', { statuses: ['IN_ISSUE', 'FINISH'] })).toBe(false);
});

test('Each status of an order is an event of its own', () => {
  const ids = ['WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS'].map(
    (status) => toEvent(orderStatusChanged, anOrder({ order_id: '8201', status }), {}, contextAt(NOW)).id,
  );
  expect(ids).toEqual(['8201/WAIT_SELLER_SEND_GOODS', '8201/WAIT_BUYER_ACCEPT_GOODS']);
});
