/**
 * Products that leave the shelf for every reason, come back, and leave it again; and new ones, which go on sale at once or
 * after an audit.
 */

import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { wholeSecond } from '../../sandbox/pacific.ts';
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
import type { Condition, Story, Subject } from '../story.ts';

const MAX_PRODUCTS = 60;
const MAX_NEW = 15;
/** A product that was created before is not new. */
const NEW_FOR_MS = 30 * DAY;
/** Statuses that are told by themselves; of an offline product the reason is told. */
const REMOVED: readonly ProductStatus[] = ['service_delete', 'editingRequired'];

export const products: Subject = {
  feed: 'products',
  draw: drawProducts,
  aboutOf: (trigger, event) =>
    trigger === 'new_product' ? String(event.product_id) : `${event.product_id}/${event.removal_reason}`,
};

function drawProducts(random: RandomSource, schedule: Schedule): Story {
  const count = random.integer(3, MAX_PRODUCTS);
  const old = drawTimes(random, schedule, count, 5 * DAY).map((at, n) =>
    drawProduct(random, at, n, schedule),
  );
  const created = drawTimes(random, schedule, random.integer(1, MAX_NEW), 5 * DAY);
  const all = [...old, ...created.map((at, n) => drawNew(random, at, count + n, schedule))];
  return {
    records: all.length,
    workflows: [
      { id: 'removed', trigger: 'product_taken_down', inputs: {} },
      { id: 'new', trigger: 'new_product', inputs: {} },
    ],
    openShop: (options) => openLabShop({ orders: [], products: kept(all, options) }, options),
    conditionsOf: ({ trigger }) => all.flatMap(trigger === 'new_product' ? firstSale : removals),
  };
}

const removals = ({ id, stages }: Product): Condition[] =>
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
  });

/** AliExpress does not say since when a product is on sale: only that an earlier list did not show it. */
function firstSale({ id, createdAt, stages }: Product): Condition[] {
  const first = stages.findIndex(({ status }) => status === 'onSelling');
  const from = stages[first]?.at;
  if (from === undefined) return [];
  const until = Math.min(stages[first + 1]?.at ?? Number.POSITIVE_INFINITY, createdAt + NEW_FOR_MS);
  const listedBy = productsThatAre('onSelling');
  return [
    {
      trigger: 'new_product',
      about: String(id),
      from,
      until,
      shownAs: `product/${id}/onSelling`,
      shownUntil: until,
      listedBy,
      readEveryMs: HOUR,
      isUndated: true,
      answersWithout: 1,
      edits: stages.slice(first + 1).map(({ at }) => at),
    },
  ];
}

const removalOf = (status: ProductStatus): string | undefined =>
  REMOVED.find((removed) => removed === status);

function drawProduct(random: RandomSource, firstAt: number, n: number, schedule: Schedule): Product {
  const listedAt = schedule.from - random.between(10, 60) * DAY;
  const stages: ProductStage[] = [{ at: listedAt, status: 'onSelling' }];
  let at = wholeSecond(firstAt);
  const spanMs = spanOf(schedule);
  for (let times = random.integer(0, 2); times >= 0; times -= 1) {
    stages.push({ at, ...removal(random) });
    at += soonOrLate(random, spanMs, MINUTE);
    if (random.next() < 0.4) break;
    stages.push({ at, status: 'onSelling' });
    at += soonOrLate(random, spanMs, MINUTE);
  }
  return productOf(n, schedule, { createdAt: listedAt - 3 * DAY, stages });
}

const spanOf = ({ from, faultsEnd }: Schedule): number => Math.max(DAY, faultsEnd - from);

function drawNew(random: RandomSource, firstAt: number, n: number, schedule: Schedule): Product {
  const createdAt = wholeSecond(firstAt);
  const spanMs = spanOf(schedule);
  const stages: ProductStage[] = [];
  let at = createdAt;
  if (random.next() < 0.5) {
    stages.push({ at, status: 'auditing' });
    at += soonOrLate(random, spanMs, MINUTE);
  }
  stages.push({ at, status: 'onSelling' });
  if (random.next() < 0.3) {
    at += soonOrLate(random, spanMs, MINUTE);
    stages.push({ at, ...removal(random) });
    at += soonOrLate(random, spanMs, MINUTE);
    stages.push({ at, status: 'onSelling' });
  }
  return productOf(n, schedule, { createdAt, stages });
}

const productOf = (
  n: number,
  { from }: Schedule,
  { createdAt, stages }: Pick<Product, 'createdAt' | 'stages'>,
): Product => ({
  id: 1_005_006_800_000_000n + BigInt(n * 7919),
  name: `Felt Desk Organizer ${n}`,
  createdAt,
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
});

function removal(random: RandomSource): { status: ProductStatus; reason?: OfflineReason } {
  if (random.next() < 0.4) return { status: random.pick(REMOVED) };
  return { status: 'offline', reason: random.pick(offlineReasons) };
}
