import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { parcelList } from '../../lib/aliexpress/methods/parcel-list.ts';
import { shortTracking } from '../../lib/aliexpress/methods/short-tracking.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { readEvent, summarizeEvents } from '../../lib/aliexpress/tracking-progress.ts';
import { createParcelsFeed } from '../../lib/feeds/parcels.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import type { ParcelToRegister, RegistrationResult, Tracker } from '../../lib/trackers/tracker.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { rawOrder } from '../support/shop-services.ts';

let shop: AnsweringShop;
let begin: number;
let registered: ParcelToRegister[][];
let reads: string[][];
let requests: number;
let maxRequests: number;
/** How long a reading takes. */
let readingMs: number;
/** Of a registration: each carrier that is guessed is one. */
let requestsOfRegistration: number;
/** The parcels that the tracker has given up. */
let isExpired: boolean;
let resumed: number;
/** What the tracker knows of every parcel: codes, and how long before the test began they were. */
let events: [code: string, agoMs: number][];
/** Of every parcel, as the tracker knows it. */
let country: string;
/** How long before now the tracker reached its carriers; null: never. */
let syncedAgoMs: number | null;
let result: RegistrationResult;
let failure: (() => never) | undefined;
let isForgotten: boolean;
/** What the tracker's answer cannot be read with. */
let odd: string | undefined;

const tracker: Tracker = {
  name: { en: '17TRACK', zh: '17TRACK' },
  requestsLeft: () => maxRequests - requests,
  limitTo: (more) => {
    maxRequests = requests + more;
  },
  register: async (parcels) => {
    requests += requestsOfRegistration;
    failure?.();
    registered.push([...parcels]);
    return parcels.map(({ number }) => ({ number, result, carrier: 7 }));
  },
  read: async (parcels) => {
    requests += 1;
    shop.clock.advance(readingMs);
    failure?.();
    reads.push(parcels.map(({ number }) => number));
    if (odd && parcels.some(({ number }) => number === odd))
      fail('answer_changed', { method: '17TRACK', field: 'data.accepted' });
    if (isForgotten) return { unregistered: parcels.map(({ number }) => number), readings: [] };
    const found = events.map(([code, ago]) => readEvent({ time: begin - ago, code, sentences: [] }));
    return {
      unregistered: [],
      readings: parcels.map(({ number, carrier }) => ({
        number,
        carrier,
        events: found,
        progress: summarizeEvents(found),
        syncedAt: syncedAgoMs === null ? null : shop.clock.now() - syncedAgoMs,
        country,
        isCustomsWaiting: false,
        isExpired,
      })),
    };
  },
  sweep: async () => ({ rows: [], pages: 0 }),
  resume: async () => {
    requests += 1;
    resumed += 1;
    return [];
  },
  credits: async () => ({ used: 0, left: 100, total: 100 }),
};

const ship = (count: number, daysAgo = 7, first = 0) => {
  const shippedAt = begin - daysAgo * DAY;
  for (let n = first; n < first + count; n += 1)
    shop.orders.push(
      rawOrder({
        id: String(820_100_000 + n),
        updatedAt: shippedAt,
        placedAt: shippedAt - DAY,
        status: 'WAIT_BUYER_ACCEPT_GOODS',
      }),
    );
};
const calls = (method: { name: string }) => shop.sent.filter((sent) => sent.method === method.name).length;

beforeEach(() => {
  shop = openAnsweringShop({ limit: 5000 });
  shop.tracker = tracker;
  begin = shop.clock.now();
  [registered, reads, requests] = [[], [], 0];
  [maxRequests, readingMs] = [Number.POSITIVE_INFINITY, 0];
  events = [['SC_OUTBOUND_SUCCESS', 4 * DAY]];
  [syncedAgoMs, result, failure, isForgotten, odd] = [2 * HOUR, 'registered', undefined, false, undefined];
  country = 'UK';
  [requestsOfRegistration, isExpired, resumed] = [1, false, 0];
  shop.answers.set(parcelList.name, ({ current_page: page, page_size: size }) => {
    const from = (Number(page) - 1) * Number(size);
    return {
      is_success: true,
      total_page: Math.ceil(shop.orders.length / Number(size)),
      result_list: shop.orders.slice(from, from + Number(size)).map(({ order_id: id }) => ({
        order_id: id,
        online_logistics_id: `77${id}`,
        internationallogistics_id: `LP${id}`,
        international_logistics_type: 'CAINIAO_STANDARD',
      })),
    };
  });
  shop.answers.set(orderDetail.name, () => ({ time_stamp: toPacific(begin) }));
  shop.answers.set(shortTracking.name, () => ({
    result: {
      success: true,
      data: { details: [{ trackingCodeDesc: 'Departed', time: begin - 6 * DAY }] },
    },
  }));
});

/** The numbers of a seller's own forwarder: the detail of an order shows them, and no list does. */
function showInDetails(numberOf: (orderId: string) => string): void {
  shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 0, result_list: [] }));
  shop.answers.set(orderDetail.name, ({ order_id: id }) => ({
    time_stamp: toPacific(begin),
    target: {
      id,
      receipt_address: { country: 'ES' },
      logistic_info_list: [{ logistics_no: numberOf(String(id)), logistics_type_code: 'OTHER' }],
    },
  }));
}

/** Of the gaps after one event that were ever stored. */
const gapCells = () => [
  ...new Set([...shop.storedText().matchAll(/SC_OUTBOUND_SUCCESS\|[A-Z_|]*/g)].map(([key]) => key)),
];

async function pollFor(
  hours: number,
  inputs: object = { min_hours_without_update: 120, min_customs_hours: 720 },
  everyMs = 15 * MINUTE,
) {
  let records: readonly Record<string, unknown>[] = [];
  for (let passed = 0; passed < hours * HOUR; passed += everyMs) {
    shop.clock.advance(everyMs);
    ({ records } = await createParcelsFeed(shop).read('polling', { inputs } as never));
  }
  return records;
}

test('Parcels are registered once, 40 at a time, with their order as the tag', async () => {
  ship(50);
  await pollFor(12);
  expect(registered.map((parcels) => parcels.length)).toEqual([40, 10]);
  expect(registered[0]).toContainEqual({
    number: 'LP820100007',
    carrierKey: 'CAINIAO_STANDARD',
    tag: '820100007',
  });
  expect(calls(shortTracking)).toBe(0);
});

test('All courses are read every six hours', async () => {
  ship(50);
  await pollFor(21);
  const sweeps = reads.filter((numbers) => numbers.includes('LP820100000')).length;
  expect(sweeps).toBeGreaterThanOrEqual(3);
  expect(sweeps).toBeLessThanOrEqual(4);
});

test.each([
  ['one request for a registration', 1, false],
  ['three requests for a registration, and one more to resume what has expired', 3, true],
])('A visit makes at most 20 requests, and the next one goes on: %s', async (_, ofRegistration, expired) => {
  [requestsOfRegistration, isExpired] = [ofRegistration, expired];
  ship(1100);
  let maximum = 0;
  for (let hour = 0; hour < 4 * 24; hour += 1) {
    const before = requests;
    await pollFor(1, undefined, HOUR);
    maximum = Math.max(maximum, requests - before);
  }
  expect(maximum).toBeGreaterThanOrEqual(18);
  expect(maximum).toBeLessThanOrEqual(20);
  expect(resumed > 0).toBe(expired);
  expect(new Set(reads.flat()).size).toBe(1100);
});

test('A visit tells the tracker how many requests it may send, repeated ones included', async () => {
  ship(1);
  const limits: number[] = [];
  const limitTo = (limit: number) => {
    limits.push(limit);
    tracker.limitTo(limit);
  };
  shop.tracker = { ...tracker, limitTo };
  await pollFor(1, undefined, HOUR);
  // The registrations leave six for readings. What else asks the tracker afterwards has no such limit.
  expect(limits).toEqual([14, 20, Number.POSITIVE_INFINITY]);
});

test('Silence counts when the tracker has reached the carrier after the parcel was due, not before', async () => {
  ship(5);
  events = [['SC_OUTBOUND_SUCCESS', 5 * DAY - 10 * HOUR]];
  syncedAgoMs = 20 * HOUR;
  expect(await pollFor(24)).toEqual([]);
  syncedAgoMs = HOUR;
  const records = await pollFor(3);
  expect(records).toHaveLength(5);
  const [{ checked_at, hours_without_update } = {}] = records;
  expect(hours_without_update).toBeGreaterThanOrEqual(120);
  expect(Date.parse(String(checked_at))).toBeLessThanOrEqual(shop.clock.now() - HOUR);
});

test('A parcel that only the list has shown gets its country from the tracker, for its record and for its route', async () => {
  ship(3);
  events = [
    ['SC_OUTBOUND_SUCCESS', 9 * DAY],
    ['LH_DEPART', 6 * DAY],
  ];
  const records = await pollFor(12);
  expect(records.map((record) => [record.country_code, record.country_name])).toEqual(
    Array.from({ length: 3 }, () => ['UK', 'United Kingdom']),
  );
  expect(calls(orderDetail)).toBe(0);
  expect(gapCells()).toContain('SC_OUTBOUND_SUCCESS|CAINIAO_STANDARD|UK');
});

test('A country that AliExpress has told stays', async () => {
  ship(1);
  shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 0, result_list: [] }));
  shop.answers.set(orderDetail.name, ({ order_id: id }) => ({
    target: {
      id,
      receipt_address: { country: 'ES' },
      logistic_info_list: [{ logistics_no: `LP${id}`, logistics_type_code: 'CAINIAO_STANDARD' }],
    },
  }));
  events = [['SC_OUTBOUND_SUCCESS', 6 * DAY]];
  const records = await pollFor(40);
  expect(records.map(({ country_code }) => country_code)).toEqual(['ES']);
});

test('Where no source tells the country, a route is that of its carrier', async () => {
  ship(3);
  country = '';
  events = [
    ['SC_OUTBOUND_SUCCESS', 9 * DAY],
    ['LH_DEPART', 6 * DAY],
  ];
  const records = await pollFor(12);
  expect(records.map((record) => record.country_code)).toEqual([null, null, null]);
  expect(gapCells()).toEqual(['SC_OUTBOUND_SUCCESS|CAINIAO_STANDARD', 'SC_OUTBOUND_SUCCESS|']);
});

test('A parcel near the buyer is looked up at AliExpress before its silence is reported', async () => {
  ship(5);
  events = [['GTMS_DELIVERING', 6 * DAY]];
  const records = await pollFor(24);
  expect(calls(shortTracking)).toBe(5);
  expect(records.map(({ stage }) => stage)).toEqual(Array.from({ length: 5 }, () => 'transit'));
});

test('A parcel is looked up again where the time of a visit was over before AliExpress had answered', async () => {
  ship(1);
  events = [['GTMS_DO_DEPART', 6 * DAY]];
  let answers = 0;
  shop.answers.set(shortTracking.name, () => {
    answers += 1;
    if (answers === 1) shop.clock.advance(11 * SECOND);
    return fail('request_refused', { method: shortTracking.name, code: 'E1' });
  });
  shop.answers.set(tracking.name, () => ({
    details: [{ action_code: 'GTMS_DO_DEPART', event_desc: '', event_date: toPacific(begin - 6 * DAY) }],
  }));
  shop.answers.set(orderDetail.name, ({ order_id: id }) => ({
    target: {
      id,
      receipt_address: { country: 'ES' },
      logistic_info_list: [{ logistics_no: `LP${id}`, logistics_type_code: 'CAINIAO_STANDARD' }],
    },
  }));
  await pollFor(30);
  expect(calls(tracking)).toBe(1);
});

test('A failed delivery of which only the day is known is reported when the tracker has reached the carrier after that day', async () => {
  ship(5);
  syncedAgoMs = HOUR;
  // Read as the last moment of the day that it may have been.
  events = [['GTMS_DEL_FAILURE', -30 * HOUR]];
  expect(await pollFor(30)).toEqual([]);
  const records = await pollFor(8);
  expect(records.map(({ stage }) => stage)).toEqual(Array.from({ length: 5 }, () => 'failure'));
  expect(Date.parse(String(records[0]?.checked_at))).toBeGreaterThanOrEqual(begin + 30 * HOUR);
});

test('The tracker is read although the list of parcels cannot be', async () => {
  ship(5);
  events = [['SC_OUTBOUND_SUCCESS', 4 * DAY]];
  await pollFor(12);
  shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 1, result_list: [{}, {}] }));
  const before = reads.length;
  const failures = new Set<unknown>();
  for (let hour = 0; hour < 30; hour += 0.25) await pollFor(0.25).catch(({ kind }) => failures.add(kind));
  expect([...failures]).toEqual(['answer_changed']);
  expect(reads.length - before).toBeGreaterThanOrEqual(4);
});

test('Courses are read while calls are saved up, and take none', async () => {
  shop = openAnsweringShop({ limit: 60 });
  shop.tracker = tracker;
  ship(150, 1);
  showInDetails((id) => `YT${id}`);
  // Due all the time, because the tracker does not reach the carriers.
  [events, syncedAgoMs] = [[['SC_OUTBOUND_SUCCESS', 6 * DAY]], 5 * DAY];
  await pollFor(2 * 24);
  const [read, sent] = [reads.length, shop.sent.length];
  await pollFor(24);
  expect(reads.length - read).toBeGreaterThanOrEqual(48);
  expect(shop.sent.length - sent).toBeLessThan(10);
});

test('A number that the tracker knows nothing of for days is compared with the detail of its order', async () => {
  ship(1, 1);
  [events, syncedAgoMs] = [[], null];
  showInDetails(() => 'YT1');
  const inputs = { min_hours_without_update: 120, min_customs_hours: 720 };
  await pollFor(2 * 24, inputs, HOUR);
  expect(registered.flat().map(({ number }) => number)).toEqual(['YT1']);
  showInDetails(() => 'YT2');
  await pollFor(5 * 24, inputs, HOUR);
  expect(registered.flat().map(({ number }) => number)).toEqual(['YT1', 'YT2']);
  expect(calls(orderDetail)).toBeLessThanOrEqual(3);
});

test('A delivery that the tracker shows costs no call', async () => {
  ship(5);
  events = [['GTMS_SIGNED', DAY]];
  const records = await pollFor(12);
  expect(records.map(({ stage }) => stage)).toEqual(Array.from({ length: 5 }, () => 'delivered'));
  expect(calls(shortTracking)).toBe(0);
});

test('A delivery that a carrier enters late, behind an event that was read before, is reported', async () => {
  ship(5);
  events = [['SC_OUTBOUND_SUCCESS', DAY]];
  await pollFor(8);
  events = [
    ['SC_OUTBOUND_SUCCESS', DAY],
    ['GTMS_SIGNED', 2 * DAY],
  ];
  const records = await pollFor(12);
  expect(records.map(({ stage }) => stage)).toEqual(Array.from({ length: 5 }, () => 'delivered'));
});

test.each(['number_refused', 'carrier_unknown', 'credits_used_up'] as const)(
  'A parcel that the tracker does not follow (%s) is queried at AliExpress',
  async (refusal) => {
    ship(5);
    result = refusal;
    expect(await pollFor(12)).toHaveLength(5);
    expect(calls(shortTracking)).toBe(5);
  },
);

test.each(['tracker_unreachable', 'tracker_key_refused', 'tracker_rejected'] as const)(
  'While the tracker fails (%s), parcels are queried at AliExpress, and later by the tracker again',
  async (kind) => {
    ship(5);
    await pollFor(4);
    failure = () => fail(kind, { tracker: tracker.name, code: 'E1' } as never);
    await pollFor(40);
    expect(calls(shortTracking)).toBe(5);
    expect(shop.logged.join()).toContain('the parcel tracker could not be read');
    failure = undefined;
    const before = reads.length;
    await pollFor(8);
    expect(reads.length).toBeGreaterThan(before);
  },
);

test('A parcel whose carrier the tracker does not reach any more is queried at AliExpress', async () => {
  ship(5);
  await pollFor(8);
  syncedAgoMs = null;
  await pollFor(7 * 24, undefined, 3 * HOUR);
  expect(calls(shortTracking)).toBe(0);
  await pollFor(2 * 24, undefined, 3 * HOUR);
  expect(calls(shortTracking)).toBe(5);
});

test('A parcel whose newest event AliExpress dates far ahead is queried again', async () => {
  ship(5);
  result = 'number_refused';
  shop.answers.set(shortTracking.name, () => ({
    result: { success: true, data: { details: [{ trackingCodeDesc: 'Departed', time: begin + 30 * DAY }] } },
  }));
  await pollFor(4 * 24, undefined, 3 * HOUR);
  expect(calls(shortTracking)).toBeGreaterThanOrEqual(10);
});

test('One answer that cannot be read does not send the parcels of the others to AliExpress', async () => {
  ship(50);
  odd = 'LP820100045';
  await pollFor(40, undefined, HOUR);
  expect(calls(shortTracking)).toBe(0);
  expect(reads.filter((numbers) => numbers.includes('LP820100007')).length).toBeGreaterThan(4);
  expect(shop.logged.join()).toContain('some parcels could not be read at the tracker');
});

test('A parcel that is deleted at the tracker again and again is registered once a day', async () => {
  ship(1);
  isForgotten = true;
  await pollFor(3 * 24, undefined, 3 * HOUR);
  expect(registered.length).toBeGreaterThan(1);
  expect(registered.length).toBeLessThanOrEqual(4);
});

describe('Updates that the tracker has pushed', () => {
  const number = (n: number) => `LP${820_100_000 + n}`;
  let updates: Set<string>;
  beforeEach(() => {
    updates = new Set();
    shop.trackerUpdates = updates;
  });

  test('They are read at the next visit, once', async () => {
    ship(5);
    await pollFor(8);
    const before = reads.length;
    updates.add(number(3));
    await pollFor(1.5);
    expect(reads.slice(before).filter((numbers) => numbers.length === 1)).toEqual([[number(3)]]);
    expect([...updates]).toEqual([]);
  });

  test('They are read although more parcels are to be registered than a visit has requests for', async () => {
    ship(50);
    await pollFor(8);
    ship(1100, 7, 50);
    requestsOfRegistration = 2;
    let busyVisits = 0;
    for (let visit = 0; visit < 80; visit += 1) {
      const [registrations, readings] = [registered.length, reads.length];
      for (let n = 0; n < 50; n += 1) updates.add(number(n));
      await pollFor(0.25);
      if (registered.length - registrations < 6) continue;
      busyVisits += 1;
      expect(reads.slice(readings, readings + 2).map(({ length }) => length)).toEqual([40, 10]);
    }
    expect(busyVisits).toBeGreaterThan(0);
  });

  test('Those that a visit has no requests for are read at the next one', async () => {
    ship(1000);
    await pollFor(30, undefined, HOUR);
    const all = Array.from({ length: 1000 }, (_, n) => number(n));
    for (const each of all) updates.add(each);
    const before = reads.length;
    await pollFor(0.25);
    expect(updates.size).toBeGreaterThan(0);
    await pollFor(0.5);
    expect(updates.size).toBe(0);
    expect(new Set(reads.slice(before, before + 25).flat()).size).toBe(1000);
  });

  test('They make a visit due, and so do those that a visit has no time for', async () => {
    ship(50);
    await pollFor(8);
    for (let n = 0; n < 50; n += 1) updates.add(number(n));
    readingMs = 11 * SECOND;
    await pollFor(0.25);
    expect(updates.size).toBe(10);
    readingMs = 0;
    await pollFor(0.25);
    expect(updates.size).toBe(0);
  });

  test('They are kept while the tracker fails', async () => {
    ship(5);
    await pollFor(8);
    failure = () => fail('tracker_unreachable', { tracker: tracker.name });
    updates.add(number(3));
    await pollFor(3);
    failure = undefined;
    const before = reads.length;
    await pollFor(2);
    expect(reads.slice(before)).toContainEqual([number(3)]);
  });

  test('Parcels that are due are read at the next visit, where reading updates took all of the time', async () => {
    ship(50);
    events = [['SC_OUTBOUND_SUCCESS', 5 * DAY - HOUR]];
    syncedAgoMs = 3 * DAY;
    await pollFor(10);
    const readDue = async () => {
      const before = reads.length;
      await pollFor(0.25);
      return reads.slice(before).some((numbers) => numbers.length === 40);
    };
    for (let visit = 0; visit < 8; visit += 1) if (await readDue()) break;
    await pollFor(0.75);
    updates.add(number(3));
    readingMs = 11 * SECOND;
    expect(await readDue()).toBe(false);
    readingMs = 0;
    expect(await readDue()).toBe(true);
  });
});
