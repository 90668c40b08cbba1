/** The publisher's settings, read from the environment. An error names the missing or malformed setting and the expected value. */

import * as z from 'zod';
import { GATEWAY_URL, readGatewayUrl } from './aliexpress/gateway-url.ts';
import { isLoopback, isOrigin, isPrivate, parseAddress } from './http/address.ts';
import { MESSAGE_LANGUAGES, type MessageLanguage } from './language.ts';
import { type Bilingual, fail } from './problems.ts';
import { readAll } from './read-all.ts';
import { MAX_SLOTS } from './stores/card.ts';

/** The daily calls of a low-code account, and the time zone of AliExpress's counting. */
export const DEFAULT_DAILY_LIMIT = 200;
/** Those of an app in test status, for all its shops. */
export const TEST_STATUS_APP_CALLS = 5000;
const DEFAULT_DAY_ZONE = 'Asia/Shanghai';

export interface Settings {
  /** Origin of the AliExpress gateway, or of a sandbox in its place. */
  gatewayUrl: string;
  /** Calls a day. */
  dailyCallLimit: number;
  /** Calls a day of the app for all its shops, where the publisher has set them. */
  appDailyCallLimit?: number;
  /** IANA name of the time zone of AliExpress's counting. */
  quotaDayZone: string;
  /** The callback URL registered in the App Console, where the publisher has set it. */
  callbackUrl?: string;
  /** An origin on this machine that also accepts messages. */
  channelTestOrigin?: string;
  /** Where 17TRACK is reached, before the endpoint, if not at its own address. */
  trackerUrl?: string;
  /** The store of counter and snapshots, in place of the platform's cache: Redis, or a hub. */
  quotaRedis?: { url: string; token: string };
  quotaHub?: { url: string; token: string };
}

export interface AppKey {
  appKey: string;
  appSecret: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Problem `bad_setting`, or an AggregateError with one for each wrong setting */
export function readSettings(env: Environment): Settings {
  const { callbackUrl, channelTestOrigin, trackerUrl, sharedStore, appDailyCallLimit, ...settings } = readAll(
    {
      gatewayUrl: () =>
        optional(env, 'SANDBOX_URL', sandboxOrigin(), EXPECTED.sandbox) ??
        readGatewayUrl(env.ALIEXPRESS_GATEWAY_URL?.trim() || GATEWAY_URL),
      dailyCallLimit: () =>
        optional(env, 'DAILY_CALL_LIMIT', callLimit, EXPECTED.callLimit) ?? DEFAULT_DAILY_LIMIT,
      appDailyCallLimit: () => optional(env, 'APP_DAILY_CALL_LIMIT', callLimit, EXPECTED.appCallLimit),
      quotaDayZone: () =>
        optional(env, 'QUOTA_DAY_ZONE', z.string().refine(isTimeZone), EXPECTED.zone) ?? DEFAULT_DAY_ZONE,
      callbackUrl: () =>
        optional(env, 'ALIEXPRESS_CALLBACK_URL', z.string().refine(parseAddress), EXPECTED.callbackUrl),
      channelTestOrigin: () => optional(env, 'CHANNEL_TEST_ORIGIN', testOrigin(), EXPECTED.testOrigin),
      trackerUrl: () =>
        optional(env, 'TRACKER_API_URL', address(isEndpoint).transform(endpointOf), EXPECTED.trackerUrl),
      sharedStore: () => readSharedStore(env),
    },
  );
  return {
    ...settings,
    ...(appDailyCallLimit && { appDailyCallLimit }),
    ...(callbackUrl && { callbackUrl }),
    ...(channelTestOrigin && { channelTestOrigin }),
    ...(trackerUrl && { trackerUrl }),
    ...sharedStore,
  };
}

const callLimit = z
  .string()
  .regex(/^[1-9]\d*$/)
  .transform(Number)
  .pipe(z.number().max(MAX_SLOTS));
const testOrigin = () =>
  address((url) => isLoopback(url) && url.port !== '' && isOrigin(url)).transform(({ origin }) => origin);

/** Takes the place of the gateway, so none of AliExpress's own addresses can be meant. */
const sandboxOrigin = () =>
  address((url) => isPrivate(url) && isOrigin(url) && !REAL_GATEWAY.test(url.hostname)).transform(
    ({ origin }) => origin,
  );
const REAL_GATEWAY = /(^|\.)(aliexpress|alibaba|taobao)\.(com|net)$/;

const EXPECTED = {
  sandbox: {
    en: 'the https address of a sandbox for reviewers, such as https://sandbox.example.com',
    zh: '供审核人员使用的沙箱的 https 地址，例如 https://sandbox.example.com',
  },
  callLimit: {
    en: 'the number of calls AliExpress allows a day, such as 200',
    zh: '速卖通允许的每日调用次数，例如 200',
  },
  appCallLimit: {
    en: `the number of calls AliExpress allows the app a day for all its shops, such as ${TEST_STATUS_APP_CALLS} in test status`,
    zh: `速卖通允许该应用（所有店铺合计）的每日调用次数，例如测试状态为 ${TEST_STATUS_APP_CALLS}`,
  },
  zone: { en: 'a time zone name, such as Asia/Shanghai', zh: '时区名称，例如 Asia/Shanghai' },
  callbackUrl: {
    en: 'a URL, exactly as registered in the App Console',
    zh: '与应用控制台登记完全一致的网址',
  },
  testOrigin: {
    en: 'an address on this machine, such as http://127.0.0.1:4010',
    zh: '本机地址，例如 http://127.0.0.1:4010',
  },
  trackerUrl: {
    en: 'an https address, or an http address on this machine, such as http://127.0.0.1:4011/track/v2.4',
    zh: 'https 地址，或本机的 http 地址，例如 http://127.0.0.1:4011/track/v2.4',
  },
  language: { en: 'both, en or zh', zh: 'both、en 或 zh' },
} satisfies Record<string, Bilingual>;

/** At most one store. */
function readSharedStore(env: Environment): Pick<Settings, 'quotaRedis' | 'quotaHub'> {
  const { redis, hub } = readAll({ redis: () => readRedis(env), hub: () => readHub(env) });
  const stores = { ...redis, ...hub };
  if (!stores.quotaRedis || !stores.quotaHub) return stores;
  return fail('bad_setting', {
    setting: 'HUB_URL',
    expected: { en: 'either the hub or Redis, not both', zh: '只填写 HUB_URL 或 QUOTA_REDIS_URL 之一' },
  });
}

/** Both settings or neither. */
function readHub(env: Environment): Pick<Settings, 'quotaHub'> {
  if (!env.HUB_URL?.trim() && !env.HUB_TOKEN?.trim()) return {};
  const expected = {
    en: 'the https address of the hub, such as https://hub.example.com, together with HUB_TOKEN',
    zh: '服务的 https 地址，例如 https://hub.example.com，与 HUB_TOKEN 一起填写',
  };
  const isHub = (url: URL): boolean => isPrivate(url) && isOrigin(url);
  const hubUrl = address(isHub).transform(({ origin }) => origin);
  const quotaHub = readAll({
    url: () =>
      optional(env, 'HUB_URL', hubUrl, expected) ?? fail('bad_setting', { setting: 'HUB_URL', expected }),
    token: () => required(env, 'HUB_TOKEN', /^\S{8,}$/, HUB_TOKEN),
  });
  return { quotaHub };
}

const HUB_TOKEN = {
  en: 'a key of the kind "store", created on the page of the hub',
  zh: '在服务页面创建的 store 类型密钥',
};
const REDIS_TOKEN = {
  en: 'the token of the Redis REST endpoint, together with QUOTA_REDIS_URL',
  zh: 'Redis REST 服务的令牌，与 QUOTA_REDIS_URL 一起填写',
};

/** Both settings or neither. */
function readRedis(env: Environment): Pick<Settings, 'quotaRedis'> {
  if (!env.QUOTA_REDIS_URL?.trim() && !env.QUOTA_REDIS_TOKEN?.trim()) return {};
  const expected = {
    en: 'the https address of a Redis REST endpoint (Upstash), together with QUOTA_REDIS_TOKEN',
    zh: 'Redis REST 服务（Upstash）的 https 地址，与 QUOTA_REDIS_TOKEN 一起填写',
  };
  const endpoint = address(isEndpoint).transform(endpointOf);
  const quotaRedis = readAll({
    url: () =>
      optional(env, 'QUOTA_REDIS_URL', endpoint, expected) ??
      fail('bad_setting', { setting: 'QUOTA_REDIS_URL', expected }),
    token: () => required(env, 'QUOTA_REDIS_TOKEN', /^\S{8,}$/, REDIS_TOKEN),
  });
  return { quotaRedis };
}

const isEndpoint = (url: URL): boolean => isPrivate(url) && url.search === '' && url.hash === '';
const endpointOf = ({ origin, pathname }: URL): string => origin + pathname.replace(/\/$/, '');

/**
 * The address to which recipes post tickets; undefined where they are kept as files.
 * @throws Problem `bad_setting`
 */
export const readTicketAddress = (env: Environment): string | undefined =>
  optional(
    env,
    'TICKET_WEBHOOK_URL',
    address(isPrivate).transform(({ href }) => href),
    TICKET_ADDRESS_EXPECTED,
  );

export const TICKET_ADDRESS_EXPECTED: Bilingual = {
  en: 'the https address that takes tickets as JSON. If it is on this machine, or its port is not 443, HUB_ALLOWED_TARGETS must name its host and port',
  zh: '接收工单 JSON 的 https 地址。如在本机或端口不是 443，还须把其主机和端口写入 HUB_ALLOWED_TARGETS',
};

/**
 * The language of help texts and messages in the Zapier app: both, `en` or `zh`.
 * @throws Problem `bad_setting`
 */
export const readMessageLanguage = (env: Environment): MessageLanguage =>
  optional(env, 'MESSAGE_LANGUAGE', z.enum(MESSAGE_LANGUAGES), EXPECTED.language) ?? 'both';

/** @throws Problem `bad_setting` */
export const readClientId = (env: Environment, setting = 'CLIENT_ID'): string =>
  required(env, setting, /^\d{4,12}$/, {
    en: 'the AliExpress app key from the App Console, digits only',
    zh: '应用控制台中的 App Key，仅限数字',
  });

/** @throws Problem `bad_setting` */
export const readClientSecret = (env: Environment, setting = 'CLIENT_SECRET'): string =>
  required(env, setting, /^\S{8,128}$/, {
    en: 'the AliExpress app secret from the App Console, at least 8 characters without spaces',
    zh: '应用控制台中的 App Secret，至少 8 个字符，不含空格',
  });

/** @throws Problem `bad_setting` */
export const readAppKey = (env: Environment): AppKey => ({
  appKey: readClientId(env),
  appSecret: readClientSecret(env),
});

/** @throws Problem `bad_setting` */
export function required(env: Environment, setting: string, pattern: RegExp, expected: Bilingual): string {
  const value = env[setting]?.trim();
  return value && pattern.test(value) ? value : fail('bad_setting', { setting, expected });
}

function optional<T>(
  env: Environment,
  setting: string,
  schema: z.ZodType<T>,
  expected: Bilingual,
): T | undefined {
  const value = env[setting]?.trim();
  if (!value) return undefined;
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : fail('bad_setting', { setting, expected });
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** A setting that is an address, of which `isAllowed` holds. */
const address = (isAllowed: (url: URL) => boolean) =>
  z.string().transform((text, context) => {
    const url = parseAddress(text);
    if (url && isAllowed(url)) return url;
    context.addIssue('not allowed');
    return z.NEVER;
  });
