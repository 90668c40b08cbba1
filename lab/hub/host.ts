/**
 * Runs the polls of a history through the whole hub: subscriptions over HTTP, events by webhooks. The hub visits feeds by
 * itself, so a poll lets it run for a while and takes what has arrived. In between its machine is asleep.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { introduceShop } from '../../lib/budget/introduce-shop.ts';
import { keysIn } from '../../lib/hosts/hub/access/keys.ts';
import { subscriptionsIn } from '../../lib/hosts/hub/events/subscriptions.ts';
import { shopsIn } from '../../lib/hosts/hub/shops/shops.ts';
import { DAY, SECOND } from '../../lib/runtime.ts';
import { freePort } from '../../sandbox/ports.ts';
import { randomSource } from '../../sandbox/random.ts';
import { aliExpress } from '../aliexpress.ts';
import type { Struck } from '../faults.ts';
import { type Host, type HostOptions, type LabEvent, type PollRequest, SELLER } from '../host.ts';
import { type Invocation, openInvocation, type Process } from '../process.ts';
import { unpacked } from '../unpacked.ts';
import { hubClock } from './clock.ts';
import { type HubLife, startLife } from './process.ts';
import { startLabReceiver } from './receiver.ts';

const KEY = 'key_shop_lab-';
/** How long the hub runs for each poll of a workflow. A step that takes longer is over. */
const AWAKE_MS = 25 * SECOND;
/** A stop that takes longer is a kill. */
const MAX_STOP_S = 10;
/** A hub starts within seconds of real time, while the time of the history stands still. */
const MAX_ATTEMPTS = 100;
const RETRY_MS = 100;

export async function hubHost(options: HostOptions): Promise<Host> {
  const { time, shop, faults, dailyLimit, variants, seed, onLog } = options;
  const folder = mkdtempSync(join(tmpdir(), 'lab-hub-'));
  const model = aliExpress({ time, shop, dailyLimit, variants });
  const random = randomSource(seed, 'hub').next;
  const port = await freePort();
  /** The process whose clock the hub goes by. */
  let machine: Process | undefined;
  let current: Invocation | undefined;
  let life: HubLife;
  /** It is being killed or stopped. */
  let isEnding = false;
  let subscribed = 0;
  /** Polls under way, for which the machine is awake. */
  let polls = 0;
  const subscribers = new Map<string, { subscriber: string; id: string }>();
  const lives = new WeakMap<Process, number>();

  const draw = (point: Parameters<Invocation['draw']>[0]): Struck | undefined => current?.draw(point);
  const receiver = await startLabReceiver({ draw: () => draw('poll'), kill: () => void kill() });

  async function start(): Promise<HubLife> {
    const invocation = machine && openInvocation(time, machine, faults, 'clock', seed);
    const clock = hubClock(time, invocation?.clock.now ?? time.now, () => {
      const struck = draw('sleep');
      return struck ? struck.random.between(SECOND, 600 * SECOND) : 0;
    });
    return startLife({
      clock,
      folder,
      port,
      dailyLimit,
      random,
      target: receiver.host,
      onLog,
      aliexpress: (request) => {
        if (!current) throw new Error('the hub called without being awake');
        return model.transportOf({ ...current, kill: killed })(request);
      },
      onCommand: async () => {
        const struck = draw('store');
        if (struck?.fault === 'killed') await killed();
        if (struck?.fault === 'frozen') clock.freeze(struck.random.between(30 * SECOND, 3600 * SECOND));
      },
    });
  }

  async function kill(): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    receiver.excuse(life.kill());
    await time.busy(async () => {
      await life.isGone();
      life = await start();
      if (polls > 0) life.clock.resume();
    });
    isEnding = false;
  }
  const killed = async (): Promise<never> => {
    void kill();
    throw new Error('the process was killed');
  };

  async function restart(): Promise<void> {
    isEnding = true;
    for (let waits = 0; waits < MAX_STOP_S && life.hub.running() > 0; waits += 1) await time.sleep(SECOND);
    await time.busy(async () => {
      if (life.hub.running() > 0) receiver.excuse(life.kill());
      else await life.stop();
      await life.isGone();
      life = await start();
    });
    isEnding = false;
    life.clock.resume();
  }

  async function subscribe({ workflow, trigger, inputs }: PollRequest): Promise<void> {
    const old = subscribers.get(workflow);
    if (old) await request('DELETE', `/v1/subscriptions/${old.id}`, old.subscriber);
    subscribed += 1;
    const subscriber = `${workflow}-${subscribed}`;
    addKey(life, subscriber, time.now());
    const url = receiver.urlOf(subscriber);
    const { id } = await request('POST', '/v1/subscriptions', subscriber, { trigger, inputs, url });
    subscribers.set(workflow, { subscriber, id });
  }

  /** A program repeats a request that a hub which is killed, or about to start, has not answered. */
  async function send(path: string, init: RequestInit): Promise<Response> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await fetch(life.hub.url + path, init);
      } catch (error) {
        if (failures === MAX_ATTEMPTS) throw error;
        await setTimeout(RETRY_MS);
      }
    }
  }
  async function request(method: string, path: string, key: string, body?: object): Promise<{ id: string }> {
    const answer = await send(path, {
      method,
      headers: { authorization: `Bearer ${KEY}${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.status === 204 ? { id: '' } : ((await answer.json()) as { id: string });
  }

  life = await start();
  connectShop(life, time.now());
  life.clock.resume();
  await introduceShop(life.hub.runtime.database.store, SELLER);
  life.clock.suspend();
  time.waitFor(() => life.isSending());

  return {
    calls: model,
    poll: async (poll, process) => {
      machine ??= process;
      current = openInvocation(time, machine, faults, poll.address, seed);
      const isRestarted = lives.has(process) && lives.get(process) !== process.life;
      lives.set(process, process.life);
      polls += 1;
      life.clock.resume();
      try {
        if (isRestarted) await restart();
        if (poll.isTurningOn) await time.busy(() => subscribe(poll));
        await time.sleep(AWAKE_MS);
      } finally {
        polls -= 1;
        if (polls === 0) life.clock.suspend();
      }
      const { subscriber, id } = subscribers.get(poll.workflow) ?? { subscriber: '', id: '' };
      const { database, vault } = life.hub.runtime;
      const events: LabEvent[] = receiver.take(subscriber);
      if (poll.isTurningOn && subscriptionsIn(database, vault).find(id)?.state !== 'active')
        throw Object.assign(new Error('the subscription has not begun'), { kind: 'not_begun' });
      return events;
    },
    close: async () => {
      for (const text of storedTexts(life)) onLog(text);
      life.kill();
      await life.isGone();
      await receiver.close();
      rmSync(folder, { recursive: true, force: true });
      rmSync(`${folder}.key`, { force: true });
    },
  };
}

/** As if its seller had signed in. */
function connectShop({ hub: { runtime } }: HubLife, now: number): void {
  const { database, vault } = runtime;
  shopsIn(database, vault).keep({
    access_token: 'token',
    refresh_token: 'refresh',
    seller_id: SELLER,
    access_expires_at: new Date(now + 365 * DAY).toISOString(),
    refresh_expires_at: new Date(now + 365 * DAY).toISOString(),
    connected_at: new Date(now).toISOString(),
  });
}

/** Requests of one key are limited in real time, so each subscription has a key of its own. */
function addKey({ hub }: HubLife, name: string, now: number): void {
  const scopes = ['read', 'subscribe'] as const;
  keysIn(hub.runtime.database).keep(
    KEY + name,
    { kind: 'shop', shop: SELLER, scopes: [...scopes], name },
    now,
  );
}

/** What the database has kept, for a search for what must not be there. */
function* storedTexts({ hub }: HubLife): Generator<string> {
  const { prepare } = hub.runtime.database;
  for (const { key, value } of prepare('SELECT key, value FROM entries').all())
    yield `${key} ${unpacked(String(value))}`;
  for (const table of ['events', 'alerts', 'deliveries', 'subscriptions'])
    for (const row of prepare(`SELECT * FROM ${table}`).all()) yield JSON.stringify(row);
}
