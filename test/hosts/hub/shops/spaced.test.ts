import { spaced } from '../../../../lib/hosts/hub/shops/spaced.ts';
import { SECOND } from '../../../../lib/runtime.ts';
import { fixedClock } from '../../../support/fixed-clock.ts';

const REQUEST = { method: 'GET', url: 'https://a.example' } as const;
const ANSWER = { status: 200, body: '' };

describe('Calls to AliExpress from one address', () => {
  /** A process that wakes nobody while it is busy, and then everybody whose time has come. */
  function busyClock() {
    const clock = fixedClock('2026-11-21T10:00:00Z');
    const sleepers = new Set<{ at: number; wake(): void }>();
    return {
      now: clock.now,
      elapsed: clock.now,
      sleep: (ms: number) =>
        new Promise<void>((wake) => {
          sleepers.add({ at: clock.now() + ms, wake });
        }),
      pass: async (ms: number) => {
        clock.advance(ms);
        for (const sleeper of sleepers)
          if (sleeper.at <= clock.now()) {
            sleepers.delete(sleeper);
            sleeper.wake();
          }
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
  }

  test('A process that was busy sends what has waited one by one, not at once', async () => {
    const clock = busyClock();
    const sentAt: number[] = [];
    const send = spaced(async () => {
      sentAt.push(clock.now());
      return ANSWER;
    }, clock);
    const all = Promise.all(Array.from({ length: 12 }, () => send(REQUEST)));
    await clock.pass(0);
    await clock.pass(5 * SECOND);
    while (sentAt.length < 12) await clock.pass(SECOND / 4);
    await all;
    const pauses = sentAt.slice(1).map((at, n) => at - Number(sentAt[n]));
    expect(Math.min(...pauses)).toBe(SECOND / 4);
  });

  test('After a process was busy, a call waits a second more than those that could not leave', async () => {
    const clock = busyClock();
    const arrivedAt: number[] = [];
    let isBusy = true;
    const send = spaced(async () => {
      while (isBusy) await new Promise((resolve) => setImmediate(resolve));
      arrivedAt.push(clock.now());
      return ANSWER;
    }, clock);
    const all = Promise.all(Array.from({ length: 8 }, () => send(REQUEST)));
    await clock.pass(0);
    await clock.pass(SECOND / 4);
    isBusy = false;
    await clock.pass(4 * SECOND);
    while (arrivedAt.length < 8) await clock.pass(SECOND / 4);
    await all;
    const inSecondAfter = arrivedAt.map(
      (from) => arrivedAt.filter((at) => at >= from && at < from + SECOND).length,
    );
    expect(Math.max(...inSecondAfter)).toBeLessThanOrEqual(5);
    expect(arrivedAt.filter((at) => at < Number(arrivedAt[0]) + SECOND)).toHaveLength(2);
  });

  test('A call that was interrupted while it waited leaves the turns of the others as they are', async () => {
    const clock = fixedClock('2026-11-21T10:00:00Z');
    let isInterrupted = false;
    const sent: string[] = [];
    const send = spaced(
      async ({ url }) => {
        sent.push(url);
        return ANSWER;
      },
      {
        now: clock.now,
        sleep: async (ms) => {
          if (isInterrupted) throw new Error('interrupted');
          return clock.sleep(ms);
        },
      },
    );
    await send(REQUEST);
    isInterrupted = true;
    await expect(send({ ...REQUEST, url: 'https://b.example' })).rejects.toThrow('interrupted');
    isInterrupted = false;
    await send({ ...REQUEST, url: 'https://c.example' });
    expect(sent).toEqual(['https://a.example', 'https://c.example']);
  });
});
