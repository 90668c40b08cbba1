/**
 * The shop's products: most stay on sale, one is delisted during the run for each reason AliExpress knows. Stock falls
 * with every sale and is replenished, sometimes too late.
 */

import { DAY, HOUR } from '../lib/runtime.ts';
import { wholeSecond } from './pacific.ts';
import type { RandomSource } from './random.ts';

export const productStatuses = [
  'onSelling',
  'offline',
  'auditing',
  'editingRequired',
  'service_delete',
  'deleted',
] as const;
export type ProductStatus = (typeof productStatuses)[number];

export const offlineReasons = [
  'expire_offline',
  'user_offline',
  'violate_offline',
  'punish_offline',
  'degrade_offline',
  'industry_offline',
] as const;
export type OfflineReason = (typeof offlineReasons)[number];

export interface ProductStage {
  /** Epoch milliseconds. */
  at: number;
  status: ProductStatus;
  /** Set where it is offline. */
  reason?: OfflineReason;
}

export interface Sku {
  id: bigint;
  /** The seller's own code. */
  code: string;
  /** Property and value: "14:193". */
  path: string;
  color: string;
  colorId: number;
  priceCents: number;
  discountCents: number;
  /** In time order; the first is the opening stock. */
  levels: readonly { at: number; stock: number }[];
}

export interface Product {
  id: bigint;
  name: string;
  createdAt: number;
  /** In time order. */
  stages: readonly ProductStage[];
  skus: readonly [Sku, ...Sku[]];
}

const ordered = [
  'Canvas Tote Bag with Zipper',
  'LED Strip Light 5 m',
  'Silicone Phone Case',
  'Stainless Steel Water Bottle 750 ml',
  'Wireless Earbuds Charging Case',
  'Yoga Mat 6 mm',
  'Cat Tree Scratching Post',
  'Foldable Laptop Stand',
];
/** The products that are ordered. They stay on sale. */
export const orderedProducts = ordered.map((name, n) => ({
  id: 1_005_006_700_000_000n + BigInt(n * 1111),
  name,
}));

const materials = ['Bamboo', 'Ceramic', 'Felt', 'Glass'];
const things = [
  'Desk Organizer',
  'Plant Pot',
  'Storage Basket',
  'Candle Holder',
  'Coaster Set',
  'Photo Frame',
  'Tea Tray',
  'Wall Shelf',
];
const otherProducts = materials
  .flatMap((material) => things.map((thing) => `${material} ${thing}`))
  .map((name, n) => ({ id: 1_005_006_800_000_000n + BigInt(n * 7919), name }));

const colors = ['Black', 'White', 'Green', 'Grey'];

/** @param from start of the history; @param opening start of the run; @param to end of the run */
export function stockProducts(
  { from, opening, to }: { from: number; opening: number; to: number },
  random: RandomSource,
): readonly Product[] {
  const times: Times = {
    duringRun: () => wholeSecond(random.between(opening, opening + (to - opening) * 0.8)),
    beforeHistory: () => wholeSecond(from - random.between(1, 60) * DAY),
  };

  const stocked = (
    { id, name }: { id: bigint; name: string },
    stages: readonly ProductStage[],
    nth: number,
  ): Product => {
    const priceCents = random.integer(199, 6000);
    const sku = (color: string, n: number): Sku => ({
      id: 12_000_031_565_000_000n + BigInt(nth * 100 + n),
      code: `P${String(nth + 1).padStart(2, '0')}-${color.toUpperCase()}`,
      path: `14:${193 + n}`,
      color,
      colorId: 193 + n,
      priceCents,
      discountCents: Math.round(priceCents * 0.85),
      levels: stockLevels(from, to, random),
    });
    const [first, ...more] = colors.slice(0, random.integer(1, colors.length));
    return {
      id,
      name,
      createdAt: (stages[0] as ProductStage).at - 3 * DAY,
      stages,
      skus: [sku(first as string, 0), ...more.map((color, n) => sku(color, n + 1))],
    };
  };

  return [
    ...orderedProducts.map((product, n) =>
      stocked(product, [{ at: times.beforeHistory(), status: 'onSelling' as const }], n),
    ),
    ...otherProducts.map((product, n) =>
      stocked(product, stagesOf(n, times, random), orderedProducts.length + n),
    ),
  ];
}

/** Draws times of the shop's history. */
interface Times {
  /** During the run, early enough for the event to be found. */
  duringRun(): number;
  beforeHistory(): number;
}

/** The stages of a product that is not ordered: one for each kind of removal, the others stay on sale. */
function stagesOf(n: number, { duringRun, beforeHistory }: Times, random: RandomSource): ProductStage[] {
  const listed: ProductStage = { at: beforeHistory(), status: 'onSelling' };
  const reason = offlineReasons[n];
  if (reason) {
    const off: ProductStage = { at: duringRun(), status: 'offline', reason };
    // Only a product that the seller took offline comes back.
    return reason === 'user_offline'
      ? [listed, off, { at: off.at + wholeSecond(random.between(20, 40) * HOUR), status: 'onSelling' }]
      : [listed, off];
  }
  switch (n - offlineReasons.length) {
    case 0:
      return [{ at: beforeHistory(), status: 'offline', reason: 'expire_offline' }];
    case 1:
      return [{ at: beforeHistory(), status: 'offline', reason: 'violate_offline' }];
    case 2: {
      // A new product.
      const at = duringRun();
      return [
        { at: at - 2 * DAY, status: 'auditing' },
        { at, status: 'onSelling' },
      ];
    }
    case 3:
      return [
        { at: beforeHistory(), status: 'auditing' },
        { at: duringRun(), status: 'editingRequired' },
      ];
    case 4:
      return [{ at: beforeHistory(), status: 'editingRequired' }];
    case 5:
      return [{ at: beforeHistory(), status: 'service_delete' }];
    case 6:
      return [{ at: beforeHistory(), status: 'deleted' }];
    default:
      return [listed];
  }
}

/** Random sales; at the reorder point new stock is ordered and arrives some days later. */
function stockLevels(from: number, to: number, random: RandomSource): { at: number; stock: number }[] {
  const perDay = random.between(0.3, 4);
  const reorderPoint = random.integer(2, 14);
  let stock = random.integer(10, 120);
  const levels = [{ at: from, stock }];
  let restockAt = Number.POSITIVE_INFINITY;
  for (let at = from; ; ) {
    at = Math.min(at + random.exponential(DAY / perDay), restockAt);
    if (at >= to) return levels;
    if (at === restockAt) {
      stock += random.integer(40, 160);
      restockAt = Number.POSITIVE_INFINITY;
    } else if (stock > 0) {
      stock = Math.max(0, stock - random.integer(1, 3));
    }
    if (stock <= reorderPoint && restockAt === Number.POSITIVE_INFINITY) {
      restockAt = at + random.between(1, 5) * DAY;
    }
    if (levels.at(-1)?.stock !== stock) levels.push({ at, stock });
  }
}

/** Undefined before it was listed. */
export const productStageAt = (product: Product, now: number): ProductStage | undefined =>
  product.stages.findLast(({ at }) => at <= now);

export interface Delisting {
  at: number;
  reason: OfflineReason;
  /** When it was on sale again; left out where it never is. */
  backAt?: number;
}

/** Every time the product went from sale to offline. */
export const delistings = ({ stages }: Product): Delisting[] =>
  stages.flatMap(({ at, reason }, n) => {
    if (!reason || stages[n - 1]?.status !== 'onSelling') return [];
    const back = stages.slice(n).find(({ status }) => status === 'onSelling');
    return [{ at, reason, ...(back && { backAt: back.at }) }];
  });

/** Pieces in stock; before the history begins, the opening stock. */
export const stockAt = ({ levels }: Sku, now: number): number =>
  (levels.findLast(({ at }) => at <= now) ?? levels[0])?.stock ?? 0;

export interface LowStockPeriod {
  from: number;
  /** Left out where the stock never rises again. */
  endedAt?: number;
}

/** Every period in which the stock is at `threshold` or below. */
export function lowStockPeriods({ levels }: Sku, threshold: number): LowStockPeriod[] {
  const periods: LowStockPeriod[] = [];
  let current: LowStockPeriod | undefined;
  for (const { at, stock } of levels) {
    if (stock <= threshold && !current) {
      current = { from: at };
      periods.push(current);
    } else if (stock > threshold && current) {
      current.endedAt = at;
      current = undefined;
    }
  }
  return periods;
}
