/** Days of a simulated shop from 2026-10-07 on, whose workflows poll, with the calls of each day counted. */

import { beijingDay } from '../../sandbox/pacific.ts';
import { openShop, type Shop, type ShopOptions } from '../../sandbox/shop.ts';
import { openPolledShop, type PolledShop, type PolledShopOptions } from './polled-shop.ts';

/** 00:00 in Beijing. */
export const DAYS_START = Date.parse('2026-10-06T16:00:00Z');

/** @param options `to`: the end of the orders, epoch milliseconds */
export const openShopOfDays = (
  options: Pick<ShopOptions, 'seed' | 'historyDays' | 'to'> &
    Partial<Pick<ShopOptions, 'curve' | 'ordersPerDay' | 'variedParcels'>>,
): Shop => openShop({ curve: 'olist', ordersPerDay: 100, variedParcels: true, from: DAYS_START, ...options });

/** @returns the shop as it is polled, and its calls by the day in Beijing and the method */
export async function openPolledDays(
  shop: Shop,
  { onCall = () => {}, ...options }: Omit<PolledShopOptions, 'shop' | 'from'>,
): Promise<{ polled: PolledShop; calls: ReadonlyMap<string, ReadonlyMap<string, number>> }> {
  const calls = new Map<string, Map<string, number>>();
  const polled = await openPolledShop({
    ...options,
    shop,
    from: DAYS_START,
    onCall: (method, at, parameters) => {
      const day = calls.get(beijingDay(at)) ?? new Map<string, number>();
      calls.set(beijingDay(at), day.set(method, (day.get(method) ?? 0) + 1));
      onCall(method, at, parameters);
    },
  });
  return { polled, calls };
}
