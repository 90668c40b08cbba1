/** One sandbox shop in both: the real Zapier app, and the Make app played by the runner, over one Redis. */

import { axiosTransport } from '../../../lib/http/axios.ts';
import type { Clock } from '../../../lib/runtime.ts';
import { type RedisCommand, redisOverHttp, redisStore } from '../../../lib/stores/redis.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { type AppOptions, type ConnectedApp, connectApp } from '../../support/connected-app.ts';
import { loadApp, type MakeApp } from '../../support/make/app.ts';
import { type Connection, openRunner, type Runner } from '../../support/make/runner.ts';
import { type RedisFront, startRedis } from '../../support/redis.ts';
import { FOLDER } from './folder.ts';

const GATEWAY = 'https://api-sg.aliexpress.com';
const FEISHU = 'https://open.feishu.cn';

export interface BothShops {
  zapier: ConnectedApp;
  make: Runner;
  connection: Connection;
  redis: RedisFront;
  /** Slots of today's card that are taken. */
  claimed(): Promise<number>;
  close(): Promise<void>;
}

export interface ShopOptions extends AppOptions {
  app?: MakeApp;
  common?: Record<string, string>;
  /** Of the Make side, where it is not the shop's own. */
  makeClock?: Clock;
}

/** A kept connection may end just then. */
const empty = (command: RedisCommand): Promise<unknown> =>
  command('FLUSHALL').catch(() => command('FLUSHALL'));

/** Zapier's cache adds a prefix to keys and quotes values; without both they are what the pack keeps in a Redis. */
function beneathCache(store: Store): Store {
  const bare = (key: string) => key.replace(/^app:/, '');
  const plain = (value: string): string => {
    const read: unknown = JSON.parse(value);
    return typeof read === 'string' ? read : value;
  };
  return {
    get: async (key) => {
      const value = await store.get(bare(key));
      return value === null ? null : JSON.stringify(value);
    },
    set: (key, value, ttl) => store.set(bare(key), plain(value), ttl),
    add: (key, value, ttl) => store.add(bare(key), plain(value), ttl),
    delete: (key) => store.delete(bare(key)),
  };
}

/** @param redis of the test file; it is emptied first */
async function openBoth(redis: RedisFront, options: ShopOptions = {}): Promise<BothShops> {
  const command = redisOverHttp(redis.url, redis.token, axiosTransport());
  await empty(command);
  const { app = loadApp(FOLDER), common = {}, makeClock, ...shop } = options;
  const zapier = await connectApp({
    store: () => beneathCache(redisStore(command)),
    feishuSecret: 'feishu-test-secret',
    timeoutMs: 5000,
    ...shop,
  });
  const make = openRunner({
    app,
    clock: makeClock ?? zapier.clock,
    origins: { [GATEWAY]: zapier.sandbox.url, [FEISHU]: zapier.sandbox.url },
    common: { redisUrl: redis.url, redisToken: redis.token, ...common },
    connectionCommon: { aliexpress: { ...zapier.sandbox.app } },
  });
  const connection = await connect(make, zapier);
  return {
    zapier,
    make,
    connection,
    redis,
    claimed: async () => {
      const slots = await command('KEYS', 'card:*');
      return (slots as string[]).filter((key) => /:\d+$/.test(key)).length;
    },
    close: () => zapier.close(),
  };
}

/** One pair of shops at a time. */
export interface OpenShops extends BothShops {
  /** Opens another pair in the place of the one before. */
  open(options?: ShopOptions): Promise<void>;
  /** Asks the Redis that both use. */
  command: RedisCommand;
}

/** For a test file: one Redis for all of its tests, whose shops are closed after each. Called inside a `describe`. */
export function useBothShops(): OpenShops {
  let redis: RedisFront;
  let current: BothShops | undefined;
  const opened = (): BothShops => {
    if (!current) throw new Error('no shop is open');
    return current;
  };
  const close = async () => {
    await current?.close();
    current = undefined;
  };
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  afterEach(close);
  return {
    get zapier() {
      return opened().zapier;
    },
    get make() {
      return opened().make;
    },
    get connection() {
      return opened().connection;
    },
    get redis() {
      return redis;
    },
    claimed: () => opened().claimed(),
    command: (...parts) => redisOverHttp(redis.url, redis.token, axiosTransport())(...parts),
    open: async (options) => {
      await close();
      current = await openBoth(redis, options);
    },
    close,
  };
}

async function connect(make: Runner, { sandbox }: ConnectedApp): Promise<Connection> {
  sandbox.app.callbackUrl = 'https://www.make.com/oauth/cb/app';
  return make.connect('aliexpress', {}, async (url) => {
    const { headers } = await fetch(url, { redirect: 'manual' });
    return Object.fromEntries(new URL(String(headers.get('location'))).searchParams);
  });
}
