import { fires, toEvent } from '../../lib/pack/event.ts';
import orderPaid from '../../triggers/order-paid.ts';
import { contextAt } from '../support/event-context.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const now = Date.parse('2026-10-08T03:00:00Z');
const firesFor = (changes: Parameters<typeof anOrder>[0], inputs = {}) =>
  fires(orderPaid, anOrder(changes), inputs, now);

test('A paid order that awaits shipment is reported', () => {
  expect(firesFor({ status: 'WAIT_SELLER_SEND_GOODS', paid_at: '2026-10-08T02:14:02Z' })).toBe(true);
});

test('An order that awaits payment is not reported', () => {
  expect(firesFor({ status: 'PLACE_ORDER_SUCCESS', paid_at: null })).toBe(false);
});

test('An order in payment review is not reported', () => {
  expect(firesFor({ status: 'RISK_CONTROL', paid_at: '2026-10-08T02:14:02Z' })).toBe(false);
});

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

test('A paid order with one of the chosen products is reported', () => {
  expect(firesFor({ product_ids: ['1005001', '1005002'] }, { product_ids: ['1005002'] })).toBe(true);
});

test('The event has the shipping deadline as its due time', () => {
  const event = toEvent(orderPaid, anOrder({ ship_by: '2026-10-11T02:14:00Z' }), {}, contextAt(NOW));
  expect(event.due_at).toBe('2026-10-11T02:14:00Z');
  expect(event.text_zh).toContain('10-11 10:14');
});

test('A paid order that was shipped before it was read has no deadline, in no text', () => {
  const event = toEvent(
    orderPaid,
    anOrder({ status: 'WAIT_BUYER_ACCEPT_GOODS', ship_by: null }),
    {},
    contextAt(NOW),
  );
  expect(event.due_at).toBeNull();
  expect(event.text + event.text_zh).not.toMatch(/Ship by|最晚发货|–/);
});
