import { fires, toEvent } from '../../lib/pack/event.ts';
import { readInputs } from '../../lib/pack/input.ts';
import orderShipped from '../../triggers/order-shipped.ts';
import { contextAt } from '../support/event-context.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-10-12T03:00:00Z');
const shipped_at = '2026-10-12T02:30:00Z';
const firesFor = (changes: Parameters<typeof anOrder>[0], given = {}) =>
  fires(orderShipped, anOrder(changes), readInputs(orderShipped.inputs, given), NOW);

test.each(['WAIT_BUYER_ACCEPT_GOODS', 'FUND_PROCESSING', 'IN_ISSUE', 'FINISH'])(
  'An order in the status %s with a time of shipping is reported as shipped',
  (status) => {
    expect(firesFor({ status, shipped_at, shipping_status: 'SELLER_SEND_GOODS' })).toBe(true);
  },
);

test('A shipped order whose time of shipping AliExpress leaves out is reported', () => {
  expect(firesFor({ status: 'WAIT_BUYER_ACCEPT_GOODS', shipped_at: null })).toBe(true);
});

test.each(['FUND_PROCESSING', 'FINISH'])(
  'An order in the status %s without a time of shipping is not reported, because it may be old',
  (status) => {
    expect(firesFor({ status, shipped_at: null })).toBe(false);
  },
);

test.each(['PLACE_ORDER_SUCCESS', 'WAIT_SELLER_SEND_GOODS'])(
  'An order in the status %s is not reported as shipped',
  (status) => {
    expect(firesFor({ status, shipped_at: null })).toBe(false);
  },
);

describe('Partial shipments', () => {
  const partly = { shipped_at, shipping_status: 'SELLER_SEND_PART_GOODS' };

  test('An order that is partly shipped is not reported by default', () => {
    expect(firesFor({ status: 'SELLER_PART_SEND_GOODS', ...partly })).toBe(false);
  });

  test.each(['IN_CANCEL', 'IN_FROZEN', 'FINISH'])(
    'An order that was partly shipped and went to the status %s is not reported by default',
    (status) => {
      expect(firesFor({ status, ...partly })).toBe(false);
    },
  );

  test.each(['true', true])('An order that is partly shipped is reported with %p', (include_partial) => {
    expect(firesFor({ status: 'SELLER_PART_SEND_GOODS', ...partly }, { include_partial })).toBe(true);
  });

  test('The rest of the goods is the same event', () => {
    const ids = ['SELLER_PART_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS'].map(
      (status) => toEvent(orderShipped, anOrder({ order_id: '8201', status }), {}, contextAt(NOW)).id,
    );
    expect(ids).toEqual(['8201/shipped', '8201/shipped']);
  });
});

test('A shipped order below the minimum amount is not reported', () => {
  const order = { status: 'WAIT_BUYER_ACCEPT_GOODS', currency: 'USD' };
  expect(firesFor({ ...order, amount: 49.99 }, { min_amount: '50' })).toBe(false);
  expect(firesFor({ ...order, amount: 50 }, { min_amount: '50' })).toBe(true);
});

test('The event happened when the order was shipped, and the text says so in Beijing time', () => {
  const event = toEvent(orderShipped, anOrder({ shipped_at }), {}, contextAt(NOW));
  expect(event.occurred_at).toBe(shipped_at);
  expect(event.text_zh).toContain('**发货** 10-12 10:30');
});
