import fc from 'fast-check';
import { takeSlot } from '../../lib/budget/rate-limiter.ts';
import { HOUR, SECOND } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { silentStore } from '../support/failing-stores.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { timeline } from '../support/timeline.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');

/** The times at which callers may send. Each caller rests for the given times before its calls, in milliseconds. */
async function sendTimesOf(callers: number[][], start: number): Promise<number[]> {
  const clock = timeline(start);
  const store = memoryStore(clock);
  const sendTimes: number[] = [];
  const call = async (rests: number[]) => {
    for (const rest of rests) {
      if (rest > 0) await clock.sleep(rest);
      if (await takeSlot(store, clock, 'shop')) sendTimes.push(clock.now());
    }
  };
  await clock.run(Promise.all(callers.map(call)));
  return sendTimes.sort((a, b) => a - b);
}

/** One call may take so much longer to arrive than another. */
const LATE_MS = 200;

/** The most calls that may arrive in the same second. */
const maxInASecond = (sendTimes: number[]) =>
  Math.max(
    0,
    ...sendTimes.map((from) => sendTimes.filter((at) => at >= from && at < from + SECOND + LATE_MS).length),
  );

describe('Rate limiter', () => {
  test('A single call is sent at once', async () => {
    expect(await sendTimesOf([[0]], NOW)).toEqual([NOW]);
  });

  test('Every caller gets a rate-limit slot', async () => {
    expect(
      await sendTimesOf(
        Array.from({ length: 20 }, () => [0]),
        NOW,
      ),
    ).toHaveLength(20);
  });

  test('At most 5 calls arrive in any second, whatever the callers do', async () => {
    const rests = fc.array(fc.nat({ max: 700 }), { maxLength: 8 });
    const callers = fc.array(rests, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(callers, fc.nat({ max: 999 }), async (each, offset) => {
        expect(maxInASecond(await sendTimesOf(each, NOW + offset))).toBeLessThanOrEqual(5);
      }),
      { numRuns: 150 },
    );
  });

  test('Two processes whose clocks are 100 ms apart send at most 5 calls in any second together', async () => {
    const clock = timeline(NOW);
    const store = memoryStore(clock);
    const sendTimes: number[] = [];
    const send = async (aheadMs: number) => {
      const own = { now: () => clock.now() + aheadMs, sleep: clock.sleep };
      for (let n = 0; n < 6; n += 1) if (await takeSlot(store, own, 'shop')) sendTimes.push(clock.now());
    };
    await clock.run(Promise.all([send(0), send(100), send(100), send(0)]));
    expect(sendTimes).toHaveLength(24);
    const inASecond = sendTimes.map(
      (from) => sendTimes.filter((at) => at >= from && at < from + SECOND).length,
    );
    expect(Math.max(...inASecond)).toBeLessThanOrEqual(5);
  });

  test('Another shop is not delayed by the calls of one shop', async () => {
    const clock = fixedClock(NOW);
    const store = memoryStore(clock);
    for (let n = 1; n <= 12; n += 1) await takeSlot(store, clock, `shop ${n}`);
    expect(clock.now()).toBe(NOW);
  });

  test('A caller gives up if no rate-limit slot is free', async () => {
    const clock = fixedClock(NOW);
    const taken = { ...memoryStore(clock), add: async () => false };
    expect(await takeSlot(taken, clock, 'shop')).toBeUndefined();
  });

  test('A caller waits for 33 rate-limit slots', async () => {
    const clock = fixedClock(NOW);
    const taken = { ...memoryStore(clock), add: async () => false };
    await takeSlot(taken, clock, 'shop');
    expect(clock.now() - NOW).toBe(33 * 300);
  });

  test('A clock that is set back by an hour while the store answers delays no caller by an hour', async () => {
    const clock = fixedClock(NOW);
    const store = memoryStore(clock);
    await takeSlot(store, clock, 'shop');
    let answers = 0;
    const settingBack: typeof store = {
      ...store,
      add: async (...entry) => {
        const isAdded = await store.add(...entry);
        answers += 1;
        if (answers === 1) clock.advance(-HOUR);
        return isAdded;
      },
    };
    expect(await takeSlot(settingBack, clock, 'shop')).toBeDefined();
    expect(clock.now()).toBeLessThanOrEqual(NOW - HOUR + 300);
  });

  test('A slot that is taken ahead is that of the time at which it is used', async () => {
    const clock = fixedClock(NOW);
    const slot = await takeSlot(memoryStore(clock), clock, 'shop', { aheadMs: SECOND });
    expect(slot?.start).toBeLessThanOrEqual(NOW + SECOND);
    expect(slot?.end).toBeGreaterThan(NOW + SECOND);
    expect(clock.now()).toBe(NOW);
  });

  test('The rate limiter rejects if the store does not answer', async () => {
    await expect(takeSlot(silentStore, fixedClock(NOW), 'shop')).rejects.toThrow();
  });
});
