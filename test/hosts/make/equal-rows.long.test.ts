/**
 * The Make app and the Zapier app over one shop, at the same moments: every operation yields the same rows. The Zapier app
 * keeps its data in the hub, as it does where a seller uses both.
 */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { createApp } from '../../../index.ts';
import { keysIn } from '../../../lib/hosts/hub/access/keys.ts';
import { makeName } from '../../../lib/hosts/make/component.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { onlyReads } from '../../../lib/pack/operation.ts';
import { DAY, HOUR } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import { operations } from '../../../operations.ts';
import { disputeStatusAt } from '../../../sandbox/disputes.ts';
import { drawAbnormality } from '../../../sandbox/parcels/abnormalities.ts';
import { deliveredAt, eventsUntil, type Parcel } from '../../../sandbox/parcels.ts';
import { lowStockPeriods } from '../../../sandbox/products.ts';
import { randomSource } from '../../../sandbox/random.ts';
import type { Shop } from '../../../sandbox/shop.ts';
import { connectZapier, NOON, type ZapierApp } from '../../support/connected-app.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { type Hooks, openHooks } from '../../support/make/hooks.ts';
import { type MakeRunner, makeRunner, openFolder } from '../../support/make/runner.ts';
import { operationsOf, readDefinition } from '../../support/publishing-checks/definition.ts';

const app = openFolder(join(fileURLToPath(new URL('../../../', import.meta.url)), 'make'));

type Row = Record<string, unknown>;
const row = z.record(z.string(), z.unknown());

/** What both apps gave for one event, at the moment at which Make got it. */
interface Pair {
  make: Row;
  zapier: Row | undefined;
}

/** Calls and milliseconds go on between the two readings of a report. */
function comparable(event: Row): Row {
  if (event.event_type !== 'daily_report') return event;
  const { calls_used_today, complete_since, ...rest } = event;
  const text = JSON.stringify(rest)
    .replaceAll(`${calls_used_today} today`, '…')
    .replaceAll(`今日 ${calls_used_today}`, '…');
  return row.parse(JSON.parse(text));
}

const MAX_PAIRS = 5;
const LOW_STOCK = 5;

/** Within a day everything that triggers tell happens in this shop at least once. */
const SHOP = {
  seed: 16,
  from: NOON,
  to: NOON + 1.2 * DAY,
  historyDays: 52,
  ordersPerDay: 20,
  disputeShare: 0.5,
  badShare: 0.5,
};

/** The last event of the parcels that are under way, by turns. */
const ENDS = [
  { code: 'GTMS_DEL_FAILURE', text: 'Delivery attempt failed' },
  { code: 'GTMS_SIGNED', text: 'Delivered' },
] as const;

/**
 * An hour after noon, one half of the parcels that are under way arrives and the other half cannot be delivered, and a
 * warehouse holds those that were shipped last. Calls suffice for a part of the parcels; whichever these are, there are
 * some of both halves among them.
 */
function changeParcels({ parcels }: Shop): void {
  const at = NOON + HOUR;
  const random = randomSource(SHOP.seed, 'changed parcels');
  const isUnderWay = (parcel: Parcel) =>
    parcel.shippedAt < NOON && parcel.orderEndsAt > SHOP.to && !(Number(deliveredAt(parcel)) < at);
  for (const [n, parcel] of parcels.filter(isUnderWay).entries()) {
    const end = { ...(ENDS[n % ENDS.length] ?? ENDS[0]), at, place: '' };
    const isNew = parcel.shippedAt > NOON - DAY / 2;
    Object.assign(
      parcel,
      isNew
        ? { abnormalities: [{ ...drawAbnormality(at, random), until: SHOP.to }] }
        : { events: [...eventsUntil(parcel, at), end] },
    );
  }
}

const zapierApp = createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never);
const { results: definition } = await createAppHandler(zapierApp)({ command: 'definition' });
const samples = new Map(operationsOf(readDefinition(definition)).map(({ key, sample }) => [key, sample]));

describe('Rows of the Make app', () => {
  let hooks: Hooks;
  let hub: TestHub;
  let make: MakeRunner;
  let zapier: ZapierApp;
  const pairs = new Map<string, Pair[]>();
  const events = new Map<string, Row[]>();
  const examples = new Map<string, Row>();
  /** Of Zapier's machine, while it is not that of the hub. */
  let stoppedAt: number | undefined;

  const products = () => hub.sandbox.shop.products.slice(0, 20).map(({ id }) => String(id));
  /** Products whose stock falls in the first half of the day. */
  const emptying = () =>
    hub.sandbox.shop.products
      .filter(({ skus }) =>
        skus.some((sku) =>
          lowStockPeriods(sku, LOW_STOCK).some(({ from }) => from > NOON + HOUR && from < NOON + DAY / 2),
        ),
      )
      .map(({ id }) => String(id));
  /** What a seller has filled in. */
  const triggerInputs = (key: string): Row =>
    ({
      account_alert: { alert_types: ['budget_80', 'budget_100'] },
      low_stock: { product_ids: emptying(), max_stock: LOW_STOCK },
      ship_deadline: { hours_before: 24 },
    })[key] ?? {};

  /** To the millisecond. */
  async function zapierAt<T>(time: unknown, run: () => Promise<T>): Promise<T> {
    stoppedAt = Date.parse(String(time));
    return run().finally(() => {
      stoppedAt = undefined;
    });
  }

  async function compare(key: string, body: unknown): Promise<void> {
    const event = row.parse(make.receive(makeName(key), body));
    if (event.is_example) {
      examples.set(key, event);
      return;
    }
    events.set(key, [...(events.get(key) ?? []), event]);
    const found = pairs.get(key) ?? [];
    if (found.length === MAX_PAIRS) return;
    const poll = () => zapier.poll(key, triggerInputs(key), { isPopulatingDedupe: true });
    // An alert happens when it is read.
    const rows = await (key === 'account_alert' ? zapierAt(event.occurred_at, poll) : poll());
    const isSame = ({ id }: Row) => id === event.id;
    found.push({ make: comparable(event), zapier: rows.filter(isSame).map(comparable)[0] });
    pairs.set(key, found);
  }

  beforeAll(async () => {
    hooks = await openHooks();
    hub = await startTestHub({
      startAt: NOON,
      env: { HUB_ALLOWED_TARGETS: hooks.host },
      isIdle: () => hooks.running() === 0,
      sandbox: { ...SHOP, lifetimes: { accessSeconds: 30 * 86_400, refreshSeconds: 60 * 86_400 } },
    });
    changeParcels(hub.sandbox.shop);
    const { database, clock } = hub.hub.runtime;
    const token = keysIn(database).create({ kind: 'store', name: 'Zapier' }, clock.now());
    zapier = await connectZapier(hub.sandbox, {
      clock: { now: () => stoppedAt ?? hub.clock.now(), sleep: hub.clock.sleep },
      store: memoryStore(hub.clock),
      hub: { url: hub.hub.url, token },
    });
    const now = () => new Date(hub.clock.now());
    make = makeRunner(app, { origin: hub.publicUrl, connection: { apiKey: hub.shopKey }, now });
    for (const { key } of operations.triggers) {
      const { url } = hooks.open((body) => compare(key, body));
      await make.attach(makeName(key), { ...triggerInputs(key), send_example: true }, url);
    }
    expect(await watchEvents()).toEqual([]);
    await hub.pass(DAY);
  }, 600_000);
  afterAll(async () => {
    await zapier.disconnect();
    await hub.stop();
    await hooks.close();
  });

  describe.each(operations.triggers)('Trigger $key', ({ key }) => {
    test('Its events are the rows that Zapier polls at that moment', () => {
      const found = pairs.get(key) ?? [];
      expect(found.length).toBeGreaterThan(0);
      expect(found.map((pair) => pair.make)).toEqual(found.map((pair) => pair.zapier));
    });

    test("Its example and its sample are Zapier's sample", () => {
      const sample = row.parse(samples.get(key));
      const { id, ...example } = examples.get(key) ?? {};
      expect(String(id).startsWith(String(sample.id))).toBe(true);
      expect({ ...example, id: sample.id }).toEqual(sample);
      expect(app.file('module', makeName(key), 'samples')).toEqual(sample);
    });
  });

  const searchInputs: Record<string, () => Row> = {
    find_call_budget: () => ({}),
    find_dispute: () => ({ line_id: openDispute(), status: 'processing' }),
    find_order: () => ({ order_id: shippedOrder() }),
    find_orders: () => ({ status: 'any', placed_within_days: 7, placed_before_days: 0, max_pages: 1 }),
    find_product: () => ({ product_id: products()[0] }),
    find_reviews: () => ({ order_ids: reviewedOrders() }),
    find_shop: () => ({ max_age: 'day' }),
    find_tracking: () => ({ order_id: shippedOrder() }),
  };
  const shippedOrder = () =>
    String(hub.sandbox.shop.orders.find(({ shippedAt = Infinity }) => shippedAt < NOON)?.id);
  const openDispute = () =>
    String(
      [...hub.sandbox.shop.disputes.values()].find(
        (dispute) => disputeStatusAt(dispute, hub.clock.now()) === 'processing',
      )?.line.childId,
    );
  const reviewedOrders = () =>
    [...hub.sandbox.shop.reviews]
      .filter(([, reviews]) => reviews.some(({ visibleAt }) => visibleAt < NOON))
      .map(([order]) => String(order))
      .slice(0, 5);

  test.each(operations.searches)('Rows of $key are those of Zapier', async ({ key }) => {
    const inputs = searchInputs[key]?.() ?? {};
    const found = await make.run('module', makeName(key), { parameters: { ...inputs, limit: 100 } });
    const isSearch = app.manifest.components.module?.[makeName(key)]?.moduleType === 'search';
    const rows = (await zapier.search(key, inputs)).flatMap((each) => rowsIn(key, each));
    // Each app has a connection of its own, which was made at another moment.
    const ofBoth = key === 'find_call_budget' ? { reconnect_by: expect.any(String) } : {};
    const expected = rows.map((each) => ({ ...each, ...ofBoth }));
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(isSearch ? expected : expected.slice(0, 1));
    expect([app.file('module', makeName(key), 'samples')]).toEqual(rowsIn(key, row.parse(samples.get(key))));
  });

  /** Zapier passes on one result, so it gets all records of a list as one; Make makes a bundle of each. */
  function rowsIn(key: string, result: Row): Row[] {
    const { several } = operations.searches.find((search) => search.key === key) ?? {};
    return several ? (result[several.key] as Row[]) : [result];
  }

  const actionInputs: Record<string, () => Row> = {
    make_api_request: () => ({ data: 'disputes', parameters: '{"page": 1}' }),
    prepare_ticket: () => ({ title: '差评 2★', text: '**Stars** 2', event: 'a/1', tags: ['urgent'] }),
    send_dingtalk_message: () => message(hub.sandbox.groups.dingtalk.address),
    send_feishu_message: () => message(hub.sandbox.groups.feishu.address),
    summarize_orders: () => ({ period: 'last_24_hours', time_zone: 'Asia/Shanghai' }),
  };
  const message = (webhook_url: string) => ({ webhook_url, title: '新订单', text: '**金额** 10 USD' });

  test.each(operations.actions)('What $key returns is what it returns in Zapier', async (action) => {
    const { key } = action;
    const inputs = actionInputs[key]?.() ?? {};
    const [found] = await make.run('module', makeName(key), { parameters: inputs });
    const now = new Date(hub.clock.now()).toISOString();
    const results = await zapierAt(found?.sent_at ?? found?.period_end ?? now, () =>
      zapier.run(`${onlyReads(action) ? 'searches' : 'creates'}.${key}.operation.perform`, inputs),
    );
    const [result] = [results].flat();
    // The id of a message is another one each time.
    const expected = found?.message_id ? { ...row.parse(result), message_id: expect.any(String) } : result;
    expect(found).toEqual(expected);
    expect(app.file('module', makeName(key), 'samples')).toEqual(samples.get(key));
  });

  test('Every dropdown offers the rows that it offers in Zapier', async () => {
    const names = Object.keys(app.manifest.components.rpc ?? {});
    for (const name of names) {
      const options = await make.run('rpc', name, {});
      const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const rows = await zapier.poll(key, {}, { isFillingDynamicDropdown: true });
      expect(rows.length).toBeGreaterThan(0);
      expect(options).toEqual(rows.map(({ id, name }) => ({ label: name, value: id })));
    }
  });

  const WATCHED = ['new_order', 'order_paid', 'order_cancelled', 'dispute_opened'];
  const watchEvents = () =>
    make.run('module', 'watchEvents', { parameters: { triggers: WATCHED, limit: 1000 }, data: {} });

  test('Watch Events gives the events of the instant triggers, each with a number', async () => {
    const rows = await watchEvents();
    const nameOf = ({ event_type, id }: Row) => `${event_type} ${id}`;
    const byId = (a: Row, b: Row) => nameOf(a).localeCompare(nameOf(b));
    const expected = WATCHED.flatMap((key) => events.get(key) ?? []);
    expect(rows.map(({ seq, ...event }) => event).toSorted(byId)).toEqual(expected.toSorted(byId));
    expect(rows.every(({ seq }) => Number.isInteger(seq))).toBe(true);
  });
});
