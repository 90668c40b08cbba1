import { sampleEvent, sampleResult } from '../../lib/engine/samples.ts';
import findOrder from '../../searches/find-order.ts';
import findShop from '../../searches/find-shop.ts';
import newOrder from '../../triggers/new-order.ts';
import newOrderLine from '../../triggers/new-order-line.ts';

describe('Sample of an operation', () => {
  test('The sample of a trigger is marked as an example and names the recorded shop', () => {
    const shop = sampleResult(findShop);
    expect(sampleEvent(newOrder)).toMatchObject({
      id: expect.stringMatching(/^example\/\d+$/),
      is_example: true,
      shop_id: shop.shop_id,
      shop_name: shop.shop_name,
    });
    expect(shop.shop_id).toMatch(/^\d+$/);
  });

  test('A trigger whose list is empty in the recorded answer is named in the error', () => {
    const { feed } = newOrderLine;
    const lists = Object.entries(feed.lists ?? {}).map(([name, list]) => [name, { ...list, of: () => [] }]);
    const empty = { ...newOrderLine, feed: { ...feed, lists: Object.fromEntries(lists) } };
    expect(() => sampleEvent(empty)).toThrow(/^the recorded order has no item for new_order_line$/);
  });

  test('The sample of a search is the recorded record with its id and link', () => {
    const { id, link, order_id } = sampleResult(findOrder);
    expect(id).toBe(order_id);
    expect(link).toContain(id);
  });
});
