/**
 * Claims: this pack's ledger and two rate limiters on one Redis, at a limit of 200 a day. Every figure is measured
 * in the run; where that is not possible the cell says so.
 *
 * The clock of the "Beijing day" column is moved for all of them alike: `Date.now` is set ahead, and every key in
 * Redis comes closer to its end by as much.
 */

import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis as UpstashRedis } from '@upstash/redis';
import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { CLAIM_SCRIPT } from '../lib/budget/claim-script.ts';
import { createLedger } from '../lib/budget/ledger.ts';
import { dayIn } from '../lib/budget/quota-day.ts';
import { axiosTransport } from '../lib/http/axios.ts';
import type { TransportLimits } from '../lib/http/transport.ts';
import { HOUR, MINUTE, systemClock } from '../lib/runtime.ts';
import { redisOverHttp, redisStore } from '../lib/stores/redis.ts';
import { redisVersion, startRedis } from '../sandbox/redis.ts';
import type { Table } from './table.ts';

const LIMIT = 200;
const CROWD = 1000;
const IN_A_ROW = 200;
const HUNG_TRIES = 50;
/** Longer than the longest time limit among them: 5 s, of `@upstash/ratelimit`. */
const HUNG_MS = 6000;
const DAY_SECONDS = 86_400;
const dayOf = dayIn('Asia/Shanghai');

/** Where a limiter finds its Redis. */
interface Place {
  url: string;
  token: string;
  redisPort: number;
}

interface Limiter {
  /** Whether the claim was granted. Rejects when the store does. */
  claim(account: string): Promise<boolean>;
  close(): void;
}

interface Contender {
  name: string;
  /** Both forms of ours walk the same card, so each contender claims for a shop of its own. */
  shop: string;
  open(place: Place, limits: TransportLimits): Limiter;
}

/** As in Zapier; a crowd of a thousand on one machine is given longer, so that waiting in line is no failure. */
const USUAL: TransportLimits = { timeoutMs: 2500, maxBytes: 5 * 1024 * 1024 };
const PATIENT: TransportLimits = { ...USUAL, timeoutMs: MINUTE };

const contenders: Contender[] = [
  {
    name: 'ours: ledger, single commands over HTTP',
    shop: 'ledger',
    open: ({ url, token }, limits) => {
      const store = redisStore(redisOverHttp(url, token, axiosTransport(limits)));
      const ledger = createLedger({ store, clock: systemClock, random: Math.random, dayOf, limit: LIMIT });
      return {
        claim: async (account) => (await ledger.claim(account, 'interactive')).granted,
        close: () => {},
      };
    },
  },
  {
    name: 'ours: the same card, one EVAL over HTTP',
    shop: 'eval',
    open: ({ url, token }, limits) => {
      const command = redisOverHttp(url, token, axiosTransport(limits));
      return {
        claim: async (account) => {
          const now = Date.now();
          const day = dayOf(now);
          const keys = [`card:${account}:${day.name}`, `ban:${account}`];
          const keptSeconds = Math.ceil((day.end - now) / 1000) + DAY_SECONDS;
          const id = `${day.name}/1-${Math.random().toString(36).slice(2)}`;
          const slot = await command('EVAL', CLAIM_SCRIPT, 2, ...keys, id, LIMIT, keptSeconds, now);
          return Number(slot) > 0;
        },
        close: () => {},
      };
    },
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
      const usual = globalThis.fetch;
      globalThis.fetch = withoutShebang(usual);
      const limiter = new Ratelimit({
        redis: new UpstashRedis({ url, token, responseEncoding: false, enableTelemetry: false }),
        limiter: Ratelimit.fixedWindow(LIMIT, '1 d'),
      });
      return {
        claim: async (account) => (await limiter.limit(account)).success,
        close: () => {
          globalThis.fetch = usual;
        },
      };
    },
  },
];

const SHEBANG = '#!lua flags=allow-key-locking\n';

/**
 * The scripts of `@upstash/ratelimit` begin with a line that only Upstash's own Redis takes. Without that line a
 * script has another hash, so the hash is exchanged as well and a script stays one command.
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
    title: `Claims: ${LIMIT} calls a day, ${CROWD.toLocaleString('en')} callers at once, one Redis`,
    head: [
      'limiter',
      `granted of ${CROWD.toLocaleString('en')}`,
      'these took (s)',
      'granted in one Beijing day, first call 23:00 the day before',
      `granted of ${HUNG_TRIES} when the store hangs`,
      'ms per claim (median)',
    ],
    rows: [],
    notes: [],
  };
  const version = redisVersion();
  if (version === undefined) {
    table.notes.push('Not measured: no redis-server is installed here.');
    return table;
  }
  const redis = await startRedis();
  const hung = await startHung();
  try {
    const inRow = await each((it) => timeInRow(it, redis));
    const days = await grantsOfDay(redis);
    const hanging = await Promise.all(contenders.map((it) => grantsOfHungStore(it, hung.place)));
    const crowds = await each((it) => grantsOfCrowd(it, redis));
    table.rows = contenders.map(({ name }, n) => [
      name,
      crowds[n]?.granted ?? '',
      crowds[n]?.seconds ?? '',
      days[n] ?? '',
      hanging[n] ?? '',
      inRow[n] ?? '',
    ]);
    table.notes = notes(await whatRedisSaysToShebang(redis), version);
  } finally {
    hung.close();
    redis.close();
  }
  return table;
}

const notes = (shebang: string, version: string): string[] => [
  `Redis ${version} on this machine; HTTP through @humanwhocodes/upstash-redis-server. rate-limiter-flexible speaks to Redis itself, without the HTTP hop: its time per claim is not comparable with the others.`,
  `Beijing day: one call at 23:00, then ${BURST} tries each at 00:30, 12:00 and 23:30 of the next day; counted are the grants of that day. Date.now was set ahead and every key in Redis brought closer to its end by as much, for all limiters alike.`,
  `Hanging store: a TCP server that accepts and never answers, watched for ${HUNG_MS / 1000} s. The others' defaults were kept: @upstash/ratelimit grants after its timeout of 5 s; rate-limiter-flexible waits without limit (ioredis queues).`,
  `Ours claims in the lane "ask", which may use the whole card. Time per claim: ${IN_A_ROW} claims one after another on an empty card.`,
  `@upstash/ratelimit sends scripts that begin with "${SHEBANG.trim()}". This Redis answers that: ${shebang}. So the line was taken off on the way, and the script's hash exchanged.`,
];

async function each<T>(measure: (contender: Contender) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (const contender of contenders) found.push(await measure(contender));
  return found;
}

/** A failed claim is no grant; how many failed, and why, must not be lost. */
const granted = (limiter: Limiter, account: string, failures: unknown[]): Promise<boolean> =>
  limiter.claim(account).catch((error: unknown) => {
    failures.push(error);
    return false;
  });

async function grantsOfCrowd(contender: Contender, place: Place) {
  const limiter = contender.open(place, PATIENT);
  try {
    await limiter.claim(`${contender.shop}-before`);
    const failures: unknown[] = [];
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: CROWD }, () => granted(limiter, `${contender.shop}-crowd`, failures)),
    );
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    const count = answers.filter(Boolean).length;
    return { granted: failures.length > 0 ? `${count} (${failures.length} failed)` : count, seconds };
  } finally {
    limiter.close();
  }
}

async function timeInRow(contender: Contender, place: Place): Promise<string> {
  const limiter = contender.open(place, USUAL);
  try {
    for (let n = 0; n < 30; n += 1) await limiter.claim(`${contender.shop}-first`);
    const times: number[] = [];
    for (let n = 0; n < IN_A_ROW; n += 1) {
      const start = performance.now();
      if (!(await limiter.claim(`${contender.shop}-row`)))
        throw new Error(`${contender.name} refused claim ${n + 1}`);
      times.push(performance.now() - start);
    }
    return (times.sort((a, b) => a - b)[IN_A_ROW / 2] as number).toFixed(2);
  } finally {
    limiter.close();
  }
}

const BURST = 250;

/** What each contender grants on the Beijing day after a first call at 23:00. */
async function grantsOfDay(place: Place): Promise<(number | string)[]> {
  const redis = openRedis(place.redisPort);
  const realNow = Date.now;
  let ahead = 0;
  const travelTo = async (moment: number) => {
    const ms = moment - Date.now();
    ahead += ms;
    await redis.eval(PASS_TIME, 0, ms);
  };
  const limiters = contenders.map((it) => it.open(place, USUAL));
  Date.now = () => realNow() + ahead;
  try {
    const midnight = dayOf(Date.now() + 25 * HOUR).start;
    const counts = limiters.map(() => 0);
    const failures: unknown[] = [];
    const burst = async (tries: number) => {
      for (const [n, limiter] of limiters.entries()) {
        for (let tried = 0; tried < tries; tried += 1) {
          if (await granted(limiter, `${contenders[n]?.shop}-day`, failures))
            counts[n] = (counts[n] ?? 0) + 1;
        }
      }
    };
    await travelTo(midnight - HOUR);
    await burst(1);
    counts.fill(0);
    for (const moment of [30 * MINUTE, 12 * HOUR, 23.5 * HOUR]) {
      await travelTo(midnight + moment);
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

/** Lets `ARGV[1]` milliseconds pass for all keys. */
const PASS_TIME = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= tonumber(ARGV[1]) then redis.call('DEL', key)
  elseif left >= 0 then redis.call('PEXPIRE', key, left - tonumber(ARGV[1])) end
end`;

async function grantsOfHungStore(contender: Contender, place: Place): Promise<string> {
  const limiter = contender.open(place, USUAL);
  let [grants, decided] = [0, 0];
  for (let n = 0; n < HUNG_TRIES; n += 1) {
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
  await systemClock.sleep(HUNG_MS);
  const undecided = HUNG_TRIES - decided;
  limiter.close();
  return undecided > 0 ? `${grants} (${undecided} still waiting)` : String(grants);
}

async function whatRedisSaysToShebang({ redisPort }: Place): Promise<string> {
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

/** A server that accepts and never answers, in place of Redis and of its HTTP front. */
async function startHung() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    place: { url: `http://127.0.0.1:${port}`, token: 'token-of-the-bench', redisPort: port },
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
