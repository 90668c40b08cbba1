import {
  type OrderValues,
  orderFigures,
  type Period,
  periodOf,
  sumByCurrency,
} from '../../../lib/feeds/figures.ts';
import { FIGURES_SCRIPT } from '../../../lib/hosts/make/figures-script.ts';
import { axiosTransport } from '../../../lib/http/axios.ts';
import { redisOverHttp } from '../../../lib/stores/redis.ts';
import findOrders from '../../../searches/find-orders.ts';
import { NOON } from '../../support/connected-app.ts';
import { startFrom } from '../../support/make/polling.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../../support/redis.ts';
import { type BothShops, openBoth, type ShopOptions } from './shop.ts';

const HOUR = 3_600_000;
const STATUSES = Object.keys(findOrders.inputs.status.choices).filter((status) => status !== 'any');
/** 9:00 in Beijing, half an hour ago at most. */
const MORNING = Date.parse('2026-10-07T01:30:00Z');

describeWithRedis('the figures of a shop on Make', () => {
  let redis: RedisFront;
  let both: BothShops;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  afterEach(() => both.close());

  const open = async (options: ShopOptions = {}) => {
    both = await openBoth(redis, { historyDays: 12, ordersPerDay: 35, ...options });
  };
  const command = (...parts: (string | number)[]) =>
    redisOverHttp(redis.url, redis.token, axiosTransport())(...parts);
  /** By the code of Zapier's side, of all orders that there are. */
  const expectedOf = async (period: Period) => {
    const all: OrderValues[] = [];
    for (const status of STATUSES) {
      // What was shipped and placed long ago is in no figure.
      const days = status === 'WAIT_BUYER_ACCEPT_GOODS' ? 3 : 29;
      const found = await both.zapier.search('find_orders', { status, days, most_pages: 5 });
      // Five pages of each: none is missing.
      expect(found.length).toBeLessThan(250);
      all.push(...(found as OrderValues[]));
    }
    await both.zapier.clock.sleep(1100);
    const figures = orderFigures(all, period, both.zapier.clock.now());
    return {
      orders: figures.orders,
      revenue: figures.revenue,
      cancelled: figures.cancelled,
      awaiting_payment: figures.awaitingPayment,
      to_ship: figures.toShip,
      overdue: figures.overdue,
    };
  };
  const onMake = async (parameters: object) => {
    const [summary] = await both.make.run('summarizeOrders', {
      connection: both.connection,
      parameters: { ...parameters },
    });
    return summary ?? {};
  };
  describe('Summarize Orders', () => {
    test.each(['today', 'yesterday', 'last_24_hours', 'last_36_hours'] as const)(
      'of %s has the figures that Zapier’s side works out of the same orders',
      async (period) => {
        await open();
        const expected = await expectedOf(periodOf(period, 'Asia/Shanghai', NOON));
        const found = await onMake({ period });
        expect(found).toMatchObject(expected);
        expect([found.orders, found.overdue, found.awaiting_payment].every((n) => Number(n) > 0)).toBe(true);
      },
    );

    test('says them in both languages', async () => {
      await open();
      const { orders, revenue, title_zh, text, text_zh } = await onMake({ period: 'yesterday' });
      expect(title_zh).toBe('订单汇总 2026-10-06 00:00 – 2026-10-07 00:00');
      expect(text).toContain(`(Asia/Shanghai)\n**Orders** ${orders}\n**Paid** ${revenue}\n`);
      expect(text_zh).toContain(`(Asia/Shanghai)\n**订单数** ${orders}\n**已付金额** ${revenue}\n`);
    });

    test('pays for every page, and for nothing else', async () => {
      await open();
      await onMake({ period: 'last_24_hours' });
      expect(both.zapier.calls()).toBe(await both.claimed());
    });

    test('leaves out what rests on more pages than it reads', async () => {
      await open({ historyDays: 1, ordersPerDay: 560 });
      const found = await onMake({ period: 'last_24_hours' });
      expect(found).toMatchObject({ orders: null, revenue: null });
      expect(found.text).toContain('**Paid** –');
      expect(found.to_ship).toBeGreaterThan(0);
    }, 120_000);

    test('a period that there is not is refused before anything is paid for', async () => {
      await open({ historyDays: 1, ordersPerDay: 5 });
      await expect(onMake({ period: 'last_year' })).rejects.toThrow('"Period" is not usable');
      expect(await both.claimed()).toBe(0);
    });
  });

  describe('Daily Digest', () => {
    const poll = (state = startFrom('all'), inputs = {}) =>
      both.make.poll('dailyDigest', {
        connection: both.connection,
        parameters: { limit: 10, hour: 9, zone: 'Asia/Shanghai', ...inputs },
        state,
      });

    test('has the figures that Zapier’s side works out of the same orders', async () => {
      await open({ now: MORNING });
      const due = Date.parse('2026-10-07T01:09:00Z');
      const expected = await expectedOf({ from: due - 24 * HOUR, to: due });
      const {
        bundles: [found],
      } = await poll();
      expect(found).toMatchObject(expected);
    });

    test('says them as Zapier does where no workflow looks at disputes, reviews and parcels', async () => {
      await open({ now: MORNING });
      const [onZapier] = await both.zapier.poll('daily_digest', { hour: 9 }, { isLoadingSample: true });
      await both.zapier.clock.sleep(1100);
      const {
        bundles: [found],
      } = await poll();
      // Zapier's side has only just begun to look, and says so; and calls are made meanwhile.
      const shape = (event: object | undefined) =>
        JSON.stringify(event)
          .replace(/\\n\*\*(Orders complete only since|订单数据仅自此时起完整)[^"\\]*/g, '')
          .replace(/"complete_since":"[^"]*"/, '')
          .replace(/\d+(\.\d+)?/g, '0');
      expect(shape(found)).toBe(shape(onZapier));
    });

    test('comes once a day, and a run at another time asks for nothing', async () => {
      await open({ now: MORNING, historyDays: 2 });
      let { bundles, state } = await poll();
      expect(bundles).toHaveLength(1);
      const used = await both.claimed();
      for (let hours = 0; hours < 22; hours += 1) {
        await both.zapier.clock.sleep(HOUR);
        ({ bundles, state } = await poll(state));
        expect(bundles).toEqual([]);
      }
      expect(await both.claimed()).toBe(used);
      await both.zapier.clock.sleep(2 * HOUR);
      ({ bundles, state } = await poll(state));
      expect(bundles.map(({ id }) => id)).toEqual(['digest/2026-10-08/9']);
    }, 120_000);

    test('one that was missed for more than six hours is left out', async () => {
      await open({ now: MORNING + 8 * HOUR, historyDays: 1, ordersPerDay: 5 });
      expect((await poll()).bundles).toEqual([]);
      expect(await both.claimed()).toBe(0);
    });

    test('its minute after the hour is the shop’s own', async () => {
      await open({ now: MORNING, historyDays: 1, ordersPerDay: 5 });
      const [{ digest_at: expected } = {}] = await both.zapier.poll(
        'daily_digest',
        { hour: 9 },
        { isLoadingSample: true },
      );
      const {
        bundles: [found],
      } = await poll();
      expect(found?.digest_at).toBe(expected);
    });
  });

  describe('the script', () => {
    type Placed = {
      at: string;
      status: string;
      paid: string;
      reason: string;
      amount: string;
      currency: string;
    };
    const bars = (parts: readonly string[]) => parts.join('|');
    const work = async (placed: readonly Placed[], whole = 'y') => {
      const side = (key: keyof Placed) => bars(placed.map((each) => each[key]));
      const none = bars(placed.map(() => ''));
      const answer = await command(
        'EVAL',
        FIGURES_SCRIPT,
        0,
        NOON,
        '2026-10-06 00:00:00',
        '2026-10-07 00:00:00',
        '|buyer_cancel_order|',
        whole,
        whole,
        whole,
        ...(['at', 'status', 'paid', 'reason'] as const).map(side),
        none,
        none,
        side('amount'),
        none,
        side('currency'),
        none,
        '',
        '',
        '',
        '',
      );
      return JSON.parse(String(answer)) as Record<string, string>;
    };
    const order = (amount: string, currency = 'USD', more: Partial<Placed> = {}): Placed => ({
      at: '2026-10-06 10:00:00',
      status: 'WAIT_SELLER_SEND_GOODS',
      paid: '2026-10-06 10:05:00',
      reason: '',
      amount,
      currency,
      ...more,
    });
    beforeEach(() => open({ historyDays: 1, ordersPerDay: 1 }));

    test.each([
      [[order('0.10'), order('0.20')]],
      [[order('1.005'), order('2'), order('-0.5')]],
      [[order('3', 'EUR'), order('1', 'USD'), order('2', 'USD')]],
      [[order('3', 'EUR'), order('1', 'USD')]],
      [[order('', 'EUR'), order('words', 'USD')]],
      [[order('5', '')]],
      [[order('90071992547.99'), order('0.01')]],
      [[]],
    ])('adds up as the feeds do: %j', async (placed) => {
      const amounts = placed.map(({ amount, currency }) => ({ amount, currency: currency || null }));
      expect((await work(placed)).revenue).toBe(sumByCurrency(amounts));
    });

    test('counts what was placed from the start of the period, and not at its end', async () => {
      const at = (time: string) => order('1', 'USD', { at: time });
      const found = await work([
        at('2026-10-05 23:59:59'),
        at('2026-10-06 00:00:00'),
        at('2026-10-06 23:59:59'),
        at('2026-10-07 00:00:00'),
      ]);
      expect(found).toMatchObject({ orders: '2', revenue: 'USD 2' });
    });

    test('counts no money of what was not paid, or was cancelled', async () => {
      const found = await work([
        order('1', 'USD', { paid: '' }),
        order('2', 'USD', { status: 'FINISH', reason: 'buyer_cancel_order' }),
        order('4', 'USD', { status: 'FINISH', reason: 'buyer_accept_goods' }),
      ]);
      expect(found).toMatchObject({ orders: '3', revenue: 'USD 4' });
    });

    test('of lists that are not whole there are no figures', async () => {
      expect(await work([order('1')], 'n')).toEqual({ orders: '', revenue: '', cancelled: '', overdue: '' });
    });
  });
});
