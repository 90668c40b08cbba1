import { type Pause, type PauseLimit, pauseLimits } from '../../lib/aliexpress/limits.ts';
import { type Budget, createBudget } from '../../lib/budget/budget.ts';
import type { ProblemKind } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** 10:00 in Beijing. */
const NOW = Date.parse('2026-11-21T02:00:00Z');
const MIDNIGHT = Date.parse('2026-11-21T16:00:00Z');
const zone = 'Asia/Shanghai';
/** The pause of an address that has sent too fast. */
const fuse = (): Pause => ({ limit: 'address', until: NOW + 900_000, isStated: false });

interface OpenBudget extends Budget {
  /** How often AliExpress was asked for the time. */
  asked(): number;
  clock: FixedClock;
  store: Store;
}

interface BudgetOptions {
  limit?: number;
  through?: (store: Store) => Store;
  /** How far AliExpress's time may be ahead. */
  aheadMs?: number;
  /** By how much AliExpress says that it is ahead when it is asked; left out where it does not answer. */
  statedMs?: number;
}

function openBudget(options: BudgetOptions = {}): OpenBudget {
  const { limit = 200, through = (store) => store, aheadMs, statedMs } = options;
  const clock = fixedClock(NOW);
  const store = memoryStore(clock);
  const policy = { limit, zone };
  let asked = 0;
  let range = { before: Math.max(0, -(aheadMs ?? 0)), after: Math.max(0, aheadMs ?? 0) };
  const time = {
    range: () => ({ earliest: clock.now() - range.before, latest: clock.now() + range.after }),
    fetchTime: async () => {
      asked += 1;
      if (statedMs === undefined) return;
      clock.advance(statedMs);
      range = { before: 0, after: 0 };
    },
  };
  const budget = createBudget({
    seller: 'shop',
    store: through(store),
    clock,
    random: seededRandom(),
    policy,
    connectedAt: NOW,
    ...(aheadMs !== undefined && { time }),
  });
  return { ...budget, clock, store, asked: () => asked };
}

/** A store that refuses to `add` keys with this prefix. */
const declining = (prefix: string) => (store: Store) => ({
  ...store,
  add: async (...request: Parameters<Store['add']>) =>
    !request[0].startsWith(prefix) && (await store.add(...request)),
});

describe('Budget', () => {
  test('A call that is spent counts as used', async () => {
    const budget = openBudget();
    await budget.spend('interactive');
    expect(await budget.used()).toBe(1);
  });

  test('The calls of yesterday are those of the quota day before, and not those of today', async () => {
    const budget = openBudget();
    await budget.spend('interactive');
    await budget.spend('interactive');
    budget.clock.advance(MIDNIGHT - NOW);
    await budget.spend('interactive');
    expect(await budget.usedYesterday()).toBe(2);
    expect(await budget.used()).toBe(1);
  });

  test('The budget names the quota day in which calls are counted', () => {
    expect(openBudget().today()).toMatchObject({ name: '2026-11-21', end: MIDNIGHT });
  });

  test('A call is refused with the time of the reset when the calls of the day are used up', async () => {
    const budget = openBudget({ limit: 2 });
    await budget.spend('interactive');
    await budget.spend('interactive');
    await expect(budget.spend('interactive')).rejects.toEqual(
      problemLike('budget_used_up', { limit: 2, resetsAt: MIDNIGHT, zone }),
    );
  });

  describe('Call of which it is not certain in which of two days it counts', () => {
    const openAfterMidnight = async (limit: number) => {
      const budget = openBudget({ limit, aheadMs: -HOUR });
      await budget.spend('interactive');
      budget.clock.advance(MIDNIGHT - NOW + MINUTE);
      return budget;
    };

    test('Both days pay for it', async () => {
      const budget = await openAfterMidnight(3);
      await budget.spend('interactive');
      expect([await budget.usedYesterday(), await budget.used()]).toEqual([2, 1]);
    });

    test('It is refused if one of the two days is used up, until both times agree on the day', async () => {
      const budget = await openAfterMidnight(1);
      await expect(budget.spend('interactive')).rejects.toEqual(
        problemLike('budget_used_up', { resetsAt: MIDNIGHT + HOUR }),
      );
      expect(await budget.used()).toBe(0);
      budget.clock.advance(HOUR);
      await budget.spend('interactive');
      expect(await budget.used()).toBe(1);
    });

    test('AliExpress is asked for its time first, and the day that it says pays alone', async () => {
      const budget = openBudget({ aheadMs: HOUR, statedMs: HOUR });
      await budget.spend('interactive');
      budget.clock.advance(MIDNIGHT - NOW - MINUTE);
      await budget.spend('interactive');
      expect([await budget.usedYesterday(), await budget.used(), budget.asked()]).toEqual([1, 1, 1]);
    });

    test('The next day pays as well where AliExpress does not say, also for the first call of a shop', async () => {
      const budget = openBudget({ aheadMs: HOUR });
      budget.clock.advance(MIDNIGHT - NOW - MINUTE);
      await budget.spend('interactive');
      expect([await budget.used(), budget.asked()]).toEqual([1, 1]);
      budget.clock.advance(MINUTE);
      expect(await budget.used()).toBe(1);
    });

    test('It is refused while calls are paused, and neither is AliExpress asked nor does a day pay for it', async () => {
      const budget = await openAfterMidnight(3);
      const until = budget.clock.now() + 15 * MINUTE;
      await budget.paused({ limit: 'address', until, isStated: true });
      await expect(budget.spend('interactive')).rejects.toEqual(problemLike('calls_paused', { until }));
      expect([await budget.usedYesterday(), await budget.used(), budget.asked()]).toEqual([1, 0, 0]);
    });

    test('It is refused while calls are paused by the earlier time, and no day pays for it', async () => {
      const budget = await openAfterMidnight(3);
      const until = budget.clock.now() - MINUTE / 2;
      budget.clock.advance(-15 * MINUTE);
      await budget.paused({ limit: 'address', until, isStated: true });
      budget.clock.advance(15 * MINUTE);
      await expect(budget.spend('interactive')).rejects.toEqual(
        problemLike('calls_paused', { until: until + HOUR }),
      );
      expect([await budget.usedYesterday(), await budget.used()]).toEqual([1, 0]);
    });

    test('It is refused if the store has lost the count of one of the days, until both times agree', async () => {
      const budget = await openAfterMidnight(3);
      for (const mark of ['used', 'used:2', 'used:3'])
        await budget.store.delete(`slots:shop:2026-11-21:${mark}`);
      await expect(budget.spend('interactive')).rejects.toEqual(
        problemLike('store_forgot', { resetsAt: MIDNIGHT + HOUR }),
      );
    });

    test('One day pays where both times lie in it', async () => {
      const budget = openBudget({ aheadMs: -HOUR });
      await budget.spend('interactive');
      expect([await budget.usedYesterday(), await budget.used(), budget.asked()]).toEqual([0, 1, 0]);
    });
  });

  test('Polling is refused when only the reserve is left', async () => {
    const budget = openBudget({ limit: 4 });
    for (let n = 0; n < 3; n += 1) await budget.spend('polling');
    await expect(budget.spend('polling')).rejects.toEqual(problemLike('budget_used_up'));
  });

  test('Calls are paid again on the next day', async () => {
    const budget = openBudget({ limit: 1 });
    await budget.spend('interactive');
    budget.clock.advance(MIDNIGHT - NOW);
    await budget.spend('interactive');
    expect(await budget.used()).toBe(1);
  });

  test('The budget is used up when AliExpress says so', async () => {
    const budget = openBudget();
    await budget.limitReached(budget.clock.now());
    await expect(budget.spend('interactive')).rejects.toEqual(problemLike('budget_used_up'));
  });

  describe('Limit around midnight', () => {
    const LAST_MOMENT = MIDNIGHT - 100;
    /** A budget at the last moment of the day, with one call claimed. */
    async function atLastMoment() {
      const budget = openBudget();
      await budget.spend('interactive');
      budget.clock.advance(LAST_MOMENT - NOW);
      const claimedAt = await budget.spend('interactive');
      budget.clock.advance(400);
      return { budget, claimedAt };
    }

    test('A limit is charged to the day of the claim, and not to that of the answer', async () => {
      const { budget, claimedAt } = await atLastMoment();
      await budget.limitReached(claimedAt);
      expect([await budget.usedYesterday(), await budget.used()]).toEqual([200, 0]);
    });

    const spendAtOnce = async (budget: Budget) => {
      const spent = await Promise.allSettled(Array.from({ length: 5 }, () => budget.spend('interactive')));
      return spent.filter(({ status }) => status === 'fulfilled').length;
    };

    test('After a limit before midnight, one caller checks it and the others wait a minute', async () => {
      const { budget, claimedAt } = await atLastMoment();
      await budget.limitReached(claimedAt);
      expect(await spendAtOnce(budget)).toBe(1);
      const waits = { resetsAt: MIDNIGHT + MINUTE };
      await expect(budget.spend('polling')).rejects.toEqual(problemLike('budget_used_up', waits));
      budget.clock.advance(MINUTE);
      expect(await spendAtOnce(budget)).toBe(5);
    });

    test('After a limit soon after midnight, one caller checks it ten minutes later', async () => {
      const { budget } = await atLastMoment();
      await budget.limitReached(await budget.spend('interactive'));
      budget.clock.advance(10 * MINUTE);
      expect(await spendAtOnce(budget)).toBe(1);
      await budget.limitReached(budget.clock.now());
      budget.clock.advance(MINUTE);
      expect(await spendAtOnce(budget)).toBe(0);
    });

    test('A caller does not check the limit if the store does not say who does', async () => {
      const through = (store: Store) => ({
        ...store,
        add: (...request: Parameters<Store['add']>) =>
          request[0].endsWith(':recheck') ? Promise.reject(new Error('no answer')) : store.add(...request),
      });
      const budget = openBudget({ through });
      budget.clock.advance(LAST_MOMENT - NOW);
      await budget.limitReached(await budget.spend('interactive'));
      budget.clock.advance(400);
      await expect(budget.spend('interactive')).rejects.toEqual(problemLike('budget_unavailable'));
    });

    test('Calls are paid after midnight although the last call of the day before was refused', async () => {
      const { budget, claimedAt } = await atLastMoment();
      await budget.limitReached(claimedAt);
      await budget.spend('interactive');
      expect(await budget.used()).toBe(1);
    });

    test('The error of a call of the day before names a reset that has come', async () => {
      const { budget, claimedAt } = await atLastMoment();
      expect(() => budget.failUsedUp(claimedAt)).toThrow(
        problemLike('budget_used_up', { resetsAt: MIDNIGHT }),
      );
    });

    /** A budget of a new day whose first call AliExpress has refused. */
    async function refusedAfterMidnight() {
      const { budget } = await atLastMoment();
      const claimedAt = await budget.spend('interactive');
      await budget.limitReached(claimedAt);
      return { budget, claimedAt };
    }

    test('A limit soon after midnight stops calls for ten minutes', async () => {
      const { budget, claimedAt } = await refusedAfterMidnight();
      budget.clock.advance(10 * MINUTE - 1);
      await expect(budget.spend('interactive')).rejects.toEqual(
        problemLike('budget_used_up', { resetsAt: claimedAt + 10 * MINUTE }),
      );
    });

    test('One call is paid ten minutes after a limit soon after midnight', async () => {
      const { budget } = await refusedAfterMidnight();
      budget.clock.advance(10 * MINUTE);
      await budget.spend('interactive');
      expect(await budget.used()).toBe(2);
    });

    test('The day is over if the call ten minutes later is refused as well', async () => {
      const { budget } = await refusedAfterMidnight();
      budget.clock.advance(10 * MINUTE);
      await budget.limitReached(await budget.spend('interactive'));
      await expect(budget.spend('interactive')).rejects.toEqual(
        problemLike('budget_used_up', { resetsAt: MIDNIGHT + DAY }),
      );
    });

    test('A late answer to a call soon after midnight does not open the day again', async () => {
      const { budget, claimedAt } = await refusedAfterMidnight();
      budget.clock.advance(10 * MINUTE);
      await budget.limitReached(await budget.spend('interactive'));
      await budget.limitReached(claimedAt);
      budget.clock.advance(10 * MINUTE);
      await expect(budget.spend('interactive')).rejects.toEqual(problemLike('budget_used_up'));
    });
  });

  test('A call is refused with the time of the reset after the store has lost the count', async () => {
    const budget = openBudget();
    await budget.spend('interactive');
    for (const mark of ['used', 'used:2', 'used:3'])
      await budget.store.delete(`slots:shop:2026-11-21:${mark}`);
    expect(await budget.isForgotten()).toBe(true);
    await expect(budget.spend('interactive')).rejects.toEqual(
      problemLike('store_forgot', { resetsAt: MIDNIGHT, zone }),
    );
  });

  test('The error for used-up calls names the time of the reset', () => {
    const budget = openBudget();
    expect(() => budget.failUsedUp(NOW)).toThrow(problemLike('budget_used_up', { resetsAt: MIDNIGHT }));
  });

  test('A call is refused with the end of the pause while calls are paused', async () => {
    const budget = openBudget();
    await budget.paused(fuse());
    expect(await budget.lastPause()).toEqual({ limit: 'address', from: NOW, until: NOW + 900_000 });
    await expect(budget.spend('interactive')).rejects.toEqual(
      problemLike('calls_paused', { until: NOW + 900_000, now: NOW }),
    );
  });

  test('No call is claimed while calls are paused', async () => {
    const budget = openBudget();
    await budget.paused(fuse());
    await budget.spend('interactive').catch(() => {});
    expect(await budget.used()).toBe(0);
  });

  test('Calls are paid again when the pause is over', async () => {
    const budget = openBudget();
    await budget.paused(fuse());
    budget.clock.advance(900_000);
    await budget.spend('interactive');
    expect(await budget.used()).toBe(1);
  });

  test.each<[PauseLimit, ProblemKind]>([
    ['address', 'calls_paused'],
    ['seller', 'shop_rate_limited'],
    ['app', 'app_rate_limited'],
    ['app_day', 'app_quota_used_up'],
  ])('A call that is refused because of the limit "%s" is the problem %s', async (limit, kind) => {
    const budget = openBudget();
    await budget.paused({ limit, until: NOW + 900_000, isStated: true });
    await expect(budget.spend('interactive')).rejects.toEqual(problemLike(kind));
  });

  test('A call is refused while calls are paused, even if the limit is not known', async () => {
    const budget = openBudget({
      through: (store) => ({
        ...store,
        get: (key) => (key.startsWith('limit:') ? silentStore.get(key) : store.get(key)),
      }),
    });
    await budget.paused(fuse());
    await expect(budget.spend('interactive')).rejects.toEqual(problemLike('calls_paused'));
  });

  test('A missing permission stops no call of a shop that shares nothing with others', async () => {
    const budget = openBudget();
    await budget.denied('a.method', 'InsufficientPermission');
    await budget.spend('interactive', 'a.method');
    expect(await budget.used()).toBe(1);
  });

  test('No pause ends the day of the shop', async () => {
    const budget = openBudget();
    for (const limit of pauseLimits) await budget.paused({ limit, until: NOW + 1_000, isStated: true });
    budget.clock.advance(1_000);
    await budget.spend('interactive');
    expect(await budget.used()).toBe(1);
  });

  test('Calls that are paid at once are sent 300 ms apart', async () => {
    const budget = openBudget();
    for (let n = 0; n < 9; n += 1) await budget.spend('interactive');
    expect(budget.clock.now() - NOW).toBe(8 * 300);
  });

  test.each<[string, (store: Store) => Store]>([
    ['does not answer', () => silentStore],
    ['cannot be read', (store) => ({ ...store, get: silentStore.get })],
    ['does not take claims', (store) => ({ ...store, add: silentStore.add })],
    ['gives no rate-limit slot', declining('rate:')],
  ])('A call is refused if the store %s', async (_, through) => {
    await expect(openBudget({ through }).spend('interactive')).rejects.toEqual(
      problemLike('budget_unavailable'),
    );
  });

  test('No call is claimed if it cannot be known whether calls are paused', async () => {
    const budget = openBudget({
      through: (store) => ({
        ...store,
        get: (key) => (key.startsWith('pause:') ? silentStore.get(key) : store.get(key)),
      }),
    });
    await budget.spend('interactive').catch(() => {});
    expect(await budget.used()).toBe(0);
  });

  test('The number of used calls is not guessed if the store does not answer', async () => {
    await expect(openBudget({ through: () => silentStore }).used()).rejects.toThrow();
  });
});
