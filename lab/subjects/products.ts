/** Products that leave the shelf for every reason, come back, and leave it again. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import {
  type OfflineReason,
  offlineReasons,
  type Product,
  type ProductStage,
  type ProductStatus,
} from '../../sandbox/products.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import { drawTimes, kept, openLabShop, soonOrLate } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import { productsThatAre } from '../shown-names.ts';
import type { Story, Subject } from '../story.ts';

const MAX_PRODUCTS = 60;
/** Statuses that are told by themselves; of an offline product the reason is told. */
const REMOVED: readonly ProductStatus[] = ['service_delete', 'editingRequired'];

export const products: Subject = {
  feed: 'products',
  draw: drawProducts,
  aboutOf: (_, event) => `${event.product_id}/${event.removal_reason}`,
};

function drawProducts(random: RandomSource, schedule: Schedule): Story {
  const count = random.integer(3, MAX_PRODUCTS);
  const all = drawTimes(random, schedule, count, 5 * DAY).map((at, n) =>
    drawProduct(random, at, n, schedule),
  );
  return {
    records: count,
    workflows: [{ id: 'removed', trigger: 'product_taken_down', inputs: {} }],
    openShop: (options) => openLabShop({ orders: [], products: kept(all, options) }, options),
    conditionsOf: () =>
      all.flatMap(({ id, stages }) =>
        stages.flatMap(({ at, status, reason = removalOf(status) }, n) => {
          const until = stages[n + 1]?.at ?? Number.POSITIVE_INFINITY;
          const isRepeated = stages.slice(0, n).some((earlier) => earlier.status === status);
          const isUndated = status !== 'offline';
          const condition = {
            trigger: 'product_taken_down',
            about: `${id}/${reason}`,
            from: at,
            until,
            shownAs: `product/${id}/${status}`,
            shownUntil: until,
            listedBy: productsThatAre(status),
            isUndated,
            ...(isUndated && { readEveryMs: 6 * HOUR }),
            // Two readings in a row must lack a product before it counts as on sale again.
            ...(isUndated && isRepeated && { answersWithout: 2 }),
          };
          return reason ? [condition] : [];
        }),
      ),
  };
}

const removalOf = (status: ProductStatus): string | undefined =>
  REMOVED.find((removed) => removed === status);

function drawProduct(
  random: RandomSource,
  firstAt: number,
  n: number,
  { from, faultsEnd }: Schedule,
): Product {
  const spanMs = Math.max(DAY, faultsEnd - from);
  const stages: ProductStage[] = [{ at: from - random.between(10, 60) * DAY, status: 'onSelling' }];
  let at = Math.floor(firstAt / 1000) * 1000;
  for (let times = random.integer(0, 2); times >= 0; times -= 1) {
    stages.push({ at, ...removal(random) });
    at += soonOrLate(random, spanMs, 60_000);
    if (random.next() < 0.4) break;
    stages.push({ at, status: 'onSelling' });
    at += soonOrLate(random, spanMs, 60_000);
  }
  return {
    id: 1_005_006_800_000_000n + BigInt(n * 7919),
    name: `Felt Desk Organizer ${n}`,
    createdAt: (stages[0] as ProductStage).at - 3 * DAY,
    stages,
    skus: [
      {
        id: 12_000_031_565_000_000n + BigInt(n * 100),
        code: `P${n}`,
        path: '14:193',
        color: 'Black',
        colorId: 193,
        priceCents: 999,
        discountCents: 899,
        levels: [{ at: from, stock: 50 }],
      },
    ],
  };
}

function removal(random: RandomSource): { status: ProductStatus; reason?: OfflineReason } {
  if (random.next() < 0.4) return { status: random.pick(REMOVED) };
  return { status: 'offline', reason: random.pick(offlineReasons) };
}
