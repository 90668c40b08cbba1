import { DAY } from '../../lib/runtime.ts';
import { type GatewayErrorName, gatewayErrors } from '../../sandbox/gateway-errors.ts';
import { methods } from '../../sandbox/methods/index.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import {
  defaultVariants,
  type PermissionGroup,
  permissionGroups,
  type Variants,
} from '../../sandbox/variants.ts';
import {
  DISPUTES,
  ORDER_LIST,
  openSandboxShop,
  PARCELS,
  PRODUCTS,
  PROFILE,
  REVIEWS,
  type SandboxShop,
} from '../support/sandbox-shop.ts';

let shop: SandboxShop;
afterEach(() => shop.close());
const open = async (variants: Partial<Variants> = {}) => {
  shop = await openSandboxShop({ ordersPerDay: 60, historyDays: 5, variants });
};
const MIXED = { order_status_list: ['PLACE_ORDER_SUCCESS', 'FINISH'] };
const statusesIn = (text: string) =>
  new Set([...text.matchAll(/"order_status":"(\w+)","biz_type"/g)].map(([, status]) => status));

describe('Finished orders among others', () => {
  test('The order list lists finished orders among others', async () => {
    await open();
    expect(statusesIn((await shop.orderList(MIXED)).text)).toEqual(new Set(MIXED.order_status_list));
  });

  test('The order list can be made to refuse finished orders among others', async () => {
    await open({ finishAmongOthers: 'refused' });
    expect((await shop.orderList(MIXED)).code).toBe('InvalidParameter');
    expect((await shop.orderList({ order_status_list: ['FINISH'] })).code).toBe('0');
  });

  test('The order list can be made to leave out finished orders among others', async () => {
    await open({ finishAmongOthers: 'left_out' });
    expect(statusesIn((await shop.orderList(MIXED)).text)).toEqual(new Set(['PLACE_ORDER_SUCCESS']));
  });
});

test('The order list can be made to refuse finished orders that were placed over 30 days ago', async () => {
  const daysAgo = (days: number) => toPacific(shop.clock.now() - days * DAY);
  const window = { create_date_start: daysAgo(31), create_date_end: daysAgo(29) };
  await open();
  expect((await shop.orderList({ ...window, order_status: 'FINISH' })).code).toBe('0');
  await open({ endedLongAgo: 'refused' });
  expect((await shop.orderList({ ...window, order_status: 'FINISH' })).code).toBe('InvalidParameter');
  expect((await shop.orderList(window)).code).toBe('0');
});

describe('Totals of a list', () => {
  test.each([
    ['exact', { total_count: expect.any(Number), total_page: expect.any(Number) }],
    ['left_out', { total_page: expect.any(Number) }],
    ['of_page', { total_count: 5, total_page: expect.any(Number) }],
    ['as_text', { total_count: expect.any(String), total_page: expect.any(String) }],
  ] as const)('The totals of the order list can be made to be %s', async (totals, expected) => {
    await open({ totals });
    const { total_count, total_page } = (await shop.orderList({ page_size: 5 })).json.result;
    expect({ ...(total_count !== undefined && { total_count }), total_page }).toEqual(expected);
  });
});

describe('Time of change of a product', () => {
  const changedSince = async (at: number, product_status_type: string) => {
    const modified = { gmt_modified_start: toPacific(at), gmt_modified_end: toPacific(at + 1000) };
    const { text } = await shop.query(PRODUCTS, { product_status_type, ...modified });
    return [...text.matchAll(/"product_id":(\d+)/g)].map(([, id]) => id);
  };
  /** AliExpress's own removal of a product, after now. */
  const removal = () => {
    const [found] = shop.sandbox.shop.products.flatMap(({ id, stages }) =>
      stages
        .filter(({ reason = 'user_offline', at }) => reason !== 'user_offline' && at > shop.clock.now())
        .map(({ at }) => ({ id: String(id), at })),
    );
    if (!found) throw new Error('the shop has no such product');
    return found;
  };

  test('A take-down moves the time of change', async () => {
    await open();
    const { id, at } = removal();
    shop.goTo(at + 1000);
    expect(await changedSince(at, 'offline')).toContain(id);
  });

  test('A take-down can be made to leave the time of change', async () => {
    await open({ takeDownMovesModified: false });
    const { id, at } = removal();
    shop.goTo(at + 1000);
    expect(await changedSince(at, 'offline')).toEqual([]);
    const { text } = await shop.query(PRODUCTS, { product_status_type: 'offline', product_id: id });
    expect(text).toContain(id);
  });
});

describe('Permission groups', () => {
  const methodOf: Record<PermissionGroup, string> = {
    orders: ORDER_LIST,
    reviews: REVIEWS,
    logistics: PARCELS,
    abnormal_parcels: 'aliexpress.logistics.abnormalorder.query',
    disputes: DISPUTES,
    products: PRODUCTS,
    merchant: PROFILE,
  };

  test.each(Object.keys(permissionGroups) as PermissionGroup[])(
    'Without the permission "%s" its methods are refused, and the call is paid',
    async (group) => {
      await open({ notGranted: [group] });
      expect((await shop.query(methodOf[group])).code).toBe('InsufficientPermission');
      const codes = await Promise.all(
        Object.entries(methodOf)
          .filter(([each]) => each !== group)
          .slice(0, 4)
          .map(async ([, method]) => (await shop.callNow({ method })).code),
      );
      expect(codes).not.toContain('InsufficientPermission');
      const [day] = shop.sandbox.calls.byDay.values();
      expect(day?.get(methodOf[group])).toBe(1);
    },
  );

  test('Every method has a permission group, except that of managed shops, which the connector does not call', async () => {
    await open({ notGranted: Object.keys(permissionGroups) as PermissionGroup[] });
    const codes = new Set<string | undefined>();
    for (const method of methods.keys())
      if (method !== 'aliexpress.ascp.ffo.query') codes.add((await shop.call({ method })).code);
    expect([...codes]).toEqual(['InsufficientPermission']);
  });
});

describe('Limits of the app', () => {
  test('The calls of all shops of the app together are limited in a day', async () => {
    await open({ appDailyLimit: 5000, callsOfOthers: 4998 });
    expect([(await shop.call()).code, (await shop.call()).code]).toEqual(['0', '0']);
    const { json } = await shop.call();
    expect(json.error_response).toMatchObject({
      code: '7',
      sub_code: 'accesscontrol.limited-by-app-access-count',
    });
    shop.goTo(shop.clock.now() + DAY);
    expect((await shop.call()).code).toBe('0');
  });

  test('The calls of all shops of the app together are limited in a second', async () => {
    await open({ appPerSecond: 2 });
    const codes = [];
    for (let n = 0; n < 3; n += 1) codes.push((await shop.callNow()).code);
    expect(codes).toEqual(['0', '0', 'AppCallLimit']);
    expect((await shop.call()).code).toBe('0');
  });
});

describe('Refusals of the gateway', () => {
  test.each(Object.keys(gatewayErrors) as GatewayErrorName[])(
    'Every call can be made to be refused with "%s"',
    async (name) => {
      await open();
      await fetch(`${shop.sandbox.url}/sandbox/refusal/${name}`, { method: 'PUT' });
      const { scope: _, ...error } = gatewayErrors[name] as { scope: string };
      expect((await shop.call()).json.error_response).toMatchObject(error);
      await fetch(`${shop.sandbox.url}/sandbox/refusal`, { method: 'DELETE' });
      expect((await shop.call()).code).toBe('0');
    },
  );

  test('An unknown refusal is rejected with HTTP 404', async () => {
    await open();
    const { status } = await fetch(`${shop.sandbox.url}/sandbox/refusal/rain`, { method: 'PUT' });
    expect(status).toBe(404);
  });
});

test('By default AliExpress is as its reference and other software make likely', async () => {
  await open();
  expect(shop.sandbox.variants).toEqual(defaultVariants);
});
