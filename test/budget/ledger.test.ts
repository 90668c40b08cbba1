import { HOUR } from '../../lib/runtime.ts';
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

describe('The ledger', () => {
  test('grants every call of the day, each with a slot of its own', async () => {
    expect(slotsOf(await openLedger().claimMany(200))).toEqual(upTo(200));
  });

  test('never grants more calls than the day has', async () => {
    expect(slotsOf(await openLedger({ limit: 5 }).claimMany(20))).toHaveLength(5);
  });

  test('says that the calls are used up', async () => {
    const [, , third] = await openLedger({ limit: 2 }).claimMany(3);
    expect(third).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('takes the lowest free slot', async () => {
    const ledger = openLedger();
    await ledger.claimMany(7);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 8 });
  });

  test('takes the lowest free slot beside a ledger in another process', async () => {
    const ledger = openLedger();
    await ledger.claimMany(3);
    const other = openLedger({ beside: ledger, seed: 2 });
    expect(slotsOf(await other.claimMany(1))).toEqual([4]);
  });

  test('grants no slot twice to callers who claim at the same moment', async () => {
    const ledger = openLedger({ limit: 20 });
    const claims = await Promise.all(Array.from({ length: 50 }, () => ledger.claim(SHOP, 'interactive')));
    expect(slotsOf(claims).sort((a, b) => a - b)).toEqual(upTo(20));
  });

  test('keeps a card of its own for every shop', async () => {
    const ledger = openLedger({ limit: 2 });
    await ledger.claimMany(2);
    expect(await ledger.claim('another shop', 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });

  test('counts the calls that were claimed', async () => {
    const ledger = openLedger();
    await ledger.claimMany(12);
    expect(await ledger.used(SHOP)).toBe(12);
  });

  test('counts nothing for a claim that was refused', async () => {
    const ledger = openLedger({ limit: 5 });
    await ledger.claimMany(9);
    expect(await ledger.used(SHOP)).toBe(5);
  });

  test.each([0, 1, 2, 63, 199, 200])('counts %d calls again when the note of them is lost', async (calls) => {
    const ledger = openLedger();
    await ledger.claimMany(calls);
    await ledger.store.delete(`card:${SHOP}:2026-11-21:used`);
    expect(await ledger.used(SHOP)).toBe(calls);
  });

  test('goes on at the right slot when the note of them is lost', async () => {
    const ledger = openLedger();
    await ledger.claimMany(63);
    await ledger.store.delete(`card:${SHOP}:2026-11-21:used`);
    expect(slotsOf(await ledger.claimMany(1))).toEqual([64]);
  });

  test('goes on at the right slot when the note of them is out of date', async () => {
    const ledger = openLedger();
    await ledger.claimMany(63);
    await ledger.store.set(`card:${SHOP}:2026-11-21:used`, '40', 3600);
    expect(slotsOf(await ledger.claimMany(1))).toEqual([64]);
  });

  test.each(['three', '3.5', '-1', ''])('counts calls again when the note of them says %j', async (note) => {
    const ledger = openLedger();
    await ledger.claimMany(3);
    await ledger.store.set(`card:${SHOP}:2026-11-21:used`, note, 3600);
    expect(await ledger.used(SHOP)).toBe(3);
  });

  test('counts no more calls than the day has, when it was given fewer in the middle of it', async () => {
    const ledger = openLedger({ limit: 50 });
    await ledger.claimMany(50);
    expect(await openLedger({ beside: ledger, limit: 20 }).used(SHOP)).toBe(20);
  });

  test('grants a call although the note of it cannot be written', async () => {
    const ledger = openLedger({ through: (store) => ({ ...store, set: silentStore.set }) });
    expect(slotsOf(await ledger.claimMany(3))).toEqual([1, 2, 3]);
  });
});

describe('A claim', () => {
  test('whose answer was lost is recognised by its own id and granted', async () => {
    const ledger = openLedger({ through: (store) => losingAnswers(store, 'add') });
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });

  test('whose answer was lost is not paid twice', async () => {
    const ledger = openLedger({ through: (store) => losingAnswers(store, 'add') });
    await ledger.claimMany(5);
    expect(await ledger.used(SHOP)).toBe(5);
  });

  test('of which nothing is known any more is not a grant', async () => {
    const ledger = openLedger({
      through: (store) => ({ ...losingAnswers(store, 'add'), get: failingFrom(store.get, 4) }),
    });
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({
      granted: false,
      reason: 'store_unavailable',
    });
  });

  test('of which nothing is known any more can be repeated, and is granted the slot it has', async () => {
    const ledger = openLedger({
      through: (store) => ({ ...losingAnswers(store, 'add'), get: failingFrom(store.get, 4) }),
    });
    const { id } = await ledger.claim(SHOP, 'interactive');
    const later = openLedger({ beside: ledger });
    expect(await later.claim(SHOP, 'interactive', id)).toEqual({ granted: true, slot: 1, id });
  });

  test('that is repeated is granted the same slot', async () => {
    const ledger = openLedger();
    const [, second] = await ledger.claimMany(4);
    expect(await ledger.claim(SHOP, 'interactive', second?.id)).toEqual(second);
  });

  test('that is repeated costs nothing', async () => {
    const ledger = openLedger();
    const [, second] = await ledger.claimMany(4);
    await ledger.claim(SHOP, 'interactive', second?.id);
    expect(await ledger.store.get(`card:${SHOP}:2026-11-21:5`)).toBeNull();
  });

  test('that is repeated although it was never written is granted a free slot', async () => {
    const ledger = openLedger();
    const failing = openLedger({
      beside: ledger,
      seed: 2,
      through: (store) => ({ ...store, add: silentStore.add }),
    });
    const { id } = await failing.claim(SHOP, 'interactive');
    await ledger.claimMany(3);
    expect(await ledger.claim(SHOP, 'interactive', id)).toEqual({ granted: true, slot: 4, id });
  });

  test.each<[string, (store: Store) => Store]>([
    ['does not answer at all', () => silentStore],
    ['does not take writes', (store) => ({ ...store, add: silentStore.add })],
    ['cannot be read', (store) => ({ ...store, get: silentStore.get })],
    ['refuses a write though the slot is free', (store) => ({ ...store, add: async () => false })],
    [
      'answers null to everything, as the Zapier cache does beyond its rate limit',
      () => zapierCacheStore({ get: async () => null, set: async () => null, delete: async () => false }),
    ],
  ])('is not granted where the store %s', async (_, through) => {
    expect(await openLedger({ through }).claim(SHOP, 'interactive')).toMatchObject({
      granted: false,
      reason: 'store_unavailable',
    });
  });
});

describe('The watch lane', () => {
  const leftByPolling = async (at: string, zone?: string) => {
    const ledger = openLedger({ at, ...(zone && { zone }) });
    return 200 - slotsOf(await ledger.claimMany(200, 'polling')).length;
  };

  test('leaves 20 calls to people at the start of the day', async () => {
    expect(await leftByPolling(DAY_START)).toBe(20);
  });

  test('leaves 10 calls to people at mid-day', async () => {
    expect(await leftByPolling(NOON)).toBe(10);
  });

  test('leaves one call at most to people at the end of the day', async () => {
    expect(await leftByPolling(LAST_MINUTE)).toBeLessThanOrEqual(1);
  });

  test('leaves 10 calls in the middle of a day of 23 hours', async () => {
    expect(await leftByPolling('2026-03-08T19:30:00Z', 'America/Los_Angeles')).toBe(10);
  });

  test('leaves 10 calls in the middle of a day of 25 hours', async () => {
    expect(await leftByPolling('2026-11-01T19:30:00Z', 'America/Los_Angeles')).toBe(10);
  });

  test('leaves half of a small budget to people at the start of the day', async () => {
    const ledger = openLedger({ at: DAY_START, limit: 10 });
    expect(slotsOf(await ledger.claimMany(10, 'polling'))).toHaveLength(5);
  });

  test('is told that the calls are used up when only the reserve is left', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.claimMany(180);
    expect(await ledger.claim(SHOP, 'polling')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('may go on later in the day with what people have not used', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.claimMany(180);
    ledger.clock.advance(12 * HOUR);
    expect(slotsOf(await ledger.claimMany(20, 'polling'))).toHaveLength(10);
  });
});

describe('The ask lane', () => {
  test('may use the whole card', async () => {
    expect(slotsOf(await openLedger({ at: DAY_START }).claimMany(200, 'interactive'))).toHaveLength(200);
  });

  test('may use what the watch lane has to leave', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.claimMany(200, 'polling');
    expect(slotsOf(await ledger.claimMany(30, 'interactive'))).toHaveLength(20);
  });
});

describe('When AliExpress says that the limit is reached', () => {
  test.each(['interactive', 'polling'] as const)(
    'the %s lane is refused, whatever was counted',
    async (lane) => {
      const ledger = openLedger();
      await ledger.markExhausted(SHOP);
      expect(await ledger.claim(SHOP, lane)).toMatchObject({ granted: false, reason: 'used_up' });
    },
  );

  test('all calls of the day count as used', async () => {
    const ledger = openLedger();
    await ledger.markExhausted(SHOP);
    expect(await ledger.used(SHOP)).toBe(200);
  });

  test('everybody is refused until the last moment of the day', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.markExhausted(SHOP);
    ledger.clock.advance(24 * HOUR - 1);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: false });
  });

  test('calls are granted again on the next day', async () => {
    const ledger = openLedger({ at: DAY_START });
    await ledger.markExhausted(SHOP);
    ledger.clock.advance(24 * HOUR);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });

  test('another shop goes on', async () => {
    const ledger = openLedger();
    await ledger.markExhausted(SHOP);
    expect(await ledger.claim('another shop', 'interactive')).toMatchObject({ granted: true });
  });
});

describe('A new day', () => {
  test('is a new card', async () => {
    const ledger = openLedger({ at: '2026-11-21T15:59:59Z', limit: 3 });
    await ledger.claimMany(3);
    ledger.clock.advance(1000);
    expect(slotsOf(await ledger.claimMany(4))).toEqual([1, 2, 3]);
  });

  test('has used nothing', async () => {
    const ledger = openLedger({ at: '2026-11-21T15:59:59Z' });
    await ledger.claimMany(3);
    ledger.clock.advance(1000);
    expect(await ledger.used(SHOP)).toBe(0);
  });

  test('leaves the card of the day before in place, for callers whose clock is behind', async () => {
    const ledger = openLedger({ at: '2026-11-21T15:59:59Z', limit: 3 });
    await ledger.claimMany(3);
    const behind = openLedger({
      beside: { clock: fixedClock(ledger.clock.now()), store: ledger.store },
      limit: 3,
    });
    ledger.clock.advance(23 * HOUR);
    expect(await behind.claim(SHOP, 'interactive')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test.each([
    ['23', '2026-03-08T08:00:00Z', 23],
    ['25', '2026-11-01T07:00:00Z', 25],
  ])('does not begin before a day of %s hours is over', async (_, midnight, hours) => {
    const ledger = openLedger({ at: midnight, zone: 'America/Los_Angeles', limit: 3 });
    await ledger.claimMany(3);
    ledger.clock.advance(hours * HOUR - 1);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: false });
  });

  test.each([
    ['23', '2026-03-08T08:00:00Z', 23],
    ['25', '2026-11-01T07:00:00Z', 25],
  ])('begins when a day of %s hours is over', async (_, midnight, hours) => {
    const ledger = openLedger({ at: midnight, zone: 'America/Los_Angeles', limit: 3 });
    await ledger.claimMany(3);
    ledger.clock.advance(hours * HOUR);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true, slot: 1 });
  });
});

/** `verb`, but it rejects from its nth call on. */
function failingFrom<A extends unknown[], T>(verb: (...request: A) => Promise<T>, nth: number) {
  let calls = 0;
  return async (...request: A): Promise<T> => {
    calls += 1;
    if (calls >= nth) throw new Error('no answer');
    return verb(...request);
  };
}
