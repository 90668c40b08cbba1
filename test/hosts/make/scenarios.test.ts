import { operations } from '../../../index.ts';
import { APP_ID, toScenarios } from '../../../lib/hosts/make/blueprints/index.ts';
import { AGE_DAYS, ASKED, mostCalls } from '../../../lib/hosts/make/blueprints/stalled-parcels.ts';
import { valueIn } from '../../../lib/pack/recipe.ts';
import { recipes } from '../../../recipes/index.ts';
import paidOrderToSheet from '../../../recipes/paid-order-to-sheet.ts';
import { eventsUntil, isDelivery } from '../../../sandbox/parcels.ts';
import { stageAt } from '../../../sandbox/shop.ts';
import { NOON } from '../../support/connected-app.ts';
import { loadApp } from '../../support/make/app.ts';
import { startFrom } from '../../support/make/polling.ts';
import { type PlayedScenario, playScenario, type ScenarioOptions } from '../../support/make/scenario.ts';
import { isArray, isCollection, type Value } from '../../support/make/value.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { FOLDER } from './folder.ts';
import { type ShopOptions, useBothShops } from './shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SECRET = 'feishu-test-secret';

const app = loadApp(FOLDER);
const scenarios = toScenarios(operations, recipes, APP_ID);

describeWithRedis('scenarios, played', () => {
  const both = useBothShops();

  const open = async (options: ShopOptions = {}) => {
    await both.open({
      lifetimes: { accessSeconds: 30 * 86_400 },
      feishuSecret: SECRET,
      ...options,
    });
  };
  const blueprintOf = (key: string): Value =>
    JSON.parse(JSON.stringify(scenarios.find((scenario) => scenario.key === key)?.blueprint ?? null));

  /** What sellers fill in, module by module. */
  const filledIn = (key: string): NonNullable<ScenarioOptions['filled']> => {
    const values: Record<string, string> = {
      bot_address: `https://open.feishu.cn/open-apis/bot/v2/hook/${both.zapier.sandbox.feishu.token}`,
      spreadsheetId: 'spreadsheet-1',
      url: 'https://helpdesk.example/tickets',
    };
    const fields = scenarios.find((scenario) => scenario.key === key)?.open ?? [];
    const filled: Record<number, Record<string, string>> = {};
    for (const { id, key: name } of fields) {
      const value = values[name];
      if (value === undefined) continue;
      filled[id] = { ...filled[id], [name]: value };
      if (name === 'bot_address') filled[id] = { ...filled[id], signing_code: SECRET };
    }
    return filled;
  };
  const play = (key: string, options: Partial<ScenarioOptions> = {}): Promise<PlayedScenario> =>
    playScenario({
      blueprint: blueprintOf(key),
      app,
      runner: both.make,
      connection: both.connection,
      clock: both.zapier.clock,
      filled: filledIn(key),
      // Five calls a second are too many for AliExpress, and five cards for Feishu.
      between: () => both.zapier.clock.sleep(1100),
      ...options,
    });
  const cards = () => both.zapier.sandbox.feishu.cards;
  const rowsOf = ({ given }: PlayedScenario): Value[][] =>
    given.map(({ mapper: { values } }) => (isCollection(values) ? Object.values(values) : []));
  const fieldsOf = ({ given }: PlayedScenario): Record<string, Value>[] =>
    given.map(({ mapper: { urlEncodedBodyContent: fields } }) =>
      Object.fromEntries(
        (isArray(fields) ? fields : []).flatMap((field) =>
          isCollection(field) ? [[String(field.name), field.value]] : [],
        ),
      ),
    );
  const iso = (at: number | undefined) => new Date(at ?? 0).toISOString().replace('.000Z', 'Z');
  const onZapier = (key: string, inputs = {}) => both.zapier.poll(key, inputs, { isLoadingSample: true });

  /** Turned on at noon, run again an hour later. */
  const anHourOfNewOrders = async () => {
    const { state } = await play('new_order_to_feishu', { state: startFrom(new Date(NOON)) });
    await both.zapier.clock.sleep(HOUR);
    return play('new_order_to_feishu', { state: state ?? {} });
  };
  const shown = () => cards().map(({ title, text, link, colour }) => ({ title, text, link, colour }));

  test('a new order’s card is the one that the Zapier app would send', async () => {
    await open();
    await anHourOfNewOrders();
    const sent = shown();
    cards().length = 0;
    const events = (await onZapier('new_order')).filter(({ title_zh }) =>
      sent.some(({ title }) => title === title_zh),
    );
    for (const event of events.toReversed()) {
      await both.zapier.clock.sleep(1100);
      await both.zapier.run('creates.send_feishu_card.operation.perform', {
        bot_address: both.zapier.sandbox.botAddress,
        signing_code: SECRET,
        title: event.title_zh,
        text: event.text_zh,
        severity: event.severity,
        link: event.link,
      });
    }
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.toSorted(byTitle)).toEqual(shown().toSorted(byTitle));
  });
  const byTitle = (a: { title: string }, b: { title: string }) => (a.title < b.title ? -1 : 1);

  test('every order that was placed since the scenario was turned on has a card', async () => {
    await open();
    const { runs } = await anHourOfNewOrders();
    const placed = both.zapier.sandbox.shop.orders.filter(
      ({ placedAt }) => placedAt > NOON && placedAt < NOON + HOUR,
    );
    expect(
      shown()
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(placed.map(({ id }) => `新订单 ${id}`).toSorted());
    expect(runs.get(2)).toBe(placed.length);
  });

  test('nobody is told twice: the next run goes on where the last one ended', async () => {
    await open();
    const { state } = await anHourOfNewOrders();
    const before = cards().length;
    await play('new_order_to_feishu', { state: state ?? {} });
    expect(cards().slice(before)).toEqual([]);
  });

  test('a paid order is a row with the columns of its recipe, all of them text', async () => {
    await open();
    const rows = rowsOf(await play('paid_order_to_sheet', { state: startFrom(new Date(NOON - HOUR)) }));
    const events = await onZapier('order_paid');
    const row = rows.find(([number]) => events.some(({ order_id }) => order_id === number));
    const event = events.find(({ order_id }) => order_id === row?.[0]);
    const [step] = paidOrderToSheet.steps;
    const columns = step && 'sheet' in step ? step.sheet.columns : [];
    expect(columns).toHaveLength(9);
    expect(row).toEqual(columns.map(({ value }) => valueIn(value, event ?? {})));
  });

  test('a cancelled order is a row with its number as text, its reason, and no payment where there was none', async () => {
    await open({ historyDays: 25, ordersPerDay: 20 });
    const rows = rowsOf(await play('cancelled_order_to_sheet', { state: startFrom('all') }));
    const unpaid = both.zapier.sandbox.shop.orders.filter(
      ({ paidAt, stages }) => paidAt === undefined && stages.some(({ status }) => status === 'FINISH'),
    );
    const row = rows.find(([number]) => unpaid.some(({ id }) => String(id) === number));
    const order = unpaid.find(({ id }) => String(id) === row?.[0]);
    expect(row?.slice(0, 5)).toEqual([
      String(order?.id),
      expect.stringMatching(/^[\u4e00-\u9fff]+$/),
      iso(order?.stages.at(-1)?.at),
      iso(order?.placedAt),
      '',
    ]);
  });

  test('a bad review becomes the ticket that the Zapier app would prepare', async () => {
    await open({ historyDays: 25, ordersPerDay: 20, badShare: 0.5 });
    const [first] = fieldsOf(await play('bad_review_to_ticket', { state: startFrom('all') }));
    const events = await onZapier('bad_review', { max_stars: 3 });
    const tickets = await Promise.all(
      events.map(
        async (event): Promise<unknown> =>
          both.zapier.run('creates.prepare_ticket.operation.perform', {
            title: event.title_zh,
            text: event.text_zh,
            event: event.id,
            kind: 'bad_review',
            severity: event.severity,
            link: event.link,
            occurred_at: event.occurred_at,
          }),
      ),
    );
    expect(first?.external_id).toMatch(/^aliexpress-bad_review-/);
    expect(tickets).toContainEqual(
      expect.objectContaining({
        subject: first?.subject,
        body_text: first?.body_text,
        priority: first?.priority,
        external_id: first?.external_id,
        link: first?.link,
        tags: String(first?.tags).split(','),
      }),
    );
  });

  describe('stalled parcels, once a day', () => {
    /** Few orders, and trouble with all of them. */
    const small = { historyDays: 40, ordersPerDay: 6, stallShare: 1 };
    const DAYS = 4;

    /** Orders that are on their way, placed two weeks ago: their tracking number, and the newest of their events. */
    const underWay = () => {
      const { shop } = both.zapier.sandbox;
      const now = both.zapier.clock.now();
      return shop.orders.flatMap((order) => {
        const parcel = shop.parcels.get(order.id);
        const age = (now - order.placedAt) / DAY;
        if (age < AGE_DAYS || age >= AGE_DAYS + 1) return [];
        if (!parcel || stageAt(order, now)?.status !== 'WAIT_BUYER_ACCEPT_GOODS') return [];
        const newest = eventsUntil(parcel, now).at(-1);
        return [
          {
            number: parcel.trackingNumber,
            code: newest?.code ?? '',
            hours: (now - (newest?.at ?? now)) / HOUR,
          },
        ];
      });
    };
    const isOnItsWay = (code: string) =>
      !isDelivery({ code, at: 0, text: '', place: '' }) && !/FAIL|^RT_|^RETURNED/.test(code);
    const isCustoms = (code: string) => code.startsWith('CC_');

    test('customs: exactly the parcels of two weeks ago that have been held for 72 hours, each once', async () => {
      await open(small);
      const expected: string[] = [];
      for (let day = 0; day < DAYS; day += 1) {
        expected.push(
          ...underWay().flatMap(({ number, code, hours }) =>
            isCustoms(code) && hours >= 72 ? [number] : [],
          ),
        );
        const started = both.zapier.clock.now();
        await play('customs_stall_to_feishu');
        await both.zapier.clock.sleep(started + DAY - both.zapier.clock.now());
      }
      const told = cards().map(({ title }) => /^包裹 (\S+) 物流停滞：清关中$/.exec(title)?.[1]);
      expect(told.length).toBeGreaterThan(0);
      expect(told.toSorted()).toEqual(expected.toSorted());
      expect(new Set(told).size).toBe(told.length);
    });

    test('silent: exactly the parcels of two weeks ago without news for five days are tickets', async () => {
      await open(small);
      const expected: string[] = [];
      const told: string[] = [];
      for (let day = 0; day < DAYS; day += 1) {
        expected.push(
          ...underWay().flatMap(({ number, code, hours }) =>
            isOnItsWay(code) && hours >= 120 ? [number] : [],
          ),
        );
        const started = both.zapier.clock.now();
        const played = await play('silent_parcel_to_ticket');
        told.push(
          ...fieldsOf(played).map(({ subject }) => String(/^包裹 (\S+) /.exec(String(subject))?.[1])),
        );
        await both.zapier.clock.sleep(started + DAY - both.zapier.clock.now());
      }
      expect(told.length).toBeGreaterThan(0);
      expect(told.toSorted()).toEqual(expected.toSorted());
    });

    test('a run costs a page of orders, and two calls for each of them', async () => {
      await open(small);
      const orders = underWay().length;
      expect(orders).toBeGreaterThan(1);
      expect(orders).toBeLessThanOrEqual(ASKED.orders);
      await play('stalled_parcels');
      expect([both.zapier.calls(), await both.claimed()]).toEqual([
        mostCalls({ pages: 1, orders }),
        mostCalls({ pages: 1, orders }),
      ]);
    });

    test('however many orders there are, a run costs no more than was said', async () => {
      await open({ historyDays: 16, ordersPerDay: 60 });
      expect(underWay().length).toBeGreaterThan(ASKED.orders);
      await play('stalled_parcels');
      expect(both.zapier.calls()).toBe(mostCalls(ASKED));
    });
  });
});
