/**
 * Two days of a shop with the scenarios of all recipes in Make, over a hub, and two days of the same shop with the same
 * recipes in Zapier: both deliver the same.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openInputs, type RecipeDeclaration } from '../../../lib/pack/recipe.ts';
import { DAY, HOUR, SECOND } from '../../../lib/runtime.ts';
import { recipes } from '../../../recipes/index.ts';
import {
  type Comparison,
  compareArrivals,
  type DeliveredEvent,
  deliveryKey,
  prefixed,
} from '../../../sandbox/compare.ts';
import { cardCounts, counted, rowKey, ticketKey } from '../../../sandbox/deliveries.ts';
import { expectations } from '../../../sandbox/expected-events.ts';
import { RUN_START, SHUTDOWN_PERIOD_MS } from '../../../sandbox/run.ts';
import { isGuaranteed, simulateWeek, type WeekReport } from '../../../sandbox/week.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { type Hooks, openHooks } from '../../support/make/hooks.ts';
import { makeRunner, openFolder } from '../../support/make/runner.ts';
import { type Scenario, startScenario } from '../../support/make/scenario.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const app = openFolder(join(fileURLToPath(new URL('../../../', import.meta.url)), 'make'));
const DAYS = 2;
const END = RUN_START + DAYS * DAY;
const SHOP = { seed: 108, curve: 'olist' as const, ordersPerDay: 40, historyDays: 25, stallShare: 0.15 };
const WATCHED_PRODUCTS = 5;

describe(`Scenarios of all recipes for ${DAYS} days`, () => {
  let hooks: Hooks;
  let hub: TestHub;
  let zapier: WeekReport;
  let made: Comparison;
  const scenarios = new Map<RecipeDeclaration, Scenario>();
  const events: DeliveredEvent[] = [];
  const rows = new Map<string, string[]>();
  const tickets: string[] = [];
  const callTimes = new Map<string, number[]>();
  const helpDesk = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { subject = '', occurred_at = '' } = Object.fromEntries(new URLSearchParams(text));
      tickets.push(ticketKey(subject, occurred_at));
      response.end();
    });
  });

  const products = () => hub.sandbox.shop.products.slice(0, WATCHED_PRODUCTS).map(({ id }) => String(id));

  /** Records which methods were called since the last time. */
  const counts = new Map<string, number>();
  function recordCalls(): void {
    const now = hub.clock.now();
    for (const [day, methods] of hub.sandbox.calls.byDay)
      for (const [method, count] of methods) {
        if (count === counts.get(`${day} ${method}`)) continue;
        counts.set(`${day} ${method}`, count);
        callTimes.set(method, [...(callTimes.get(method) ?? []), now]);
      }
  }

  function emit(recipe: RecipeDeclaration, event: Record<string, unknown>): void {
    const at = hub.clock.now();
    events.push({
      recipe,
      event,
      at,
      lastCallAt: (method) => callTimes.get(method)?.findLast((calledAt) => calledAt <= at) ?? 0,
      deliveredAt: recipe.steps.map(() => [at]),
    });
  }

  beforeAll(async () => {
    const written = temporaryFolder();
    zapier = await simulateWeek({
      ...SHOP,
      tracker: true,
      days: DAYS,
      drainDays: 0,
      interval: 15,
      dailyLimit: 200,
      folder: written.path,
    }).finally(() => written.remove());

    hooks = await openHooks();
    await new Promise<void>((resolve) => helpDesk.listen(0, '127.0.0.1', resolve));
    hub = await startTestHub({
      startAt: RUN_START,
      env: { HUB_ALLOWED_TARGETS: hooks.host },
      isIdle: () => {
        recordCalls();
        return hooks.running() === 0;
      },
      sandbox: {
        ...SHOP,
        from: RUN_START,
        to: END,
        lifetimes: { accessSeconds: 30 * 86_400, refreshSeconds: 60 * 86_400 },
      },
    });
    // Without a tracker, the calls suffice for a part of the parcels, and each platform follows others of them.
    const tracker = `/admin/shops/${hub.sandbox.accounts.sellerId}/tracker`;
    const { status } = await hub.request('PUT', tracker, { key: hub.tracker.key }, hub.adminKey);
    expect(status).toBe(200);
    const now = () => new Date(hub.clock.now());
    const make = makeRunner(app, { origin: hub.publicUrl, connection: { apiKey: hub.shopKey }, now });
    const { port } = helpDesk.address() as AddressInfo;
    const fields = {
      sendFeishuMessage: { webhook_url: hub.sandbox.groups.feishu.address },
      'http:MakeRequest': { url: `http://127.0.0.1:${port}/tickets` },
    };
    for (const recipe of recipes) {
      const scenario = await startScenario(app.blueprint(recipe.key), {
        app,
        make,
        hooks,
        webhook: {
          ...recipe.inputs,
          ...Object.fromEntries(openInputs(recipe).map((key) => [key, products()])),
          send_example: true,
        },
        fields,
        onItem: (item) => {
          if (!item.is_example) emit(recipe, item);
        },
        onRow: (cells) => rows.set(recipe.key, [...(rows.get(recipe.key) ?? []), rowKey(cells)]),
      });
      scenarios.set(recipe, scenario);
    }
    await hub.pass(DAYS * DAY + SHUTDOWN_PERIOD_MS);
    made = comparison();
    hub.sandbox.variants.notGranted = ['reviews'];
    await hub.pass(6 * HOUR);
  }, 1_800_000);
  afterAll(async () => {
    await hub.stop();
    await hooks.close();
    helpDesk.closeAllConnections();
    helpDesk.close();
  });

  function comparison(): Comparison {
    const { shop } = hub.sandbox;
    const expected = new Map(
      recipes.flatMap((recipe) => {
        const expectation = expectations[recipe.key]?.({
          shop,
          from: RUN_START,
          to: END,
          products: products(),
        });
        return expectation ? [[recipe, expectation] as const] : [];
      }),
    );
    const arrived = new Map([
      ...prefixed('card', cardCounts(hub.sandbox.groups.feishu)),
      ...prefixed('ticket', counted(tickets)),
      ...recipes.flatMap(({ key }) => prefixed(`sheet ${key}`, counted(rows.get(key) ?? []))),
    ]);
    return compareArrivals({
      arrived,
      keyOf: deliveryKey,
      events,
      expectations: expected,
      // By then all scenarios have read what is true already.
      span: { from: RUN_START + HOUR, to: END },
    });
  }

  type Result = Comparison['recipes'][number];
  const missedBy = (result: Result) => result.missed.map((key) => `${result.recipe.key} ${key}`);
  const all = (of: (result: Result) => string[]): string[] => made.recipes.flatMap(of);

  test('No scenario stops with an error', () => {
    expect([...scenarios.values()].flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('Each scenario delivers something, but in quiet days no alert', () => {
    expect(made.recipes.filter(({ delivered }) => delivered === 0).map(({ recipe }) => recipe.key)).toEqual([
      'account_alert_to_feishu',
    ]);
  });

  test('A permission that is taken away later reaches the group', () => {
    const alerts = events.filter(({ recipe }) => recipe.key === 'account_alert_to_feishu');
    expect(alerts.map(({ event }) => event.alert_type)).toEqual(['permission_missing']);
  });

  test('Nothing is missing that the connector guarantees', () => {
    expect(all((result) => (isGuaranteed(result) ? missedBy(result) : []))).toEqual([]);
  });

  test('Nothing that arrives in Zapier is missing in Make', () => {
    const missedInZapier = new Set(zapier.recipes.flatMap(missedBy));
    expect(all(missedBy).filter((name) => !missedInZapier.has(name))).toEqual([]);
  });

  test('Nothing arrives twice, and nothing that is not true', () => {
    expect(all(({ duplicates }) => duplicates)).toEqual([]);
    expect(all(({ falseAlerts }) => falseAlerts)).toEqual([]);
    expect(made.unexpected).toEqual([]);
  });

  test('An event is in the outbox of the hub for five seconds at most, on average', () => {
    const { database } = hub.hub.runtime;
    const outbox = database
      .prepare(
        `SELECT count(*) AS count, avg(finished_at - events.created_at) AS mean FROM deliveries
         JOIN events ON seq = event WHERE deliveries.state = 'delivered'`,
      )
      .get();
    expect(outbox?.count).toBe(events.length + recipes.length);
    expect(Number(outbox?.mean)).toBeLessThanOrEqual(5 * SECOND);
  });
});
