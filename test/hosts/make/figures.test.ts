import { AWAITING_PAYMENT, statusNames, TO_SHIP } from '../../../lib/aliexpress/order-status.ts';
import {
  type OrderValues,
  orderFigures,
  type Period,
  periodOf,
  sumByCurrency,
} from '../../../lib/feeds/figures.ts';
import { figureQuestions, figuresCommand } from '../../../lib/hosts/make/figures.ts';
import { FIGURES_SCRIPT } from '../../../lib/hosts/make/figures-script.ts';
import { quoted } from '../../../lib/hosts/make/iml.ts';
import type { Json } from '../../../lib/hosts/make/json.ts';
import { fromMs } from '../../../lib/hosts/make/times.ts';
import findOrders from '../../../searches/find-orders.ts';
import { NOON } from '../../support/connected-app.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { evaluate } from '../../support/make/iml.ts';
import { startFrom } from '../../support/make/polling.ts';
import type { Collection } from '../../support/make/value.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { type ShopOptions, useBothShops } from './shop.ts';

const HOUR = 3_600_000;
const STATUSES = Object.keys(findOrders.inputs.status.choices).filter((status) => status !== 'any');
/** 9:00 in Beijing, half an hour ago at most. */
const MORNING = Date.parse('2026-10-07T01:30:00Z');

describe('the lists that the figures of a shop on Make rest on', () => {
  const clock = fixedClock(NOON);
  const said = (template: Json | undefined, temp: Collection = {}) =>
    evaluate(String(template), { temp }, { clock });
  const [from, to] = [fromMs(quoted(String(NOON - 24 * HOUR))), fromMs(quoted(String(NOON - HOUR)))];
  const noted = figureQuestions({ from, to, lane: 'ask' }).flatMap(({ temp }) =>
    typeof temp === 'object' && temp !== null && !Array.isArray(temp) ? [temp] : [],
  );
  const queries = noted
    .flatMap((temp) => Object.entries(temp).filter(([key]) => key.startsWith('ask_')))
    .map(([, template]) => JSON.parse(String(said(template))) as Record<string, unknown>);
  const firstPage = (status: string) =>
    queries.find((query) => query.current_page === 1 && JSON.stringify(query).includes(status)) ?? {};

  test('hold what ended in the period, whenever it was placed', () => {
    const ended = queries.find(({ order_status }) => order_status === 'FINISH');
    expect(ended).toMatchObject({
      create_date_start: '2026-09-07 21:00:00',
      create_date_end: '2026-10-06 22:00:00',
      modified_date_start: '2026-10-05 21:00:00',
      modified_date_end: '2026-10-06 20:00:00',
    });
  });

  test('hold what was placed in the period, whatever became of it', () => {
    expect(firstPage('RISK_CONTROL')).toMatchObject({
      create_date_start: '2026-10-05 21:00:00',
      create_date_end: '2026-10-06 20:00:00',
      order_status_list: Object.keys(statusNames),
    });
  });

  test.each([AWAITING_PAYMENT, TO_SHIP])(
    'hold all that is %s or %s, whenever it was placed',
    (...statuses) => {
      const query = queries.find(({ order_status_list: list }) => String(list) === statuses.join());
      expect(query).toMatchObject({
        create_date_start: '2026-04-10 21:00:00',
        create_date_end: '2026-10-06 22:00:00',
      });
    },
  );

  test('hold an order once that moved to the next page while pages were read', () => {
    const template = noted.find((temp) => 'placed' in temp)?.placed;
    const page = [{ order_id: '1' }, { order_id: '2' }];
    const noPages = Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`placed${index + 2}`, []]));
    const temp = { ...noPages, placed1: page, answer: { result: { target_list: page.slice(1) } } };
    expect(said(template, temp)).toEqual(page);
  });

  test('say of what ended when it ended', () => {
    const order = { gmt_create: 'placed', gmt_update: 'ended', gmt_pay_time: 'paid', end_reason: 'why' };
    const sides = figuresCommand({ from, to, at: quoted('0') }).slice(-4, -1);
    expect(sides.map((side) => said(side, { ended: [order] }))).toEqual(['ended', 'paid', 'why']);
  });

  test.each(['placed', 'ended', 'toShip'])(
    'of orders %s are whole with as many pages as are asked for',
    (name) => {
      const first = queries.flatMap(({ current_page }, index) => (current_page === 1 ? [index] : []));
      const at = ['placed', 'ended', 'toShip'].indexOf(name);
      const pages = Number(first[at + 1]) - Number(first[at]);
      const flag = figuresCommand({ from, to, at: quoted('0') })[7 + at];
      const whole = [pages, pages + 1].map((count) => said(flag, { [`${name}Pages`]: String(count) }));
      expect(whole).toEqual(['y', 'n']);
    },
  );
});

describeWithRedis('the figures of a shop on Make', () => {
  const both = useBothShops();

  const open = async (options: ShopOptions = {}) => {
    await both.open({ historyDays: 12, ordersPerDay: 35, ...options });
  };
  const { command } = both;
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

    test('says from when to when', async () => {
      await open({ historyDays: 1, ordersPerDay: 5 });
      expect(await onMake({ period: 'yesterday' })).toMatchObject({
        period_start: '2026-10-05T16:00:00Z',
        period_end: '2026-10-06T16:00:00Z',
        complete_since: '2026-10-05T16:00:00Z',
      });
    });

    test('of yesterday takes a day of 25 hours whole', async () => {
      await open({ historyDays: 1, ordersPerDay: 5, now: Date.parse('2026-11-02T20:00:00Z') });
      expect(await onMake({ period: 'yesterday', zone: 'America/Los_Angeles' })).toMatchObject({
        period_start: '2026-11-01T07:00:00Z',
        period_end: '2026-11-02T08:00:00Z',
      });
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

    test.each([
      ['of an hour with two digits', { hour: 21 }, '2026-10-07T13:30:00Z', 'digest/2026-10-07/21'],
      ['of another zone', { zone: 'Europe/Madrid' }, '2026-10-07T07:30:00Z', 'digest/2026-10-07/9'],
      [
        'of a zone where it is tomorrow',
        { zone: 'Pacific/Auckland' },
        '2026-10-06T20:30:00Z',
        'digest/2026-10-07/9',
      ],
      ['that is asked for after midnight', { hour: 23 }, '2026-10-07T17:00:00Z', 'digest/2026-10-07/23'],
    ])('one %s has the date of its own day', async (_, inputs, now, id) => {
      await open({ now: Date.parse(now), historyDays: 1, ordersPerDay: 5 });
      expect((await poll(startFrom('all'), inputs)).bundles).toMatchObject([{ id }]);
    });

    test('tells how many calls were used yesterday and today', async () => {
      await open({ now: MORNING, historyDays: 1, ordersPerDay: 5 });
      await command('SET', `card:${both.zapier.sandbox.accounts.sellerId}:2026-10-06:used`, 37);
      const { bundles } = await poll();
      const used = { calls_used_yesterday: 37, calls_used_today: await both.claimed() };
      expect(bundles).toMatchObject([used]);
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

    test('counts the money of what is not finished, whatever reason it gives', async () => {
      const found = await work([order('1', 'USD', { status: 'IN_CANCEL', reason: 'buyer_cancel_order' })]);
      expect(found.revenue).toBe('USD 1');
    });

    interface Lists {
      whole?: readonly ('y' | 'n')[];
      /** Of the orders placed. */
      cents?: readonly string[];
      factors?: readonly string[];
      amounts?: readonly (readonly [amount: string, amountText: string])[];
      currencies?: readonly (readonly [currency: string, code: string])[];
      /** When, when paid, why. */
      ended?: readonly (readonly [at: string, paid: string, reason: string])[];
      left?: readonly string[];
    }
    /** As many paid orders were placed as there is money of. */
    const workOn = async ({ whole = ['y', 'y', 'y'], cents = [], factors = [], ...lists }: Lists) => {
      const { amounts = [], currencies = [], ended = [], left = [] } = lists;
      const placed = Array.from({ length: Math.max(cents.length, amounts.length) }, () => order(''));
      const answer = await command(
        'EVAL',
        FIGURES_SCRIPT,
        0,
        NOON,
        '2026-10-06 00:00:00',
        '2026-10-07 00:00:00',
        '|buyer_cancel_order|',
        ...whole,
        bars(placed.map(({ at }) => at)),
        bars(placed.map(({ status }) => status)),
        bars(placed.map(({ paid }) => paid)),
        bars(placed.map(() => '')),
        bars(cents),
        bars(factors),
        bars(amounts.map(([amount]) => amount)),
        bars(amounts.map(([, text]) => text)),
        bars(currencies.map(([currency]) => currency)),
        bars(currencies.map(([, code]) => code)),
        bars(ended.map(([at]) => at)),
        bars(ended.map(([, paidAt]) => paidAt)),
        bars(ended.map(([, , reason]) => reason)),
        bars(left),
      );
      return JSON.parse(String(answer)) as Record<string, string>;
    };

    test.each([
      ['whole cents', { cents: ['1234', '-5'], factors: ['100', '100'] }, '? 12.29'],
      ['cents of another unit', { cents: ['1234'], factors: ['1000'] }, '? 1.234'],
      ['cents of no unit', { cents: ['1234', '1'], factors: ['', '0'] }, '? 12.35'],
      ['units without cents', { cents: ['12'], factors: ['1'] }, '? 12'],
      ['cents before amounts', { cents: ['1234'], amounts: [['99.99', '']] }, '? 12.34'],
      ['amounts where there are no cents', { cents: [''], amounts: [['1.5', '7']] }, '? 1.5'],
      ['texts where there are no amounts', { amounts: [['', '7.25']] }, '? 7.25'],
      ['less than nothing', { amounts: [['-0.05', '']] }, '? -0.05'],
    ] satisfies [string, Lists, string][])('adds up %s', async (_, lists, revenue) => {
      expect((await workOn(lists)).revenue).toBe(revenue);
    });

    test('takes the currency from either place', async () => {
      const currencies = [
        ['USD', 'CNY'],
        ['', 'EUR'],
      ] as const;
      expect((await workOn({ cents: ['100', '200'], currencies })).revenue).toBe('EUR 2.00; USD 1.00');
    });

    test('a currency cannot break the answer', async () => {
      expect((await workOn({ cents: ['100'], currencies: [['U"S\\D\n', '']] })).revenue).toBe('USD 1.00');
    });

    test('counts as cancelled what ended so in the period, or unpaid', async () => {
      const ended = [
        ['2026-10-06 10:00:00', '2026-10-05 09:00:00', 'buyer_cancel_order'],
        ['2026-10-06 10:00:00', '', ''],
        ['2026-10-06 10:00:00', '2026-10-05 09:00:00', 'buyer_accept_goods'],
        // Part of a code is none.
        ['2026-10-06 10:00:00', '2026-10-05 09:00:00', 'cancel'],
        ['2026-10-06 10:00:00', '2026-10-05 09:00:00', ''],
        ['2026-10-07 00:00:00', '', ''],
        ['2026-10-05 23:59:59', '', ''],
      ] as const;
      expect((await workOn({ ended })).cancelled).toBe('2');
    });

    test('counts as overdue what should have been shipped before this minute', async () => {
      const left = ['-3600000', '-30001', '-30000', '0', '3600000', ''];
      expect((await workOn({ left })).overdue).toBe('2');
    });

    test.each([
      ['placed', ['n', 'y', 'y'], { orders: '', revenue: '', cancelled: '0', overdue: '0' }],
      ['ended', ['y', 'n', 'y'], { orders: '0', revenue: '0', cancelled: '', overdue: '0' }],
      ['to ship', ['y', 'y', 'n'], { orders: '0', revenue: '0', cancelled: '0', overdue: '' }],
    ] as const)('of a list of orders %s that is not whole there is no figure', async (_, whole, figures) => {
      expect(await workOn({ whole })).toEqual(figures);
    });

    test('of lists that are not whole there are no figures', async () => {
      expect(await work([order('1')], 'n')).toEqual({ orders: '', revenue: '', cancelled: '', overdue: '' });
    });
  });
});
