/** `npm run hub -- --sandbox`: the hub and a sandbox shop on one clock, connected, with fixed credentials. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { authorizeUrl } from '../authentication/authorize.ts';
import { keysIn } from '../lib/hosts/hub/access/keys.ts';
import { type Hub, startHub } from '../lib/hosts/hub/hub.ts';
import type { HubRegistry } from '../lib/hosts/hub/runtime.ts';
import { readHubSettings } from '../lib/hosts/hub/settings.ts';
import { connectShop } from '../lib/hosts/hub/shops/connect.ts';
import { type Clock, DAY, type Log } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import { type Sandbox, startSandbox } from './server.ts';

export interface SandboxHubOptions {
  version: string;
  registry: HubRegistry;
  env: Readonly<Record<string, string | undefined>>;
  /** Of the hub's data. */
  folder: string;
  /** Of the hub and of the sandbox. */
  clock: Clock;
  log: Log;
}

export interface SandboxHub {
  hub: Hub;
  sandbox: Sandbox;
  /** A key of the connected shop. */
  shopKey: string;
  stop(): Promise<number>;
}

/** It opens nothing but the sandbox's shop. */
const SHOP_KEY = 'key_shop_sandbox';

export async function startSandboxHub({
  version,
  registry,
  env,
  folder,
  clock,
  log,
}: SandboxHubOptions): Promise<SandboxHub> {
  // Every start is a new shop.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const hubSettings = {
    ...readHubSettings(env, folder),
    folder: join(folder, 'data'),
    keyFile: join(folder, 'hub.key'),
  };
  const callbackUrl = `http://127.0.0.1:${hubSettings.port}/aliexpress/callback`;
  const sandbox = await startSandbox({
    clock,
    callbackUrl,
    from: clock.now() - 7 * DAY,
    to: clock.now() + 365 * DAY,
  });
  const settings = {
    ...readSettings({ ALIEXPRESS_GATEWAY_URL: sandbox.url, CHANNEL_TEST_ORIGIN: sandbox.url }),
    callbackUrl,
  };
  const hub = await startHub({
    version,
    registry,
    settings,
    hub: { ...hubSettings, allowedTargets: [...hubSettings.allowedTargets, new URL(sandbox.url).host] },
    appKey: sandbox.app,
    clock,
    random: Math.random,
    log,
  });
  const shop = await connectShop(hub.runtime, await signIn(sandbox, callbackUrl), callbackUrl);
  keysIn(hub.runtime.database).keep(
    SHOP_KEY,
    { kind: 'shop', shop: shop.id, scopes: ['read', 'subscribe'], name: 'sandbox' },
    clock.now(),
  );
  const stop = async () => {
    const waiting = await hub.stop();
    await sandbox.close();
    return waiting;
  };
  return { hub, sandbox, shopKey: SHOP_KEY, stop };
}

/** The sandbox's sign-in page sends the browser back at once. */
async function signIn({ url, app }: Sandbox, redirectUri: string): Promise<string> {
  const address = authorizeUrl({ baseUrl: url, appKey: app.appKey, redirectUri, state: 'sandbox' });
  const answer = await fetch(address, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
}
