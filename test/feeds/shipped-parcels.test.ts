import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { parcelList } from '../../lib/aliexpress/methods/parcel-list.ts';
import { shortTracking } from '../../lib/aliexpress/methods/short-tracking.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { knownCarriers, knownParcels, listRows } from '../../lib/feeds/lists.ts';
import { createParcelsFeed } from '../../lib/feeds/parcels.ts';
import { orderOfParcel, shippedParcels } from '../../lib/feeds/shipped-parcels.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { openAnsweringShop } from '../support/answering-shop.ts';
import { silentStore } from '../support/failing-stores.ts';
import { problemLike } from '../support/problem-like.ts';
import { rawOrder } from '../support/shop-services.ts';

const ORDER = '820100001';

/** A shop that has shipped one order in two parcels. */
async function openShop() {
  const shop = openAnsweringShop({ at: '2026-11-21T02:00:00Z', limit: 5000 });
  const shippedAt = shop.clock.now() - 7 * DAY;
  shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 0 }));
  shop.answers.set(shortTracking.name, () =>
    fail('permission_missing', { method: shortTracking.name, code: 'E1' }),
  );
  shop.answers.set(tracking.name, () => ({ details: [] }));
  const parcel = (number: string, carrier: string) => ({
    logistics_no: number,
    logistics_type_code: carrier,
  });
  shop.answers.set(orderDetail.name, () => ({
    target: {
      id: ORDER,
      receipt_address: { country: 'ES' },
      logistic_info_list: [parcel('LP-1', 'CAINIAO_STANDARD'), parcel('LP2', 'CAINIAO_STANDARD')],
    },
  }));
  shop.orders.push(
    rawOrder({
      id: ORDER,
      updatedAt: shippedAt,
      placedAt: shippedAt - DAY,
      status: 'WAIT_BUYER_ACCEPT_GOODS',
    }),
  );
  for (let hour = 0; hour < 3; hour += 1) {
    shop.clock.advance(HOUR);
    await createParcelsFeed(shop).read('polling', {});
  }
  return shop;
}

describe('Parcels that the parcels feed knows', () => {
  test('A parcel on the watch list has its order, carrier and country', async () => {
    expect(await shippedParcels(await openShop())).toMatchObject([
      { trackingNumber: 'LP-1', orders: [ORDER], carrier: 'CAINIAO_STANDARD', country: 'ES' },
      { trackingNumber: 'LP2', orders: [ORDER] },
    ]);
  });

  test('The order of a parcel is found without a call, however its number is written', async () => {
    const shop = await openShop();
    const calls = shop.sent.length;
    expect(await orderOfParcel(shop, 'lp1')).toBe(ORDER);
    expect(await orderOfParcel(shop, 'LP3')).toBeUndefined();
    expect(shop.sent).toHaveLength(calls);
  });

  test('A list names a parcel by its country and time, and a carrier once', async () => {
    const shop = await openShop();
    expect(await listRows(knownParcels, shop)).toContainEqual({
      id: 'LP2',
      name: 'LP2 · Spain · 11-14 10:00',
    });
    expect(await listRows(knownCarriers, shop)).toEqual([
      { id: 'CAINIAO_STANDARD', name: 'CAINIAO_STANDARD' },
    ]);
  });

  test('No parcel is known where no workflow follows parcels', async () => {
    expect(await shippedParcels(openAnsweringShop())).toEqual([]);
  });

  test('A store that does not answer is named', async () => {
    const shop = { ...openAnsweringShop(), store: silentStore };
    await expect(shippedParcels(shop)).rejects.toEqual(problemLike('budget_unavailable'));
  });
});
