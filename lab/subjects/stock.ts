/** Stock of a few watched products: it falls with sales, runs out, and is filled up in time or too late. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import { lowStockPeriods, type Product, type Sku } from '../../sandbox/products.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import { kept, openLabShop, soonOrLate } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import type { Story, Subject } from '../story.ts';

const MAX_PRODUCTS = 8;
const MAX_STOCK = 5;

export const stock: Subject = {
  feed: 'stock',
  draw: drawStock,
  aboutOf: (_, event) => String(event.sku_key),
};

function drawStock(random: RandomSource, schedule: Schedule): Story {
  const count = random.integer(1, MAX_PRODUCTS);
  const all = Array.from({ length: count }, (_, n) => drawProduct(random, n, schedule));
  const watched = all.map(({ id }) => String(id));
  return {
    records: count,
    workflows: [{ id: 'low', trigger: 'low_stock', inputs: { product_ids: watched, max_stock: MAX_STOCK } }],
    openShop: (options) => openLabShop({ orders: [], products: kept(all, options) }, options),
    conditionsOf: () =>
      all.flatMap(({ id, skus }) =>
        skus.flatMap((sku) =>
          lowStockPeriods(sku, MAX_STOCK).map(({ from, endedAt = Number.POSITIVE_INFINITY }) => ({
            trigger: 'low_stock',
            about: `${id}/${sku.path}`,
            from,
            until: endedAt,
            shownAs: `stock/${id}`,
            shownUntil: endedAt,
            listedBy: `stock/${id}`,
            isUndated: true,
            // AliExpress shows no time of it at all.
            answersWithout: 1,
          })),
        ),
      ),
  };
}

function drawProduct(random: RandomSource, n: number, { from, to }: Schedule): Product {
  const [first, ...more] = Array.from({ length: random.integer(1, 3) }, (_, nth): Sku => {
    return {
      id: 12_000_031_565_000_000n + BigInt(n * 100 + nth),
      code: `P${n}-${nth}`,
      path: `14:${193 + nth}`,
      color: 'Black',
      colorId: 193 + nth,
      priceCents: 999,
      discountCents: 899,
      levels: drawLevels(random, from - DAY, to),
    };
  });
  return {
    id: 1_005_006_700_000_000n + BigInt(n * 1111),
    name: `Canvas Tote Bag ${n}`,
    createdAt: from - 30 * DAY,
    stages: [{ at: from - 20 * DAY, status: 'onSelling' }],
    skus: [first as Sku, ...more],
  };
}

/** At most a few dozen changes, which come fast or slowly. */
function drawLevels(random: RandomSource, from: number, to: number): { at: number; stock: number }[] {
  let pieces = random.integer(0, 30);
  const levels = [{ at: from, stock: pieces }];
  const stepMs = Math.max(HOUR, (to - from) / 20);
  for (let at = from + soonOrLate(random, stepMs); at < to; at += soonOrLate(random, stepMs)) {
    const isFilled = pieces < 8 && random.next() < 0.2;
    pieces = isFilled ? pieces + random.integer(10, 60) : Math.max(0, pieces - random.integer(1, 6));
    if (levels.at(-1)?.stock !== pieces) levels.push({ at, stock: pieces });
  }
  return levels;
}
