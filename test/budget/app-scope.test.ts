import fc from 'fast-check';
import type { Pause, PauseLimit } from '../../lib/aliexpress/limits.ts';
import { type AppScope, requestGate } from '../../lib/budget/app-scope.ts';
import { type Budget, createBudget } from '../../lib/budget/budget.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type Timeline, timeline } from '../support/timeline.ts';

/** 10:00 in Beijing. */
const NOW = Date.parse('2026-11-21T02:00:00Z');
const MIDNIGHT = Date.parse('2026-11-21T16:00:00Z');
const METHOD = 'aliexpress.trade.seller.orderlist.get';
const OTHER_METHOD = 'aliexpress.merchant.diagnosis.query';
const FUSE_MS = 15 * MINUTE;

let clock: FixedClock;
let store: Store;
beforeEach(() => {
  clock = fixedClock(NOW);
  store = memoryStore(clock);
});

const openBudget = (seller: string, app: Partial<AppScope> = {}, through = (inner: Store) => inner): Budget =>
  createBudget({
    seller,
    store: through(store),
    clock,
    random: seededRandom(),
    policy: { limit: 200, zone: 'Asia/Shanghai' },
    connectedAt: NOW,
    app: { appKey: '12345678', address: 'here', ...app },
  });
const spend = (budget: Budget, method = METHOD) => budget.spend('interactive', method);
const pauseOf = (limit: PauseLimit, ms: number, isStated = true): Pause => ({
  limit,
  until: clock.now() + ms,
  isStated,
});

describe('Pause that several shops share', () => {
  test.each([
    ['address', 'calls_paused'],
    ['app', 'app_rate_limited'],
    ['app_day', 'app_quota_used_up'],
    ['method', 'app_rate_limited'],
  ] as const)('A pause of the limit %s stops the other shops of the app as %s', async (limit, kind) => {
    await openBudget('one').paused(pauseOf(limit, HOUR), METHOD);
    await expect(spend(openBudget('two'))).rejects.toEqual(problemLike(kind));
  });

  test('A pause of a seller stops no other shop', async () => {
    await openBudget('one').paused(pauseOf('seller', HOUR), METHOD);
    await expect(spend(openBudget('one'))).rejects.toEqual(problemLike('shop_rate_limited'));
    await spend(openBudget('two'));
  });

  test('A pause of a method stops no other method, also not of the shop that met it', async () => {
    await openBudget('one').paused(pauseOf('method', HOUR), METHOD);
    await spend(openBudget('one'), OTHER_METHOD);
    await expect(spend(openBudget('one'))).rejects.toEqual(problemLike('app_rate_limited'));
  });

  test('A pause of an app stops no other app, and one of an address no other address', async () => {
    await openBudget('one').paused(pauseOf('app', HOUR), METHOD);
    await spend(openBudget('two', { appKey: '87654321' }));
    await openBudget('three', { appKey: '87654321' }).paused(pauseOf('address', HOUR), METHOD);
    await spend(openBudget('four', { appKey: '87654321', address: 'there' }));
  });

  test('Every stopped shop knows the pause, and no call of it is counted', async () => {
    await openBudget('one').paused(pauseOf('app_day', HOUR), METHOD);
    const other = openBudget('two');
    await spend(other).catch(() => {});
    expect(await other.lastPause()).toMatchObject({ limit: 'app_day', until: NOW + HOUR });
    expect(await other.used()).toBe(0);
  });

  test('A pause that was not stated is doubled although another shop meets it again', async () => {
    await openBudget('one').paused(pauseOf('address', FUSE_MS, false), METHOD);
    clock.advance(FUSE_MS + MINUTE);
    const again = await openBudget('two').paused(pauseOf('address', FUSE_MS, false), METHOD);
    expect(again.until - clock.now()).toBe(2 * FUSE_MS);
  });

  test('A pause that was stated is not doubled for a shop that learns of it twice', async () => {
    for (let n = 0; n < 2; n += 1) {
      await openBudget('one').paused(pauseOf('address', FUSE_MS), METHOD);
      await spend(openBudget('two')).catch(() => {});
      clock.advance(FUSE_MS + MINUTE);
    }
    await spend(openBudget('two'));
  });

  test('A shared pause stops calls even if the store does not say which limit it has', async () => {
    await openBudget('one').paused(pauseOf('address', HOUR), METHOD);
    const unsure = openBudget('two', {}, (inner) => ({
      ...inner,
      get: (key) => (key.startsWith('limit:') ? Promise.reject(new Error('silent')) : inner.get(key)),
    }));
    await expect(spend(unsure)).rejects.toEqual(problemLike('calls_paused', { until: NOW + HOUR }));
  });

  test('A store that cannot be read lets no call through', async () => {
    const silent = openBudget('one', {}, (inner) => ({
      ...inner,
      get: (key) => (key.startsWith('pause:address') ? Promise.reject(new Error('silent')) : inner.get(key)),
    }));
    await expect(spend(silent)).rejects.toEqual(problemLike('budget_unavailable'));
  });
});

describe('End of a long pause', () => {
  beforeEach(async () => {
    await openBudget('one').paused(pauseOf('address', FUSE_MS, false), METHOD);
    clock.advance(FUSE_MS);
  });

  test('One shop tries whether it is over, and the others wait a minute', async () => {
    await spend(openBudget('two'));
    await expect(spend(openBudget('three'))).rejects.toEqual(
      problemLike('calls_paused', { until: NOW + FUSE_MS + MINUTE }),
    );
    clock.advance(MINUTE);
    for (const seller of ['three', 'four']) await spend(openBudget(seller));
  });

  test('Shops at two addresses that were paused at the same time try for themselves', async () => {
    clock.advance(HOUR);
    for (const address of ['here', 'there'])
      await openBudget('one', { address }).paused(pauseOf('address', FUSE_MS), METHOD);
    clock.advance(FUSE_MS);
    await spend(openBudget('two'));
    await spend(openBudget('three', { address: 'there' }));
  });

  test('If that call is refused, nobody else makes one', async () => {
    const probing = openBudget('two');
    await spend(probing);
    await probing.paused(pauseOf('address', FUSE_MS, false), METHOD);
    clock.advance(2 * MINUTE);
    for (const seller of ['one', 'two', 'three'])
      await expect(spend(openBudget(seller))).rejects.toEqual(problemLike('calls_paused'));
  });

  test('After a short pause all shops go on at once', async () => {
    clock.advance(HOUR);
    await openBudget('one').paused(pauseOf('address', 3 * SECOND), METHOD);
    clock.advance(3 * SECOND);
    await spend(openBudget('two'));
    await spend(openBudget('three'));
  });
});

describe("App's rate slots", () => {
  test('The shops of an app together send at most five requests in any second', async () => {
    const sent: number[] = [];
    for (let nth = 0; nth < 12; nth += 1) {
      await spend(openBudget(`shop${nth}`));
      sent.push(clock.now());
    }
    const highest = Math.max(
      ...sent.map((from) => sent.filter((at) => at >= from && at < from + SECOND).length),
    );
    expect(highest).toBeLessThanOrEqual(5);
  });

  test('A host that spaces all calls by itself waits for no slot', async () => {
    for (let nth = 0; nth < 12; nth += 1) await spend(openBudget(`shop${nth}`, { isSpaced: true }));
    expect(clock.now()).toBe(NOW);
  });

  test('An app without a free slot is limited, and the shop has paid nothing', async () => {
    const full = openBudget('one', {}, (inner) => ({
      ...inner,
      add: async (...entry) => !entry[0].startsWith('rate:app-') && inner.add(...entry),
      get: async (key) => (key.startsWith('rate:app-') ? '1' : inner.get(key)),
    }));
    await expect(spend(full)).rejects.toEqual(problemLike('app_rate_limited', { retryIn: 10 * SECOND }));
    expect(await full.used()).toBe(0);
  });

  test.each([
    ['declines', async () => false],
    ['refuses', async () => Promise.reject(new Error('full'))],
  ])('A store that %s the slot alone stops no shop, and delays none', async (_, declined) => {
    const declining = openBudget('one', {}, (inner) => ({
      ...inner,
      add: (...entry) => (entry[0].startsWith('rate:app-') ? declined() : inner.add(...entry)),
    }));
    await spend(declining);
    expect(clock.now()).toBe(NOW);
  });
});

describe("App's rate slots where the store takes its time", () => {
  /** The times at which the shops send that get a slot. @param everyMs one begins */
  async function sendTimes(shops: number, everyMs: number, storeOf: (time: Timeline) => Store) {
    const time = timeline(NOW);
    const slow = storeOf(time);
    const sent: number[] = [];
    const send = async (nth: number) => {
      await time.sleep(everyMs * nth);
      const budget = createBudget({
        seller: `shop${nth}`,
        store: slow,
        clock: time,
        random: seededRandom(),
        policy: { limit: 200, zone: 'Asia/Shanghai' },
        connectedAt: NOW,
        app: { appKey: '12345678', address: 'here' },
      });
      await budget.spend('interactive', METHOD).then(
        () => sent.push(time.now()),
        (error) => expect(error).toEqual(problemLike('app_rate_limited')),
      );
    };
    await time.run(Promise.all(Array.from({ length: shops }, (_, nth) => send(nth))));
    return sent.sort((a, b) => a - b);
  }
  const maxInASecond = (sent: number[]) =>
    Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + SECOND).length));
  /** A store that answers nothing between two times, and then all that it was asked meanwhile. */
  const stalled = (inner: Store, time: Timeline, { from, until }: { from: number; until: number }): Store => {
    const late =
      <A extends unknown[], R>(command: (...request: A) => Promise<R>) =>
      async (...request: A): Promise<R> => {
        const answer = await command(...request);
        if (time.now() >= from && time.now() < until) await time.sleep(until - time.now());
        return answer;
      };
    return { get: late(inner.get), set: late(inner.set), add: late(inner.add), delete: late(inner.delete) };
  };

  test('Calls whose slots a stalled store gives at the same moment are sent in later slots', async () => {
    const sent = await sendTimes(9, 300, (time) =>
      stalled(memoryStore(time), time, { from: NOW, until: NOW + 2500 }),
    );
    expect(sent).toHaveLength(9);
    expect(maxInASecond(sent)).toBeLessThanOrEqual(5);
  });

  test('Calls that are delayed after they were given a slot are sent in later slots', async () => {
    const sent = await sendTimes(9, 300, (time) => {
      const inner = memoryStore(time);
      return {
        ...inner,
        // The last that a claim writes.
        set: async (...entry) => {
          if (entry[0].endsWith(':used') && time.now() < NOW + 2500)
            await time.sleep(NOW + 2500 - time.now());
          return inner.set(...entry);
        },
      };
    });
    expect(maxInASecond(sent)).toBeLessThanOrEqual(5);
  });

  test('A store that stalls at any times lets at most five calls through in any second', async () => {
    const stalls = fc.array(fc.tuple(fc.nat({ max: 8000 }), fc.nat({ max: 2500 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(stalls, fc.integer({ min: 100, max: 400 }), async (each, everyMs) => {
        const sent = await sendTimes(20, everyMs, (time) =>
          each.reduce(
            (inner, [from, ms]) => stalled(inner, time, { from: NOW + from, until: NOW + from + ms }),
            memoryStore(time),
          ),
        );
        expect(maxInASecond(sent)).toBeLessThanOrEqual(5);
      }),
      { numRuns: 40 },
    );
  });
});

describe('Requests that are no call of a shop', () => {
  const openGate = (through = (inner: Store) => inner, app: Partial<AppScope> = {}) =>
    requestGate(
      { store: through(store), clock, random: seededRandom() },
      { appKey: '12345678', address: 'here', ...app },
    );
  const silent = () => silentStore;

  test('They share the slots of the app with its calls, and cost none', async () => {
    const budget = openBudget('one');
    const sent: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      await openGate().pass('/auth/token/create');
      sent.push(clock.now());
      await spend(budget);
      sent.push(clock.now());
    }
    expect(sent.map((at) => at - NOW)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => 300 * n));
    expect(await budget.used()).toBe(4);
  });

  test.each(['address', 'app', 'method'] as const)(
    'They wait for a pause of the limit %s, which a shop has met',
    async (limit) => {
      await openBudget('one').paused(pauseOf(limit, HOUR), '/auth/token/refresh');
      await expect(openGate().pass('/auth/token/refresh')).rejects.toEqual(
        problemLike(limit === 'address' ? 'calls_paused' : 'app_rate_limited'),
      );
    },
  );

  test('They are none of the calls of the day that an app has used up', async () => {
    await openBudget('one').paused(pauseOf('app_day', HOUR), METHOD);
    await openGate().pass('/auth/token/refresh');
  });

  test('A pause that one of them has met stops the shops', async () => {
    await openGate().paused(pauseOf('address', FUSE_MS), '/auth/token/create');
    await expect(spend(openBudget('one'))).rejects.toEqual(
      problemLike('calls_paused', { until: NOW + FUSE_MS }),
    );
  });

  test('A store that does not answer stops none', async () => {
    await openGate(silent).pass('/auth/token/create');
    expect(clock.now()).toBe(NOW);
  });

  test('One without a free slot is refused after five seconds', async () => {
    const full = openGate((inner) => ({
      ...inner,
      add: async () => false,
      get: async (key) => (key.startsWith('rate:') ? '1' : null),
    }));
    await expect(full.pass()).rejects.toEqual(problemLike('app_rate_limited'));
    expect(clock.now() - NOW).toBeLessThanOrEqual(5 * SECOND);
  });

  test('A host that spaces all requests by itself waits for no slot', async () => {
    for (let n = 0; n < 12; n += 1) await openGate(undefined, { isSpaced: true }).pass();
    expect(clock.now()).toBe(NOW);
  });
});

describe("App's calls of a day", () => {
  test('All shops together make no more calls than the app has', async () => {
    const [one, two] = [openBudget('one', { callsPerDay: 4 }), openBudget('two', { callsPerDay: 4 })];
    for (const each of [one, two, one, two]) await spend(each);
    await expect(spend(two)).rejects.toEqual(problemLike('app_quota_used_up', { resetsAt: MIDNIGHT }));
    await expect(spend(one)).rejects.toEqual(problemLike('app_quota_used_up', { resetsAt: MIDNIGHT }));
  });

  test('They cost the shops one call at most, and none of the next day', async () => {
    const one = openBudget('one', { callsPerDay: 1 });
    await spend(one);
    for (let nth = 0; nth < 5; nth += 1) await spend(one).catch(() => {});
    expect(await one.used()).toBe(2);
    clock.advance(MIDNIGHT - clock.now());
    await spend(one);
  });

  test('They are there again at midnight, also if they were used up soon after the midnight before', async () => {
    await spend(openBudget('one'));
    clock.advance(MIDNIGHT - NOW);
    const one = openBudget('one', { callsPerDay: 1 });
    for (const wait of [2 * DAY - 10 * MINUTE, 10 * MINUTE]) {
      await spend(one);
      await expect(spend(one)).rejects.toEqual(problemLike('app_quota_used_up'));
      clock.advance(wait);
    }
    await spend(one);
  });

  test('Without the setting nothing is counted', async () => {
    const one = openBudget('one');
    for (let nth = 0; nth < 20; nth += 1) await spend(one);
    expect(await one.used()).toBe(20);
  });

  test('A count that the store has lost stops no shop', async () => {
    const one = openBudget('one', { callsPerDay: 5 }, (inner) => ({
      ...inner,
      get: async (key) => (/^slots:app-.*:used/.test(key) ? null : inner.get(key)),
    }));
    for (let nth = 0; nth < 3; nth += 1) await spend(one);
  });
});

describe('Missing permission', () => {
  const denied = async (app: Partial<AppScope> = {}) => {
    const budget = openBudget('one', app);
    await budget.denied(METHOD, 'InsufficientPermission');
    return budget;
  };

  test('It is remembered for a day, and no call of the method is paid', async () => {
    const budget = await denied();
    await spend(budget, OTHER_METHOD);
    clock.advance(DAY - MINUTE);
    await expect(spend(budget)).rejects.toEqual(
      problemLike('permission_missing', { method: METHOD, code: 'InsufficientPermission' }),
    );
    expect(await budget.used()).toBe(0);
    clock.advance(MINUTE + SECOND);
    await spend(budget);
  });

  test('Other methods and other shops are called as before', async () => {
    await spend(await denied(), OTHER_METHOD);
    await spend(openBudget('two'));
  });

  test('It is forgotten when the shop is connected again', async () => {
    await denied({ connectedAt: NOW - DAY });
    await spend(openBudget('one', { connectedAt: NOW }));
  });

  test('It is known although another release has stored no code', async () => {
    await store.set(`denied:one:${METHOD}`, JSON.stringify({ connectedAt: NOW }), 60);
    await expect(spend(openBudget('one', { connectedAt: NOW }))).rejects.toEqual(
      problemLike('permission_missing', { method: METHOD, code: '' }),
    );
  });

  test.each(['', '{', '{"code":5}', JSON.stringify({ code: 5, connectedAt: NOW }), 'null'])(
    'A stored value %j that is none stops no call',
    async (text) => {
      await store.set(`denied:one:${METHOD}`, text, 60);
      await spend(openBudget('one', { connectedAt: NOW }));
    },
  );
});
