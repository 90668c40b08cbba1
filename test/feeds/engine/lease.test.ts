import { underLease } from '../../../lib/feeds/engine/lease.ts';
import { SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const KEY = 'lease:shop:orders';

describe('A lease', () => {
  let clock: FixedClock;
  let store: Store;
  const random = seededRandom();
  const hold = <T>(work: () => Promise<T>) => underLease(store, random, KEY, work);
  /** Work that goes on until the test ends it. */
  const holdOpen = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    return { held: hold(() => promise), end: resolve };
  };
  beforeEach(() => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    store = memoryStore(clock);
  });

  test('hands out what the work under it came to', async () => {
    expect(await hold(async () => 'done')).toBe('done');
  });

  test('lets one of many simultaneous callers work', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => hold(async () => 'worked')));
    expect(answers.filter((answer) => answer === 'worked')).toHaveLength(1);
  });

  test('tells everybody else at once that another holds it', async () => {
    const { held, end } = holdOpen();
    expect(await hold(async () => 'done')).toBeUndefined();
    end('');
    await held;
  });

  test('is free again when the work is done', async () => {
    await hold(async () => 'first');
    expect(await hold(async () => 'second')).toBe('second');
  });

  test('passes on what the work threw', async () => {
    await expect(hold(() => Promise.reject(new Error('trouble')))).rejects.toThrow('trouble');
  });

  test('is free again when the work threw', async () => {
    await hold(() => Promise.reject(new Error('trouble'))).catch(() => {});
    expect(await hold(async () => 'done')).toBe('done');
  });

  test('blocks others for as long as the work takes, up to 30 seconds', async () => {
    const { held, end } = holdOpen();
    clock.advance(30 * SECOND - 1);
    expect(await hold(async () => 'done')).toBeUndefined();
    end('');
    await held;
  });

  test('blocks nobody for longer than 30 seconds when its holder dies', async () => {
    holdOpen();
    clock.advance(30 * SECOND);
    expect(await hold(async () => 'done')).toBe('done');
  });

  test('is not taken from its next holder by one who took too long', async () => {
    const slow = holdOpen();
    clock.advance(30 * SECOND);
    const next = holdOpen();
    slow.end('');
    await slow.held;
    expect(await hold(async () => 'done')).toBeUndefined();
    next.end('');
    await next.held;
  });

  test('is granted to nobody where the store does not answer', async () => {
    expect(await underLease(silentStore, random, KEY, async () => 'done')).toBeUndefined();
  });

  test('hands out the result although it cannot be given back', async () => {
    store = { ...store, delete: silentStore.delete };
    expect(await hold(async () => 'done')).toBe('done');
  });
});
