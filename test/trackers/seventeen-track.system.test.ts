/** 17TRACK as a tracker, against the stand-in. */

import { axiosTransport } from '../../lib/http/axios.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { openSeventeenTrack } from '../../lib/trackers/seventeen-track/client.ts';
import { isSignedByTracker, updatedNumber } from '../../lib/trackers/seventeen-track/push.ts';
import type { Tracker } from '../../lib/trackers/tracker.ts';
import { deliveredAt, type Parcel } from '../../sandbox/parcels.ts';
import type { TrackerOptions } from '../../sandbox/tracker/server.ts';
import { problemLike } from '../support/problem-like.ts';
import { startReceiver } from '../support/receiver.ts';
import { openTrackedShop, type TrackedShop } from '../support/tracker.ts';

const CAINIAO = 190_271;
const MAX_REQUESTS = 1000;

let shop: TrackedShop;
let tracker: Tracker;

async function open(options: Partial<TrackerOptions> = {}, key?: string): Promise<void> {
  shop = await openTrackedShop(options);
  tracker = openSeventeenTrack({
    key: key ?? shop.tracker.key,
    url: shop.tracker.url,
    transport: axiosTransport(),
    clock: shop.clock,
    random: () => 0,
  });
  tracker.limitTo(MAX_REQUESTS);
}
beforeEach(() => open());
afterEach(() => shop.close());

const reopen = async (options: Partial<TrackerOptions>, key?: string) => {
  await shop.close();
  await open(options, key);
};
/** Since the tracker was opened. */
const requests = () => MAX_REQUESTS - tracker.requestsLeft();
const goTo = (at: number) => shop.clock.advance(at - shop.clock.now());
const isOf = (key: string) => (parcel: Parcel) => parcel.carrier.key === key;
const asked = ({ trackingNumber, carrier, order }: Parcel) => ({
  number: trackingNumber,
  carrierKey: carrier.key,
  tag: String(order.id),
});
const register = async (parcel: Parcel) => (await tracker.register([asked(parcel)]))[0];
const read = async (parcel: Parcel) => {
  const { trackingNumber: number, shippedAt } = parcel;
  const { readings } = await tracker.read([{ number, carrier: null, shippedAt }]);
  return readings[0];
};

describe('Registration at 17TRACK', () => {
  test('A parcel of Cainiao is registered under Cainiao, with the order as its tag and nothing else', async () => {
    const parcel = shop.parcelWhere(isOf('CAINIAO_STANDARD'));
    expect(await register(parcel)).toEqual({
      number: parcel.trackingNumber,
      result: 'registered',
      carrier: CAINIAO,
    });
    expect(shop.tracker.registry.registrations).toEqual([
      expect.objectContaining({ tag: String(parcel.order.id), orderNo: '', remark: '' }),
    ]);
  });

  test('A parcel whose carrier is not detected is registered under the carrier that its key names', async () => {
    expect(await register(shop.parcelWhere(isOf('SUNYOU_RM')))).toMatchObject({
      result: 'registered',
      carrier: 190_072,
    });
    expect(requests()).toBe(2);
  });

  test('A parcel that is registered already is followed, and costs nothing', async () => {
    const parcel = shop.parcelWhere(isOf('CPAM'));
    await register(parcel);
    expect(await register(parcel)).toMatchObject({ result: 'known' });
    expect(await tracker.credits()).toEqual({ used: 1, left: 99, total: 100 });
  });

  test('Numbers are sent in capitals without spaces, and what is no number is not sent', async () => {
    const { trackingNumber } = shop.parcelWhere(isOf('CPAM'));
    const spaced = `${trackingNumber.slice(0, 4)} ${trackingNumber.slice(4).toLowerCase()}`;
    const tag = '1';
    expect(
      await tracker.register([
        { number: spaced, carrierKey: '', tag },
        { number: 'no?', carrierKey: '', tag },
      ]),
    ).toEqual([
      { number: spaced, result: 'registered', carrier: 3011 },
      { number: 'no?', result: 'number_refused', carrier: null },
    ]);
    expect(shop.tracker.registry.registrations.map(({ number }) => number)).toEqual([trackingNumber]);
  });

  test('Without credits a parcel is not registered, and the others are still read', async () => {
    await reopen({ quota: 1 });
    const [first, second] = [shop.parcelWhere(isOf('CPAM')), shop.parcelWhere(isOf('FEDEX'))];
    await register(first);
    expect(await register(second)).toMatchObject({ result: 'credits_used_up', carrier: null });
    shop.clock.advance(DAY);
    expect(await read(first)).toMatchObject({ number: first.trackingNumber });
  });

  test('Beyond the limit of a day a parcel waits for the next day', async () => {
    await reopen({ maxDaily: 0 });
    expect(await register(shop.parcelWhere(isOf('CPAM')))).toMatchObject({ result: 'daily_limit' });
  });

  test('A number that no carrier is found for is guessed three times at most', async () => {
    const unknown = { number: 'ZZ1234567890', carrierKey: 'UNHEARD_OF', tag: '1' };
    // Cainiao takes every number.
    expect(await tracker.register([unknown])).toMatchObject([{ result: 'registered', carrier: CAINIAO }]);
    expect(requests()).toBe(2);
  });

  test.each([0, 41])('%d parcels in one call are refused before a request', async (count) => {
    const parcels = Array(count).fill({ number: 'LP00612345678901', carrierKey: '', tag: '' });
    await expect(tracker.register(parcels)).rejects.toThrow(RangeError);
    expect(requests()).toBe(0);
  });
});

describe('Course at 17TRACK', () => {
  test('A parcel has no events before the first refresh, and later those of the carrier', async () => {
    const parcel = shop.parcelWhere(isOf('CAINIAO_STANDARD'));
    await register(parcel);
    expect(await read(parcel)).toMatchObject({ progress: undefined, events: [], syncedAt: null });
    const registeredAt = shop.tracker.registry.registrations[0]?.registeredAt ?? 0;
    shop.clock.advance(7 * HOUR);
    const reading = await read(parcel);
    expect(reading?.syncedAt).toBe(registeredAt + 6 * HOUR);
    const known = parcel.events.filter(({ at }) => at <= registeredAt + 6 * HOUR);
    expect(reading?.events.map(({ at }) => at).sort()).toEqual(
      known.map(({ at }) => Math.floor(at / 1000) * 1000).sort(),
    );
    expect(reading?.progress?.eventAt).toBe(Math.floor((known.at(-1)?.at ?? 0) / 1000) * 1000);
  });

  test('While carriers are not reached, a reading does not say that anything is up to date', async () => {
    const parcel = shop.parcelWhere(isOf('CAINIAO_STANDARD'));
    await register(parcel);
    shop.clock.advance(DAY);
    shop.tracker.carriersDownSince = shop.clock.now();
    expect(await read(parcel)).toMatchObject({ syncedAt: null });
  });

  test('A delivery is read, also without a time', async () => {
    const delivered = shop.parcels.filter((parcel) => deliveredAt(parcel) !== undefined).slice(0, 60);
    for (let from = 0; from < delivered.length; from += 40) {
      await tracker.register(delivered.slice(from, from + 40).map(asked));
    }
    goTo(Math.max(...delivered.map((parcel) => deliveredAt(parcel) ?? 0)) + DAY);
    const { registrations } = shop.tracker.registry;
    const followed = delivered.filter((parcel) =>
      registrations.some((each) => shop.tracker.registry.parcelOf(each) === parcel),
    );
    const stages = [];
    for (const parcel of followed) {
      const { progress } = (await read(parcel)) ?? {};
      stages.push(progress?.stage);
      if (!parcel.events.some(({ isUndated }) => isUndated)) {
        expect(progress?.eventAt).toBeGreaterThanOrEqual(
          Math.floor((deliveredAt(parcel) ?? 0) / 1000) * 1000,
        );
      }
    }
    expect(new Set(stages)).toEqual(new Set(['delivered']));
    expect(stages.length).toBeGreaterThan(30);
  });

  test('A number that is not registered is named', async () => {
    const parcel = { number: 'LP00612345678901', carrier: CAINIAO, shippedAt: 0 };
    expect(await tracker.read([parcel])).toEqual({ readings: [], unregistered: [parcel.number] });
  });

  test('Events from long before the order was shipped belong to another parcel', async () => {
    const parcel = shop.parcelWhere(isOf('CAINIAO_STANDARD'));
    await register(parcel);
    shop.clock.advance(DAY);
    const { readings } = await tracker.read([
      { number: parcel.trackingNumber, carrier: CAINIAO, shippedAt: shop.clock.now() + 30 * DAY },
    ]);
    expect(readings).toMatchObject([{ events: [], progress: undefined, isExpired: false }]);
  });

  test('A parcel without an event for 30 days has expired, and is followed again once', async () => {
    const parcel = shop.parcelWhere((each) => isOf('CAINIAO_STANDARD')(each) && !deliveredAt(each));
    const last = parcel.events.at(-1)?.at ?? 0;
    await register(parcel);
    goTo(Math.max(last, shop.clock.now()) + 31 * DAY);
    const [row] = (await tracker.sweep(1)).rows;
    expect(row).toMatchObject({ number: parcel.trackingNumber, isStopped: true, isResumable: true });
    expect(await read(parcel)).toMatchObject({ isExpired: true });
    const registered = { number: parcel.trackingNumber, carrier: null };
    expect(await tracker.resume([registered])).toEqual([parcel.trackingNumber]);
    expect(await tracker.resume([registered])).toEqual([]);
    expect(await read(parcel)).toMatchObject({ isExpired: false });
  });

  test('The sweep reads 40 rows a page, the latest registration first', async () => {
    const parcels = shop.parcels.filter(isOf('CAINIAO_STANDARD')).slice(0, 41);
    await tracker.register(parcels.slice(0, 40).map(asked));
    await tracker.register(parcels.slice(40).map(asked));
    const first = await tracker.sweep(1);
    expect([first.pages, first.rows.length]).toEqual([2, 40]);
    expect(first.rows[0]?.number).toBe(parcels[40]?.trackingNumber);
    expect((await tracker.sweep(2)).rows).toHaveLength(1);
  });
});

describe('Messages that 17TRACK pushes', () => {
  test('Every message that arrives is signed and names its parcel, also where some are lost or doubled', async () => {
    const receiver = await startReceiver();
    const parcels = shop.parcels.filter(isOf('CAINIAO_STANDARD')).slice(0, 30);
    await tracker.register(parcels.map(asked));
    shop.clock.advance(DAY);
    shop.tracker.webhook = { url: receiver.url, lostEvery: 5, doubledEvery: 3 };
    const arrived = await shop.tracker.push();
    const { received } = receiver;
    await receiver.close();
    expect(received).toHaveLength(arrived);
    const isSigned = ({ body, headers }: (typeof received)[number]) =>
      isSignedByTracker(shop.tracker.key, Buffer.from(body), String(headers.sign));
    expect(received.filter((each) => !isSigned(each))).toEqual([]);
    const pushed = shop.tracker.registry.registrations.filter(({ push }) => push?.status === 'Success');
    expect([...new Set(received.map(({ body }) => updatedNumber(body)))]).toEqual(
      pushed.map(({ number }) => number),
    );
  });
});

describe('Refusal by 17TRACK', () => {
  test('A wrong key is a problem', async () => {
    await reopen({}, 'WRONG');
    await expect(tracker.credits()).rejects.toEqual(
      problemLike('tracker_key_refused', { code: '-18010002' }),
    );
  });

  test.each([
    ['http_500', 'tracker_unreachable'],
    ['http_503', 'tracker_unreachable'],
    ['internal', 'tracker_unreachable'],
    ['disabled', 'tracker_key_refused'],
    ['foreign_address', 'tracker_ip_not_allowed'],
    ['invalid_data', 'tracker_rejected'],
  ] as const)('The fault "%s" is the problem %s', async (fault, kind) => {
    shop.tracker.fault = fault;
    await expect(tracker.credits()).rejects.toEqual(problemLike(kind));
  });

  test('Nobody at the address is a problem', async () => {
    await shop.tracker.close();
    await expect(tracker.credits()).rejects.toEqual(problemLike('tracker_unreachable'));
  });

  test('Ten requests in a row are never too many', async () => {
    for (let n = 0; n < 10; n += 1) await tracker.credits();
    expect([requests(), shop.tracker.requests.get('getquota')]).toEqual([10, 10]);
  });

  test.each([true, false])(
    'Too many requests of others are waited for (Retry-After: %s)',
    async (saysRetryAfter) => {
      await reopen({ saysRetryAfter });
      const fetchOne = () =>
        fetch(`${shop.tracker.url}/getquota`, {
          method: 'POST',
          body: '[]',
          headers: { '17token': shop.tracker.key },
        });
      await Promise.all([fetchOne(), fetchOne(), fetchOne()]);
      expect(await tracker.credits()).toMatchObject({ used: 0 });
      expect(requests()).toBe(2);
    },
  );
});

describe('Privacy of courses', () => {
  test('No name, street, phone, place or sentence comes out of the tracker', async () => {
    const parcels = shop.parcels.filter((parcel) => deliveredAt(parcel) !== undefined).slice(0, 40);
    await tracker.register(parcels.map(asked));
    goTo(Math.max(...parcels.map((parcel) => deliveredAt(parcel) ?? 0)) + DAY);
    const toRead = parcels.map(({ trackingNumber: number, shippedAt }) => ({
      number,
      carrier: null,
      shippedAt,
    }));
    const answer = JSON.stringify((await shop.post('gettrackinfo', toRead)).json);
    const read = JSON.stringify([await tracker.read(toRead), await tracker.sweep(1)]);
    const personal = parcels.flatMap(({ order, events }) => [
      order.buyer.name,
      order.buyer.street,
      order.buyer.phone,
      ...events.flatMap(({ text, place }) => [text, place]),
    ]);
    expect(personal.filter((each) => each && answer.includes(each)).length).toBeGreaterThan(100);
    expect(personal.filter((each) => each && each !== 'Delivered' && read.includes(each))).toEqual([]);
  });
});
