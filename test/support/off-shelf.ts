/** Products of a shop that has kept everything it ever sold: thousands are off the shelf, and a few more leave it each day. */

import { DAY } from '../../lib/runtime.ts';
import { wholeSecond } from '../../sandbox/pacific.ts';
import { offlineReasons, type Product, type ProductStage } from '../../sandbox/products.ts';
import { randomSource } from '../../sandbox/random.ts';

const OFF_SHELF = 10_000;
const TAKEN_DOWN_A_DAY = 4;
const FIRST_ID = 1_005_007_000_000_000n;

/** @param from first and last moment at which products are taken down, epoch milliseconds */
export function productsOffShelf({ from, to }: { from: number; to: number }, seed: number): Product[] {
  const random = randomSource(seed, 'off the shelf');
  const takenDown = Math.round((TAKEN_DOWN_A_DAY * (to - from)) / DAY);
  return Array.from({ length: OFF_SHELF + takenDown }, (_, n) => {
    const listed: ProductStage = {
      at: wholeSecond(from - random.between(400, 800) * DAY),
      status: 'onSelling',
    };
    const isOldest = n < OFF_SHELF;
    const at = wholeSecond(isOldest ? from - random.between(60, 400) * DAY : random.between(from, to));
    return {
      id: FIRST_ID + BigInt(n),
      name: `Ceramic Tile ${n + 1}`,
      createdAt: listed.at - DAY,
      stages: [listed, { at, status: 'offline', reason: random.pick(offlineReasons) }],
      skus: [
        {
          id: FIRST_ID + BigInt(n),
          code: `T${n + 1}`,
          path: '14:193',
          color: 'White',
          colorId: 193,
          priceCents: 499,
          discountCents: 449,
          levels: [{ at: listed.at, stock: 10 }],
        },
      ],
    };
  });
}
