import { recordedAt } from '../../lib/aliexpress/recorded/samples.ts';
import { sampleEvent, sampleResult } from '../../lib/engine/samples.ts';
import { holds } from '../../lib/pack/evaluate.ts';
import { and } from '../../lib/pack/expression.ts';
import { defaultInputs } from '../../lib/pack/input.ts';
import type { TriggerDeclaration } from '../../lib/pack/operation.ts';
import { HOUR } from '../../lib/runtime.ts';
import { operations } from '../../operations.ts';
import findOrder from '../../searches/find-order.ts';
import findShop from '../../searches/find-shop.ts';
import newOrder from '../../triggers/new-order.ts';
import newOrderLine from '../../triggers/new-order-line.ts';
import newProduct from '../../triggers/new-product.ts';

const triggers: readonly TriggerDeclaration[] = operations.triggers;

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

  test.each(triggers.map((trigger) => [trigger.key, trigger] as const))(
    'The sample of %s shows a record for which the trigger fires',
    (_, trigger) => {
      const sample = sampleEvent(trigger);
      const { product_id } = sample as { product_id?: string };
      // The only required input.
      const chosen = trigger.inputs.product_ids?.required ? { product_ids: [product_id] } : {};
      const inputs = { ...defaultInputs(trigger.inputs), ...chosen };
      // A deadline that is days away when the answer was recorded comes close.
      const now = sample.due_at ? Date.parse(sample.due_at) - HOUR : recordedAt(trigger.feed.record);
      const { where = and() } = trigger;
      expect(holds(where, { fields: { ...sample }, inputs, now })).toBe(true);
      expect(sample.occurred_at).not.toBeNull();
    },
  );

  test('The sample of New Product is on sale', () => {
    expect(sampleEvent(newProduct)).toMatchObject({ status_name: 'on sale', offline_reason: null });
  });

  test('The sample of a search is the recorded record with its id and link', () => {
    const { id, link, order_id } = sampleResult(findOrder);
    expect(id).toBe(order_id);
    expect(link).toContain(id);
  });
});
