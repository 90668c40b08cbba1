import type { z } from 'zod';
import { convert } from '../../lib/aliexpress/convert.ts';
import { createGateway } from '../../lib/aliexpress/gateway.ts';
import type { Method } from '../../lib/aliexpress/method.ts';
import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { buyerLoginOf, disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { productDetail } from '../../lib/aliexpress/methods/product-detail.ts';
import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { shopHealth } from '../../lib/aliexpress/methods/shop-health.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { dispute } from '../../lib/aliexpress/records/dispute.ts';
import { disputeDetailRecord } from '../../lib/aliexpress/records/dispute-detail.ts';
import { order } from '../../lib/aliexpress/records/order.ts';
import { product } from '../../lib/aliexpress/records/product.ts';
import { productDetailRecord } from '../../lib/aliexpress/records/product-detail.ts';
import { review } from '../../lib/aliexpress/records/review.ts';
import { shop } from '../../lib/aliexpress/records/shop.ts';
import { trackedParcel, trackingRecord } from '../../lib/aliexpress/records/tracking.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { Fields, RecordDeclaration } from '../../lib/pack/record.ts';
import { DAY } from '../../lib/runtime.ts';
import { recordingMeter } from '../support/recording-meter.ts';
import { openSandboxShop, type SandboxShop } from '../support/sandbox-shop.ts';

describe('Gateway and sandbox over HTTP', () => {
  let sandboxShop: SandboxShop;
  beforeAll(async () => {
    sandboxShop = await openSandboxShop({ historyDays: 45, ordersPerDay: 60 });
  });
  afterAll(() => sandboxShop.close());

  function query<R extends z.ZodType, A extends z.ZodType>(method: Method<R, A>, request: z.input<R>) {
    const { sandbox, clock, token } = sandboxShop;
    clock.advance(1000);
    return createGateway({
      baseUrl: sandbox.url,
      appKey: sandbox.app.appKey,
      appSecret: sandbox.app.appSecret,
      transport: axiosTransport(),
      clock,
      shop: { accessToken: token, meter: recordingMeter() },
    }).call(method, request, { lane: 'interactive' });
  }

  /** The records that are in an answer: none of them unusable, no field unreadable, nothing personal. */
  function records<F extends Fields>(record: RecordDeclaration<F>, raws: unknown[], answeredAt: number) {
    return raws.map((raw) => {
      const converted = convert(record, raw, answeredAt);
      if (!converted || converted.unreadable.length > 0) {
        throw new Error(`unreadable: ${converted?.unreadable.join() ?? record.key}`);
      }
      if (/canary/i.test(JSON.stringify(converted.values))) throw new Error(`personal: ${record.key}`);
      return converted.values;
    });
  }

  test('The order list returns orders of several statuses by time of placement', async () => {
    const statuses = ['WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS'];
    const now = sandboxShop.clock.now();
    const placed = { from: now - 29 * DAY, to: now };
    const { answer, answeredAt } = await query(orderList, { page: 1, placed, statuses });
    const found = records(order, answer.items, answeredAt);
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(statuses));
  });

  test('The reviews of the named orders are returned', async () => {
    const ids = [...sandboxShop.sandbox.shop.reviews.keys()].map(String).slice(0, 50);
    const { answer, answeredAt } = await query(reviewsOfOrders, { orderIds: ids });
    const found = records(review, answer.items, answeredAt);
    expect(ids).toEqual(expect.arrayContaining(found.map(({ order_id }) => order_id)));
  });

  test('A review in effect has stars and the time of its effect', async () => {
    const ids = [...sandboxShop.sandbox.shop.reviews.keys()].map(String).slice(0, 50);
    const { answer, answeredAt } = await query(reviewsOfOrders, { orderIds: ids });
    const rated = records(review, answer.items, answeredAt).find(({ stars }) => stars !== null);
    expect(rated).toMatchObject({ stars: expect.any(Number), published_at: expect.any(String) });
  });

  test('The tracking of every carrier is readable', async () => {
    const { clock, sandbox } = sandboxShop;
    const parcels = [...sandbox.shop.parcels.values()].filter(
      ({ shippedAt }) => shippedAt < clock.now() - DAY,
    );
    const byCarrier = new Map(parcels.map((parcel) => [parcel.carrier.key, parcel]));
    const seen = [];
    for (const parcel of byCarrier.values()) {
      const request = {
        trackingNumber: parcel.trackingNumber,
        orderId: String(parcel.order.id),
        carrier: parcel.carrier.key,
        country: parcel.order.country,
      };
      const { answer, answeredAt } = await query(tracking, request);
      const [found] = records(trackingRecord, [trackedParcel(request, answer.items[0])], answeredAt);
      seen.push({ carrier: parcel.carrier.key, code: found?.last_event_code, at: found?.last_event_at });
    }
    const now = clock.now();
    expect(seen).toEqual(
      [...byCarrier].map(([carrier, { events }]) => {
        const last = events.findLast(({ at }) => at <= now);
        return { carrier, code: last?.code, at: new Date(last?.at ?? 0).toISOString().replace('.000Z', 'Z') };
      }),
    );
  });

  test('The tracking of a parcel of another order is refused', async () => {
    const request = { trackingNumber: 'LP0', orderId: '8201739405562817', carrier: 'X', country: 'ES' };
    await expect(query(tracking, request)).rejects.toMatchObject({ kind: 'request_refused' });
  });

  test('Open disputes are returned, and the detail of one of them', async () => {
    const { answer, answeredAt } = await query(disputeList, { page: 1 });
    const [listed] = records(dispute, answer.items, answeredAt);
    const detail = await query(disputeDetail, {
      buyerLogin: buyerLoginOf(answer.items[0]),
      disputeId: String(listed?.dispute_id),
    });
    const [found] = records(disputeDetailRecord, detail.answer.items, detail.answeredAt);
    expect(found).toMatchObject({ dispute_id: listed?.dispute_id, opened_at: listed?.opened_at });
  });

  test('An unknown dispute is not found', async () => {
    const { answer } = await query(disputeDetail, { buyerLogin: 'x', disputeId: '6200481573912817' });
    expect(answer.items).toEqual([]);
  });

  test('Products are returned, and the stock of one of them', async () => {
    const { answer, answeredAt } = await query(productList, { status: 'onSelling', page: 1 });
    const [listed] = records(product, answer.items, answeredAt);
    const detail = await query(productDetail, { productId: String(listed?.product_id) });
    const [found] = records(productDetailRecord, detail.answer.items, detail.answeredAt);
    expect(found).toMatchObject({ product_name: listed?.product_name, total_stock: expect.any(Number) });
  });

  test('An unknown product is not found', async () => {
    const { answer } = await query(productDetail, { productId: '1005006789' });
    expect(answer.items).toEqual([]);
  });

  test('The shop and its health are returned', async () => {
    const { answer: profile } = await query(merchantProfile, {});
    const { answer: diagnosis, answeredAt } = await query(shopHealth, {});
    const [found] = records(shop, [{ profile, diagnosis }], answeredAt);
    expect(found).toMatchObject({ shop_name: 'Harbor Lane Store', health_level: expect.any(Number) });
  });
});
