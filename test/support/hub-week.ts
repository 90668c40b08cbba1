/**
 * Several shops in one hub for some days, each with all recipes, on virtual time. The hub is stopped and killed at random
 * moments, and is started again on its data.
 */

import { DatabaseSync } from 'node:sqlite';
import { hubClock } from '../../lab/hub/clock.ts';
import { type HubLife, type LifeOptions, startLife } from '../../lab/hub/process.ts';
import { type VirtualTime, virtualTime } from '../../lab/virtual-time.ts';
import { keysIn } from '../../lib/hosts/hub/access/keys.ts';
import { fileIn } from '../../lib/hosts/hub/database/database.ts';
import { sheetFolder, ticketFolder } from '../../lib/hosts/hub/recipes/files.ts';
import { TransportFailure } from '../../lib/http/transport.ts';
import { openInputs } from '../../lib/pack/recipe.ts';
import { DAY, MINUTE, SECOND } from '../../lib/runtime.ts';
import { recipes } from '../../recipes/index.ts';
import feishu from '../../sandbox/channels/feishu.ts';
import { connectShops } from '../../sandbox/connected-shops.ts';
import { type ManyShops, manyShops, tokenOf } from '../../sandbox/many-shops.ts';
import { type Group, openGroup, post } from '../../sandbox/messengers.ts';
import { destinationOf } from '../../sandbox/platform/workflow.ts';
import { freePort } from '../../sandbox/ports.ts';
import { type RandomSource, randomSource } from '../../sandbox/random.ts';
import { RUN_START, SHUTDOWN_PERIOD_MS } from '../../sandbox/run.ts';
import type { Shop, Span } from '../../sandbox/shop.ts';

export interface HubWeekOptions {
  seed: number;
  sellers: readonly string[];
  days: number;
  ordersPerDay: number;
  /** Days before the first on which orders were already placed. */
  historyDays: number;
  dailyLimit: number;
  /** How often the hub is stopped or killed at a random moment, in addition to the kills below. */
  restarts: number;
  /** Shares of the messages and of the calls during which the hub is killed. */
  killShares: { message: number; call: number };
  folder: string;
  onLog(line: string): void;
}

export interface HubWeek {
  shops: ManyShops;
  /** The group of each shop. */
  groups: ReadonlyMap<string, Group>;
  /** Every event that a recipe of the shop found, oldest first. */
  events: readonly HubEvent[];
  /** Keys of the alerts that the owner was shown. */
  alerts: ReadonlySet<string>;
  /** When AliExpress last received a call of the method for the shop before `at`; 0 if never. */
  lastCallAt(seller: string, method: string, at: number): number;
  /** Folders of a shop's files. */
  sheets(seller: string): string;
  tickets(seller: string): string;
  /** From when all recipes were on, until the last order was placed. */
  span: Span;
  stops: number;
  kills: number;
}

export interface HubEvent {
  seller: string;
  /** Key of the recipe. */
  recipe: string;
  event: Record<string, unknown>;
  /** When it was found, epoch milliseconds. */
  at: number;
  deliveries: readonly { id: number; step: string; state: string; finishedAt: number | null }[];
}

const WATCHED_PRODUCTS = 5;
const ANSWER_MS = 150;
const MAX_PAUSE_MS = 5 * MINUTE;
/** A stop that takes longer is a kill. */
const MAX_STOP_S = 10;

/** Products whose stock is watched. */
export const watchedProducts = ({ products }: Shop): string[] =>
  products.slice(0, WATCHED_PRODUCTS).map(({ id }) => String(id));

export async function hubWeek(options: HubWeekOptions): Promise<HubWeek> {
  const { seed, sellers, days, folder, killShares } = options;
  const time = virtualTime(RUN_START);
  const random = randomSource(seed, 'restarts');
  const shops = manyShops({ ...options, clock: time, days, bansAddresses: true });
  const groups = new Map(sellers.map((seller) => [seller, openGroup(feishu, { clock: time })]));
  const callTimes = new Map<string, number[]>();
  const machine: HubMachine = hubMachine(time, random, {
    folder,
    port: await freePort(),
    dailyLimit: options.dailyLimit,
    random: randomSource(seed, 'hub').next,
    target: '127.0.0.1:9',
    onLog: options.onLog,
    onCommand: async () => {},
    aliexpress: async ({ body = '' }) => {
      await time.sleep(ANSWER_MS / 2);
      const answer = shops.answer(body);
      const key = callKey(body);
      callTimes.set(key, [...(callTimes.get(key) ?? []), time.now()]);
      if (random.next() < killShares.call) machine.kill();
      await time.sleep(ANSWER_MS / 2);
      return answer;
    },
    messengers: async ({ url, body = '' }) => {
      const group = [...groups.values()].find(({ path }) => url.endsWith(path));
      if (!group) throw new Error('a message to an address that nobody has');
      await time.sleep(ANSWER_MS / 2);
      const isKilled = random.next() < killShares.message;
      if (isKilled) machine.kill();
      // A request that was under way may have left the machine or not.
      if (isKilled && random.next() < 0.5) throw new TransportFailure('cut');
      const request = { token: group.token, query: {}, contentType: 'application/json', body };
      const { status = 200, json } = post(feishu, group, request);
      await time.sleep(ANSWER_MS / 2);
      return { status, body: JSON.stringify(json) };
    },
  });
  await time.busy(machine.start);
  await connectShops(machine.life().hub.runtime, sellers, time.now());
  await time.busy(() => switchOn(machine.life(), shops, groups));

  const end = RUN_START + days * DAY;
  const kept = stored(folder);
  for (let at = RUN_START + DAY; at <= end; at += DAY) time.at(at, kept.collect);
  for (let n = 0; n < options.restarts; n += 1) {
    const restart = random.pick([machine.stop, machine.kill]);
    time.at(random.between(RUN_START + MINUTE, end), restart);
  }
  let allOnAt = Number.POSITIVE_INFINITY;
  const watch = () => {
    if (time.now() >= end) return;
    if (machine.areAllOn()) allOnAt = time.now();
    else time.at(time.now() + MINUTE, watch);
  };
  watch();
  const over = Promise.withResolvers<void>();
  time.at(end + SHUTDOWN_PERIOD_MS, () => machine.end().then(over.resolve, over.reject));
  await time.run();
  await over.promise;
  return {
    shops,
    groups,
    ...kept.all(),
    lastCallAt: (seller, method, at) =>
      callTimes.get(`${seller} ${method}`)?.findLast((calledAt) => calledAt <= at) ?? 0,
    sheets: (seller) => sheetFolder(folder, seller),
    tickets: (seller) => ticketFolder(folder, seller),
    span: { from: allOnAt, to: end },
    ...machine.counts,
  };
}

function callKey(body: string): string {
  const { method = '', session = '', access_token = session } = Object.fromEntries(new URLSearchParams(body));
  return `${access_token.slice(tokenOf('').length)} ${method}`;
}

interface HubMachine {
  counts: { stops: number; kills: number };
  life(): HubLife;
  start(): Promise<void>;
  /** Both start the hub again after a while. */
  stop(): void;
  kill(): void;
  /** Whether every recipe of every shop has read what is true already. */
  areAllOn(): boolean;
  /** Stops it for good. @throws what a start has thrown */
  end(): Promise<void>;
}

function hubMachine(
  time: VirtualTime,
  random: RandomSource,
  options: Omit<LifeOptions, 'clock'>,
): HubMachine {
  const counts = { stops: 0, kills: 0 };
  let life: HubLife;
  let isUp = false;
  let restarting = Promise.resolve();

  async function start(): Promise<void> {
    const clock = hubClock(time, time.now, () => 0);
    life = await startLife({ ...options, clock });
    clock.resume();
    isUp = true;
  }
  async function startLater(): Promise<void> {
    await time.busy(life.isGone);
    await time.sleep(random.between(0, MAX_PAUSE_MS));
    await time.busy(start);
  }
  async function finish(): Promise<void> {
    isUp = false;
    for (let waits = 0; waits < MAX_STOP_S && life.hub.running() > 0; waits += 1) await time.sleep(SECOND);
    if (life.hub.running() > 0) life.kill();
    else await time.busy(life.stop);
  }
  /** Its failure is reported at the end. */
  const restart = (stopHub: () => Promise<void>) => () => {
    if (!isUp) return;
    restarting = stopHub().then(startLater);
    restarting.catch(() => {});
  };
  return {
    counts,
    life: () => life,
    start,
    stop: restart(() => {
      counts.stops += 1;
      return finish();
    }),
    kill: restart(async () => {
      isUp = false;
      counts.kills += 1;
      life.kill();
    }),
    areAllOn: () =>
      isUp &&
      life.hub.runtime.database.prepare("SELECT 1 FROM subscriptions WHERE state != 'active'").get() ===
        undefined,
    end: async () => {
      while (!isUp) await restarting;
      await finish();
    },
  };
}

/** All recipes of all shops, through the API. */
async function switchOn(
  { hub }: HubLife,
  { shops }: ManyShops,
  groups: ReadonlyMap<string, Group>,
): Promise<void> {
  const { database, clock } = hub.runtime;
  const key = keysIn(database).create({ kind: 'admin', name: 'week' }, clock.now());
  for (const [seller, shop] of shops)
    for (const recipe of recipes) {
      const isSheet = recipe.steps.some((step) => 'sheet' in step);
      const isMessage = recipe.steps.some((step) => destinationOf(step) === 'card');
      const settings = {
        ...(isMessage && { feishu_webhook_url: `${ORIGIN}${groups.get(seller)?.path}` }),
        ...(isSheet && { sheet_format: 'csv' }),
        ...Object.fromEntries(openInputs(recipe).map((input) => [input, watchedProducts(shop)])),
      };
      const answer = await fetch(`${hub.url}/admin/shops/${seller}/recipes/${recipe.key}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ settings, is_on: true }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    }
}

const [ORIGIN = ''] = feishu.channel.address.origins;

/** What the hub has stored, read without disturbing it. */
function stored(folder: string) {
  const rows = (sql: string) => {
    const database = new DatabaseSync(fileIn(folder), { readOnly: true });
    const found = database.prepare(sql).all();
    database.close();
    return found;
  };
  const found = new Map<number, Omit<HubEvent, 'deliveries'>>();
  const collect = () => {
    const events = rows(
      `SELECT shop, owner, seq, body, events.created_at AS at FROM events
       JOIN subscriptions ON subscriptions.id = subscription WHERE body IS NOT NULL ORDER BY seq`,
    );
    for (const { seq, shop, owner, body, at } of events)
      found.set(Number(seq), {
        seller: String(shop),
        recipe: String(owner),
        event: JSON.parse(String(body)),
        at: Number(at),
      });
  };
  return {
    /** Takes the events before the hub deletes them. */
    collect,
    all: (): Pick<HubWeek, 'events' | 'alerts'> => {
      collect();
      const deliveries = Map.groupBy(
        rows('SELECT * FROM deliveries').map((row) => ({
          id: Number(row.id),
          event: Number(row.event),
          step: String(row.step),
          state: String(row.state),
          finishedAt: row.finished_at === null ? null : Number(row.finished_at),
        })),
        ({ event }) => event,
      );
      return {
        events: [...found].map(([seq, event]) => ({ ...event, deliveries: deliveries.get(seq) ?? [] })),
        alerts: new Set(rows('SELECT key FROM alerts').map(({ key }) => String(key))),
      };
    },
  };
}
