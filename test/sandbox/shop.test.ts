import { type Order, openShop, type ShopOptions, stageAt } from '../../sandbox/shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 100, from: FROM, to: TO, ...changes });
const { orders } = shopOf();
const placedBetween = (from: number, to: number) =>
  orders.filter(({ placedAt }) => placedAt >= from && placedAt < to);
/** The statuses an order goes through, in order. */
const lifeOf = (order: Order) => order.stages.map(({ status }) => status).join(' > ');

describe('The sandbox shop', () => {
  test('is the same for the same seed', () => {
    expect(shopOf({ seed: 7 })).toEqual(shopOf({ seed: 7 }));
  });

  test('is another one for another seed', () => {
    expect(shopOf({ seed: 7 })).not.toEqual(shopOf({ seed: 8 }));
  });

  test('has a past of two days', () => {
    expect(orders[0]?.placedAt).toBeLessThan(FROM - DAY);
  });

  test('has as long a past as it is asked for', () => {
    const [first] = shopOf({ historyDays: 45 }).orders;
    expect(Math.abs((FROM - 45 * DAY - (first?.placedAt ?? 0)) / DAY)).toBeLessThan(1);
  });

  test('has the same orders whatever becomes of them', () => {
    const shares = { stallShare: 1, reviewShare: 1, badShare: 1, disputeShare: 1 };
    expect(shopOf(shares).orders).toEqual(orders);
  });

  test('has the same parcels whatever is said and done about them', () => {
    const shares = { reviewShare: 1, badShare: 1, disputeShare: 1 };
    expect(shopOf(shares).parcels).toEqual(shopOf().parcels);
  });

  test('has for seed 1 the orders that it always had', () => {
    expect({ count: orders.length, last: orders.at(-1) }).toMatchObject({
      count: 865,
      last: {
        id: 82_017_394_864_726_422n,
        placedAt: Date.parse('2026-11-27T23:50:06Z'),
        lines: [{ productId: 1_005_006_700_004_444n, name: 'Stainless Steel Water Bottle 750 ml' }],
      },
    });
  });

  test('has no orders after its end', () => {
    expect(placedBetween(TO, Number.POSITIVE_INFINITY)).toEqual([]);
  });

  test('has about as many orders a day as it was asked for', () => {
    // 700 expected; five standard deviations of a Poisson count are 132.
    expect(Math.abs(placedBetween(FROM, TO).length - 700)).toBeLessThan(132);
  });

  test('has its orders when the curve has them', () => {
    const hourOf = ({ placedAt }: Order) => Math.floor((placedAt - FROM) / HOUR) % 24;
    const perHour = Map.groupBy(placedBetween(FROM, TO), hourOf);
    expect(perHour.get(16)?.length).toBeGreaterThan(5 * (perHour.get(4)?.length ?? 0));
  });

  test('has its orders in the order of time', () => {
    const times = orders.map(({ placedAt }) => placedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('gives every order a number of its own', () => {
    expect(new Set(orders.map(({ id }) => id)).size).toBe(orders.length);
  });

  test('gives orders numbers of 17 digits, beyond what a JavaScript number holds', () => {
    expect(orders.every(({ id }) => String(id).length === 17 && id > Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  test('writes times in whole seconds, as AliExpress does', () => {
    expect(orders.flatMap(({ stages }) => stages).every(({ at }) => at % 1000 === 0)).toBe(true);
  });

  test('marks everything personal, so that it is noticed wherever it leaks', () => {
    for (const { buyer } of orders) {
      for (const value of Object.values(buyer)) expect(value).toMatch(/canary/i);
    }
  });
});

describe('An order of the sandbox shop', () => {
  test('begins by being placed', () => {
    expect(orders.every(({ stages, placedAt }) => stages[0]?.at === placedAt)).toBe(true);
  });

  test('goes through its stages in the order of time', () => {
    for (const { stages } of orders) {
      const times = stages.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  test('lives one of the lives that AliExpress knows', () => {
    const paid = 'WAIT_SELLER_SEND_GOODS > WAIT_BUYER_ACCEPT_GOODS > FINISH';
    expect(new Set(orders.map(lifeOf))).toEqual(
      new Set([
        'PLACE_ORDER_SUCCESS > FINISH',
        `PLACE_ORDER_SUCCESS > ${paid}`,
        `PLACE_ORDER_SUCCESS > RISK_CONTROL > ${paid}`,
        'PLACE_ORDER_SUCCESS > RISK_CONTROL > FINISH',
      ]),
    );
  });

  test('says why it ended', () => {
    expect(orders.every(({ stages }) => stages.at(-1)?.endReason !== undefined)).toBe(true);
  });

  test('that was never paid has no time of payment', () => {
    const unpaid = orders.filter((order) => lifeOf(order) === 'PLACE_ORDER_SUCCESS > FINISH');
    expect(unpaid.every(({ paidAt }) => paidAt === undefined)).toBe(true);
  });

  test('that was shipped was paid before', () => {
    const shipped = orders.filter(({ shippedAt }) => shippedAt !== undefined);
    expect(shipped.every(({ paidAt, shippedAt }) => Number(paidAt) < Number(shippedAt))).toBe(true);
  });

  const [first] = orders as [Order, ...Order[]];

  test('is in no stage before it was placed', () => {
    expect(stageAt(first, first.placedAt - 1)).toBeUndefined();
  });

  test('is in its first stage from the moment it was placed', () => {
    expect(stageAt(first, first.placedAt)?.status).toBe('PLACE_ORDER_SUCCESS');
  });

  test('stays in its last stage for ever', () => {
    expect(stageAt(first, Number.MAX_SAFE_INTEGER)?.status).toBe('FINISH');
  });
});
