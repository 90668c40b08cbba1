import { HOUR } from '../../lib/runtime.ts';
import { carriers } from '../../sandbox/parcels/carriers.ts';
import { eventsUntil, isDelivery, numberAt, ordersIn, type Parcel } from '../../sandbox/parcels.ts';
import { type TimeForm, timeForms } from '../../sandbox/time-forms.ts';
import type { Variants } from '../../sandbox/variants.ts';
import { ORDER_DETAIL, ORDER_LIST, SHORT_TRACKING, TRACKING } from '../support/sandbox-shop.ts';
import { openVariedShop, type VariedShop } from '../support/varied-shop.ts';

type Row = Record<string, unknown>;

let shop: VariedShop;
afterEach(() => shop.close());
const open = async (variants: Partial<Variants> = {}) => {
  shop = await openVariedShop(variants);
};
const shown = (parcel: Parcel) => eventsUntil(parcel, shop.clock.now());
const isUnderway = (parcel: Parcel) => !parcel.mistaken && shown(parcel).length > 2;
const track = (parcel: Parcel, changes: Row = {}) =>
  shop.query(TRACKING, {
    logistics_no: parcel.trackingNumber,
    origin: 'ESCROW',
    out_ref: parcel.order.id,
    service_name: parcel.carrier.key,
    to_area: parcel.order.country,
    ...changes,
  });
const trackShort = (parcel: Parcel, changes: Row = {}) =>
  shop.query(SHORT_TRACKING, {
    mailNo: parcel.trackingNumber,
    tradeOrderId: parcel.order.id,
    locale: 'en_US',
    ...changes,
  });
const detailsOf = async (parcel: Parcel): Promise<Row[]> => (await track(parcel)).json.details;
const shortDetailsOf = ({ json }: { json: unknown }): Row[] =>
  (json as { result: { data: { details: Row[] } } }).result.data.details;

describe('Tracking of varied parcels', () => {
  test.each(carriers.map(({ key }) => key))(
    'Tracking writes the events of %s in its form, its order and with its codes',
    async (key) => {
      await open();
      const parcel = shop.parcelWhere((each) => each.carrier.key === key && isUnderway(each));
      const { hasCodes, newestFirst, times } = parcel.carrier;
      const details = await detailsOf(parcel);
      const inTimeOrder = newestFirst ? details.toReversed() : details;
      expect(inTimeOrder.map(({ event_date, action_code }) => ({ event_date, action_code }))).toEqual(
        shown(parcel).map(({ at, code }) => ({
          event_date: timeForms[times](at),
          action_code: hasCodes ? code : undefined,
        })),
      );
    },
  );

  test('A carrier without codes reports the delivery in words, with the name of who signed', async () => {
    await open();
    const parcel = shop.parcelWhere((each) => !each.carrier.hasCodes && shown(each).some(isDelivery));
    const event = parcel.events.find(isDelivery);
    expect(await detailsOf(parcel)).toContainEqual(
      expect.objectContaining({
        event_desc: expect.stringMatching(new RegExp(`^${event?.text}, signed by CANARY-NAME`)),
      }),
    );
  });

  test('A mistaken number has no events, and the right one has them', async () => {
    await open();
    const parcel = shop.parcelWhere(
      (each) => (each.mistaken?.correctedAt ?? Number.POSITIVE_INFINITY) < shop.clock.now() - HOUR,
    );
    const wrong = await track(parcel, { logistics_no: parcel.mistaken?.number });
    expect(wrong.json).toMatchObject({ result_success: 'true', details: {} });
    expect(await detailsOf(parcel)).toHaveLength(shown(parcel).length);
  });

  test('Events without a time have an empty one, none or a mark for none', async () => {
    await open();
    await shop.close();
    shop = await openVariedShop({}, { variedParcels: { undated: 1 } });
    const details = await detailsOf(shop.parcelWhere(isUnderway));
    expect(new Set(details.map(({ event_date }) => event_date))).toEqual(new Set(['', null, 'N/A']));
    const [first] = shortDetailsOf(await trackShort(shop.parcelWhere(isUnderway)));
    expect(first).not.toHaveProperty('time');
  });

  test('A parcel with two orders is found by each of them', async () => {
    await open();
    const parcel = shop.parcelWhere(
      (each) => (each.combinedWith[0]?.shippedAt ?? shop.clock.now()) < shop.clock.now() - HOUR,
    );
    for (const { id } of ordersIn(parcel)) {
      expect((await track(parcel, { out_ref: id })).json).toMatchObject({ result_success: 'true' });
    }
  });

  test.each(Object.keys(timeForms) as TimeForm[])(
    'Every carrier can be made to write times in the form "%s"',
    async (form) => {
      await open({ eventTimes: form });
      const parcel = shop.parcelWhere(isUnderway);
      const dates = (await detailsOf(parcel)).map(({ event_date }) => event_date);
      expect(dates.sort()).toEqual(
        shown(parcel)
          .map(({ at }) => timeForms[form](at))
          .sort(),
      );
    },
  );

  test('Every event of an answer can be made to have another form of time', async () => {
    await open({ eventTimes: 'mixed' });
    const parcel = shop.parcelWhere((each) => isUnderway(each) && each.carrier.newestFirst);
    const forms = Object.values(timeForms);
    expect((await detailsOf(parcel)).reverse().map(({ event_date }) => event_date)).toEqual(
      shown(parcel).map(({ at }, n) => forms[n % forms.length]?.(at)),
    );
  });

  test.each([
    ['always', true],
    ['never', false],
  ] as const)('Codes can be made to be there %s', async (actionCodes, isThere) => {
    await open({ actionCodes });
    for (const hasCodes of [true, false]) {
      const [first] = await detailsOf(
        shop.parcelWhere((each) => each.carrier.hasCodes === hasCodes && isUnderway(each)),
      );
      expect('action_code' in (first ?? {})).toBe(isThere);
    }
  });
});

describe('Short tracking', () => {
  test.each(['mailNo', 'tradeOrderId', 'locale'])(
    'Short tracking rejects a request without %s',
    async (name) => {
      await open();
      const answer = await trackShort(shop.parcelWhere(isUnderway), { [name]: undefined });
      expect(answer.code).toBe('MissingParameter');
    },
  );

  test('Short tracking has events with their times in milliseconds and without codes', async () => {
    await open();
    const parcel = shop.parcelWhere(isUnderway);
    const details = shortDetailsOf(await trackShort(parcel));
    expect(details.map(({ time }) => time)).toEqual(shown(parcel).map(({ at }) => at));
    expect(Object.keys(details[0] ?? {}).sort()).toEqual(['time', 'trackingCodeDesc', 'trackingDetailDesc']);
  });

  test('Short tracking names the stage in the language of the locale', async () => {
    await open();
    const parcel = shop.parcelWhere((each) => isUnderway(each) && each.events[0]?.code === 'CONSIGN');
    const [first] = shortDetailsOf(await trackShort(parcel, { locale: 'zh_CN' }));
    expect(first?.trackingCodeDesc).toBe('卖家已声明发货');
  });

  test('Short tracking is found by the logistics number too', async () => {
    await open();
    const parcel = shop.parcelWhere((each) => isUnderway(each) && each.trackingNumber !== each.lpNumber);
    expect(shortDetailsOf(await trackShort(parcel, { mailNo: parcel.lpNumber }))).toHaveLength(
      shown(parcel).length,
    );
  });

  test('Short tracking fails in camel case for an unknown number', async () => {
    await open();
    expect((await trackShort(shop.parcelWhere(isUnderway), { mailNo: 'LP1' })).json.result).toEqual({
      success: false,
      errorCode: 'TRACKING_NOT_FOUND',
      errorMessage: expect.any(String),
    });
  });

  test('Short tracking can be made to refuse the shop', async () => {
    await open({ shortTracking: 'refused' });
    const parcel = shop.parcelWhere(isUnderway);
    expect((await trackShort(parcel)).json.result).toMatchObject({ success: false });
    expect(await detailsOf(parcel)).not.toEqual([]);
  });
});

describe('Orders of varied parcels', () => {
  test('The order detail has every parcel that was shipped, with its number of then', async () => {
    await open();
    const { order } = shop.parcelWhere(
      ({ nth, shippedAt, order: { shippedAt: allAt } }) => nth > 0 && shippedAt === allAt,
    );
    const { json } = await shop.query(ORDER_DETAIL, { order_id: order.id });
    const sent = shop.sent().filter((parcel) => ordersIn(parcel).includes(order));
    expect((json.target.logistic_info_list as Row[]).map((row) => row.logistics_no)).toEqual(
      sent.map((parcel) => numberAt(parcel, shop.clock.now())),
    );
  });

  test('An order sent in part is listed as such, with the first of its parcels', async () => {
    await open();
    const order = shop.sandbox.shop.orders.find(({ stages }) =>
      stages.some(({ status, at }) => status === 'SELLER_PART_SEND_GOODS' && at > shop.clock.now()),
    );
    const partAt = order?.stages.find(({ status }) => status === 'SELLER_PART_SEND_GOODS')?.at ?? 0;
    shop.goTo(partAt + HOUR);
    const list = await shop.orderList({ order_status: 'SELLER_PART_SEND_GOODS' });
    expect(list.text).toContain(`"order_id":${order?.id},"order_status":"SELLER_PART_SEND_GOODS"`);
    expect(list.text).toContain('"logistics_status":"SELLER_SEND_PART_GOODS"');
    const { json } = await shop.query(ORDER_DETAIL, { order_id: order?.id });
    expect(json.target.logistic_info_list).toHaveLength(1);
  });

  test.each(['RISK_CONTROL_HOLD', 'PAYMENT_PROCESSING', 'WAIT_GROUP', 'WAIT_COMPLETE_ADDRESS', 'ARCHIVE'])(
    'The order list rejects the status %s, which only comes back',
    async (order_status) => {
      await open();
      const answer = await shop.query(ORDER_LIST, { current_page: 1, page_size: 50, order_status });
      expect(answer.code).toBe('InvalidParameter');
    },
  );
});
