import { type Pause, pauseLimits } from '../../lib/aliexpress/limits.ts';
import { type Breaker, createBreaker } from '../../lib/budget/breaker.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';

describe('Breaker', () => {
  let clock: FixedClock;
  let store: Store;
  let breaker: Breaker;
  beforeEach(() => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    store = memoryStore(clock);
    breaker = createBreaker(store, clock);
  });
  const inMinutes = (minutes: number) => clock.now() + minutes * MINUTE;
  const pause = (until: number, changes: Partial<Pause> = {}): Pause => ({
    limit: 'address',
    until,
    isStated: true,
    ...changes,
  });

  test('No pause is reported while AliExpress has paused no calls', async () => {
    expect(await breaker.pausedUntil('shop')).toBeNull();
  });

  test('The breaker reports until when the calls of a shop are paused', async () => {
    const until = inMinutes(15);
    await breaker.trip('shop', pause(until));
    expect(await breaker.pausedUntil('shop')).toBe(until);
  });

  test.each(pauseLimits)('The last pause is reported with its limit "%s"', async (limit) => {
    const [from, until] = [clock.now(), inMinutes(15)];
    await breaker.trip('shop', pause(until, { limit }));
    expect(await breaker.lastPause('shop')).toEqual({ limit, from, until });
  });

  test('A pause is reported for a day after its end', async () => {
    await breaker.trip('shop', pause(inMinutes(15)));
    clock.advance(15 * MINUTE + DAY - SECOND);
    expect(await breaker.lastPause('shop')).not.toBeNull();
    clock.advance(SECOND);
    expect(await breaker.lastPause('shop')).toBeNull();
  });

  test('A pause ends by the time of the store although the clock is set back', async () => {
    const storeClock = fixedClock(new Date(clock.now()).toISOString());
    const paused = createBreaker(memoryStore(storeClock), clock);
    await paused.trip('shop', pause(inMinutes(15)));
    clock.advance(-26 * HOUR);
    expect(await paused.pausedUntil('shop')).not.toBeNull();
    storeClock.advance(20 * MINUTE);
    expect(await paused.pausedUntil('shop')).toBeNull();
  });

  test('A pause that begins later than now does not stand in the way of another one', async () => {
    await breaker.trip('shop', pause(inMinutes(15)));
    clock.advance(-26 * HOUR);
    expect(await breaker.lastPause('shop')).toBeNull();
    const next = inMinutes(15);
    expect(await breaker.trip('shop', pause(next))).toEqual(pause(next));
  });

  test('A stored pause that names a limit of another release is still a pause', async () => {
    await store.set('limit:shop', '{"limit":"moon","from":1,"until":2}', 60);
    expect(await breaker.lastPause('shop')).toEqual({ limit: 'address', from: 1, until: 2 });
  });

  test.each(['1e300', '-1', 'noon', '999999999999999'])('A pause until %j is none', async (value) => {
    await store.set('pause:shop', value, 60);
    expect(await breaker.pausedUntil('shop')).toBeNull();
  });

  test.each([1e300, 8.65e15, Date.UTC(2999, 0)])('A new pause replaces one until %d', async (until) => {
    await store.set('limit:shop', JSON.stringify({ limit: 'app', from: 1, until }), 60);
    expect(await breaker.lastPause('shop')).toBeNull();
    const next = inMinutes(15);
    expect(await breaker.trip('shop', pause(next))).toEqual(pause(next));
    expect(await breaker.pausedUntil('shop')).toBe(next);
  });

  test('A stored pause without a limit is one of the address', async () => {
    await store.set('limit:shop', '{"from":1,"until":2}', 60);
    expect(await breaker.lastPause('shop')).toEqual({ limit: 'address', from: 1, until: 2 });
  });

  test.each(['', 'never', '{"limit":"address","from":"yesterday"}'])(
    'A stored pause that reads %j counts as absent',
    async (stored) => {
      await store.set('limit:shop', stored, 60);
      expect(await breaker.lastPause('shop')).toBeNull();
    },
  );

  test('A pause holds for every caller that shares the store', async () => {
    await breaker.trip('shop', pause(inMinutes(15)));
    expect(await createBreaker(store, clock).pausedUntil('shop')).toBe(inMinutes(15));
  });

  test('A pause does not stop another shop', async () => {
    await breaker.trip('shop', pause(inMinutes(15)));
    expect(await breaker.pausedUntil('another shop')).toBeNull();
  });

  test('A pause holds until its last millisecond', async () => {
    await breaker.trip('shop', pause(inMinutes(15)));
    clock.advance(15 * MINUTE - 1);
    expect(await breaker.pausedUntil('shop')).not.toBeNull();
  });

  test('A pause ends when its time is over', async () => {
    await breaker.trip('shop', pause(inMinutes(15)));
    clock.advance(15 * MINUTE);
    expect(await breaker.pausedUntil('shop')).toBeNull();
  });

  test('A pause is not shortened by a later one that ends earlier', async () => {
    const until = inMinutes(15);
    await breaker.trip('shop', pause(until, { limit: 'app' }));
    expect(await breaker.trip('shop', pause(inMinutes(1)))).toMatchObject({ limit: 'app', until });
    expect(await breaker.pausedUntil('shop')).toBe(until);
  });

  test('A pause keeps its limit if a later one ends at the same time', async () => {
    await breaker.trip('shop', pause(inMinutes(15), { limit: 'app' }));
    expect(await breaker.trip('shop', pause(inMinutes(15)))).toMatchObject({ limit: 'app' });
    expect(await breaker.lastPause('shop')).toMatchObject({ limit: 'app' });
  });

  test('A pause is extended by a later one that ends later', async () => {
    const until = inMinutes(15);
    await breaker.trip('shop', pause(inMinutes(1)));
    await breaker.trip('shop', pause(until));
    expect(await breaker.pausedUntil('shop')).toBe(until);
  });

  test('Calls can be paused again after a pause has ended', async () => {
    await breaker.trip('shop', pause(inMinutes(1)));
    clock.advance(2 * MINUTE);
    await breaker.trip('shop', pause(inMinutes(1)));
    expect(await breaker.pausedUntil('shop')).toBe(inMinutes(1));
  });

  test('A pause that is over already is not stored', async () => {
    await breaker.trip('shop', pause(clock.now()));
    expect(await breaker.lastPause('shop')).toBeNull();
  });

  test('The breaker rejects if the store does not answer', async () => {
    await expect(createBreaker(silentStore, clock).pausedUntil('shop')).rejects.toThrow();
  });

  test('A pause is stored even if the earlier one cannot be read', async () => {
    await createBreaker({ ...store, get: silentStore.get }, clock).trip('shop', pause(inMinutes(15)));
    expect(await breaker.pausedUntil('shop')).toBe(inMinutes(15));
  });

  describe('Pause of an unknown length', () => {
    const guessed = (minutes: number, changes = {}) =>
      pause(inMinutes(minutes), { isStated: false, ...changes });
    /** The lengths of pauses that follow each other at once, in minutes. */
    async function lengths(count: number, idleMs = 0, next = () => guessed(15)): Promise<number[]> {
      const found: number[] = [];
      for (let n = 0; n < count; n += 1) {
        const { until } = await breaker.trip('shop', next());
        found.push((until - clock.now()) / MINUTE);
        clock.advance(until - clock.now() + idleMs);
      }
      return found;
    }

    test('A pause is doubled at every repetition, up to an hour', async () => {
      expect(await lengths(4)).toEqual([15, 30, 60, 60]);
    });

    test('A pause of seconds is doubled up to a minute, and one of a minute up to an hour', async () => {
      const ofSeconds = () => guessed(1 / 4, { limit: 'seller' });
      expect(await lengths(4, 0, ofSeconds)).toEqual([1 / 4, 1 / 2, 1, 1]);
      clock.advance(DAY);
      const ofAMinute = () => guessed(1, { limit: 'seller' });
      expect(await lengths(8, 0, ofAMinute)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    });

    test('A pause is not doubled if calls were accepted for as long as it lasted', async () => {
      expect(await lengths(3, 15 * MINUTE)).toEqual([15, 15, 15]);
    });

    test('A pause is doubled until calls were accepted for as long as it lasted', async () => {
      expect(await lengths(2, 15 * MINUTE - 1)).toEqual([15, 30]);
    });

    test('A pause is not doubled by a second refusal within it', async () => {
      const { until } = await breaker.trip('shop', guessed(15));
      clock.advance(MINUTE);
      expect((await breaker.trip('shop', guessed(15))).until).toBe(until + MINUTE);
    });

    test('A pause after a shorter one lasts as long as it would without that', async () => {
      await breaker.trip('shop', pause(clock.now() + 2 * SECOND));
      clock.advance(2 * SECOND);
      expect((await breaker.trip('shop', guessed(15))).until).toBe(inMinutes(15));
    });

    test('A pause of another limit is not doubled', async () => {
      await breaker.trip('shop', guessed(15));
      clock.advance(15 * MINUTE);
      expect((await breaker.trip('shop', guessed(1, { limit: 'app' }))).until).toBe(inMinutes(1));
    });

    test('A pause that AliExpress states is not doubled', async () => {
      await breaker.trip('shop', pause(inMinutes(15)));
      clock.advance(15 * MINUTE);
      expect((await breaker.trip('shop', pause(inMinutes(15)))).until).toBe(inMinutes(15));
    });

    test('A pause of over an hour that was stated is not shortened to an hour', async () => {
      await breaker.trip('shop', pause(clock.now() + 2 * HOUR));
      clock.advance(HOUR);
      expect((await breaker.trip('shop', guessed(15))).until).toBe(inMinutes(60));
    });
  });
});
