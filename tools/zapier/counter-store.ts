/**
 * Whether the publisher's Redis keeps what it is given: docs/stores.md#what-a-store-must-promise. A Redis that evicts
 * values or restarts empty loses the call count, and no calls are made for the rest of that day.
 */

import * as z from 'zod';
import { axiosTransport } from '../../lib/http/axios.ts';
import { isProblem } from '../../lib/problems.ts';
import { readSettings } from '../../lib/settings.ts';
import { type RedisCommand, redisOverHttp } from '../../lib/stores/redis.ts';
import { SetupError } from './setup-error.ts';

const TIME_LIMITS = { timeoutMs: 5000, maxBytes: 1024 * 1024 };

const TO_COMPARE = `Look at its settings yourself:
  eviction       off, or maxmemory-policy noeviction
  persistence    on, with every write on disk within a second (appendonly yes)`;

/**
 * @returns what to print; undefined where no Redis is set
 * @throws SetupError if the Redis evicts values, or if its settings are wrong
 */
export async function checkCounterStore(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const address = readAddress(env);
  if (!address) return undefined;
  const command = redisOverHttp(address.url, address.token, axiosTransport(TIME_LIMITS));
  const [policy, persists] = await Promise.all([readPolicy(command), readPersistence(command)]);
  if (policy !== undefined && policy !== 'noeviction')
    throw new SetupError(
      `The Redis of QUOTA_REDIS_URL evicts values (maxmemory-policy ${policy}), so the call count can get lost.
Turn eviction off, or set maxmemory-policy to noeviction, and push again.`,
    );
  if (persists === false)
    return `The Redis of QUOTA_REDIS_URL does not evict values, but a restart loses them: persistence is off. Turn it on (appendonly yes).`;
  if (policy === undefined || persists === undefined)
    return `The Redis of QUOTA_REDIS_URL does not say whether it keeps all values. ${TO_COMPARE}`;
  return 'The Redis of QUOTA_REDIS_URL keeps all values.';
}

function readAddress(env: NodeJS.ProcessEnv): { url: string; token: string } | undefined {
  const { QUOTA_REDIS_URL, QUOTA_REDIS_TOKEN } = env;
  try {
    return readSettings({ QUOTA_REDIS_URL, QUOTA_REDIS_TOKEN }).quotaRedis;
  } catch (error) {
    if (isProblem(error)) throw new SetupError(error.message);
    throw error;
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
