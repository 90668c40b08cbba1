import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { createDigestFeed, type DigestTime, lastDue, minuteOf } from '../../lib/feeds/digest.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShopServices, type ShopServices } from '../support/shop-services.ts';
import { storeFeed } from '../support/stored-feed.ts';

const LATE_MS = 6 * HOUR;
const dateIn = (zone: string, at: number) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();

/** Ids and times of the digests that a workflow gets that polls every so often. */
function pollFor(time: DigestTime, from: number, to: number, everyMs: number): Map<string, number[]> {
  const got = new Map<string, number[]>();
  for (let now = from; now < to; now += everyMs) {
    const { date, at } = lastDue(time, now);
    if (now - at > LATE_MS) continue;
    got.set(date, [...(got.get(date) ?? []), at]);
  }
  return got;
}

/** Around these days the clocks of the zone are changed, or it changes its side of the date line. */
const changes = [
  ['Europe/Madrid', '2026-03-29'],
  ['Europe/Madrid', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Santiago', '2026-04-05'],
  ['America/Santiago', '2026-09-06'],
  ['Africa/Cairo', '2026-04-24'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Shanghai', '2026-11-21'],
  ['Asia/Kathmandu', '2026-11-21'],
] as const;

describe('the digest of a day', () => {
  const anyTime = fc.record({
    change: fc.constantFrom(...changes),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 1, max: 14 }),
  });
  const around = (zone: string, date: string) => {
    const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: '12:00' });
    return { from: noon.epochMilliseconds - 1.5 * DAY, to: noon.epochMilliseconds + 1.5 * DAY };
  };
  const runs = { numRuns: 40 };

  test('comes once on every local day, also where the clocks are changed', () => {
    fc.assert(
      fc.property(anyTime, ({ change: [zone, date], hour, minute }) => {
        const { from, to } = around(zone, date);
        const got = [...pollFor({ hour, minute, zone }, from, to, 15 * MINUTE).keys()];
        const days = new Set<string>();
        for (let at = from - LATE_MS; at < to; at += HOUR) days.add(dateIn(zone, at));
        const [first, last] = [dateIn(zone, from), dateIn(zone, to)];
        expect([...days]).toEqual(expect.arrayContaining(got));
        expect(got).toEqual(expect.arrayContaining([...days].filter((day) => day > first && day < last)));
      }),
      runs,
    );
  });

  test('is due at one moment, whoever looks when', () => {
    fc.assert(
      fc.property(anyTime, ({ change: [zone, date], hour, minute }) => {
        const { from, to } = around(zone, date);
        for (const times of pollFor({ hour, minute, zone }, from, to, 10 * MINUTE).values())
          expect(new Set(times).size).toBe(1);
      }),
      runs,
    );
  });

  test('is due at the chosen hour and minute of its day where the day has them', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 3 * 24 }), ({ change, hour, minute }, hours) => {
        const [zone, date] = change;
        const { from } = around(zone, date);
        const due = lastDue({ hour, minute, zone }, from + hours * HOUR);
        const local = Temporal.Instant.fromEpochMilliseconds(due.at).toZonedDateTimeISO(zone);
        const wanted = Temporal.PlainDate.from(due.date).toPlainDateTime({ hour, minute });
        const isSkipped = wanted.toZonedDateTime(zone).toPlainDateTime().toString() !== wanted.toString();
        expect(isSkipped || local.toPlainDateTime().equals(wanted)).toBe(true);
      }),
    );
  });

  test('is never due in the future', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 3 * 24 * 60 }), ({ change, hour, minute }, minutes) => {
        const [zone, date] = change;
        const now = around(zone, date).from + minutes * MINUTE;
        expect(lastDue({ hour, minute, zone }, now).at).toBeLessThanOrEqual(now);
      }),
    );
  });

  test('that falls into the hour which spring skips comes an hour later', () => {
    const due = lastDue({ hour: 2, minute: 7, zone: 'Europe/Madrid' }, Date.parse('2026-03-29T12:00:00Z'));
    expect(new Date(due.at).toISOString()).toBe('2026-03-29T01:07:00.000Z');
  });

  test('that falls into the hour which autumn has twice comes the first time', () => {
    const due = lastDue({ hour: 2, minute: 7, zone: 'Europe/Madrid' }, Date.parse('2026-10-25T12:00:00Z'));
    expect(new Date(due.at).toISOString()).toBe('2026-10-25T00:07:00.000Z');
  });

  test('of a late hour is still the one of its day after midnight', () => {
    const due = lastDue({ hour: 23, minute: 7, zone: 'Asia/Shanghai' }, Date.parse('2026-11-21T18:00:00Z'));
    expect(due).toEqual({ date: '2026-11-21', at: Date.parse('2026-11-21T15:07:00Z') });
  });

  test('of a late hour is so also after a day of 23 hours', () => {
    const due = lastDue({ hour: 23, minute: 7, zone: 'Europe/Madrid' }, Date.parse('2026-03-29T22:30:00Z'));
    expect(due.date).toBe('2026-03-29');
  });
});

describe('the minute of a shop', () => {
  test('lies from 1 to 14 past, and so never on a full or half hour', () => {
    fc.assert(
      fc.property(fc.string(), (seller) => {
        const minute = minuteOf(seller);
        expect(Number.isInteger(minute) && minute >= 1 && minute <= 14).toBe(true);
      }),
    );
  });

  test('stays the same for ever', () => {
    expect([minuteOf('2201234567890'), minuteOf('2201234567891')]).toEqual([9, 14]);
  });

  test('is spread over shops', () => {
    const minutes = Array.from({ length: 200 }, (_, n) => minuteOf(`22012345${n}`));
    expect(new Set(minutes).size).toBe(14);
  });
});

describe('the figures of other feeds', () => {
  /** One minute after the digest of 09:09 in Beijing was due. */
  const at = '2026-11-21T01:10:00Z';
  let shop: ShopServices;
  beforeEach(() => {
    shop = openShopServices({ at });
  });
  const hoursAgo = (hours: number) => shop.clock.now() - hours * HOUR;

  const store = (...feed: Parameters<typeof storeFeed> extends [unknown, ...infer Rest] ? Rest : never) =>
    storeFeed(shop, ...feed);
  const digest = async () => (await createDigestFeed(shop).read('polling')).records[0];

  test('are 0 where there is nothing, and not known where nobody looks', async () => {
    await store('disputes', []);
    expect(await digest()).toMatchObject({ open_disputes: 0, bad_reviews: null, stalled_parcels: null });
  });

  test('are not known where no workflow has wanted the feed for a day', async () => {
    await store('reviews', [{ values: { stars: 1 } }], { isWanted: false });
    expect(await digest()).toMatchObject({ bad_reviews: null });
  });

  test('are not known before the first look is complete', async () => {
    await store('reviews', [{ values: { stars: 1 } }], { ready: false });
    expect(await digest()).toMatchObject({ bad_reviews: null });
  });

  test('count a dispute once that is known in two ways', async () => {
    const values = { dispute_id: '1', status: 'processing' };
    await store('disputes', [{ values }, { values: { ...values, stage: 'wait_for_seller_response' } }]);
    expect(await digest()).toMatchObject({ open_disputes: 1 });
  });

  test('leave out a dispute that is over, or no longer listed', async () => {
    await store('disputes', [
      { values: { dispute_id: '1', status: 'finish' } },
      { values: { dispute_id: '2', status: 'processing' }, fetchedAt: hoursAgo(14) },
      { values: { dispute_id: '3', status: 'processing' }, fetchedAt: hoursAgo(12) },
    ]);
    expect(await digest()).toMatchObject({ open_disputes: 1 });
  });

  test('count the reviews of up to 3 stars', async () => {
    await store('reviews', [
      { values: { stars: 3 } },
      { values: { stars: 1 } },
      { values: { stars: 4 } },
      { values: { stars: null } },
    ]);
    expect(await digest()).toMatchObject({ bad_reviews: 2 });
  });

  test('count a bad review on the day on which it was found', async () => {
    await store('reviews', [
      { values: { stars: 1 }, seenAt: hoursAgo(23) },
      { values: { stars: 1 }, seenAt: hoursAgo(25), fetchedAt: hoursAgo(25) },
      { values: { stars: 1 }, seenAt: hoursAgo(0), fetchedAt: hoursAgo(0) },
    ]);
    expect(await digest()).toMatchObject({ bad_reviews: 1 });
  });

  test.each([
    [1, { stage: 'failure', silent_hours: 1, customs_hours: null }],
    [1, { stage: 'returned', silent_hours: 1, customs_hours: null }],
    [1, { stage: 'customs', silent_hours: 72, customs_hours: 72 }],
    [0, { stage: 'customs', silent_hours: 71, customs_hours: 71 }],
    [1, { stage: 'transit', silent_hours: 120, customs_hours: null }],
    [0, { stage: 'transit', silent_hours: 119, customs_hours: null }],
    [0, { stage: 'delivered', silent_hours: 300, customs_hours: null }],
    [0, { stage: 'pickup_point', silent_hours: 300, customs_hours: null }],
    [0, { stage: null, silent_hours: null, customs_hours: null }],
  ])('count %s stalled parcels for %j', async (count, values) => {
    await store('parcels', [{ values }]);
    expect(await digest()).toMatchObject({ stalled_parcels: count });
  });

  test('make no call', async () => {
    await createDigestFeed(shop).read('polling');
    const calls = await shop.budget.used();
    await store('disputes', []);
    await store('reviews', []);
    await store('parcels', []);
    await digest();
    expect(await shop.budget.used()).toBe(calls);
  });
});
