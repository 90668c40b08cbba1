import { type Breaker, createBreaker } from '../../lib/budget/breaker.ts';
import { MINUTE } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { silentStore } from '../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';

describe('Breaker', () => {
  let clock: FixedClock;
  let breaker: Breaker;
  beforeEach(() => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    breaker = createBreaker(memoryStore(clock), clock);
  });
  const inMinutes = (minutes: number) => clock.now() + minutes * MINUTE;

  test('No ban is reported while AliExpress has banned nobody', async () => {
    expect(await breaker.bannedUntil('shop')).toBeNull();
  });

  test('The breaker reports until when a shop is banned', async () => {
    const until = inMinutes(15);
    await breaker.trip('shop', until);
    expect(await breaker.bannedUntil('shop')).toBe(until);
  });

  test('A ban holds for every caller that shares the store', async () => {
    const store = memoryStore(clock);
    await createBreaker(store, clock).trip('shop', inMinutes(15));
    expect(await createBreaker(store, clock).bannedUntil('shop')).toBe(inMinutes(15));
  });

  test('A ban does not stop another shop', async () => {
    await breaker.trip('shop', inMinutes(15));
    expect(await breaker.bannedUntil('another shop')).toBeNull();
  });

  test('A ban holds until its last millisecond', async () => {
    await breaker.trip('shop', inMinutes(15));
    clock.advance(15 * MINUTE - 1);
    expect(await breaker.bannedUntil('shop')).not.toBeNull();
  });

  test('A ban ends when its time is over', async () => {
    await breaker.trip('shop', inMinutes(15));
    clock.advance(15 * MINUTE);
    expect(await breaker.bannedUntil('shop')).toBeNull();
  });

  test('A ban is not shortened by a later ban that ends earlier', async () => {
    const until = inMinutes(15);
    await breaker.trip('shop', until);
    await breaker.trip('shop', inMinutes(1));
    expect(await breaker.bannedUntil('shop')).toBe(until);
  });

  test('A ban is extended by a later ban that ends later', async () => {
    const until = inMinutes(15);
    await breaker.trip('shop', inMinutes(1));
    await breaker.trip('shop', until);
    expect(await breaker.bannedUntil('shop')).toBe(until);
  });

  test('A shop can be banned again after a ban has ended', async () => {
    await breaker.trip('shop', inMinutes(1));
    clock.advance(2 * MINUTE);
    await breaker.trip('shop', inMinutes(1));
    expect(await breaker.bannedUntil('shop')).toBe(inMinutes(1));
  });

  test('The breaker rejects if the store does not answer', async () => {
    await expect(createBreaker(silentStore, clock).bannedUntil('shop')).rejects.toThrow();
  });

  test('A ban is stored even if the earlier ban cannot be read', async () => {
    const store = memoryStore(clock);
    await createBreaker({ ...store, get: silentStore.get }, clock).trip('shop', inMinutes(15));
    expect(await createBreaker(store, clock).bannedUntil('shop')).toBe(inMinutes(15));
  });
});
