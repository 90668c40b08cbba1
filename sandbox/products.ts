/**
 * The shop's products: most on sale all the time, some taken off the shelf while one looks on, for each of the
 * causes AliExpress knows. Their stock falls with every sale and is filled up again, sometimes too late.
 */

import type { Chance } from './chance.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const productStatuses = [
  'onSelling',
  'offline',
  'auditing',
  'editingRequired',
  'service_delete',
  'deleted',
] as const;
export type ProductStatus = (typeof productStatuses)[number];

export const offlineCauses = [
  'expire_offline',
  'user_offline',
  'violate_offline',
  'punish_offline',
  'degrade_offline',
  'industry_offline',
] as const;
export type OfflineCause = (typeof offlineCauses)[number];

export interface ProductStage {
  /** Epoch milliseconds. */
  at: number;
  status: ProductStatus;
  /** Why it is offline. */
  cause?: OfflineCause;
}

export interface Sku {
  id: bigint;
  /** The merchant's own. */
  code: string;
  /** Property and value: "14:193". */
  path: string;
  colour: string;
  colourId: number;
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
/** The products that orders are placed for. They stay on sale. */
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

const colours = ['Black', 'White', 'Green', 'Grey'];

/** @param from first moment of the shop's past; @param opening when one begins to look; @param to when one stops */
export function stockProducts(
  { from, opening, to }: { from: number; opening: number; to: number },
  chance: Chance,
): readonly Product[] {
  /** A moment while one looks on, early enough to be noticed. */
  const meanwhile = () => wholeSecond(chance.between(opening, opening + (to - opening) * 0.8));
  const before = () => wholeSecond(from - chance.between(1, 60) * DAY);

  const stagesOf = (n: number): ProductStage[] => {
    const listed: ProductStage = { at: before(), status: 'onSelling' };
    const cause = offlineCauses[n];
    if (cause) {
      const off: ProductStage = { at: meanwhile(), status: 'offline', cause };
      // Only what the seller took down himself comes back.
      return cause === 'user_offline'
        ? [listed, off, { at: off.at + wholeSecond(chance.between(20, 40) * HOUR), status: 'onSelling' }]
        : [listed, off];
    }
    switch (n - offlineCauses.length) {
      case 0:
        return [{ at: before(), status: 'offline', cause: 'expire_offline' }];
      case 1:
        return [{ at: before(), status: 'offline', cause: 'violate_offline' }];
      case 2:
        return [
          { at: before(), status: 'auditing' },
          { at: meanwhile(), status: 'onSelling' },
        ];
      case 3:
        return [
          { at: before(), status: 'auditing' },
          { at: meanwhile(), status: 'editingRequired' },
        ];
      case 4:
        return [{ at: before(), status: 'editingRequired' }];
      case 5:
        return [{ at: before(), status: 'service_delete' }];
      case 6:
        return [{ at: before(), status: 'deleted' }];
      default:
        return [listed];
    }
  };

  const stocked = (
    { id, name }: { id: bigint; name: string },
    stages: readonly ProductStage[],
    nth: number,
  ): Product => {
    const priceCents = chance.whole(199, 6000);
    const sku = (colour: string, n: number): Sku => ({
      id: 12_000_031_565_000_000n + BigInt(nth * 100 + n),
      code: `P${String(nth + 1).padStart(2, '0')}-${colour.toUpperCase()}`,
      path: `14:${193 + n}`,
      colour,
      colourId: 193 + n,
      priceCents,
      discountCents: Math.round(priceCents * 0.85),
      levels: sell(from, to, chance),
    });
    const [first, ...more] = colours.slice(0, chance.whole(1, colours.length));
    return {
      id,
      name,
      createdAt: (stages[0] as ProductStage).at - 3 * DAY,
      stages,
      skus: [sku(first as string, 0), ...more.map((colour, n) => sku(colour, n + 1))],
    };
  };

  return [
    ...orderedProducts.map((product, n) =>
      stocked(product, [{ at: before(), status: 'onSelling' as const }], n),
    ),
    ...otherProducts.map((product, n) => stocked(product, stagesOf(n), orderedProducts.length + n)),
  ];
}

/** Sales come at random; when little is left, more is ordered, and comes in some days. */
function sell(from: number, to: number, chance: Chance): { at: number; stock: number }[] {
  const perDay = chance.between(0.3, 4);
  const reorderPoint = chance.whole(2, 14);
  let stock = chance.whole(10, 120);
  const levels = [{ at: from, stock }];
  let restockAt = Number.POSITIVE_INFINITY;
  for (let at = from; ; ) {
    at = Math.min(at + chance.exponential(DAY / perDay), restockAt);
    if (at >= to) return levels;
    if (at === restockAt) {
      stock += chance.whole(40, 160);
      restockAt = Number.POSITIVE_INFINITY;
    } else if (stock > 0) {
      stock = Math.max(0, stock - chance.whole(1, 3));
    }
    if (stock <= reorderPoint && restockAt === Number.POSITIVE_INFINITY) {
      restockAt = at + chance.between(1, 5) * DAY;
    }
    if (levels.at(-1)?.stock !== stock) levels.push({ at, stock });
  }
}

/** Undefined before it was listed. */
export const productStageAt = (product: Product, now: number): ProductStage | undefined =>
  product.stages.findLast(({ at }) => at <= now);

export interface OffShelf {
  at: number;
  cause: OfflineCause;
  /** When it was on sale again; none where it never is. */
  backAt?: number;
}

/** Every time the product went from sale to offline. */
export const offShelfMoments = ({ stages }: Product): OffShelf[] =>
  stages.flatMap(({ at, cause }, n) => {
    if (!cause || stages[n - 1]?.status !== 'onSelling') return [];
    const back = stages.slice(n).find(({ status }) => status === 'onSelling');
    return [{ at, cause, ...(back && { backAt: back.at }) }];
  });

/** Pieces in stock; the opening stock before the shop's past begins. */
export const stockAt = ({ levels }: Sku, now: number): number =>
  (levels.findLast(({ at }) => at <= now) ?? levels[0])?.stock ?? 0;

/** Every time the stock fell to `threshold` or below, and when it rose above it again. */
export function lowStockSpells({ levels }: Sku, threshold: number): { from: number; endedAt?: number }[] {
  const spells: { from: number; endedAt?: number }[] = [];
  let spell: { from: number; endedAt?: number } | undefined;
  for (const { at, stock } of levels) {
    if (stock <= threshold && !spell) {
      spell = { from: at };
      spells.push(spell);
    } else if (stock > threshold && spell) {
      spell.endedAt = at;
      spell = undefined;
    }
  }
  return spells;
}

const wholeSecond = (at: number) => Math.floor(at / 1000) * 1000;
