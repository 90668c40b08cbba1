import { underLease } from '../../../lib/feeds/engine/lease.ts';
import { SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { problemLike } from '../../support/problem-like.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const KEY = 'lease:shop:orders';

describe('Lease', () => {
  let clock: FixedClock;
  let store: Store;
  const random = seededRandom();
  const hold = <T>(work: () => Promise<T>) => underLease(store, random, KEY, work);
  /** Work that lasts until the test ends it. */
  const holdOpen = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    return { held: hold(() => promise), end: resolve };
  };
  beforeEach(() => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    store = memoryStore(clock);
  });

  test('A lease returns the result of the work', async () => {
    expect(await hold(async () => 'done')).toBe('done');
  });

  test('One of many simultaneous callers is granted the lease', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => hold(async () => 'worked')));
    expect(answers.filter((answer) => answer === 'worked')).toHaveLength(1);
  });

  test('The other callers are told at once that the lease is taken', async () => {
    const { held, end } = holdOpen();
    expect(await hold(async () => 'done')).toBeUndefined();
    end('');
    await held;
  });

  test('A lease is free again when the work is done', async () => {
    await hold(async () => 'first');
    expect(await hold(async () => 'second')).toBe('second');
  });

  test('An error of the work is passed on', async () => {
    await expect(hold(() => Promise.reject(new Error('trouble')))).rejects.toThrow('trouble');
  });

  test('A lease is free again when the work has thrown an error', async () => {
    await hold(() => Promise.reject(new Error('trouble'))).catch(() => {});
    expect(await hold(async () => 'done')).toBe('done');
  });

  test('A lease blocks other callers while the work lasts, up to 30 seconds', async () => {
    const { held, end } = holdOpen();
    clock.advance(30 * SECOND - 1);
    expect(await hold(async () => 'done')).toBeUndefined();
    end('');
    await held;
  });

  test('A lease whose holder dies blocks other callers for at most 30 seconds', async () => {
    holdOpen();
    clock.advance(30 * SECOND);
    expect(await hold(async () => 'done')).toBe('done');
  });

  test('A caller that took too long does not release the lease of the next holder', async () => {
    const slow = holdOpen();
    clock.advance(30 * SECOND);
    const next = holdOpen();
    slow.end('');
    await slow.held;
    expect(await hold(async () => 'done')).toBeUndefined();
    next.end('');
    await next.held;
  });

  test('The work is not done if the store does not take the lease', async () => {
    let isDone = false;
    const work = async () => {
      isDone = true;
    };
    await expect(underLease(silentStore, random, KEY, work)).rejects.toEqual(
      problemLike('store_write_failed'),
    );
    expect(isDone).toBe(false);
  });

  test('The result is returned even if the lease cannot be released', async () => {
    store = { ...store, delete: silentStore.delete };
    expect(await hold(async () => 'done')).toBe('done');
  });
});
