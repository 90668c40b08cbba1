import fc from 'fast-check';
import { SEEN_SCRIPT } from '../../../lib/hosts/make/seen.ts';
import { axiosTransport } from '../../../lib/http/axios.ts';
import { type RedisCommand, redisOverHttp } from '../../../lib/stores/redis.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../../support/redis.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** In Los Angeles it is 8 hours earlier. */
const NOW = Date.parse('2026-11-21T04:00:00Z');
const OFFSET = -8 * HOUR;
const KEPT = 40 * DAY;

describeWithRedis('what a trigger has seen on Make', () => {
  let front: RedisFront;
  let command: RedisCommand;
  let memory = '';
  let memories = 0;
  beforeAll(async () => {
    front = await startRedis();
    command = redisOverHttp(front.url, front.token, axiosTransport());
  });
  afterAll(() => front.close());
  const forget = () => {
    memories += 1;
    memory = `shop:trigger-${memories}`;
  };
  beforeEach(forget);

  interface Look {
    ids: readonly string[];
    halves?: readonly string[];
    owns?: readonly string[];
    shift?: number;
    isAwaited?: true;
  }

  /** What a run saw. @returns the dates by which it hands out events */
  async function look(
    now: number,
    { ids, halves, owns = [], shift = 0, isAwaited }: Look,
  ): Promise<Record<string, number>> {
    const answer = await command(
      'EVAL',
      SEEN_SCRIPT,
      2,
      `seen:${memory}`,
      `met:${memory}`,
      now,
      KEPT,
      ids.join(','),
      halves?.join(',') ?? '-',
      owns.join(','),
      OFFSET,
      shift,
      isAwaited ? 'y' : 'n',
    );
    const told: Record<string, string> = JSON.parse(String(answer));
    return Object.fromEntries(Object.entries(told).map(([key, date]) => [key, Number(date)]));
  }

  test('what is there when the memory begins, and has no time of its own, is dated long ago', async () => {
    const dates = Object.values(await look(NOW, { ids: ['a', 'b'] })).sort();
    expect(dates).toEqual([NOW - KEPT, NOW - KEPT + 1]);
  });

  test('what comes later is dated by when it was seen first, and keeps that date', async () => {
    await look(NOW, { ids: ['a'] });
    await look(NOW + 1000, { ids: ['a', 'b'] });
    expect((await look(NOW + 2000, { ids: ['a', 'b'] })).kb).toBe(NOW + 1000);
  });

  test('an event is dated by its own time, which AliExpress writes in Pacific time', async () => {
    await look(NOW, { ids: [] });
    const owns = ['2026-11-20 19:30:00', '2026-02-28 23:59:59'];
    expect(await look(NOW, { ids: ['a', 'b'], owns })).toEqual({
      ka: NOW - 30 * MINUTE,
      kb: Date.parse('2026-03-01T07:59:59Z'),
    });
  });

  test('an event that AliExpress shows late is dated after all that were handed out', async () => {
    await look(NOW, { ids: ['a'], owns: ['2026-11-20 19:30:00'] });
    expect((await look(NOW + 1000, { ids: ['b'], owns: ['2026-11-20 19:00:00'] })).kb).toBe(
      NOW - 30 * MINUTE + 1,
    );
  });

  test('a time that lies ahead is not when it happened', async () => {
    await look(NOW, { ids: [] });
    expect(await look(NOW, { ids: ['a'], owns: ['2030-01-01 00:00:00'] })).toEqual({ ka: NOW });
  });

  test('a deadline is an event when it has come near enough, and not before', async () => {
    const due = { ids: ['a', 'b'], owns: [String(NOW + 2 * HOUR), String(NOW + 9 * HOUR)] };
    const near = { ...due, shift: -3 * HOUR, isAwaited: true } as const;
    expect(await look(NOW, near)).toEqual({ ka: NOW - HOUR });
    expect(await look(NOW + 7 * HOUR, near)).toEqual({ ka: NOW - HOUR, kb: NOW + 7 * HOUR });
  });

  test('what is met again and again is never forgotten', async () => {
    await look(NOW, { ids: ['a'] });
    for (const days of [30, 60]) await look(NOW + days * DAY, { ids: ['a'] });
    expect(await look(NOW + 61 * DAY, { ids: ['a'] })).toEqual({ ka: NOW - KEPT });
  });

  test('what was not met for as long as events are remembered is news when it comes again', async () => {
    await look(NOW, { ids: ['a'] });
    await look(NOW + 41 * DAY, { ids: ['b'] });
    expect(await look(NOW + 42 * DAY, { ids: ['a'] })).toEqual({ ka: NOW + 42 * DAY });
  });

  test('an event with a second half is another one for each half, also where that is empty', async () => {
    await look(NOW, { ids: ['a'], halves: ['PAID'] });
    const dates = await look(NOW + 1000, { ids: ['a', 'a'], halves: ['PAID', 'SHIPPED'] });
    expect(Object.keys(dates)).toEqual(['ka/PAID', 'ka/SHIPPED']);
    expect(Object.keys(await look(NOW + 2000, { ids: ['b'], halves: [''] }))).toEqual(['kb/']);
  });

  test('an id cannot break the answer', async () => {
    expect(Object.keys(await look(NOW, { ids: ['a"b\\c{}', 'd'] }))).toEqual(['kabc', 'kd']);
  });

  test('a list without events is no event', async () => {
    expect(await look(NOW, { ids: [] })).toEqual({});
  });

  test('whatever is seen, and whenever: dates only go up, no two are the same, none changes', async () => {
    const looks = fc.array(
      fc.record({
        wait: fc.integer({ min: -1000, max: 3 * HOUR }),
        seen: fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(looks, async (all) => {
        forget();
        let now = NOW;
        const known: Record<string, number> = {};
        for (const { wait, seen } of all) {
          now += wait;
          const owns = seen.map((n) => (n % 3 === 0 ? '' : String(NOW + n * 10 * MINUTE)));
          const before = Math.max(0, ...Object.values(known));
          const dates = await look(now, { ids: seen.map(String), owns });
          for (const [key, date] of Object.entries(dates)) {
            if (key in known) expect(date).toBe(known[key]);
            else expect(date).toBeGreaterThan(before);
            known[key] = date;
          }
          expect(new Set(Object.values(known)).size).toBe(Object.keys(known).length);
        }
      }),
      { numRuns: 25 },
    );
  });
});
