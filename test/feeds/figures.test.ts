import fc from 'fast-check';
import {
  type Amount,
  clockTime,
  knownOf,
  orderFigures,
  periodOf,
  readZone,
  sumByCurrency,
  toText,
} from '../../lib/feeds/figures.ts';
import { HOUR } from '../../lib/runtime.ts';
import { problemLike } from '../support/problem-like.ts';
import { anOrder } from '../support/records.ts';
import { openShopServices } from '../support/shop-services.ts';
import { storeFeed } from '../support/stored-feed.ts';

const now = Date.parse('2026-11-21T04:00:00Z');
const day = { from: now - 24 * HOUR, to: now };
const ago = (hours: number) => new Date(now - hours * HOUR).toISOString();
const figures = (...changes: Parameters<typeof anOrder>[0][]) =>
  orderFigures(
    changes.map((each) => anOrder({ placed_at: ago(1), paid_at: ago(1), updated_at: ago(1), ...each })),
    day,
    now,
  );

describe('a sum of money', () => {
  const usd = (amount: string | null): Amount => ({ amount, currency: 'USD' });

  test('is exact where floating point is not', () => {
    expect(sumByCurrency(Array.from({ length: 10 }, () => usd('0.10')))).toBe('USD 1.00');
    expect(sumByCurrency([usd('9007199254740993.01'), usd('0.02')])).toBe('USD 9007199254740993.03');
  });

  test('is the sum of the cents, however many amounts there are', () => {
    const cents = fc.array(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), { minLength: 1 });
    const written = (value: bigint) => {
      const digits = String(value < 0n ? -value : value).padStart(3, '0');
      return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    fc.assert(
      fc.property(cents, (values) => {
        const total = values.reduce((sum, value) => sum + value, 0n);
        expect(sumByCurrency(values.map((value) => usd(written(value))))).toBe(`USD ${written(total)}`);
      }),
    );
  });

  test('does not depend on the order of the amounts', () => {
    const amount = fc.record({
      amount: fc.stringMatching(/^\d{1,15}(\.\d{1,6})?$/),
      currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    });
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        expect(sumByCurrency([...amounts].reverse())).toBe(sumByCurrency(amounts));
      }),
    );
  });

  test('has as many digits after the point as the longest amount', () => {
    expect(sumByCurrency([usd('1'), usd('0.5'), usd('0.125')])).toBe('USD 1.625');
    expect(sumByCurrency([{ amount: '1200', currency: 'JPY' }])).toBe('JPY 1200');
  });

  test('is one for each currency, the most frequent first', () => {
    const eur = { amount: '20.00', currency: 'EUR' };
    expect(sumByCurrency([eur, usd('1000.00'), usd('234.50')])).toBe('USD 1234.50; EUR 20.00');
  });

  test('leaves out what has no amount, and marks what has no currency', () => {
    expect(sumByCurrency([usd(null), usd('n/a'), { amount: '2.50', currency: null }])).toBe('? 2.50');
  });

  test('of nothing is 0', () => {
    expect(sumByCurrency([])).toBe('0');
  });
});

describe('the figures of a period', () => {
  test('count the orders placed in it', () => {
    expect(figures({}, { placed_at: ago(23.9) }, { placed_at: ago(24.1) }).orders).toBe(2);
  });

  test('begin with the first moment and end before the last', () => {
    expect(figures({ placed_at: ago(24) }, { placed_at: ago(0) }).orders).toBe(1);
  });

  test('have as revenue what was placed in it, paid, and not cancelled', () => {
    expect(
      figures(
        { amount: '10.00', currency: 'USD' },
        { amount: '5.50', currency: 'USD', status: 'FINISH', end_reason_group: 'completed' },
        { amount: '1.00', currency: 'USD', paid_at: null, status: 'PLACE_ORDER_SUCCESS' },
        { amount: '2.00', currency: 'USD', status: 'FINISH', end_reason_group: 'cancelled_by_buyer' },
        { amount: '4.00', currency: 'USD', placed_at: ago(30) },
      ).revenue,
    ).toBe('USD 15.50');
  });

  test('count what was cancelled in it, whenever it was placed', () => {
    expect(figures({ status: 'FINISH', end_reason_group: 'risk', placed_at: ago(90) }).cancelled).toBe(1);
    expect(figures({ status: 'FINISH', end_reason_group: 'risk', updated_at: ago(25) }).cancelled).toBe(0);
  });

  test('do not count an order that is not paid yet as cancelled', () => {
    expect(figures({ status: 'PLACE_ORDER_SUCCESS', paid_at: null }).cancelled).toBe(0);
  });

  test('count an order that ended unpaid as cancelled, whatever reason it gives', () => {
    expect(figures({ status: 'FINISH', end_reason_group: 'unheard_of', paid_at: null }).cancelled).toBe(1);
  });

  test('do not count an order that was completed as cancelled', () => {
    expect(figures({ status: 'FINISH', end_reason_group: 'completed' }).cancelled).toBe(0);
  });

  test('count what waits to be paid or shipped now, whenever it was placed', () => {
    expect(
      figures(
        { status: 'PLACE_ORDER_SUCCESS', placed_at: ago(300) },
        { status: 'WAIT_SELLER_SEND_GOODS', placed_at: ago(300) },
        { status: 'SELLER_PART_SEND_GOODS' },
        { status: 'WAIT_BUYER_ACCEPT_GOODS' },
      ),
    ).toMatchObject({ awaitingPayment: 1, toShip: 2 });
  });

  test('count as overdue what is not shipped and should be', () => {
    expect(
      figures(
        { status: 'WAIT_SELLER_SEND_GOODS', status_due_at: ago(0.1) },
        { status: 'WAIT_SELLER_SEND_GOODS', status_due_at: ago(-0.1) },
        { status: 'WAIT_SELLER_SEND_GOODS', status_due_at: null },
        { status: 'PLACE_ORDER_SUCCESS', status_due_at: ago(1) },
      ).overdue,
    ).toBe(1);
  });
});

describe('what a feed knows', () => {
  test('is complete for the 36 hours that it is relied on, however long the feed has been there', async () => {
    const shop = openShopServices();
    await storeFeed(shop, 'orders', []);
    expect(await knownOf(shop, 'orders')).toMatchObject({
      completeSince: shop.clock.now() - 36 * HOUR,
      checkedAt: shop.clock.now() - HOUR,
    });
  });
});

describe('a period', () => {
  const hours = (name: Parameters<typeof periodOf>[0], zone: string, at = now) => {
    const { from, to } = periodOf(name, zone, at);
    return [new Date(from).toISOString(), new Date(to).toISOString()];
  };

  test('is today from midnight in the zone until now', () => {
    expect(hours('today', 'Asia/Shanghai')).toEqual(['2026-11-20T16:00:00.000Z', '2026-11-21T04:00:00.000Z']);
  });

  test('is yesterday from midnight to midnight in the zone', () => {
    expect(hours('yesterday', 'America/New_York')).toEqual([
      '2026-11-19T05:00:00.000Z',
      '2026-11-20T05:00:00.000Z',
    ]);
  });

  test('is a day of 25 hours where the clocks were put back', () => {
    const { from, to } = periodOf('yesterday', 'Europe/Madrid', Date.parse('2026-10-26T08:00:00Z'));
    expect((to - from) / HOUR).toBe(25);
  });

  test.each([
    ['last_24_hours', 24],
    ['last_36_hours', 36],
  ] as const)('%s is %s hours', (name, length) => {
    expect(periodOf(name, 'Asia/Shanghai', now)).toEqual({ from: now - length * HOUR, to: now });
  });
});

describe('a time zone', () => {
  test.each(['Asia/Shanghai', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'UTC'])(
    '%s is taken',
    (zone) => {
      expect(readZone({ zone })).toBe(zone);
    },
  );

  test('is Beijing where none is given', () => {
    expect(readZone({})).toBe('Asia/Shanghai');
  });

  test('that does not exist is refused by name', () => {
    expect(() => readZone({ zone: 'Asia/Atlantis' })).toThrow(
      problemLike('unknown_time_zone', { value: 'Asia/Atlantis' }),
    );
  });

  test('decides how a time is written', () => {
    expect(clockTime(now, 'Europe/Madrid')).toBe('2026-11-21 05:00');
  });
});

test('a figure that is not known is a dash, and 0 is 0', () => {
  const label = { en: 'Orders', zh: '订单数' };
  expect(
    toText([
      [label, null],
      [label, 0],
    ]),
  ).toEqual({ en: '**Orders** –\n**Orders** 0', zh: '**订单数** –\n**订单数** 0' });
});
