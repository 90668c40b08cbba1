import type { Lane } from '../../lib/budget/ledger.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import { zapierCacheStore } from '../../lib/stores/zapier-cache.ts';
import { losingAnswers, silentStore } from '../support/failing-stores.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { openLedger, SHOP, slotsOf } from '../support/ledgers.ts';

/** Midnight in Beijing. */
const DAY_START = '2026-11-20T16:00:00Z';
const NOON = '2026-11-21T04:00:00Z';
const LAST_MINUTE = '2026-11-21T15:59:00Z';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('Ledger', () => {
  test('Every call of the day is granted with its own slot', async () => {
    expect(slotsOf(await openLedger().claimMany(200))).toEqual(upTo(200));
  });

  test('No more calls are granted than the day has', async () => {
    expect(slotsOf(await openLedger({ limit: 5 }).claimMany(20))).toHaveLength(5);
  });

  test('A claim is refused as used up when all calls of the day are granted', async () => {
    const [, , third] = await openLedger({ limit: 2 }).claimMany(3);
    expect(third).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('A claim takes the lowest free slot', async () => {
    const ledger = openLedger();
    await ledger.claimMany(7);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 8 });
  });

  describe('Claim that lasts until after midnight', () => {
    const slowAtMidnight = (isGated: boolean) => {
      const ledger = openLedger({
        at: '2026-11-21T15:00:00Z',
        through: (store, clock) => ({
          ...store,
          get: async (key) => {
            if (clock.now() === BEFORE_MIDNIGHT) clock.advance(3 * SECOND);
            return store.get(key);
          },
        }),
      });
      const claimAtMidnight = (lane: Lane) => {
        ledger.clock.advance(BEFORE_MIDNIGHT - ledger.clock.now());
        return ledger.claim(SHOP, lane, { isGated });
      };
      return { ledger, claimAtMidnight };
    };
    const BEFORE_MIDNIGHT = Date.parse('2026-11-21T15:59:58Z');

    test('A poll takes no slot beyond the limit of the day that has ended', async () => {
      const { ledger, claimAtMidnight } = slowAtMidnight(false);
      await ledger.claimMany(200);
      const claim = await claimAtMidnight('polling');
      expect(claim).toMatchObject({ granted: true, slot: 1, id: expect.stringMatching(/^2026-11-22/) });
    });

    test.each([false, true])('The next day pays for the call (gated: %s)', async (isGated) => {
      const { ledger, claimAtMidnight } = slowAtMidnight(isGated);
      await ledger.claimMany(3);
      const claim = await claimAtMidnight('interactive');
      expect(claim).toMatchObject({ granted: true, slot: 1, id: expect.stringMatching(/^2026-11-22/) });
      expect(await ledger.used(SHOP)).toBe(1);
    });
  });

  test('A claim takes the lowest free slot if another process claims from the same store', async () => {
    const ledger = openLedger();
    await ledger.claimMany(3);
    const other = openLedger({ sharing: ledger, seed: 2 });
    expect(slotsOf(await other.claimMany(1))).toEqual([4]);
  });

  test('No slot is granted twice to callers that claim at the same time', async () => {
    const ledger = openLedger({ limit: 20 });
    const claims = await Promise.all(Array.from({ length: 50 }, () => ledger.claim(SHOP, 'interactive')));
    expect(slotsOf(claims).sort((a, b) => a - b)).toEqual(upTo(20));
  });

  test('Each shop has its own table of slots', async () => {
    const ledger = openLedger({ limit: 2 });
    await ledger.claimMany(2);
    expect(await ledger.claim('another shop', 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });

  test('Claimed calls count as used', async () => {
    const ledger = openLedger();
    await ledger.claimMany(12);
    expect(await ledger.used(SHOP)).toBe(12);
  });

  test('A refused claim does not count as used', async () => {
    const ledger = openLedger({ limit: 5 });
    await ledger.claimMany(9);
    expect(await ledger.used(SHOP)).toBe(5);
  });

  test.each([0, 1, 2, 63, 199, 200])(
    'The number of %d used calls is found again when the stored count is lost',
    async (calls) => {
      const ledger = openLedger();
      await ledger.claimMany(calls);
      await ledger.store.delete(`slots:${SHOP}:2026-11-21:used`);
      expect(await ledger.used(SHOP)).toBe(calls);
    },
  );

  test('Claims resume at the right slot when the stored count is lost', async () => {
    const ledger = openLedger();
    await ledger.claimMany(63);
    await ledger.store.delete(`slots:${SHOP}:2026-11-21:used`);
    expect(slotsOf(await ledger.claimMany(1))).toEqual([64]);
  });

  test('Claims resume at the right slot when the stored count is out of date', async () => {
    const ledger = openLedger();
    await ledger.claimMany(63);
    await ledger.store.set(`slots:${SHOP}:2026-11-21:used`, '40', 3600);
    expect(slotsOf(await ledger.claimMany(1))).toEqual([64]);
  });

  test.each(['three', '3.5', '-1', ''])(
    'The used calls are counted again when the stored count is %j',
    async (stored) => {
      const ledger = openLedger();
      await ledger.claimMany(3);
      await ledger.store.set(`slots:${SHOP}:2026-11-21:used`, stored, 3600);
      expect(await ledger.used(SHOP)).toBe(3);
    },
  );

  test('No more calls count as used than the day has after its limit was lowered', async () => {
    const ledger = openLedger({ limit: 50 });
    await ledger.claimMany(50);
    expect(await openLedger({ sharing: ledger, limit: 20 }).used(SHOP)).toBe(20);
  });

  test('A call is granted even if the count cannot be stored', async () => {
    const set: Store['set'] = async (key) => key === `slots:${SHOP}:day`;
    const ledger = openLedger({ through: (store) => ({ ...store, set }) });
    expect(slotsOf(await ledger.claimMany(3))).toEqual([1, 2, 3]);
  });
});

describe('Claim', () => {
  test('A claim whose answer was lost is recognized by its own id and granted', async () => {
    const ledger = openLedger({ through: (store) => losingAnswers(store, 'add') });
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });

  test('A claim whose answer was lost is not paid twice', async () => {
    const ledger = openLedger({ through: (store) => losingAnswers(store, 'add') });
    await ledger.claimMany(5);
    expect(await ledger.used(SHOP)).toBe(5);
  });

  test('A claim whose outcome cannot be known is not granted', async () => {
    const ledger = openLedger({
      through: (store) => ({ ...losingAnswers(store, 'add'), get: failingFrom(store.get, 6) }),
    });
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({
      granted: false,
      reason: 'store_unavailable',
    });
  });

  test('A claim whose outcome was not known is granted its own slot when it is repeated', async () => {
    const ledger = openLedger({
      through: (store) => ({ ...losingAnswers(store, 'add'), get: failingFrom(store.get, 6) }),
    });
    const { id } = await ledger.claim(SHOP, 'interactive');
    const later = openLedger({ sharing: ledger });
    expect(await later.claim(SHOP, 'interactive', { id })).toMatchObject({ granted: true, slot: 1, id });
  });

  test('A repeated claim is granted the same slot', async () => {
    const ledger = openLedger();
    const [, second] = await ledger.claimMany(4);
    expect(await ledger.claim(SHOP, 'interactive', { id: second?.id })).toEqual(second);
  });

  test('A repeated claim costs no further call', async () => {
    const ledger = openLedger();
    const [, second] = await ledger.claimMany(4);
    await ledger.claim(SHOP, 'interactive', { id: second?.id });
    expect(await ledger.store.get(`slots:${SHOP}:2026-11-21:5`)).toBeNull();
  });

  test('A repeated claim that was never written is granted a free slot', async () => {
    const ledger = openLedger();
    const failing = openLedger({
      sharing: ledger,
      seed: 2,
      through: (store) => ({ ...store, add: silentStore.add }),
    });
    const { id } = await failing.claim(SHOP, 'interactive');
    await ledger.claimMany(3);
    expect(await ledger.claim(SHOP, 'interactive', { id })).toMatchObject({ granted: true, slot: 4, id });
  });

  test.each<[string, (store: Store) => Store]>([
    ['does not answer at all', () => silentStore],
    ['does not take writes', (store) => ({ ...store, add: silentStore.add })],
    ['cannot be read', (store) => ({ ...store, get: silentStore.get })],
    ['refuses a write although the slot is free', (store) => ({ ...store, add: async () => false })],
    [
      'answers null, as the Zapier cache does beyond its rate limit',
      () => zapierCacheStore({ get: async () => null, set: async () => null, delete: async () => false }),
    ],
  ])('A claim is not granted if the store %s', async (_, through) => {
    expect(await openLedger({ through }).claim(SHOP, 'interactive')).toMatchObject({
      granted: false,
      reason: 'store_unavailable',
    });
  });
});

describe('Polling lane', () => {
  const leftByPolling = async (at: string, zone?: string) => {
    const ledger = openLedger({ at, ...(zone && { zone }) });
    return 200 - slotsOf(await ledger.claimMany(200, 'polling')).length;
  };

  test('Polling leaves 20 calls to interactive steps at the start of the day', async () => {
    expect(await leftByPolling(DAY_START)).toBe(20);
  });

  test('Polling leaves 10 calls to interactive steps at midday', async () => {
    expect(await leftByPolling(NOON)).toBe(10);
  });

  test('Polling leaves at most one call to interactive steps at the end of the day', async () => {
    expect(await leftByPolling(LAST_MINUTE)).toBeLessThanOrEqual(1);
  });

  test('Polling leaves 10 calls in the middle of a day of 23 hours', async () => {
    expect(await leftByPolling('2026-03-08T19:30:00Z', 'America/Los_Angeles')).toBe(10);
  });

  test('Polling leaves 10 calls in the middle of a day of 25 hours', async () => {
    expect(await leftByPolling('2026-11-01T19:30:00Z', 'America/Los_Angeles')).toBe(10);
  });

  test('Polling leaves half of a small budget at the start of the day', async () => {
    const ledger = openLedger({ at: DAY_START, limit: 10 });
    expect(slotsOf(await ledger.claimMany(10, 'polling'))).toHaveLength(5);
  });

  test('Polling is refused as used up when only the reserve is left', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.claimMany(180);
    expect(await ledger.claim(SHOP, 'polling')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('Polling uses the reserve later in the day if interactive steps have not used it', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.claimMany(180);
    ledger.clock.advance(12 * HOUR);
    expect(slotsOf(await ledger.claimMany(20, 'polling'))).toHaveLength(10);
  });
});

describe('Interactive lane', () => {
  test('Interactive steps may use all calls of the day', async () => {
    expect(slotsOf(await openLedger({ at: DAY_START }).claimMany(200, 'interactive'))).toHaveLength(200);
  });

  test('Interactive steps may use the calls that polling leaves', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.claimMany(200, 'polling');
    expect(slotsOf(await ledger.claimMany(30, 'interactive'))).toHaveLength(20);
  });
});

describe('Closed day', () => {
  test.each(['interactive', 'polling'] as const)(
    'The %s lane is refused after AliExpress has said that the limit is reached',
    async (lane) => {
      const ledger = openLedger();
      await ledger.close(SHOP, ledger.clock.now());
      expect(await ledger.claim(SHOP, lane)).toMatchObject({ granted: false, reason: 'used_up' });
    },
  );

  test('All calls count as used after AliExpress has said that the limit is reached', async () => {
    const ledger = openLedger();
    await ledger.close(SHOP, ledger.clock.now());
    expect(await ledger.used(SHOP)).toBe(200);
  });

  test('A closed day lasts until its last millisecond', async () => {
    const ledger = openLedger();
    await ledger.close(SHOP, ledger.clock.now());
    ledger.clock.advance(14 * HOUR - 1);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: false });
  });

  test('Calls are granted again on the day after a closed one', async () => {
    const ledger = openLedger();
    await ledger.claimMany(1);
    await ledger.close(SHOP, ledger.clock.now());
    ledger.clock.advance(14 * HOUR);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });

  test('A day is closed although it cannot be read whether it is closed', async () => {
    const ledger = openLedger({ through: (store) => ({ ...store, get: silentStore.get }) });
    await ledger.close(SHOP, ledger.clock.now());
    const { claim } = openLedger({ sharing: ledger });
    expect(await claim(SHOP, 'interactive')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('A day that cannot be read stays closed until its end', async () => {
    const ledger = openLedger();
    await ledger.close(SHOP, ledger.clock.now());
    const blind = openLedger({ sharing: ledger, through: (store) => ({ ...store, get: silentStore.get }) });
    await blind.close(SHOP, Date.parse(DAY_START));
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('A claim whose answer was lost is not refused because the day was closed meanwhile', async () => {
    const ledger = openLedger();
    let answers = 0;
    const claim: Store['claim'] = async () => {
      answers += 1;
      if (answers === 1) throw new Error('the answer was lost');
      return { outcome: 'used_up', until: ledger.clock.now() + HOUR };
    };
    const atOnce = openLedger({ sharing: ledger, through: (store) => ({ ...store, claim }) });
    const answer = await atOnce.claim(SHOP, 'interactive');
    expect(answer).toEqual({ granted: false, reason: 'store_unavailable', id: expect.any(String) });
  });

  test.each(['garbage', '-5', ''])('A day is closed although the store says %j of it', async (value) => {
    const ledger = openLedger();
    await ledger.store.set(`slots:${SHOP}:2026-11-21:closed`, value, 3600);
    await ledger.close(SHOP, ledger.clock.now());
    expect(await ledger.claim(SHOP, 'polling')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('From ten minutes after midnight on a day is closed until its end', () => {
    const { closedUntil } = openLedger();
    const midnight = Date.parse(DAY_START);
    const tenMinutes = 10 * MINUTE;
    expect([tenMinutes - 1, tenMinutes].map((after) => closedUntil(midnight + after) - midnight)).toEqual([
      2 * tenMinutes - 1,
      24 * HOUR,
    ]);
  });

  test('A closed day of one shop does not stop another shop', async () => {
    const ledger = openLedger();
    await ledger.close(SHOP, ledger.clock.now());
    expect(await ledger.claim('another shop', 'interactive')).toMatchObject({ granted: true });
  });
});

describe('New quota day', () => {
  test('A new day has all its slots', async () => {
    const ledger = openLedger({ at: '2026-11-21T15:59:59Z', limit: 3 });
    await ledger.claimMany(3);
    ledger.clock.advance(1000);
    expect(slotsOf(await ledger.claimMany(4))).toEqual([1, 2, 3]);
  });

  test('A new day has no used calls', async () => {
    const ledger = openLedger({ at: '2026-11-21T15:59:59Z' });
    await ledger.claimMany(3);
    ledger.clock.advance(1000);
    expect(await ledger.used(SHOP)).toBe(0);
  });

  test('The slots of the day before stay taken for callers whose clock is behind', async () => {
    const ledger = openLedger({ at: '2026-11-21T15:59:59Z', limit: 3 });
    await ledger.claimMany(3);
    const behind = openLedger({
      sharing: { clock: fixedClock(ledger.clock.now()), store: ledger.store },
      limit: 3,
    });
    ledger.clock.advance(23 * HOUR);
    expect(await behind.claim(SHOP, 'interactive')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test.each([
    ['23', '2026-03-08T08:00:00Z', 23],
    ['25', '2026-11-01T07:00:00Z', 25],
  ])('A new day does not begin before a day of %s hours is over', async (_, midnight, hours) => {
    const ledger = openLedger({ at: midnight, zone: 'America/Los_Angeles', limit: 3 });
    await ledger.claimMany(3);
    ledger.clock.advance(hours * HOUR - 1);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: false });
  });

  test.each([
    ['23', '2026-03-08T08:00:00Z', 23],
    ['25', '2026-11-01T07:00:00Z', 25],
  ])('A new day begins when a day of %s hours is over', async (_, midnight, hours) => {
    const ledger = openLedger({ at: midnight, zone: 'America/Los_Angeles', limit: 3 });
    await ledger.claimMany(3);
    ledger.clock.advance(hours * HOUR);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });
});

/** `verb`, which rejects from its nth call on. */
function failingFrom<A extends unknown[], T>(verb: (...request: A) => Promise<T>, nth: number) {
  let calls = 0;
  return async (...request: A): Promise<T> => {
    calls += 1;
    if (calls >= nth) throw new Error('no answer');
    return verb(...request);
  };
}
