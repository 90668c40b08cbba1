/** What the publisher sets for a push, read from the environment. */

import {
  readClientId,
  readClientSecret,
  readSettings as readPackSettings,
  type Settings,
} from '../../../settings.ts';
import { PushError } from './push-error.ts';

export type Common = Record<string, unknown>;

export interface Account {
  apiKey: string;
  zone: string;
  /** Make's own zones speak https only; a stand-in on this machine speaks http. */
  protocol: 'https' | 'http';
}

export interface PushSettings {
  /** Left out where there is no key. */
  account?: Account;
  /** The app's name in the account; left out, it is looked for, or created. */
  appId?: string;
  /** What goes into the common data of the app and of its connection; only what the environment gives. */
  common: { app: Common; connection: Common };
  /** What no error may show. */
  secrets: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_ZONE = 'eu1.make.com';

/** What the app cannot work without, and the settings it is filled from. */
export const NEEDED = {
  app: { redisUrl: 'QUOTA_REDIS_URL', redisToken: 'QUOTA_REDIS_TOKEN' },
  // AliExpress knows one callback URL for each of its apps, so the app for Make is another one than Zapier's.
  connection: { appKey: 'MAKE_CLIENT_ID', appSecret: 'MAKE_CLIENT_SECRET' },
} as const;

const LOOPBACK = /^(127\.0\.0\.1|localhost):\d+$/;
const HOST_NAME = /^([a-z0-9-]+\.)+[a-z]{2,}$/;
/** The editor's rule for an app's id. [facts/make.md §1.2] */
const APP_ID = /^[a-z][0-9a-z-]+[0-9a-z]$/;

/**
 * @throws PushError or Problem `bad_setting`, naming the setting
 */
export function readSettings(env: Environment): PushSettings {
  const apiKey = env.MAKE_API_KEY?.trim();
  // A line break in it would end up in an error of the HTTP client, key and all.
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new PushError('MAKE_API_KEY must be an API key of Make, without spaces or line breaks.');
  }
  const zone = env.MAKE_ZONE?.trim() || DEFAULT_ZONE;
  if (!LOOPBACK.test(zone) && !HOST_NAME.test(zone)) {
    throw new PushError(
      `MAKE_ZONE must be the host name in the address of your Make account, such as ${DEFAULT_ZONE}, without https:// and without a path.`,
    );
  }
  const appId = env.MAKE_APP_ID?.trim();
  if (appId && !APP_ID.test(appId)) {
    throw new PushError(
      'MAKE_APP_ID must be the name of the app as it stands in its address at Make, such as aliexpress-seller-abc123.',
    );
  }
  const pack = readPackSettings(env);
  const { appKey: idName, appSecret: secretName } = NEEDED.connection;
  const key =
    env[idName]?.trim() || env[secretName]?.trim()
      ? { appKey: readClientId(env, idName), appSecret: readClientSecret(env, secretName) }
      : undefined;
  const { quotaRedis } = pack;
  return {
    ...(apiKey && { account: { apiKey, zone, protocol: LOOPBACK.test(zone) ? 'http' : 'https' } }),
    ...(appId && { appId }),
    common: { app: appCommon(env, pack), connection: { ...key } },
    secrets: [apiKey, quotaRedis?.url, quotaRedis?.token, key?.appKey, key?.appSecret].flatMap(
      (secret) => secret || [],
    ),
  };
}

/** Names as the app's IML reads them. */
function appCommon(env: Environment, { quotaRedis, dailyCallLimit, quotaDayZone }: Settings): Common {
  return {
    ...(quotaRedis && { redisUrl: quotaRedis.url, redisToken: quotaRedis.token }),
    ...(env.DAILY_CALL_LIMIT?.trim() && { dailyCallLimit }),
    ...(env.QUOTA_DAY_ZONE?.trim() && { quotaDayZone }),
  };
}
