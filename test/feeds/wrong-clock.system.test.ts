import {
  array,
  asyncProperty,
  boolean,
  assert as check,
  constantFrom,
  integer,
  oneof,
  record,
} from 'fast-check';
import { MAX_CLOCK_ERROR_MS } from '../../lib/aliexpress/server-time.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { DATED_SELLER, type DatedShop, openDatedShop } from '../support/dated-shop.ts';

const START = '2026-10-07T04:00:00Z';
const POLL_EVERY_MS = 5 * MINUTE;
const ORDER_EVERY_MS = 17 * MINUTE;
/**
 * The offset is a median, which follows a clock that drifts by an answer late. So a jump of two minutes may be one of up to
 * three for the visit that began before its first answer: answers that differ by a minute no longer count together. Headers
 * have whole seconds, and an answer takes time.
 */
const UNKNOWN_MS = MINUTE + 3 * SECOND;

/** A day of polls, one order every 17 minutes, and what happens to the host's clock before each poll. */
interface Day {
  shop: DatedShop;
  placed: Map<string, number>;
  /** When each order was first returned, by AliExpress's clock. */
  seen: Map<string, number>;
  /** Polls after which the stored state was from the future. */
  stateFromFuture: number;
  poll(): Promise<void>;
}

function openDay(): Day {
  const shop = openDatedShop(START);
  const [placed, seen] = [new Map<string, number>(), new Map<string, number>()];
  let nextOrderAt = shop.real.now() + ORDER_EVERY_MS;
  const day: Day = {
    shop,
    placed,
    seen,
    stateFromFuture: 0,
    poll: async () => {
      shop.real.advance(POLL_EVERY_MS);
      for (; nextOrderAt <= shop.real.now(); nextOrderAt += ORDER_EVERY_MS) {
        const id = `8201${String(placed.size).padStart(6, '0')}`;
        shop.put({ id, updatedAt: nextOrderAt });
        placed.set(id, nextOrderAt);
      }
      const feed = createOrdersFeed(await shop.open());
      const { records } = await feed.read('polling', { workflow: 'a workflow' });
      for (const { order_id } of records) if (!seen.has(order_id)) seen.set(order_id, shop.real.now());
      const status = await readFeedStatus(shop.store, DATED_SELLER, 'orders');
      if ((status?.visitedAt ?? 0) > shop.real.now() + MAX_CLOCK_ERROR_MS + UNKNOWN_MS)
        day.stateFromFuture += 1;
    },
  };
  return day;
}

/** The orders that were placed at least `ms` ago and were never returned, or later than that. */
const missedWithin = ({ shop, placed, seen }: Day, ms: number) =>
  [...placed].filter(([id, at]) => at <= shop.real.now() - ms && (seen.get(id) ?? Infinity) - at > ms);

async function pollFor(day: Day, ms: number): Promise<void> {
  for (let n = 0; n < ms / POLL_EVERY_MS; n += 1) await day.poll();
}

describe('Orders feed on a host whose clock is wrong', () => {
  let day: Day;
  beforeEach(async () => {
    day = openDay();
    await pollFor(day, HOUR);
  });

  test.each([
    ['8 hours ahead', 8 * HOUR],
    ['8 hours behind', -8 * HOUR],
    ['90 minutes ahead', 90 * MINUTE],
    ['90 minutes behind', -90 * MINUTE],
    ['3 days ahead', 3 * DAY],
    ['3 days behind', -3 * DAY],
    ['40 days ahead', 40 * DAY],
    ['40 days behind', -40 * DAY],
  ])('No order is missed or late if the clock is %s for one poll', async (_, ahead) => {
    day.shop.ahead = ahead;
    await day.poll();
    day.shop.ahead = 0;
    await pollFor(day, 6 * HOUR);
    expect(missedWithin(day, HOUR)).toEqual([]);
    expect(day.stateFromFuture).toBe(0);
  });

  test.each([8 * HOUR, -8 * HOUR, 90 * MINUTE, -90 * MINUTE, 40 * DAY, -40 * DAY])(
    'No order is missed or late if the clock stays wrong by %d milliseconds',
    async (ahead) => {
      day.shop.ahead = ahead;
      await pollFor(day, 6 * HOUR);
      expect(missedWithin(day, HOUR)).toEqual([]);
    },
  );

  test.each([8 * HOUR, -8 * HOUR])(
    'Processes that remember nothing pay one refused call for a clock that is wrong by %d milliseconds',
    async (ahead) => {
      day.shop.ahead = ahead;
      for (let n = 0; n < 60; n += 1) {
        day.shop.restart();
        await day.poll();
      }
      expect(missedWithin(day, HOUR)).toEqual([]);
      expect(day.shop.refused).toBe(1);
    },
  );

  test('A clock that was moved costs at most three more calls', async () => {
    const twin = openDay();
    await pollFor(twin, 7 * HOUR);
    day.shop.ahead = 90 * MINUTE;
    await pollFor(day, 6 * HOUR);
    expect(day.shop.calls + day.shop.refused).toBeLessThanOrEqual(twin.shop.calls + 3);
  });

  test('One wrong Date header costs at most one more call, and no order', async () => {
    const twin = openDay();
    await pollFor(twin, 7 * HOUR);
    day.shop.oddDates = [45 * MINUTE];
    await pollFor(day, 6 * HOUR);
    expect(missedWithin(day, HOUR)).toEqual([]);
    expect(day.shop.calls).toBeLessThanOrEqual(twin.shop.calls + 1);
  });

  test('No order is missed if the Date headers contradict each other', async () => {
    day.shop.oddDates = Array.from({ length: 500 }, (_, n) => (n % 2 === 0 ? 50 : -50) * MINUTE);
    await pollFor(day, 6 * HOUR);
    expect(missedWithin(day, 2 * HOUR)).toEqual([]);
  });

  test.each([100 * MINUTE, -100 * MINUTE])(
    'Without Date headers, no order is missed or late if the clock is %d milliseconds ahead for one poll',
    async (ahead) => {
      day.shop.isDated = false;
      day.shop.ahead = ahead;
      await day.poll();
      day.shop.ahead = 0;
      await pollFor(day, 6 * HOUR);
      expect(missedWithin(day, HOUR)).toEqual([]);
    },
  );

  test('No order is missed or late, however the clock jumps and drifts', async () => {
    const step = record({
      /** Polls until the next change. */
      polls: integer({ min: 1, max: 8 }),
      ahead: oneof(
        integer({ min: -3 * MINUTE, max: 3 * MINUTE }),
        integer({ min: -3 * HOUR, max: 3 * HOUR }),
        integer({ min: -3 * DAY, max: 3 * DAY }),
        constantFrom(0, 8 * HOUR, -8 * HOUR, 365 * DAY, -365 * DAY),
      ),
      drift: oneof(constantFrom(0), integer({ min: -20_000, max: 20_000 })),
      restarts: boolean(),
    });
    await check(
      asyncProperty(array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const history = openDay();
        await history.poll();
        for (const { polls, ahead, drift, restarts } of steps) {
          history.shop.ahead = ahead;
          for (let n = 0; n < polls; n += 1) {
            history.shop.ahead += drift;
            if (restarts) history.shop.restart();
            await history.poll();
          }
        }
        history.shop.ahead = 0;
        await pollFor(history, HOUR);
        return missedWithin(history, 2 * HOUR).length === 0 && history.stateFromFuture === 0;
      }),
      { numRuns: 15 },
    );
  });
});
