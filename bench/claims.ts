/**
 * Claims: this pack's ledger and two other rate limiters on one Redis, with a limit of 200 a day. Every figure is
 * measured in the run, or its cell says why not.
 *
 * For the column "Beijing day" the clock is advanced in the same way for all limiters: `Date.now` is set ahead, and
 * the time to live of every key in Redis is reduced by as much.
 */

import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis as UpstashRedis } from '@upstash/redis';
import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { createLedger } from '../lib/budget/ledger.ts';
import { dayIn } from '../lib/budget/quota-day.ts';
import { axiosTransport } from '../lib/http/axios.ts';
import type { TransportLimits } from '../lib/http/transport.ts';
import { DAY, HOUR, MINUTE, SECOND, systemClock } from '../lib/runtime.ts';
import { redisOverHttp, redisStore } from '../lib/stores/redis.ts';
import type { Store } from '../lib/stores/store.ts';
import { redisVersion, startRedis } from '../sandbox/redis.ts';
import type { Table } from './table.ts';

const LIMIT = 200;
const SIMULTANEOUS = 1000;
/** By single commands every caller tries every slot, so that a thousand take minutes. */
const SIMULTANEOUS_BY_STEPS = 100;
const CONSECUTIVE = 200;
const UNANSWERED_CLAIMS = 50;
/** Longer than the longest time limit of the limiters, the 5 s of `@upstash/ratelimit`. */
const UNANSWERED_MS = 6000;
const DAY_SECONDS = DAY / SECOND;
const dayOf = dayIn('Asia/Shanghai');

/** How a limiter reaches Redis. */
interface RedisAddress {
  url: string;
  token: string;
  redisPort: number;
}

interface Limiter {
  /** Whether the claim was granted. Rejects where the store does. */
  claim(account: string): Promise<boolean>;
  close(): void;
}

interface Contender {
  name: string;
  /** Our two forms use the same keys, so each contender claims for its own shop. */
  shop: string;
  /** Simultaneous callers; `SIMULTANEOUS` if left out. */
  callers?: number;
  open(address: RedisAddress, limits: TransportLimits): Limiter;
}

/** As in Zapier. A thousand simultaneous claims on one machine get longer, so that queueing is not a failure. */
const LIMITS: TransportLimits = { timeoutMs: 2500, maxBytes: 5 * 1024 * 1024 };
const LIMITS_UNDER_LOAD: TransportLimits = { ...LIMITS, timeoutMs: MINUTE };

/** The commands that the claims of this pack have sent, by the shop of the contender. */
const commandsSent = new Map<string, number>();

/** @param reduce makes the store that the ledger sees */
const ours = (name: string, shop: string, reduce: (store: Store) => Store): Contender => ({
  name,
  shop,
  open: ({ url, token }, limits) => {
    const send = redisOverHttp(url, token, axiosTransport(limits));
    const store = redisStore((...parts) => {
      commandsSent.set(shop, (commandsSent.get(shop) ?? 0) + 1);
      return send(...parts);
    });
    const ledger = createLedger({
      store: reduce(store),
      clock: systemClock,
      random: Math.random,
      dayOf,
      limit: LIMIT,
      connectedAt: Date.now(),
    });
    return {
      claim: async (account) => (await ledger.claim(account, 'interactive')).granted,
      close: () => {},
    };
  },
});

const contenders: Contender[] = [
  ours('this pack: one script over HTTP', 'script', (store) => store),
  {
    ...ours('this pack: single commands over HTTP', 'steps', ({ get, set, add, delete: remove }) => ({
      get,
      set,
      add,
      delete: remove,
    })),
    callers: SIMULTANEOUS_BY_STEPS,
  },
  {
    name: 'rate-limiter-flexible (RateLimiterRedis over a socket)',
    shop: 'flexible',
    open: ({ redisPort }) => {
      const storeClient = openRedis(redisPort);
      const limiter = new RateLimiterRedis({ storeClient, points: LIMIT, duration: DAY_SECONDS });
      return {
        claim: (account) =>
          limiter.consume(account).then(
            () => true,
            (refusal: unknown) => {
              if (refusal instanceof RateLimiterRes) return false;
              throw refusal;
            },
          ),
        close: () => storeClient.disconnect(),
      };
    },
  },
  {
    name: '@upstash/ratelimit (fixedWindow over HTTP)',
    shop: 'upstash',
    open: ({ url, token }) => {
      const fetchBefore = globalThis.fetch;
      globalThis.fetch = withoutShebang(fetchBefore);
      const limiter = new Ratelimit({
        redis: new UpstashRedis({ url, token, responseEncoding: false, enableTelemetry: false }),
        limiter: Ratelimit.fixedWindow(LIMIT, '1 d'),
      });
      return {
        claim: async (account) => (await limiter.limit(account)).success,
        close: () => {
          globalThis.fetch = fetchBefore;
        },
      };
    },
  },
];

const SHEBANG = '#!lua flags=allow-key-locking\n';

/**
 * The scripts of `@upstash/ratelimit` begin with a line that only Upstash's own Redis accepts. The line is removed.
 * That changes a script's hash, so the hash is replaced too, and a script stays one command.
 */
function withoutShebang(send: typeof fetch): typeof fetch {
  const hashes = new Map<string, string>();
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
  const plain = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(plain);
    if (typeof part !== 'string') return part;
    if (!part.startsWith(SHEBANG)) return hashes.get(part) ?? part;
    const script = part.slice(SHEBANG.length);
    hashes.set(sha1(part), sha1(script));
    return script;
  };
  return (url, init) =>
    send(
      url,
      typeof init?.body === 'string' ? { ...init, body: JSON.stringify(plain(JSON.parse(init.body))) } : init,
    );
}

/** @returns one row for each contender */
export async function benchClaims(): Promise<Table> {
  const table: Table = {
    title: `Claims: ${LIMIT} calls a day, ${SIMULTANEOUS.toLocaleString('en')} simultaneous callers, one Redis`,
    head: [
      'limiter',
      `granted of ${SIMULTANEOUS.toLocaleString('en')}`,
      'duration (s)',
      'commands per claim',
      'granted in one Beijing day, first call at 23:00 the day before',
      `granted of ${UNANSWERED_CLAIMS} if the store does not respond`,
      'ms per claim (median)',
    ],
    rows: [],
    notes: [],
  };
  const version = redisVersion();
  if (version === undefined) {
    table.notes.push('Not measured: redis-server is not installed.');
    return table;
  }
  const redis = await startRedis();
  const unresponsive = await startUnresponsiveServer();
  try {
    const times = await each((it) => timePerClaim(it, redis));
    const days = await grantsPerDay(redis);
    const unanswered = await Promise.all(
      contenders.map((it) => grantsWithoutResponse(it, unresponsive.address)),
    );
    const simultaneous = await each((it) => simultaneousGrants(it, redis));
    table.rows = contenders.map(({ name }, n) => [
      name,
      simultaneous[n]?.granted ?? '',
      simultaneous[n]?.seconds ?? '',
      simultaneous[n]?.commands ?? '',
      days[n] ?? '',
      unanswered[n] ?? '',
      times[n] ?? '',
    ]);
    table.notes = notes(await redisReplyToShebang(redis), version);
  } finally {
    unresponsive.close();
    redis.close();
  }
  return table;
}

const notes = (shebang: string, version: string): string[] => [
  `Redis ${version} on this machine; HTTP through @humanwhocodes/upstash-redis-server. rate-limiter-flexible connects to Redis directly, without HTTP, so its time per claim is not comparable with the others.`,
  `Beijing day: one call at 23:00, then ${BURST} claims each at 00:30, 12:00 and 23:30 of the next day. The grants of that day are counted. Date.now was set ahead and the time to live of every key in Redis reduced by as much, in the same way for all limiters.`,
  `Store that does not respond: a TCP server that accepts connections and never answers, observed for ${UNANSWERED_MS / 1000} s. The others keep their defaults: @upstash/ratelimit grants after its timeout of 5 s, rate-limiter-flexible waits without limit (ioredis queues).`,
  `This pack claims in the lane "interactive", which may use every call of the day. Time per claim: ${CONSECUTIVE} consecutive claims at the start of a day.`,
  `@upstash/ratelimit sends scripts that begin with "${SHEBANG.trim()}". This Redis answers: ${shebang}. The line was therefore removed and the script's hash replaced.`,
];

async function each<T>(measure: (contender: Contender) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (const contender of contenders) found.push(await measure(contender));
  return found;
}

/** A failed claim is not granted. The failures are collected, so that the table can count them. */
const granted = (limiter: Limiter, account: string, failures: unknown[]): Promise<boolean> =>
  limiter.claim(account).catch((error: unknown) => {
    failures.push(error);
    return false;
  });

async function simultaneousGrants(contender: Contender, address: RedisAddress) {
  const { callers = SIMULTANEOUS } = contender;
  const limiter = contender.open(address, LIMITS_UNDER_LOAD);
  try {
    await limiter.claim(`${contender.shop}-before`);
    const failures: unknown[] = [];
    commandsSent.clear();
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: callers }, () => granted(limiter, `${contender.shop}-crowd`, failures)),
    );
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    const count = answers.filter(Boolean).length;
    const sent = commandsSent.get(contender.shop);
    const shown = callers === SIMULTANEOUS ? String(count) : `${count} of ${callers} callers`;
    return {
      granted: failures.length > 0 ? `${shown} (${failures.length} failed)` : shown,
      seconds,
      commands: sent === undefined ? 'not measured' : (sent / callers).toFixed(1),
    };
  } finally {
    limiter.close();
  }
}

async function timePerClaim(contender: Contender, address: RedisAddress): Promise<string> {
  const limiter = contender.open(address, LIMITS);
  try {
    for (let n = 0; n < 30; n += 1) await limiter.claim(`${contender.shop}-first`);
    const times: number[] = [];
    for (let n = 0; n < CONSECUTIVE; n += 1) {
      const start = performance.now();
      if (!(await limiter.claim(`${contender.shop}-row`)))
        throw new Error(`${contender.name} refused claim ${n + 1}`);
      times.push(performance.now() - start);
    }
    return (times.sort((a, b) => a - b)[CONSECUTIVE / 2] as number).toFixed(2);
  } finally {
    limiter.close();
  }
}

const BURST = 250;

/** The grants of each contender on the Beijing day after a first call at 23:00. */
async function grantsPerDay(address: RedisAddress): Promise<(number | string)[]> {
  const redis = openRedis(address.redisPort);
  const realNow = Date.now;
  let ahead = 0;
  const advanceTo = async (time: number) => {
    const ms = time - Date.now();
    ahead += ms;
    await redis.eval(PASS_TIME, 0, ms);
  };
  const limiters = contenders.map((it) => it.open(address, LIMITS));
  Date.now = () => realNow() + ahead;
  try {
    const midnight = dayOf(Date.now() + 25 * HOUR).start;
    const counts = limiters.map(() => 0);
    const failures: unknown[] = [];
    const burst = async (claims: number) => {
      for (const [n, limiter] of limiters.entries()) {
        for (let made = 0; made < claims; made += 1) {
          if (await granted(limiter, `${contenders[n]?.shop}-day`, failures))
            counts[n] = (counts[n] ?? 0) + 1;
        }
      }
    };
    await advanceTo(midnight - HOUR);
    await burst(1);
    counts.fill(0);
    for (const time of [30 * MINUTE, 12 * HOUR, 23.5 * HOUR]) {
      await advanceTo(midnight + time);
      await burst(BURST);
    }
    if (dayOf(Date.now()).start !== midnight) return counts.map(() => 'not measured: the run was too slow');
    if (failures.length > 0) return counts.map((count) => `${count} (${failures.length} failed in all)`);
    return counts;
  } finally {
    Date.now = realNow;
    for (const limiter of limiters.toReversed()) limiter.close();
    redis.disconnect();
  }
}

/** Reduces the time to live of every key by `ARGV[1]` milliseconds. */
const PASS_TIME = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= tonumber(ARGV[1]) then redis.call('DEL', key)
  elseif left >= 0 then redis.call('PEXPIRE', key, left - tonumber(ARGV[1])) end
end`;

async function grantsWithoutResponse(contender: Contender, address: RedisAddress): Promise<string> {
  const limiter = contender.open(address, LIMITS);
  let [grants, decided] = [0, 0];
  for (let n = 0; n < UNANSWERED_CLAIMS; n += 1) {
    limiter
      .claim(contender.shop)
      .then((grant) => {
        if (grant) grants += 1;
      })
      .catch(() => {})
      .finally(() => {
        decided += 1;
      });
  }
  await systemClock.sleep(UNANSWERED_MS);
  const undecided = UNANSWERED_CLAIMS - decided;
  limiter.close();
  return undecided > 0 ? `${grants} (${undecided} still waiting)` : String(grants);
}

async function redisReplyToShebang({ redisPort }: RedisAddress): Promise<string> {
  const redis = openRedis(redisPort);
  try {
    await redis.eval(`${SHEBANG}return 1`, 0);
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    redis.disconnect();
  }
}

function openRedis(port: number): Redis {
  const redis = new Redis({ port, host: '127.0.0.1' });
  redis.on('error', () => {});
  return redis;
}

/** A server that accepts connections and never answers, in place of Redis and of its HTTP server. */
async function startUnresponsiveServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: { url: `http://127.0.0.1:${port}`, token: 'token-of-the-bench', redisPort: port },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

if (import.meta.main) {
  const { toText } = await import('./table.ts');
  process.stdout.write(`${toText(await benchClaims())}\n`);
}
