import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import { wholeSecond } from '../../sandbox/pacific.ts';
import { openProductShop } from '../support/product-shop.ts';
import { seededRandom } from '../support/seeded-random.ts';

const DAYS = 10;
const CALLS_A_DAY = 16;
/** With 8 a day the mean of ten days would vary by 7 minutes between seeds, whatever the feed does. */
const TAKEN_DOWN_A_DAY = 40;
/** The day of the limit begins at midnight in Beijing. */
const BEIJING_AHEAD_MS = 8 * HOUR;

/** Ten days of a shop with 10,000 offline products, whose calls are all for products. */
async function tenDays(random: () => number) {
  let longest = 0;
  const through = (store: Store): Store => ({
    ...store,
    set: (key, value, ttl) => {
      longest = Math.max(longest, value.length);
      return store.set(key, value, ttl);
    },
  });
  const shop = openProductShop({ limit: CALLS_A_DAY, through });
  shop.putMany(10_000);
  await shop.poll();
  const from = shop.clock.now();
  const takenDown = Array.from({ length: TAKEN_DOWN_A_DAY * DAYS }, (_, n) => ({
    id: `2005${String(n).padStart(6, '0')}`,
    at: wholeSecond(from + random() * (DAYS - 1) * DAY),
  })).sort((a, b) => a.at - b.at);
  const callsByDay = new Map<number, number>();
  shop.onCall = () => {
    const day = Math.floor((shop.clock.now() + BEIJING_AHEAD_MS) / DAY);
    callsByDay.set(day, (callsByDay.get(day) ?? 0) + 1);
  };
  const foundAt = new Map<string, number>();
  const ahead = [...takenDown];
  for (let at = from; at < from + DAYS * DAY; at += 15 * MINUTE) {
    shop.clock.advance(15 * MINUTE);
    while (ahead[0] && ahead[0].at <= shop.clock.now()) {
      const { id, at: offlineAt } = ahead.shift() as (typeof ahead)[number];
      shop.off.set(id, { status: 'offline', cause: 'punish_offline', at: offlineAt });
    }
    for (const { product_id } of await shop.records())
      if (!foundAt.has(String(product_id))) foundAt.set(String(product_id), shop.clock.now());
  }
  const delays = takenDown.map(({ id, at }) => ((foundAt.get(id) ?? Number.NaN) - at) / MINUTE);
  return { delays, calls: Math.max(...callsByDay.values()), found: foundAt.size, longest };
}

test.each([1, 2, 3, 4])(
  '10,000 offline products take 16 calls a day, and a take-down is found within an hour on average, with seed %i',
  async (seed) => {
    const figures = await tenDays(seededRandom(seed));
    const mean = figures.delays.reduce((sum, delay) => sum + delay, 0) / figures.delays.length;
    console.info({
      seed,
      mean: Math.round(mean),
      longest: Math.round(Math.max(...figures.delays)),
      callsADay: figures.calls,
      longestValue: figures.longest,
    });
    expect(figures.found).toBe(TAKEN_DOWN_A_DAY * DAYS);
    expect(mean).toBeLessThanOrEqual(60);
    expect(Math.max(...figures.delays)).toBeLessThanOrEqual((6 * HOUR) / MINUTE);
    expect(figures.calls).toBeLessThanOrEqual(CALLS_A_DAY);
    expect(figures.longest).toBeLessThanOrEqual(32 * 1024);
  },
);
