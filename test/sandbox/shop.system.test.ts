import { DAY, HOUR } from '../../lib/runtime.ts';
import { type Order, stageAt } from '../../sandbox/orders.ts';
import { openShop, type ShopOptions } from '../../sandbox/shop.ts';

const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 100, from: FROM, to: TO, ...changes });
const { orders } = shopOf();
const placedBetween = (from: number, to: number) =>
  orders.filter(({ placedAt }) => placedAt >= from && placedAt < to);
/** The statuses of an order, in time order. */
const statusesOf = (order: Order) => order.stages.map(({ status }) => status).join(' > ');

describe('Sandbox shop', () => {
  test('The same seed gives the same shop', () => {
    expect(shopOf({ seed: 7 })).toEqual(shopOf({ seed: 7 }));
  });

  test('Another seed gives another shop', () => {
    expect(shopOf({ seed: 7 })).not.toEqual(shopOf({ seed: 8 }));
  });

  test('The shop has a history of two days', () => {
    expect(orders[0]?.placedAt).toBeLessThan(FROM - DAY);
  });

  test('The shop has a history of the requested length', () => {
    const [first] = shopOf({ historyDays: 45 }).orders;
    expect(Math.abs((FROM - 45 * DAY - (first?.placedAt ?? 0)) / DAY)).toBeLessThan(1);
  });

  test('The orders are independent of parcels, reviews and disputes', () => {
    const shares = { stallShare: 1, reviewShare: 1, badShare: 1, disputeShare: 1 };
    expect(shopOf(shares).orders).toEqual(orders);
  });

  test('The parcels are independent of reviews and disputes', () => {
    const shares = { reviewShare: 1, badShare: 1, disputeShare: 1 };
    expect(shopOf(shares).parcels).toEqual(shopOf().parcels);
  });

  test('The orders of seed 1 stay the same from version to version', () => {
    expect({ count: orders.length, last: orders.at(-1) }).toMatchObject({
      count: 865,
      last: {
        id: 82_017_394_864_726_422n,
        placedAt: Date.parse('2026-11-27T23:50:06Z'),
        lines: [{ productId: 1_005_006_700_004_444n, name: 'Stainless Steel Water Bottle 750 ml' }],
      },
    });
  });

  test('No order is placed after the end of the run', () => {
    expect(placedBetween(TO, Number.POSITIVE_INFINITY)).toEqual([]);
  });

  test('The number of orders matches the requested orders per day', () => {
    // 700 expected; five standard deviations of a Poisson count are 132.
    expect(Math.abs(placedBetween(FROM, TO).length - 700)).toBeLessThan(132);
  });

  test('The orders are placed at the hours of the curve', () => {
    const hourOf = ({ placedAt }: Order) => Math.floor((placedAt - FROM) / HOUR) % 24;
    const perHour = Map.groupBy(placedBetween(FROM, TO), hourOf);
    expect(perHour.get(16)?.length).toBeGreaterThan(5 * (perHour.get(4)?.length ?? 0));
  });

  test('The orders are listed in time order', () => {
    const times = orders.map(({ placedAt }) => placedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('Every order number is unique', () => {
    expect(new Set(orders.map(({ id }) => id)).size).toBe(orders.length);
  });

  test('Order numbers have 17 digits, more than a JavaScript number holds', () => {
    expect(orders.every(({ id }) => String(id).length === 17 && id > Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  test('All times of orders are whole seconds', () => {
    expect(orders.flatMap(({ stages }) => stages).every(({ at }) => at % 1000 === 0)).toBe(true);
  });

  test('All personal data of a buyer contains the word canary', () => {
    for (const { buyer } of orders) {
      for (const value of Object.values(buyer)) expect(value).toMatch(/canary/i);
    }
  });
});

describe('Order of the sandbox shop', () => {
  test('The first stage of an order begins when it is placed', () => {
    expect(orders.every(({ stages, placedAt }) => stages[0]?.at === placedAt)).toBe(true);
  });

  test('The stages of an order are in time order', () => {
    for (const { stages } of orders) {
      const times = stages.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  test('Orders pass through one of four sequences of statuses', () => {
    const paid = 'WAIT_SELLER_SEND_GOODS > WAIT_BUYER_ACCEPT_GOODS > FINISH';
    expect(new Set(orders.map(statusesOf))).toEqual(
      new Set([
        'PLACE_ORDER_SUCCESS > FINISH',
        `PLACE_ORDER_SUCCESS > ${paid}`,
        `PLACE_ORDER_SUCCESS > RISK_CONTROL > ${paid}`,
        'PLACE_ORDER_SUCCESS > RISK_CONTROL > FINISH',
      ]),
    );
  });

  test('Every order ends with a reason', () => {
    expect(orders.every(({ stages }) => stages.at(-1)?.endReason !== undefined)).toBe(true);
  });

  test('An order that was never paid has no payment time', () => {
    const unpaid = orders.filter((order) => statusesOf(order) === 'PLACE_ORDER_SUCCESS > FINISH');
    expect(unpaid.every(({ paidAt }) => paidAt === undefined)).toBe(true);
  });

  test('A shipped order was paid before it was shipped', () => {
    const shipped = orders.filter(({ shippedAt }) => shippedAt !== undefined);
    expect(shipped.every(({ paidAt, shippedAt }) => Number(paidAt) < Number(shippedAt))).toBe(true);
  });

  const [first] = orders as [Order, ...Order[]];

  test('An order has no stage before it is placed', () => {
    expect(stageAt(first, first.placedAt - 1)).toBeUndefined();
  });

  test('An order is in its first stage as soon as it is placed', () => {
    expect(stageAt(first, first.placedAt)?.status).toBe('PLACE_ORDER_SUCCESS');
  });

  test('An order stays in its last stage', () => {
    expect(stageAt(first, Number.MAX_SAFE_INTEGER)?.status).toBe('FINISH');
  });
});
