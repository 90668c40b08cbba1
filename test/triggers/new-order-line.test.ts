import { recordedSubject } from '../../lib/engine/samples.ts';
import { fires, subjectsOf, toEvent } from '../../lib/pack/event.ts';
import { readInputs } from '../../lib/pack/input.ts';
import newOrderLine from '../../triggers/new-order-line.ts';
import { contextAt } from '../support/event-context.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-10-12T03:00:00Z');
const placed_at = '2026-10-12T02:14:00Z';
const paid_at = '2026-10-12T02:30:00Z';
const line = {
  line_id: '82011',
  product_id: '1005001',
  product_name: 'Laptop Stand',
  sku_code: 'LS-1',
  quantity: 3,
  unit_price: 19.9,
  currency: 'USD',
};
const two = anOrder({
  order_id: '8201',
  status: 'WAIT_SELLER_SEND_GOODS',
  amount: 64.69,
  currency: 'USD',
  placed_at,
  paid_at,
  line_items: [line, { ...line, line_id: '82012', product_name: 'Cable', quantity: 1, unit_price: 4.99 }],
});

const linesOf = (order: typeof two, given = {}) => {
  const inputs = readInputs(newOrderLine.inputs, given);
  return subjectsOf(newOrderLine, order, inputs).map((each) =>
    toEvent(newOrderLine, each, inputs, contextAt(NOW)),
  );
};
const firesFor = (changes: Parameters<typeof anOrder>[0], given = {}) =>
  fires(newOrderLine, anOrder(changes), readInputs(newOrderLine.inputs, given), NOW);

test('Every line item of an order is an event of its own, with its place and its amount', () => {
  expect(linesOf(two)).toMatchObject([
    {
      id: '8201/82011/placed',
      event_type: 'new_order_line',
      title: '3 × Laptop Stand · USD 59.70',
      line_index: 1,
      line_count: 2,
      line_amount: 59.7,
      order_amount: 64.69,
      currency: 'USD',
      placed_at_local: '2026-10-12 10:14',
      occurred_at: placed_at,
    },
    { id: '8201/82012/placed', title: '1 × Cable · USD 4.99', line_index: 2, line_amount: 4.99 },
  ]);
});

test('A line of a paid order happened when it was paid, and is another event', () => {
  const [first] = linesOf(two, { moment: 'paid' });
  expect(first).toMatchObject({ id: '8201/82011/paid', moment: 'paid', occurred_at: paid_at });
});

test('Lines without a number are told apart by their place', () => {
  const unnumbered = { ...two, line_items: two.line_items.map((each) => ({ ...each, line_id: null })) };
  expect(linesOf(unnumbered).map(({ id }) => id)).toEqual(['8201/1/placed', '8201/2/placed']);
});

test('The amount of a line is not known where its price or its quantity is not', () => {
  const [noPrice, noQuantity] = linesOf({
    ...two,
    line_items: [
      { ...line, unit_price: null },
      { ...line, line_id: '82012', quantity: null },
    ],
  });
  expect([noPrice?.line_amount, noQuantity?.line_amount]).toEqual([null, null]);
});

test('A line whose price has no currency has the currency of its order', () => {
  expect(linesOf({ ...two, line_items: [{ ...line, currency: null }] })).toMatchObject([{ currency: 'USD' }]);
});

test('An order without line items has no event', () => {
  expect(linesOf({ ...two, line_items: [] })).toEqual([]);
});

test.each([
  ['PLACE_ORDER_SUCCESS', 'placed', true],
  ['FINISH', 'placed', true],
  ['PLACE_ORDER_SUCCESS', 'paid', false],
  ['RISK_CONTROL', 'paid', false],
  ['WAIT_SELLER_SEND_GOODS', 'paid', true],
])('The lines of an order in the status %s are reported on "%s": %s', (status, moment, isReported) => {
  expect(firesFor({ status }, { moment })).toBe(isReported);
});

test('The filters of an order apply to its lines', () => {
  expect(firesFor({ product_ids: ['1005001'] }, { product_ids: ['1005002'] })).toBe(false);
  expect(firesFor({ amount: 64.69, currency: 'USD' }, { min_amount: '65' })).toBe(false);
});

test('The sample has every field of a line and none of the order alone', () => {
  const sample = recordedSubject(newOrderLine);
  const event = toEvent(newOrderLine, sample, readInputs(newOrderLine.inputs, {}), contextAt(NOW));
  expect(event).toMatchObject({ line_index: 1, moment: 'placed' });
  expect(event).not.toHaveProperty('line_items');
  expect(event).not.toHaveProperty('items_text');
});
