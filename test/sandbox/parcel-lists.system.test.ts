import { DAY, HOUR } from '../../lib/runtime.ts';
import { zones } from '../../sandbox/methods/zones.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { declaredAt, logisticsOrderId, numberAt, ordersIn, parcelsOf } from '../../sandbox/parcels.ts';
import type { Variants } from '../../sandbox/variants.ts';
import {
  DECLARED_SHIPMENTS,
  LOGISTICS_ORDERS,
  PARCELS,
  STATUS_NAMES,
  WAREHOUSE_ORDERS,
} from '../support/sandbox-shop.ts';
import {
  createdBetween,
  logisticsIdOf,
  logisticsOrdersIn,
  openVariedShop,
  type VariedShop,
} from '../support/varied-shop.ts';

type Row = Record<string, unknown>;

let shop: VariedShop;
afterEach(() => shop.close());
const open = async (variants: Partial<Variants> = {}) => {
  shop = await openVariedShop(variants);
};
const now = () => shop.clock.now();
/** The logistics orders that were created in a window, newest first. */
const createdIn = (from: number, to: number) =>
  shop
    .sent()
    .filter(({ carrier }) => carrier.isOnline)
    .flatMap((parcel) =>
      ordersIn(parcel).map((order) => ({
        at: declaredAt(parcel, order),
        id: String(logisticsOrderId(parcel, order)),
      })),
    )
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => b.at - a.at)
    .map(({ id }) => id);

describe('List of parcels', () => {
  const list = (query: Record<string, unknown> = {}) => shop.query(PARCELS, query);
  const rowsOf = async (query: Record<string, unknown>): Promise<Row[]> => {
    const { json } = await list(query);
    return (json as unknown as { result_list?: Row[] }).result_list ?? [];
  };
  const span = (startDays: number, endDays: number) =>
    [now() - startDays * DAY, now() - endDays * DAY] as const;

  test('The list of parcels needs no parameter and has ten rows a page', async () => {
    await open();
    const { json, text } = await list();
    expect(json).toMatchObject({ is_success: true, current_page: 1, total_page: expect.any(Number) });
    expect(logisticsOrdersIn(text)).toEqual(createdIn(0, now()).slice(0, 10));
  });

  test('The list of parcels has no total count', async () => {
    await open();
    expect((await list()).text).not.toContain('total_count');
  });

  test('The list of parcels is filtered by time of creation, newest first', async () => {
    await open();
    const [from, to] = span(3, 2);
    const { text } = await list({ ...createdBetween(from, to), page_size: 50 });
    expect(logisticsOrdersIn(text)).toEqual(createdIn(from, to));
  });

  test('A parcel of an own forwarder is not in the list of parcels', async () => {
    await open();
    const own = shop.parcelWhere(({ carrier }) => !carrier.isOnline);
    expect(await rowsOf({ order_id: own.order.id, page_size: 50 })).not.toContainEqual(
      expect.objectContaining({ internationallogistics_id: own.trackingNumber }),
    );
  });

  test('A parcel whose number was corrected shows both numbers', async () => {
    await open();
    const parcel = shop.parcelWhere(
      ({ mistaken, carrier }) =>
        carrier.isOnline && mistaken !== undefined && mistaken.correctedAt < now() - HOUR,
    );
    expect(await rowsOf({ logistics_order_id: logisticsIdOf(parcel) })).toEqual([
      expect.objectContaining({
        internationallogistics_id: parcel.trackingNumber,
        original_international_logistics_id: parcel.mistaken?.number,
        lp_number: parcel.lpNumber,
      }),
    ]);
  });

  test('An order with several parcels has a row for each', async () => {
    await open();
    const parcel = shop.parcelWhere(
      (each) => each.nth === 1 && parcelsOf(shop.sent(), each.order.id).every((one) => one.carrier.isOnline),
    );
    const parcels = parcelsOf(shop.sent(), parcel.order.id);
    const rows = await rowsOf({ order_id: parcel.order.id });
    expect(rows.map(({ internationallogistics_id: number }) => number).sort()).toEqual(
      parcels.map((each) => numberAt(each, now())).sort(),
    );
  });

  test('A parcel with several orders has a row for each', async () => {
    await open();
    const parcel = shop.parcelWhere(
      ({ combinedWith, carrier }) =>
        carrier.isOnline && combinedWith.length > 0 && (combinedWith[0]?.shippedAt ?? now()) < now(),
    );
    const { text } = await list({ international_logistics_id: parcel.trackingNumber });
    expect([...text.matchAll(/"order_id":(\d+)/g)].map(([, id]) => id).sort()).toEqual(
      ordersIn(parcel)
        .map(({ id }) => String(id))
        .sort(),
    );
  });

  test('The list of parcels writes statuses in upper case, one of them in no list', async () => {
    await open();
    const statuses = new Set<unknown>();
    for (let page = 1; page <= 20; page += 1) {
      for (const row of await rowsOf({ current_page: page, page_size: 50 }))
        statuses.add(row.logistics_status);
    }
    expect([...statuses]).toEqual([...statuses].map((status) => String(status).toUpperCase()));
    expect(statuses).toContain('SEND_GOODS_SUCCESS');
    const parcel = shop.sandbox.shop.parcels.find(({ abnormalities }) => abnormalities.length > 0);
    shop.goTo((parcel?.abnormalities.at(-1)?.until ?? 0) + 1000);
    expect(await rowsOf({ order_id: parcel?.order.id })).toContainEqual(
      expect.objectContaining({ logistics_status: 'REROUTE_SUCCESS' }),
    );
  });

  test('The list of parcels is filtered by status in either case', async () => {
    await open();
    const upper = await list({ logistics_status: 'PICKUP_SUCCESS', page_size: 50 });
    const lower = await list({ logistics_status: 'pickup_success', page_size: 50 });
    expect(logisticsOrdersIn(upper.text).length).toBeGreaterThan(0);
    expect(logisticsOrdersIn(lower.text)).toEqual(logisticsOrdersIn(upper.text));
  });

  test('The list of parcels is divided into pages', async () => {
    await open();
    const [from, to] = span(8, 1);
    const { json } = await list({ ...createdBetween(from, to), page_size: 50 });
    const pages: string[] = [];
    for (let page = 1; page <= Number((json as unknown as Row).total_page); page += 1) {
      pages.push((await list({ ...createdBetween(from, to), page_size: 50, current_page: page })).text);
    }
    expect(pages.flatMap(logisticsOrdersIn)).toEqual(createdIn(from, to));
  });

  test.each([
    ['a date without a time', { gmt_create_start_str: '2026-11-20' }],
    ['page 0', { current_page: 0 }],
    ['an order that is not a number', { order_id: 'LP1' }],
  ])('The list of parcels rejects %s', async (_, query) => {
    await open();
    expect((await list(query)).code).toBe('InvalidParameter');
  });

  test('The list of parcels refuses pages of 51 in its payload', async () => {
    await open();
    expect((await list({ page_size: 51 })).json).toMatchObject({
      is_success: false,
      error_desc: 'page_size must not exceed 50',
    });
  });

  test('With pages of 10 at most, pages of 50 are refused or cut', async () => {
    await open({ parcelPageSize: 10 });
    expect((await list({ page_size: 50 })).json).toMatchObject({ is_success: false });
    shop.sandbox.variants.oversizedPage = 'cut';
    expect(logisticsOrdersIn((await list({ page_size: 50 })).text)).toHaveLength(10);
  });

  test('A window that ends before it starts is empty, so swapped dates show themselves', async () => {
    await open();
    const [from, to] = span(3, 2);
    expect(await rowsOf(createdBetween(to, from))).toEqual([]);
    shop.sandbox.variants.parcelDates = 'swapped';
    expect(await rowsOf(createdBetween(from, to))).toEqual([]);
    const { text } = await list({ ...createdBetween(to, from), page_size: 50 });
    expect(logisticsOrdersIn(text)).toEqual(createdIn(from, to));
  });

  test('In the zone of Beijing the window is read as Beijing time', async () => {
    await open({ parcelZone: 'beijing' });
    const [from, to] = span(3, 2);
    const { text } = await list({ ...createdBetween(from, to, zones.beijing.write), page_size: 50 });
    expect(logisticsOrdersIn(text)).toEqual(createdIn(from, to));
    expect(zones.beijing.write(Date.parse('2026-11-21T12:00:00Z'))).toBe('2026-11-21 20:00:00');
  });

  test('A list of parcels that moves between two pages repeats or lacks rows', async () => {
    await open();
    shop.sandbox.faults.active = 'departures';
    const pages = [await list({ page_size: 50 }), await list({ page_size: 50, current_page: 2 })];
    const seen = pages.flatMap(({ text }) => logisticsOrdersIn(text));
    const whole = createdIn(0, now()).slice(0, 103);
    expect(whole.filter((id) => !seen.includes(id))).toHaveLength(3);
  });

  test('The list of parcels is wrapped unless simplify is set', async () => {
    await open();
    expect((await shop.query(PARCELS, {}, { simplify: undefined })).json).toMatchObject({
      aliexpress_logistics_redefining_getonlinelogisticsinfo_response: {
        is_success: true,
        result_list: { result: expect.any(Array) },
      },
    });
  });
});

describe('Logistics orders of one order', () => {
  test.each([LOGISTICS_ORDERS, WAREHOUSE_ORDERS, DECLARED_SHIPMENTS])(
    'The method %s rejects a request without an order',
    async (method) => {
      await open();
      const window = { ...createdBetween(now() - DAY, now()), current_page: 1, page_size: 20 };
      expect((await shop.query(method, window)).code).toBe('MissingParameter');
    },
  );

  test('The logistics orders of an order have its parcels, in lower case', async () => {
    await open();
    const parcel = shop.parcelWhere(({ carrier, nth }) => carrier.isOnline && nth === 0);
    const { json, text } = await shop.query(LOGISTICS_ORDERS, { trade_order_id: parcel.order.id });
    expect(text).toMatch(/"logistics_order_id":\d{17},"trade_order_id":\d{17},/);
    expect(json.result.result_list).toContainEqual(
      expect.objectContaining({
        out_order_code: parcel.lpNumber,
        international_logistics_num: numberAt(parcel, now()),
        international_logistics_type: parcel.carrier.key,
        logistics_status: expect.stringMatching(/^[a-z_]+$/),
        gmt_create: toPacific(parcel.shippedAt),
      }),
    );
  });

  test('The two dates of the logistics orders of an order are swapped', async () => {
    await open();
    const { order, shippedAt } = shop.parcelWhere(({ carrier, nth }) => carrier.isOnline && nth === 0);
    const rows = async (from: number, to: number) =>
      logisticsOrdersIn(
        (await shop.query(LOGISTICS_ORDERS, { trade_order_id: order.id, ...createdBetween(from, to) })).text,
      );
    expect(await rows(shippedAt - HOUR, shippedAt + HOUR)).toEqual([]);
    expect(await rows(shippedAt + HOUR, shippedAt - HOUR)).not.toEqual([]);
  });

  test('An order without parcels has an empty list', async () => {
    await open();
    const { json } = await shop.query(LOGISTICS_ORDERS, { trade_order_id: 123_456 });
    expect(json.result).toEqual({ success: true, current_page: 1, total_page: '0' });
  });

  test('The warehouse orders of an order stand under another key', async () => {
    await open();
    const parcel = shop.parcelWhere(({ carrier, nth }) => carrier.isOnline && nth === 0);
    const { json } = await shop.query(WAREHOUSE_ORDERS, { trade_order_id: parcel.order.id });
    expect(json).toMatchObject({ return_result: { success: true, result_list: expect.any(Array) } });
  });
});

describe('Declared shipments of one order', () => {
  test('The declared shipments have the parcels of an own forwarder', async () => {
    await open();
    const own = shop.parcelWhere(({ carrier, mistaken }) => !carrier.isOnline && !mistaken);
    const { json } = await shop.query(DECLARED_SHIPMENTS, { trade_order_id: own.order.id });
    expect(json).toMatchObject({ result_success: true });
    const lines = (json as unknown as { sub_trade_order_list: { shipment_list: Row[] }[] })
      .sub_trade_order_list;
    expect(lines.flatMap(({ shipment_list }) => shipment_list)).toContainEqual({
      logistics_no: own.trackingNumber,
      service_name: 'OTHER',
      tracking_web_site: expect.any(String),
    });
  });

  test('Declared shipments are filtered by number', async () => {
    await open();
    const { order } = shop.parcelWhere(({ carrier }) => !carrier.isOnline);
    const { json } = await shop.query(DECLARED_SHIPMENTS, { trade_order_id: order.id, logistics_no: 'LP1' });
    expect(json).not.toHaveProperty('sub_trade_order_list');
  });

  test('An order that is not shipped has no declared shipments', async () => {
    await open();
    const { json } = await shop.query(DECLARED_SHIPMENTS, { trade_order_id: 123_456 });
    expect(json).toMatchObject({ result_success: false, result_error_code: expect.any(String) });
  });
});

test('The names of the statuses are listed', async () => {
  await open();
  const { json } = await shop.query(STATUS_NAMES);
  expect(json.result).toMatchObject({
    mode: { enums: { order_status_list: expect.arrayContaining([{ code: 'INIT', name: 'init' }]) } },
  });
});
