/** A hub over a sandbox shop, in a folder of its own. */

import { channels } from '../../channels/index.ts';
import { startHub } from '../../lib/hosts/hub/hub.ts';
import { addressesOf } from '../../lib/hosts/hub/settings.ts';
import type { Transport } from '../../lib/http/transport.ts';
import type { Clock, Log } from '../../lib/runtime.ts';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import { type SandboxHub, startSandboxHub } from '../../sandbox/hub.ts';
import { freePort } from '../../sandbox/ports.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { jumpingClock } from './jumping-clock.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  body: any;
}

export interface TestHub extends SandboxHub {
  /** Where other machines reach the hub. */
  publicUrl: string;
  /** The right time. */
  clock: Clock;
  /** Sets the hub's clock so much ahead of the right time, milliseconds; negative: behind it. */
  setClock(aheadMs: number): void;
  /** Lets time pass. Everything that becomes due on the way is done before it goes on. */
  pass(ms: number): Promise<void>;
  /**
   * Stops the hub, and starts it again on the same data after a time in which nothing runs.
   * @param end of the stop
   * @param whileStopped what is done then
   * @returns how many deliveries waited
   */
  pause(ms: number, end?: AbortSignal, whileStopped?: () => void): Promise<number>;
  /** An address to which its events may be sent. */
  receiver: Receiver;
  /** A request with a key, by default that of the shop. */
  request(method: string, path: string, body?: unknown, key?: string): Promise<Answer>;
}

export interface TestHubOptions {
  env?: Record<string, string>;
  /** The public listener is another one, under this machine's address. */
  isPublic?: boolean;
  sandbox?: Partial<SandboxOptions>;
  /** Settings of recipes, as in `.env`. */
  recipeSettings?: Record<string, string>;
  /** How the hub reaches messengers. */
  messengers?: Transport;
  /** Whether 17TRACK follows the parcels of the shop. */
  hasTrackerKey?: boolean;
  /** Time does not pass while this is false. By default only the hub itself has to be idle. */
  isIdle?: () => boolean;
  /** Epoch milliseconds; nine in the morning in Beijing by default. */
  startAt?: number;
  log?: Log;
}

export async function startTestHub({
  env,
  isPublic = false,
  recipeSettings = {},
  messengers,
  sandbox = {},
  hasTrackerKey = false,
  isIdle = () => true,
  startAt,
  log = () => {},
}: TestHubOptions = {}): Promise<TestHub> {
  const folder = temporaryFolder();
  const clock = jumpingClock(startAt);
  let aheadMs = 0;
  const hubClock: Clock = { ...clock, now: () => clock.now() + aheadMs };
  const receiver = await startReceiver();
  const [port, publicPort] = [await freePort(), await freePort()];
  const running = await startSandboxHub({
    version: '0.0.0',
    registry: { ...operations, channels, recipes },
    env: {
      HUB_PORT: String(port),
      HUB_PUBLIC_PORT: String(publicPort),
      ...(isPublic && { HUB_PUBLIC_URL: `http://127.0.0.1:${publicPort}` }),
      HUB_ALLOWED_TARGETS: new URL(receiver.url).host,
      ...env,
    },
    folder: folder.path,
    clock,
    hubClock,
    log,
    recipeSettings,
    ...(messengers && { messengers }),
    sandbox,
    hasTrackerKey,
  });
  const { public: publicUrl } = addressesOf(running.hub.runtime.hub);
  return {
    ...running,
    get hub() {
      return running.hub;
    },
    pause: async (ms, end, whileStopped) => {
      const { version, registry, settings, hub, appKey, random } = running.hub.runtime;
      const waiting = await running.hub.stop(end);
      await clock.jump(ms, () => true);
      whileStopped?.();
      running.hub = await startHub({
        version,
        registry,
        settings,
        hub,
        appKey,
        clock: hubClock,
        random,
        log,
      });
      return waiting;
    },
    receiver,
    publicUrl,
    clock,
    setClock: (ms) => {
      aheadMs = ms;
    },
    pass: (ms) => clock.jump(ms, () => running.hub.running() === 0 && isIdle()),
    request: async (method, path, body, key = running.shopKey) => {
      const answer = await fetch((path.startsWith('/admin') ? running.hub.url : publicUrl) + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    stop: async () => {
      const waiting = await running.stop();
      await receiver.close();
      folder.remove();
      return waiting;
    },
  };
}
