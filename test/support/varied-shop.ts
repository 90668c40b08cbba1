/** A signed-in sandbox with parcels as sellers know them. */

import { toPacific } from '../../sandbox/pacific.ts';
import { declaredAt, logisticsOrderId, type Parcel } from '../../sandbox/parcels.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import type { Variants } from '../../sandbox/variants.ts';
import { openSandboxShop, type SandboxShop } from './sandbox-shop.ts';

export interface VariedShop extends SandboxShop {
  /** The parcels that have been shipped. */
  sent(): Parcel[];
  /** The first of them that fits. @throws Error where none does */
  parcelWhere(fits: (parcel: Parcel) => boolean): Parcel;
}

export async function openVariedShop(
  variants: Partial<Variants> = {},
  options: Partial<SandboxOptions> = {},
): Promise<VariedShop> {
  const shop = await openSandboxShop({
    historyDays: 45,
    ordersPerDay: 30,
    dailyLimit: 10_000,
    variedParcels: true,
    variants,
    ...options,
  });
  const sent = () =>
    shop.sandbox.shop.parcels.filter((parcel) => declaredAt(parcel, parcel.order) < shop.clock.now());
  return Object.assign(shop, {
    sent,
    parcelWhere: (fits: (parcel: Parcel) => boolean) => {
      const found = sent().find(fits);
      if (!found) throw new Error('the shop has no such parcel');
      return found;
    },
  });
}

/** The numbers of the logistics orders in an answer. JSON.parse would round them. */
export const logisticsOrdersIn = (text: string): string[] =>
  [...text.matchAll(/"(?:online_logistics_id|logistics_order_id)":(\d+)/g)].map(([, id]) => String(id));

export const logisticsIdOf = (parcel: Parcel): string => String(logisticsOrderId(parcel, parcel.order));

/** The parameters of a window of creation, in their natural order. */
export const createdBetween = (from: number, to: number, write: (at: number) => string = toPacific) => ({
  gmt_create_start_str: write(from),
  gmt_create_end_str: write(to),
});
