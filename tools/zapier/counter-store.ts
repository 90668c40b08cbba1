/**
 * Whether the publisher's Redis keeps what it is given: docs/stores.md#what-a-store-must-promise. A Redis that evicts
 * values or restarts empty loses the call count, and no calls are made for the rest of that day.
 */

import * as z from 'zod';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { Bilingual } from '../../lib/problems.ts';
import { readSettings } from '../../lib/settings.ts';
import { type RedisCommand, redisOverHttp } from '../../lib/stores/redis.ts';
import { SetupError, settingsError } from './setup-error.ts';

const TIME_LIMITS = { timeoutMs: 5000, maxBytes: 1024 * 1024 };

const UNKNOWN: Bilingual = {
  en: `The Redis of QUOTA_REDIS_URL does not say whether it keeps all values. Look at its settings yourself:
  eviction       off, or maxmemory-policy noeviction
  persistence    on, with every write on disk within a second (appendonly yes)`,
  zh: `QUOTA_REDIS_URL 的 Redis 未说明是否保留所有数据。请自行检查它的设置：
  数据淘汰（eviction）   关闭，即 maxmemory-policy noeviction
  持久化（persistence）  开启，每秒写入磁盘（appendonly yes）`,
};

/**
 * @returns what to say; undefined where no Redis is set
 * @throws SetupError if the Redis evicts values, or if its settings are wrong
 */
export async function checkCounterStore(env: NodeJS.ProcessEnv): Promise<Bilingual | undefined> {
  const address = readAddress(env);
  if (!address) return undefined;
  const command = redisOverHttp(address.url, address.token, axiosTransport(TIME_LIMITS));
  const [policy, persists] = await Promise.all([readPolicy(command), readPersistence(command)]);
  if (policy !== undefined && policy !== 'noeviction')
    throw new SetupError({
      en: `The Redis of QUOTA_REDIS_URL evicts values (maxmemory-policy ${policy}), so the call count can get lost.
Turn eviction off, or set maxmemory-policy to noeviction, and push again.`,
      zh: `QUOTA_REDIS_URL 的 Redis 会淘汰数据（maxmemory-policy ${policy}），调用计数可能丢失。
请关闭数据淘汰，或把 maxmemory-policy 设为 noeviction，然后重新上传。`,
    });
  if (persists === false)
    return {
      en: 'The Redis of QUOTA_REDIS_URL does not evict values, but a restart loses them: persistence is off. Turn it on (appendonly yes).',
      zh: 'QUOTA_REDIS_URL 的 Redis 不会淘汰数据，但未开启持久化，重启后数据会丢失。请开启持久化（appendonly yes）。',
    };
  if (policy === undefined || persists === undefined) return UNKNOWN;
  return {
    en: 'The Redis of QUOTA_REDIS_URL keeps all values.',
    zh: 'QUOTA_REDIS_URL 的 Redis 会保留所有数据。',
  };
}

function readAddress(env: NodeJS.ProcessEnv): { url: string; token: string } | undefined {
  const { QUOTA_REDIS_URL, QUOTA_REDIS_TOKEN } = env;
  try {
    return readSettings({ QUOTA_REDIS_URL, QUOTA_REDIS_TOKEN }).quotaRedis;
  } catch (error) {
    throw settingsError(error);
  }
}

/** CONFIG GET answers a list of names and values. */
const configSchema = z.tuple([z.string(), z.string()]);

const readConfig = async (command: RedisCommand, name: string): Promise<string | undefined> =>
  configSchema.safeParse(await command('CONFIG', 'GET', name)).data?.[1];

const readInfo = async (command: RedisCommand, section: string): Promise<string> =>
  z
    .string()
    .catch('')
    .parse(await command('INFO', section));

/** Undefined where the store does not say. */
async function readPolicy(command: RedisCommand): Promise<string | undefined> {
  const configured = await readConfig(command, 'maxmemory-policy').catch(() => undefined);
  if (configured !== undefined) return configured;
  const info = await readInfo(command, 'memory').catch(() => '');
  return /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
}

/** Undefined where the store does not say. */
async function readPersistence(command: RedisCommand): Promise<boolean | undefined> {
  const info = await readInfo(command, 'persistence').catch(() => '');
  const appends = /^aof_enabled:(\d)/m.exec(info)?.[1];
  if (appends === '1') return true;
  const saves = await readConfig(command, 'save').catch(() => undefined);
  if (appends === undefined || saves === undefined) return undefined;
  return saves !== '';
}
