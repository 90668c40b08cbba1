/** `npm run hub -- --sandbox`: the hub and a sandbox shop on one clock, connected, with fixed credentials. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keysIn } from '../lib/hosts/hub/access/keys.ts';
import { refusePort } from '../lib/hosts/hub/api/ports.ts';
import { lockFolder } from '../lib/hosts/hub/database/database.ts';
import { subscriptionsIn } from '../lib/hosts/hub/events/subscriptions.ts';
import { type Hub, startHub } from '../lib/hosts/hub/hub.ts';
import { readPresets } from '../lib/hosts/hub/recipes/presets.ts';
import type { HubRegistry } from '../lib/hosts/hub/runtime.ts';
import { addressesOf, LISTEN_HOST, readHubSettings } from '../lib/hosts/hub/settings.ts';
import { shopsIn } from '../lib/hosts/hub/shops/shops.ts';
import { CALLBACK_PATH } from '../lib/hosts/hub/shops/sign-in.ts';
import type { Transport } from '../lib/http/transport.ts';
import { type Clock, DAY, type Log } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './server.ts';
import { startTracker, type Tracker } from './tracker/server.ts';

export interface SandboxHubOptions {
  version: string;
  registry: HubRegistry;
  env: Readonly<Record<string, string | undefined>>;
  /** Of the hub's data. */
  folder: string;
  /** Of the sandbox, and of the hub unless that has another one. */
  clock: Clock;
  hubClock?: Clock;
  log: Log;
  /** Settings of recipes, as in `.env`. Those of real groups are left out. */
  recipeSettings?: Readonly<Record<string, string>>;
  /** How the hub reaches messengers. */
  messengers?: Transport;
  /** Of the sandbox. */
  sandbox?: Partial<SandboxOptions>;
  /** Whether the shop has a key of the stand-in for 17TRACK; true by default. */
  hasTrackerKey?: boolean;
}

export interface SandboxHub {
  hub: Hub;
  sandbox: Sandbox;
  /** It follows the shop's parcels. */
  tracker: Tracker;
  /** Where this machine reaches what the hub serves to others. */
  publicAddress: string;
  /** A key of the connected shop. */
  shopKey: string;
  adminKey: string;
  /** As the hub's own. */
  stop(end?: AbortSignal): Promise<number>;
}

/** Enough for every parcel of a year. */
const TRACKER_QUOTA = 100_000;
/** It opens nothing but the sandbox's shop. */
const SHOP_KEY = 'key_shop_sandbox';

export async function startSandboxHub({
  version,
  registry,
  env,
  folder,
  clock,
  hubClock = clock,
  log,
  recipeSettings = {},
  messengers,
  sandbox: options = {},
  hasTrackerKey = true,
}: SandboxHubOptions): Promise<SandboxHub> {
  const data = join(folder, 'data');
  // Not while another one uses it.
  lockFolder(data)();
  // Every start is a new shop.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const hubSettings = {
    ...readHubSettings(env, folder),
    folder: data,
    keyFile: join(folder, 'hub.key'),
  };
  const callbackUrl = options.callbackUrl ?? addressesOf(hubSettings).public + CALLBACK_PATH;
  const sandbox = await startSandbox({
    clock,
    callbackUrl,
    from: clock.now() - 7 * DAY,
    to: clock.now() + 365 * DAY,
    ...options,
  }).catch(refusePort('HUB_PORT', options.port ?? 0));
  const tracker = await startTracker({ clock, parcels: () => sandbox.shop.parcels, quota: TRACKER_QUOTA });
  const settings = {
    ...readSettings({ ALIEXPRESS_GATEWAY_URL: sandbox.url, CHANNEL_TEST_ORIGIN: sandbox.url }),
    trackerUrl: tracker.url,
    callbackUrl,
  };
  const hub = await startHub({
    version,
    registry,
    settings,
    presets: readPresets(recipeSettings, registry, settings),
    hub: { ...hubSettings, allowedTargets: [...hubSettings.allowedTargets, new URL(sandbox.url).host] },
    appKey: sandbox.app,
    clock: hubClock,
    random: Math.random,
    log,
    ...(messengers && { messengers }),
  }).catch(async (error: unknown) => {
    await Promise.all([sandbox.close(), tracker.close()]);
    throw error;
  });
  const keys = keysIn(hub.runtime.database);
  const adminKey = keys.create({ kind: 'admin', name: 'sandbox' }, hubClock.now());
  await connectShop(hub.url, adminKey);
  const { database, vault } = hub.runtime;
  if (hasTrackerKey) shopsIn(database, vault).keepTrackerKey(sandbox.accounts.sellerId, tracker.key);
  keys.keep(
    SHOP_KEY,
    { kind: 'shop', shop: sandbox.accounts.sellerId, scopes: ['read', 'subscribe'], name: 'sandbox' },
    hubClock.now(),
  );
  const { publicUrl, publicPort } = hubSettings;
  const running: SandboxHub = {
    hub,
    sandbox,
    tracker,
    publicAddress: publicUrl === undefined ? hub.url : `http://${LISTEN_HOST}:${publicPort}`,
    shopKey: SHOP_KEY,
    adminKey,
    async stop(this: SandboxHub, end) {
      const waiting = await this.hub.stop(end);
      await Promise.all([sandbox.close(), tracker.close()]);
      return waiting;
    },
  };
  sandbox.webhooks.secrets = () => secretsOf(running.hub);
  return running;
}

function secretsOf({ runtime: { database, vault } }: Hub): string[] {
  const subscriptions = subscriptionsIn(database, vault);
  return subscriptions.all().flatMap(({ id }) => subscriptions.targetOf(id)?.secret ?? []);
}

/** As a seller does it who pastes the address. The sandbox's sign-in page sends the browser back at once. */
async function connectShop(hubUrl: string, adminKey: string): Promise<void> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  const post = (path: string, body: object) =>
    fetch(`${hubUrl}/admin/shops/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { address } = (await (await post('sign-in', {})).json()) as { address: string };
  const back = await fetch(address, { redirect: 'manual' });
  // The public address of the hub may not lead here yet.
  const ended = await post('pasted', { address: back.headers.get('location') ?? '' });
  if (!ended.ok) throw new Error(`the shop was not connected: ${await ended.text()}`);
}
