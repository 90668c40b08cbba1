import * as z from 'zod';
import { createFeed } from '../../../lib/feeds/engine/create-feed.ts';
import type { FeedDesign } from '../../../lib/feeds/engine/design.ts';
import { ordersDesign } from '../../../lib/feeds/orders.ts';
import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import type { StoredFormat } from '../../../lib/stores/stored.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { openShopServices, rawOrder, type ShopServices } from '../../support/shop-services.ts';

const DURATION_MS = 36 * HOUR;
const ORDERS_PER_DAY = 80;

/** What a release knows of its own field at the end of its visits. */
interface Release {
  shop: ShopServices;
  /** Polls as a workflow does, and returns the numbers of the orders that are known. */
  poll(): Promise<string[]>;
  visits: number;
  /** What the field says at the end of each visit. It counts them. */
  counted: number[];
}

type Design = FeedDesign<Parameters<typeof createFeed>[1] extends FeedDesign<infer T> ? T : never>;

/** A release whose state has one field more than the state of this one, and counts its visits in it. */
function openRelease(shop: ShopServices, field: string): Release {
  const design = ordersDesign(shop, { unshipped: true, changes: true }) as unknown as Design;
  const extended = (design.state as unknown as z.ZodLazy<z.ZodObject>)
    .unwrap()
    .extend({ [field]: z.number().default(0) });
  const release: Release = { shop, visits: 0, counted: [], poll };
  const feed = createFeed(shop, {
    ...design,
    state: extended as unknown as StoredFormat<object>,
    initialState: (now) => ({ ...design.initialState(now), [field]: 0 }),
    fetch: async (visit) => {
      const counted = (visit.state as Record<string, number>)[field] ?? Number.NaN;
      visit.update({ [field]: counted + 1 });
      release.counted.push(counted + 1);
      return design.fetch(visit);
    },
  });
  async function poll() {
    const { records } = await feed.read('polling');
    return (records as { order_id: string }[]).map(({ order_id }) => order_id);
  }
  return release;
}

/** Two processes poll in turn, every three minutes, while orders are placed. @param fields of their releases */
async function play(fields: [string, string]) {
  const first = openShopServices();
  const second = openShopServices({ through: () => first.innerStore });
  const releases = [first, second].map((shop, n) => openRelease(shop, fields[n] as string));
  const random = seededRandom(7);
  const placed: string[] = [];
  const firstKnown = new Map<string, number>();
  for (let minute = 0; minute < DURATION_MS / MINUTE; minute += 1) {
    for (const { clock } of [first, second]) clock.advance(MINUTE);
    if (random() < ORDERS_PER_DAY / (24 * 60)) {
      const id = `8201${String(minute).padStart(6, '0')}`;
      placed.push(id);
      first.orders.push(rawOrder({ id, updatedAt: first.clock.now() }));
      second.orders = first.orders;
    }
    if (minute % 3 > 0) continue;
    const { poll } = releases[minute % 2] as Release;
    for (const id of new Set(await poll())) firstKnown.set(id, firstKnown.get(id) ?? minute);
  }
  const delays = placed.flatMap((id) => {
    const at = firstKnown.get(id);
    return at === undefined ? [] : [at - Number(id.slice(4))];
  });
  const sent = first.requests.length + second.requests.length;
  // What was placed in the last minutes may still be unknown.
  const lost = placed.filter((id) => !firstKnown.has(id) && Number(id.slice(4)) < DURATION_MS / MINUTE - 60);
  return {
    sent,
    lost,
    delays,
    counted: releases.map(({ counted }) => counted),
    logged: [...first.logged, ...second.logged],
  };
}

describe('Two releases that use one store', () => {
  let alone: Awaited<ReturnType<typeof play>>;
  let together: Awaited<ReturnType<typeof play>>;
  beforeAll(async () => {
    alone = await play(['visits', 'visits']);
    together = await play(['visitsOfOne', 'visitsOfAnother']);
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('Two releases with different fields make no more calls than one release', () => {
    expect(alone.sent).toBeGreaterThan(150);
    expect(together.sent).toBeLessThanOrEqual(1.05 * alone.sent);
  });

  test('Two releases with different fields lose no order', () => {
    expect([alone.lost, together.lost]).toEqual([[], []]);
  });

  test('Two releases with different fields announce orders as early as one release', () => {
    expect(mean(together.delays)).toBeLessThanOrEqual(1.05 * mean(alone.delays));
  });

  test('Each release finds what it has stored in a field that the other does not know', () => {
    for (const counted of together.counted) {
      expect(counted.length).toBeGreaterThan(50);
      expect(counted).toEqual(counted.map((_, n) => n + 1));
    }
  });

  test('No snapshot of one release is refused because of the other', () => {
    expect(together.logged.filter((line) => line.includes('was not stored'))).toEqual([]);
  });
});
