/** What alerts name of products after a pause of all workflows. */

import { SELLER } from '../../lab/host.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShop } from '../../sandbox/shop.ts';
import { openPolledShop } from '../support/polled-shop.ts';

const FROM = Date.parse('2026-10-06T16:00:00Z');
const workflow = (id: string, trigger: string) => ({ id, trigger, inputs: {} });
const NEW = [workflow('7', 'new_product'), workflow('8', 'new_product')];
const REMOVED = workflow('9', 'product_taken_down');

/** The spans of products that alerts name after a pause. */
async function afterPause(days: number, resumed: (typeof REMOVED)[]) {
  const shop = openShop({
    seed: 2,
    curve: 'olist',
    ordersPerDay: 10,
    historyDays: 30,
    from: FROM,
    to: FROM + 14 * DAY,
  });
  const polled = await openPolledShop({ shop, from: FROM, random: () => 0.5 });
  await polled.pollFor(36 * HOUR, 30 * MINUTE, [...NEW, REMOVED]);
  const pausedAt = polled.now();
  polled.pause(days * DAY);
  const resumedAt = polled.now();
  await polled.pollFor(HOUR, 30 * MINUTE, resumed.slice(0, 1));
  await polled.pollFor(3 * HOUR, 30 * MINUTE, resumed);
  const { spans = [] } = JSON.parse(polled.stored(`skipped:1:${SELLER}`) ?? '{}');
  const ofProducts = spans.filter(({ feed }: { feed?: string }) => feed === 'products');
  return { spans: ofProducts, pausedAt, resumedAt };
}

test('New products that cannot be told from old ones are one alert after a pause, not one for each workflow', async () => {
  const { spans, pausedAt, resumedAt } = await afterPause(3, [...NEW, REMOVED]);
  expect(spans).toMatchObject([{ isHeld: true }]);
  expect(spans[0].from).toBeLessThan(pausedAt);
  expect(spans[0].to).toBeGreaterThanOrEqual(resumedAt);
});

test('They are named also if a workflow for removed products polls first', async () => {
  const { spans, pausedAt } = await afterPause(6.75, [REMOVED, ...NEW]);
  expect(spans).toMatchObject([{ isHeld: true }]);
  expect(spans[0].from).toBeLessThan(pausedAt);
});

test('Removed products of more than a week ago are named also if a workflow for new ones polls first', async () => {
  const { spans, pausedAt, resumedAt } = await afterPause(7.75, [...NEW, REMOVED]);
  const weekAgo = resumedAt - 7 * DAY;
  const isNamed = (at: number) =>
    spans.some(({ from, to }: { from: number; to: number }) => from <= at && at <= to);
  expect([pausedAt, weekAgo, resumedAt].map(isNamed)).toEqual([true, true, true]);
});

test('Where no workflow wants new products, nothing is named', async () => {
  expect((await afterPause(3, [REMOVED])).spans).toEqual([]);
});
