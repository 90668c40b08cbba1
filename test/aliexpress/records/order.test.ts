import { convert } from '../../../lib/aliexpress/convert.ts';
import { orderList } from '../../../lib/aliexpress/methods/order-list.ts';
import { PAID, TO_SHIP } from '../../../lib/aliexpress/order-status.ts';
import { answeredAt, answerOf } from '../../../lib/aliexpress/recorded/index.ts';
import { order } from '../../../lib/aliexpress/records/order.ts';

const AT = answeredAt(orderList);
const raw = answerOf(orderList).items[0] as object;
const read = (changes: object) => convert(order, { ...raw, ...changes }, AT)?.values;
const item = (product_name: unknown, product_count?: unknown) => ({ product_name, product_count });

describe('Order record', () => {
  test.each(TO_SHIP)('The shipping deadline of an order in the status %s is known', (order_status) => {
    const deadline = new Date(AT + 86_400_000).toISOString().slice(0, 16);
    expect(read({ order_status, timeout_left_time: 86_400_000 })?.ship_by).toMatch(deadline);
  });

  test.each(PAID.filter((status) => !TO_SHIP.includes(status)))(
    'An order in the status %s has no shipping deadline, although its status ends at some time',
    (order_status) => {
      const values = read({ order_status, timeout_left_time: 86_400_000 });
      expect(values?.ship_by).toBeNull();
      expect(values?.status_due_at).toMatch(/^2026-/);
    },
  );

  test('The short products name the first product, its quantity and the number of further line items', () => {
    const product_list = [item('Laptop Stand', 3), item('Mug', 1), item('Lamp', 2)];
    expect(read({ product_list })?.items_short).toBe('Laptop Stand ×3 +2');
  });

  test('A long product name is cut in the short products', () => {
    expect(read({ product_list: [item('Canvas Tote Bag with Zipper', 1)] })?.items_short).toBe(
      'Canvas Tote Bag with… ×1',
    );
  });

  test('Product names have the characters that they were written with', () => {
    const values = read({ product_list: [item('A&amp;B', 2), item('Lamp', 1)] });
    expect([values?.items_short, values?.items_text, values?.line_items[0]?.product_name]).toEqual([
      'A&B ×2 +1',
      'A&B; Lamp',
      'A&B',
    ]);
  });

  test('The short products leave out an unknown quantity', () => {
    expect(read({ product_list: [item('Mug')] })?.items_short).toBe('Mug');
  });

  test.each([[[]], [undefined], [[item('')]]])('The short products of %j are null', (product_list) => {
    expect(read({ product_list })?.items_short).toBeNull();
  });
});
