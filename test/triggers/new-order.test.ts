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

describe('Minimum amount', () => {
  const USD = { min_amount: '50', min_amount_currency: 'USD', other_currencies: 'leave_out' };

  test.each([
    [49.99, 'USD', false],
    [50, 'USD', true],
    [3900, 'RUB', false],
    [12990, 'CLP', false],
    [5400, 'JPY', false],
    [5400, null, false],
  ])('An order of %s %s passes 50 USD: %s', (amount, currency, passes) => {
    expect(firesFor({ amount, currency }, USD)).toBe(passes);
  });

  test.each([
    [1, 'RUB', true],
    [5400, null, true],
    [49.99, 'USD', false],
  ])('An order of %s %s passes 50 USD with orders in other currencies: %s', (amount, currency, passes) => {
    expect(firesFor({ amount, currency }, { ...USD, other_currencies: 'include' })).toBe(passes);
  });

  test('Without a minimum amount the currency does not matter', () => {
    expect(firesFor({ amount: 1, currency: 'RUB' }, { ...USD, min_amount: undefined })).toBe(true);
  });
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
