/** The hub's own settings, read from the environment. */

import { join } from 'node:path';
import { isLoopback, isOrigin, parseAddress } from '../../http/address.ts';
import { fail } from '../../problems.ts';
import { readAll } from '../../read-all.ts';

export interface HubSettings {
  /** Folder of the data. */
  folder: string;
  /** File of the key that encrypts tokens and addresses. It is created if it does not exist. */
  keyFile: string;
  /** On which the ports answer: this machine alone, or every network of a container. */
  listenOn: '127.0.0.1' | '0.0.0.0';
  /** Port of the page and of everything that only this machine may use. */
  port: number;
  /** Port of what other machines may use. Only with `publicUrl`. */
  publicPort: number;
  /** The https origin under which other machines reach `publicPort`. */
  publicUrl?: string;
  /** Addresses that events may be sent to although they are private: "192.168.1.20:5678". */
  allowedTargets: readonly string[];
  /** Calls a day that searches by key may make for a shop. */
  searchCallsPerDay: number;
  keepDays: KeepDays;
}

/** For how many days the hub keeps what it has announced. */
export interface KeepDays {
  /** Events that were delivered. */
  delivered: number;
  /** All other events, and one line of each. */
  events: number;
  /** Digests of their ids, so that nothing is announced twice. */
  ids: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 4170;
const DEFAULT_SEARCH_CALLS = 40;

/**
 * @param root the project's folder, which holds the data by default
 * @throws Problem `bad_setting`, or an AggregateError with one for each wrong setting
 */
export function readHubSettings(env: Environment, root: string): HubSettings {
  const { publicUrl, ...settings } = readAll({
    folder: () => env.HUB_DATA?.trim() || join(root, '.local', 'hub'),
    keyFile: () => env.HUB_KEY_FILE?.trim() || join(root, '.local', 'hub.key'),
    listenOn: () => readListenOn(env.HUB_LISTEN),
    port: () => readPort(env, 'HUB_PORT', DEFAULT_PORT),
    publicPort: () => readPort(env, 'HUB_PUBLIC_PORT', DEFAULT_PORT + 1),
    publicUrl: () => readPublicUrl(env.HUB_PUBLIC_URL?.trim()),
    allowedTargets: () => readTargets(env.HUB_ALLOWED_TARGETS),
    searchCallsPerDay: () => readSearchCalls(env.HUB_SEARCH_CALLS),
    keepDays: () =>
      readAll({
        delivered: () => readDays(env, 'HUB_KEEP_DELIVERED_DAYS', { min: 1, max: 7 }),
        // An address is tried for three days.
        events: () => readDays(env, 'HUB_KEEP_DAYS', { min: 4, max: 30 }),
        ids: () => readDays(env, 'HUB_KEEP_IDS_DAYS', { min: 30, max: 90 }),
      }),
  });
  return { ...settings, ...(publicUrl && { publicUrl }) };
}

/** Those above 1023 that `fetch` opens in no browser, and not in Node.js: https://fetch.spec.whatwg.org/#port-blocking */
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]);

function readPort(env: Environment, setting: string, preset: number): number {
  const text = env[setting]?.trim();
  if (!text) return preset;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 && !BLOCKED_PORTS.has(port)) return port;
  return fail('bad_setting', {
    setting,
    expected: {
      en: 'a port between 1 and 65535 that browsers do not block',
      zh: '1 到 65535 之间、未被浏览器禁用的端口号',
    },
  });
}

function readListenOn(text = ''): HubSettings['listenOn'] {
  const address = text.trim() || LISTEN_HOST;
  if (address === LISTEN_HOST || address === EVERY_NETWORK) return address;
  return fail('bad_setting', {
    setting: 'HUB_LISTEN',
    expected: {
      en: '127.0.0.1, or 0.0.0.0 in a container',
      zh: '127.0.0.1，容器中为 0.0.0.0',
    },
  });
}

function readSearchCalls(text = ''): number {
  if (text.trim() === '') return DEFAULT_SEARCH_CALLS;
  if (/^\d{1,4}$/.test(text.trim())) return Number(text);
  return fail('bad_setting', {
    setting: 'HUB_SEARCH_CALLS',
    expected: { en: 'a number of calls a day, such as 40', zh: '每日调用次数，例如 40' },
  });
}

/** @returns the longest time by default */
function readDays(env: Environment, setting: string, { min, max }: { min: number; max: number }): number {
  const text = env[setting]?.trim();
  if (!text) return max;
  const days = Number(text);
  if (/^\d{1,2}$/.test(text) && days >= min && days <= max) return days;
  return fail('bad_setting', {
    setting,
    expected: { en: `a number of days from ${min} to ${max}`, zh: `${min} 到 ${max} 之间的天数` },
  });
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const url = parseAddress(text);
  if (url && isOrigin(url) && (url.protocol === 'https:' || isLoopback(url))) return url.origin;
  return fail('bad_setting', {
    setting: 'HUB_PUBLIC_URL',
    expected: {
      en: 'the https address under which other machines reach the hub, such as https://hub.example.com',
      zh: '其他机器访问本服务的 https 地址，例如 https://hub.example.com',
    },
  });
}

const TARGET = /^(\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i;

function readTargets(text = ''): string[] {
  const targets = text.split(/[\s,，]+/).filter(Boolean);
  if (targets.every((target) => TARGET.test(target))) return targets.map((target) => target.toLowerCase());
  return fail('bad_setting', {
    setting: 'HUB_ALLOWED_TARGETS',
    expected: {
      en: 'addresses with their ports, separated by commas, such as 192.168.1.20:5678',
      zh: '带端口的地址，用逗号分隔，例如 192.168.1.20:5678',
    },
  });
}

/** Where the listeners are. */
export interface Addresses {
  /** Origin of the page. */
  page: string;
  /** Origin of what other machines reach. */
  public: string;
}

export const LISTEN_HOST = '127.0.0.1';
const EVERY_NETWORK = '0.0.0.0';

export function addressesOf({ port, publicUrl }: HubSettings): Addresses {
  const page = `http://${LISTEN_HOST}:${port}`;
  return { page, public: publicUrl ?? page };
}
