import { pollTrigger } from '../../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../../lib/engine/shop.ts';
import { reportSkipped, skippedSpans } from '../../../lib/feeds/engine/skipped-events.ts';
import { DAY, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import accountAlert from '../../../triggers/account-alert.ts';
import { eventClock } from '../../support/event-clock.ts';
import { openShopServices } from '../../support/shop-services.ts';

const open = () => {
  const services = openShopServices();
  const shop = { ...services, memo: emptyProcessMemo() };
  const from = services.clock.now() - 30 * DAY;
  const ids = new Set<string>();
  const report = async (daysAgo: number) => {
    await reportSkipped(services, { from, to: services.clock.now() - daysAgo * DAY, orders: 3 });
    const events = await pollTrigger(accountAlert, shop, { inputs: {}, purpose: 'sample' });
    for (const { id } of events) ids.add(id);
  };
  return { clock: services.clock, report, ids };
};

test('Two pauses that are read from the same start mark are two alerts', async () => {
  const { clock, report, ids } = open();
  await report(7);
  clock.advance(10 * DAY);
  await report(7);
  expect(ids.size).toBe(2);
});

test('A pause that is found again a little later is the same alert', async () => {
  const { clock, report, ids } = open();
  await report(7);
  clock.advance(10 * MINUTE);
  await report(7);
  expect(ids.size).toBe(1);
});

test('A span that was reported stays known when the store does not answer to the next report', async () => {
  const services = openShopServices();
  const { store, clock } = services;
  const span = { from: clock.now() - DAY, to: clock.now() };
  expect(await reportSkipped(services, { ...span, feed: 'orders' })).toBe(true);
  const get = () => Promise.reject(new Error('no answer'));
  const isReported = await reportSkipped(
    { ...services, store: { ...store, get } },
    { ...span, feed: 'reviews' },
  );
  expect([isReported, await skippedSpans(services)]).toMatchObject([false, [{ feed: 'orders' }]]);
});

describe('Reports at the same moment', () => {
  const FEEDS = ['orders', 'reviews', 'disputes', 'products', 'stock'] as const;
  const reported = async (before: (store: Store, seller: string) => Promise<unknown> = async () => {}) => {
    const clock = eventClock('2026-11-21T12:00:00Z');
    const store = memoryStore(clock);
    const shop = openShopServices();
    await before(store, shop.seller);
    const slowly = (key: string) => store.get(key).then((value) => clock.sleep(50).then(() => value));
    const services = { ...shop, clock, store: { ...store, get: slowly } };
    const span = { from: clock.now() - DAY, to: clock.now() };
    const answers = await clock.run(FEEDS.map((feed) => reportSkipped(services, { ...span, feed })));
    const spans = clock.run([skippedSpans(services)]).then(([known]) => known);
    return { answers, spans: await spans, tookMs: clock.now() - span.to };
  };

  test('Each of them is kept', async () => {
    const { answers, spans } = await reported();
    expect(answers).toEqual(FEEDS.map(() => ({ status: 'fulfilled', value: true })));
    expect(spans).toMatchObject({
      value: expect.arrayContaining(FEEDS.map((feed) => expect.objectContaining({ feed }))),
    });
  });

  test('A caller that was killed during its report delays the others by a few seconds', async () => {
    const { answers, tookMs } = await reported((store, seller) =>
      store.add(`lease:skipped:${seller}`, 'x', 30),
    );
    expect(answers).toEqual(FEEDS.map(() => ({ status: 'fulfilled', value: true })));
    expect(tookMs).toBeLessThan(10 * SECOND);
  });
});
