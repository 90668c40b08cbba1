import { DAY, HOUR } from '../../lib/runtime.ts';
import { zones } from '../../sandbox/methods/zones.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import type { Abnormality, Parcel } from '../../sandbox/parcels.ts';
import type { Variants } from '../../sandbox/variants.ts';
import { ABNORMAL_PARCELS, ANNOUNCEMENTS, PARCELS } from '../support/sandbox-shop.ts';
import { openVariedShop, type VariedShop } from '../support/varied-shop.ts';

type Row = Record<string, unknown>;

let shop: VariedShop;
afterEach(() => shop.close());
/** The clock stands an hour after a warehouse has begun to hold a parcel. */
let parcel: Parcel;
let abnormality: Abnormality;
const open = async (variants: Partial<Variants> = {}) => {
  shop = await openVariedShop(variants, { variedParcels: { abnormal: 0.2 } });
  const found = shop.sandbox.shop.parcels.find(
    ({ abnormalities: [first] }) =>
      first && first.from > shop.clock.now() && first.decideBy && first.until - first.from > DAY,
  );
  if (!found?.abnormalities[0]) throw new Error('the shop has no such parcel');
  parcel = found;
  abnormality = found.abnormalities[0];
  shop.goTo(abnormality.from + HOUR);
};
const list = (query: Row = {}) => shop.query(ABNORMAL_PARCELS, { page_size: 50, ...query });
const rows = async (query: Row = {}): Promise<Row[]> => {
  const { json } = await list(query);
  return (json as unknown as { result?: Row[] }).result ?? [];
};
const window = (from: number, to: number, write: (at: number) => string = toPacific) => ({
  gmt_status_update_start: write(from),
  gmt_status_update_end: write(to),
});

describe('List of abnormal parcels', () => {
  test('The list of abnormal parcels needs no parameter and says its totals', async () => {
    await open();
    const { json } = await shop.query(ABNORMAL_PARCELS);
    expect(json).toMatchObject({
      is_success: true,
      current_page: 1,
      total_page: expect.any(Number),
      total_count: expect.any(Number),
    });
  });

  test('An abnormal parcel is found by the window of its status', async () => {
    await open();
    const found = await rows(window(abnormality.from - 1000, abnormality.from + 1000));
    expect(found).toContainEqual(
      expect.objectContaining({
        intl_tracking_no: parcel.mistaken?.number ?? parcel.trackingNumber,
        out_order_code: parcel.lpNumber,
        abnormal_code: abnormality.code,
        abnormal_reason: abnormality.reason,
        gmt_status_update: toPacific(abnormality.from),
        over_time: toPacific(abnormality.decideBy ?? 0),
      }),
    );
    expect(await rows(window(abnormality.from + 2000, abnormality.from + 3000))).not.toContainEqual(
      expect.objectContaining({ out_order_code: parcel.lpNumber }),
    );
  });

  test('Some rows have no deadline', async () => {
    await open();
    const all = await rows();
    expect(new Set(all.map((row) => 'over_time' in row))).toEqual(new Set([true, false]));
  });

  test('A parcel whose abnormality is settled leaves the list', async () => {
    await open();
    shop.goTo(abnormality.until + 1000);
    expect(await rows({ trade_order_id: parcel.order.id })).toEqual([]);
  });

  test('A settled parcel can be made to stay, with another status', async () => {
    await open({ settledParcels: 'listed' });
    shop.goTo(abnormality.until + 1000);
    expect(await rows({ trade_order_id: parcel.order.id })).toContainEqual(
      expect.objectContaining({ abnormal_code: '', gmt_status_update: toPacific(abnormality.until) }),
    );
  });

  test('A parcel can become abnormal again, under the same number', async () => {
    await open();
    const twice = shop.sandbox.shop.parcels.find(({ abnormalities }) => abnormalities.length > 1);
    const numbers = [];
    for (const { from } of twice?.abnormalities.slice(0, 2) ?? []) {
      shop.goTo(from + 1000);
      const { text } = await list({ trade_order_id: twice?.order.id });
      numbers.push(text.match(/"id":(\d+)/)?.[1]);
    }
    expect(numbers).toEqual([expect.any(String), numbers[0]]);
  });

  test('The statuses are given as JSON', async () => {
    await open();
    const rejected = await rows({ warehouse_status_list: '["warehouse_reject_goods"]' });
    expect(new Set(rejected.map((row) => row.order_status_code))).toEqual(
      new Set(['warehouse_reject_goods']),
    );
    expect((await list({ warehouse_status_list: 'warehouse_reject_goods' })).code).toBe('InvalidParameter');
  });

  test('The state of the number is there when it is requested', async () => {
    await open();
    const [without] = await rows();
    const [given] = await rows({ need_mailNo_info: true });
    expect(without).not.toHaveProperty('mailno_status_errorcode');
    expect(given).toHaveProperty('mailno_status_errorcode');
  });

  test('Pages of 51 are refused in the payload', async () => {
    await open();
    expect((await list({ page_size: 51 })).json).toMatchObject({ is_success: false });
  });

  test('In the zone of Beijing the window is read and the times are written as Beijing time', async () => {
    await open({ parcelZone: 'beijing' });
    const { write } = zones.beijing;
    expect(await rows(window(abnormality.from - 1000, abnormality.from + 1000, write))).toContainEqual(
      expect.objectContaining({ gmt_status_update: write(abnormality.from) }),
    );
  });

  test('Another permission than that for tracking is needed', async () => {
    await open({ notGranted: ['abnormal_parcels'] });
    expect((await list()).code).toBe('InsufficientPermission');
    expect((await shop.query(PARCELS)).code).toBe('0');
  });

  test('The list of parcels shows an abnormal parcel with the status of its warehouse', async () => {
    await open();
    const { text } = await shop.query(PARCELS, { order_id: parcel.order.id });
    expect(text).toMatch(/"logistics_status":"(WAREHOUSE_REJECT_GOODS|OUT_STOCK_FAIL)"/);
  });
});

describe('Announcements of carriers', () => {
  const titles = async (query: Row) => {
    const { json } = await shop.query(ANNOUNCEMENTS, query);
    const { result_list = [] } = (json as unknown as { resultdata: { result_list?: Row[] } }).resultdata;
    return result_list.map(({ title }) => title);
  };

  test('Announcements are filtered by their time, and are there once published', async () => {
    await open();
    const past = shop.sandbox.shop.announcements.filter(({ at }) => at <= shop.clock.now());
    expect(await titles({})).toEqual(past.map(({ title }) => title));
    const at = past.at(-1)?.at ?? 0;
    expect(await titles({ start_time: at - 1, end_time: at + 1 })).toEqual([past.at(-1)?.title]);
  });
});
