import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { deliveredAt, type Parcel, returnedAt } from '../../sandbox/parcels.ts';
import { openTrackedShop, send, TRACKER_START, type TrackedShop } from '../support/tracker.ts';

const CAINIAO = 190271;

let shop: TrackedShop;
beforeEach(async () => {
  shop = await openTrackedShop();
});
afterEach(() => shop.close());

const codesOf = (answer: Awaited<ReturnType<TrackedShop['post']>>) =>
  answer.json.data.rejected.map(({ error }) => error.code);
const goTo = (at: number) => shop.clock.advance(at - shop.clock.now());
const isCainiao = ({ trackingNumber }: Parcel) => trackingNumber.startsWith('LP');
const register = (...parcels: Parcel[]) =>
  shop.post(
    'register',
    parcels.map(({ trackingNumber, order }) => ({ number: trackingNumber, tag: String(order.id) })),
  );
const read = async ({ trackingNumber }: Parcel) => {
  const { json } = await shop.post('gettrackinfo', [{ number: trackingNumber }]);
  const [found] = json.data.accepted as unknown as [{ tag: string; track_info: TrackInfo }];
  return found;
};

interface TrackerEvent {
  time_iso: string | null;
  time_utc: string | null;
  time_raw: Record<'date' | 'time' | 'timezone', string | null>;
  sub_status: string;
  stage: string | null;
}

interface TrackInfo {
  shipping_info: { recipient_address: { country: string | null } };
  latest_status: { status: string; sub_status: string };
  latest_event: TrackerEvent | null;
  tracking: {
    providers: {
      provider: { key: number };
      latest_sync_status: string;
      latest_sync_time: string;
      events_hash: number;
      events: TrackerEvent[];
    }[];
  };
}

describe('Request to 17TRACK', () => {
  test('A request without the right key is refused with HTTP 401', async () => {
    expect(await send(shop.tracker, 'getquota', { token: 'wrong' })).toMatchObject({
      status: 401,
      json: { code: -18010002 },
    });
  });

  test.each([
    ['a GET', 'getquota', 'GET'],
    ['an unknown endpoint', 'getrealtimetrackinfo', 'POST'],
  ])('%s is not found', async (_, endpoint, method) => {
    expect((await send(shop.tracker, endpoint, { method })).status).toBe(404);
  });

  test('A fourth request in a second is refused with HTTP 429', async () => {
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await send(shop.tracker, 'getquota')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const again = await send(shop.tracker, 'getquota');
    expect(again.headers.get('retry-after')).toBe('1');
  });

  test('A refusal with HTTP 429 may not say how long to wait', async () => {
    await shop.close();
    shop = await openTrackedShop({ saysRetryAfter: false });
    for (let n = 0; n < 3; n += 1) await send(shop.tracker, 'getquota');
    const { status, headers } = await send(shop.tracker, 'getquota');
    expect([status, headers.get('retry-after')]).toEqual([429, null]);
  });

  test.each([
    ['41 numbers', JSON.stringify(Array(41).fill({ number: 'LP00612345678901' })), -18010014],
    ['no numbers', '[]', -18010013],
    ['one object', '{"number":"LP00612345678901"}', -18010013],
    ['no JSON', 'number=1', -18010013],
  ])('A request with %s is refused inside of a success', async (_, body, code) => {
    expect(await send(shop.tracker, 'gettrackinfo', { body })).toMatchObject({
      status: 200,
      json: { code: 0, data: { errors: [{ code, message: expect.any(String) }] } },
    });
  });

  test.each([
    ['http_500', 500, 500],
    ['internal', 200, -18010003],
    ['disabled', 401, -18010004],
    ['foreign_address', 401, -18010001],
  ] as const)(
    'Under the fault "%s" a request has the status %d and the code %d',
    async (fault, status, code) => {
      shop.tracker.fault = fault;
      expect(await shop.post('getquota', [])).toMatchObject({ status, json: { code } });
    },
  );

  test('Under the fault "http_503" the answer is no JSON', async () => {
    shop.tracker.fault = 'http_503';
    expect(await shop.post('getquota', [])).toMatchObject({ status: 503, json: undefined });
  });

  test('Under the fault "invalid_data" the errors stand inside of a success', async () => {
    shop.tracker.fault = 'invalid_data';
    expect((await shop.post('getquota', [])).json).toMatchObject({
      code: 0,
      data: { errors: [{ code: -18010013 }] },
    });
  });
});

describe('Registration of a number', () => {
  test('A registration costs one credit and answers with the carrier that was found', async () => {
    const parcel = shop.parcelWhere(isCainiao);
    expect((await register(parcel)).json.data.accepted).toEqual([
      expect.objectContaining({
        number: parcel.trackingNumber,
        carrier: CAINIAO,
        tag: String(parcel.order.id),
        email: null,
      }),
    ]);
    expect((await shop.post('getquota', [])).json.data).toEqual({
      quota_total: 100,
      quota_used: 1,
      quota_remain: 99,
      today_used: 1,
      max_track_daily: 10_000_000,
      free_email_quota: 300,
      free_email_quotaused: 0,
    });
  });

  test('Some numbers of a request are accepted and others rejected', async () => {
    const { trackingNumber } = shop.parcelWhere(isCainiao);
    const answer = await shop.post('register', [
      { number: trackingNumber },
      { number: '1234' },
      { number: 'lp 1' },
      { number: 12_345_678 },
      {},
      { number: 'SYAE123456789' },
      { number: 'LP00612345678901', carrier: 5 },
      { number: 'LP00612345678901', carrier: CAINIAO, final_carrier: 19181 },
    ]);
    expect(answer.json.data.accepted).toHaveLength(1);
    expect(codesOf(answer)).toEqual([
      -18010012, -18010012, -18010011, -18010010, -18019903, -18019910, -18010016,
    ]);
  });

  test('The carrier of a rejected number is a text', async () => {
    const answer = await shop.post('register', [{ number: '1234', carrier: 3011 }]);
    expect(answer.json.data.rejected).toEqual([
      { number: '1234', carrier: '3011', error: { code: -18010012, message: expect.any(String) } },
    ]);
  });

  test('A second registration is rejected, costs nothing and leaves the tag', async () => {
    const parcel = shop.parcelWhere(isCainiao);
    await register(parcel);
    const again = await shop.post('register', [{ number: parcel.trackingNumber, tag: 'another' }]);
    expect(codesOf(again)).toEqual([-18019901]);
    expect((await shop.post('getquota', [])).json.data.quota_used).toBe(1);
    goTo(TRACKER_START + 7 * HOUR);
    expect((await read(parcel)).tag).toBe(String(parcel.order.id));
  });

  test('The same number with another carrier costs again', async () => {
    const parcel = shop.parcelWhere(isCainiao);
    await register(parcel);
    await shop.post('register', [{ number: parcel.trackingNumber, carrier: 3011 }]);
    expect((await shop.post('getquota', [])).json.data.quota_used).toBe(2);
  });

  test('Without credits a registration is rejected, and reading goes on', async () => {
    await shop.close();
    shop = await openTrackedShop({ quota: 1 });
    const [first, second] = shop.parcels.filter(isCainiao) as [Parcel, Parcel];
    expect(codesOf(await register(first, second))).toEqual([-18019908]);
    goTo(TRACKER_START + 7 * HOUR);
    expect(await read(first)).toMatchObject({ number: first.trackingNumber });
    goTo(Date.parse('2026-12-01T00:00:00Z'));
    expect(codesOf(await register(second))).toEqual([]);
  });

  test('A day has a limit of registrations', async () => {
    await shop.close();
    shop = await openTrackedShop({ maxDaily: 1 });
    const [first, second] = shop.parcels.filter(isCainiao) as [Parcel, Parcel];
    expect(codesOf(await register(first, second))).toEqual([-18019907]);
    goTo(TRACKER_START + DAY);
    expect(codesOf(await register(second))).toEqual([]);
  });
});

describe('What 17TRACK knows of a number', () => {
  const underway = () =>
    shop.parcelWhere(
      (parcel) =>
        isCainiao(parcel) &&
        parcel.events.filter(({ at }) => at < TRACKER_START).length > 3 &&
        (deliveredAt(parcel) ?? TRACKER_START) > TRACKER_START + 2 * DAY &&
        parcel.events.some(({ at }) => at > TRACKER_START + 7 * HOUR && at < TRACKER_START + 12 * HOUR),
    );

  test('A number that is not registered is rejected', async () => {
    expect(codesOf(await shop.post('gettrackinfo', [{ number: underway().trackingNumber }]))).toEqual([
      -18019902,
    ]);
  });

  test('Nothing is known for the first six hours, which is accepted or rejected', async () => {
    const parcels = shop.parcels.filter((parcel) => isCainiao(parcel)).slice(0, 20);
    await register(...parcels);
    goTo(TRACKER_START + 5 * HOUR);
    const answer = await shop.post(
      'gettrackinfo',
      parcels.map(({ trackingNumber }) => ({ number: trackingNumber })),
    );
    expect(new Set(codesOf(answer))).toEqual(new Set([-18019909]));
    const states = (answer.json.data.accepted as unknown as { track_info: TrackInfo }[]).map(
      ({ track_info }) => track_info.latest_status.status,
    );
    expect(new Set(states)).toEqual(new Set(['NotFound']));
  });

  test('New events are there from the next refresh on, every six hours', async () => {
    const parcel = underway();
    await register(parcel);
    goTo(TRACKER_START + 12 * HOUR - MINUTE);
    const before = (await read(parcel)).track_info.tracking.providers[0];
    goTo(TRACKER_START + 12 * HOUR + MINUTE);
    const after = (await read(parcel)).track_info.tracking.providers[0];
    expect(before?.latest_sync_time).toBe('2026-11-21T06:00:01Z');
    expect(after?.latest_sync_time).toBe('2026-11-21T12:00:01Z');
    expect(after?.events_hash).not.toBe(before?.events_hash);
    expect(after?.events[0]?.time_utc).toBe(
      new Date(parcel.events.findLast(({ at }) => at <= TRACKER_START + 12 * HOUR)?.at ?? 0)
        .toISOString()
        .replace('.000', ''),
    );
  });

  test('The country of the recipient is an ISO code, which is known with the first event', async () => {
    const parcel = shop.parcelWhere((each) => isCainiao(each) && each.order.country === 'UK');
    await register(parcel);
    const country = async () => {
      const answer = await shop.post('gettrackinfo', [{ number: parcel.trackingNumber }]);
      const [item] = answer.json.data.accepted as unknown as { track_info: TrackInfo }[];
      return item?.track_info.shipping_info.recipient_address.country ?? null;
    };
    expect(await country()).toBeNull();
    goTo(TRACKER_START + 7 * HOUR);
    expect(await country()).toBe('GB');
  });

  test('A refresh that fails has its time and brings nothing new', async () => {
    const parcel = underway();
    await register(parcel);
    shop.tracker.carriersDownSince = TRACKER_START + 7 * HOUR;
    goTo(TRACKER_START + 13 * HOUR);
    const [provider] = (await read(parcel)).track_info.tracking.providers;
    expect(provider).toMatchObject({
      latest_sync_status: 'Failure',
      latest_sync_time: '2026-11-21T12:00:01Z',
    });
    const newest = Date.parse(String(provider?.events[0]?.time_utc));
    expect(newest).toBeLessThan(TRACKER_START + 7 * HOUR);
  });

  test('The wrong carrier finds nothing, and the right one does after a change', async () => {
    const parcel = underway();
    const { trackingNumber: number } = parcel;
    await shop.post('register', [{ number, carrier: 3011 }]);
    goTo(TRACKER_START + 7 * HOUR);
    const list = async () =>
      (await shop.post('gettracklist', { number })).json.data.accepted.map((row) => row.package_status);
    expect(await list()).toEqual(['NotFound']);
    await shop.post('changecarrier', [{ number, carrier_old: 3011, carrier_new: CAINIAO }]);
    shop.clock.advance(10 * MINUTE);
    expect(await list()).not.toEqual(['NotFound']);
    expect((await shop.post('getquota', [])).json.data.quota_used).toBe(1);
  });

  test('A number of whose carrier AliExpress knows is found under the carrier Cainiao too', async () => {
    const parcel = shop.parcelWhere(
      ({ carrier, events }) =>
        carrier.trackerCode === 190072 && (events[0]?.at ?? TRACKER_START) < TRACKER_START,
    );
    await shop.post('register', [{ number: parcel.trackingNumber, carrier: CAINIAO }]);
    goTo(TRACKER_START + 7 * HOUR);
    expect((await read(parcel)).track_info.latest_event).not.toBeNull();
  });

  test('A mistaken number is never found', async () => {
    const { mistaken } = shop.parcelWhere((parcel) => isCainiao(parcel) && parcel.mistaken !== undefined);
    await shop.post('register', [{ number: mistaken?.number }]);
    goTo(TRACKER_START + 20 * DAY);
    const { json } = await shop.post('gettracklist', {});
    expect(json.data.accepted).toEqual([expect.objectContaining({ package_status: 'NotFound' })]);
  });

  test('The states of delivered, returned, lost and other parcels differ', async () => {
    const isOld = (parcel: Parcel) => isCainiao(parcel) && parcel.shippedAt < TRACKER_START - 8 * DAY;
    const delivered = shop.parcelWhere((parcel) => isOld(parcel) && deliveredAt(parcel) !== undefined);
    const returned = shop.parcelWhere((parcel) => isCainiao(parcel) && returnedAt(parcel) !== undefined);
    await register(delivered, returned);
    goTo(Math.max(Number(deliveredAt(delivered)), Number(returnedAt(returned))) + 7 * HOUR);
    expect((await read(delivered)).track_info.latest_status).toMatchObject({ status: 'Delivered' });
    expect((await read(returned)).track_info.latest_status).toEqual(
      expect.objectContaining({ status: 'Exception', sub_status: 'Exception_Returned' }),
    );
  });

  test('Some deliveries have a day and an hour without a zone', async () => {
    const parcels = shop.parcels.filter((parcel) => isCainiao(parcel) && deliveredAt(parcel)).slice(0, 80);
    await register(...parcels.slice(0, 40));
    await register(...parcels.slice(40));
    goTo(Math.max(...parcels.map((parcel) => Number(deliveredAt(parcel)))) + 7 * HOUR);
    const undated = [];
    for (const parcel of parcels) {
      const event = (await read(parcel)).track_info.latest_event;
      if (event?.time_iso === null) undated.push(event);
    }
    expect(undated.length).toBeGreaterThan(0);
    expect(undated[0]).toMatchObject({
      time_utc: null,
      time_raw: { date: expect.any(String), time: expect.any(String), timezone: null },
    });
  });

  test('A station that no list has is a sub-state of its own', async () => {
    const isHub = ({ code }: Parcel['events'][number]) => code === 'TD_HUB_SCAN';
    const parcel = shop.parcelWhere((each) => isCainiao(each) && each.events.some(isHub));
    const hub = parcel.events.find(isHub);
    await register(parcel);
    goTo(Math.max(TRACKER_START, hub?.at ?? 0) + 13 * HOUR);
    const events = (await read(parcel)).track_info.tracking.providers.flatMap((each) => each.events);
    expect(events.map(({ sub_status }) => sub_status)).toContain('InTransit_HubScan');
  });

  test('The last mile has a provider of its own, before the first one', async () => {
    const parcel = shop.parcelWhere((each) => isCainiao(each) && deliveredAt(each) !== undefined);
    await register(parcel);
    goTo(Number(deliveredAt(parcel)) + 7 * HOUR);
    const { providers } = (await read(parcel)).track_info.tracking;
    expect(providers.map(({ provider }) => provider.key)).toEqual([19181, CAINIAO]);
  });
});

describe('Life of a number', () => {
  const lost = () =>
    shop.parcelWhere(
      (each) => isCainiao(each) && deliveredAt(each) === undefined && returnedAt(each) === undefined,
    );
  const row = async (parcel: Parcel) =>
    (await shop.post('gettracklist', { number: parcel.trackingNumber })).json.data.accepted[0];

  test('Tracking stops after 30 days without an event', async () => {
    const parcel = lost();
    await register(parcel);
    goTo(TRACKER_START + 40 * DAY);
    expect(await row(parcel)).toMatchObject({
      tracking_status: 'Stopped',
      stop_track_reason: 'Expired',
      package_status: 'Expired',
    });
  });

  test('Tracking stops 15 days after the delivery, which stays', async () => {
    const parcel = shop.parcelWhere((each) => isCainiao(each) && deliveredAt(each) !== undefined);
    await register(parcel);
    goTo(Number(deliveredAt(parcel)) + 17 * DAY);
    expect(await row(parcel)).toMatchObject({ tracking_status: 'Stopped', package_status: 'Delivered' });
  });

  test('A number is deleted 90 days after its tracking has stopped', async () => {
    const parcel = lost();
    await register(parcel);
    await shop.post('stoptrack', [{ number: parcel.trackingNumber }]);
    goTo(TRACKER_START + 89 * DAY);
    expect(await row(parcel)).toMatchObject({ stop_track_reason: 'ByRequest' });
    goTo(TRACKER_START + 91 * DAY);
    expect(await row(parcel)).toBeUndefined();
  });

  test('A stopped number can be tracked again once, free, and has news within ten minutes', async () => {
    const parcel = lost();
    const items = [{ number: parcel.trackingNumber }];
    await register(parcel);
    expect(codesOf(await shop.post('retrack', items))).toEqual([-18019904]);
    await shop.post('stoptrack', items);
    expect(codesOf(await shop.post('stoptrack', items))).toEqual([-18019906]);
    goTo(TRACKER_START + 5 * DAY);
    expect(codesOf(await shop.post('retrack', items))).toEqual([]);
    shop.clock.advance(10 * MINUTE);
    expect(await row(parcel)).toMatchObject({ tracking_status: 'Tracking', is_retracked: true });
    await shop.post('stoptrack', items);
    expect(codesOf(await shop.post('retrack', items))).toEqual([-18019905]);
    expect((await shop.post('getquota', [])).json.data.quota_used).toBe(1);
  });

  test('A deleted number is not registered, and registering it costs again', async () => {
    const parcel = lost();
    await register(parcel);
    await shop.post('deletetrack', [{ number: parcel.trackingNumber }]);
    expect(codesOf(await shop.post('gettrackinfo', [{ number: parcel.trackingNumber }]))).toEqual([
      -18019902,
    ]);
    await register(parcel);
    expect((await shop.post('getquota', [])).json.data.quota_used).toBe(2);
  });

  test('A carrier is changed at most five times, and each change is checked', async () => {
    const { trackingNumber: number } = lost();
    const change = async (carrier_old?: number, carrier_new?: number) =>
      codesOf(await shop.post('changecarrier', [{ number, carrier_old, carrier_new }]))[0];
    expect(await change(CAINIAO, 3011)).toBe(-18019902);
    await shop.post('register', [{ number }]);
    expect(await change(undefined, 3011)).toBe(-18019801);
    expect(await change(CAINIAO)).toBe(-18019804);
    expect(await change(3011, CAINIAO)).toBe(-18019805);
    expect(await change(CAINIAO, 5)).toBe(-18019802);
    expect(await change(CAINIAO, CAINIAO)).toBe(-18019803);
    for (let n = 0; n < 5; n += 1) {
      const [from, to] = n % 2 === 0 ? [CAINIAO, 3011] : [3011, CAINIAO];
      expect(await change(from, to)).toBeUndefined();
    }
    expect(await change(3011, CAINIAO)).toBe(-18019807);
    await shop.post('stoptrack', [{ number }]);
    expect(await change(3011, CAINIAO)).toBe(-18019806);
  });

  test('The tag of a number is changed by nested fields', async () => {
    const parcel = lost();
    await register(parcel);
    const { trackingNumber: number } = parcel;
    expect(codesOf(await shop.post('changeinfo', [{ number, tag: 'two orders' }]))).toEqual([-18019811]);
    await shop.post('changeinfo', [{ number, items: { tag: 'two orders' } }]);
    expect(await row(parcel)).toMatchObject({ tag: 'two orders' });
  });
});

describe('List of numbers', () => {
  test('The list has 40 rows a page and its page beside the data, without sub-states', async () => {
    const parcels = shop.parcels.filter(isCainiao).slice(0, 50);
    await register(...parcels.slice(0, 40));
    await register(...parcels.slice(40));
    const { json } = await shop.post('gettracklist', { page_no: 2 });
    expect(json.page).toEqual({ data_total: 50, page_total: 2, page_no: 2, page_size: 40 });
    expect(json.data.accepted).toHaveLength(10);
    expect(JSON.stringify(json)).not.toContain('sub_status');
  });

  test('The list is filtered by status', async () => {
    const parcels = shop.parcels.filter(isCainiao).slice(0, 40);
    await register(...parcels);
    goTo(TRACKER_START + 7 * HOUR);
    const all = (await shop.post('gettracklist', {})).json.data.accepted;
    const { json } = await shop.post('gettracklist', {
      package_status: 'InTransit',
      tracking_status: 'Tracking',
    });
    expect(json.data.accepted).toEqual(all.filter((row) => row.package_status === 'InTransit'));
    expect(json.data.accepted.length).toBeGreaterThan(0);
    expect((await shop.post('gettracklist', { tracking_status: 'Lost' })).json.data.errors).toHaveLength(1);
  });

  test('Times that are not known are empty or null', async () => {
    await register(shop.parcelWhere(isCainiao));
    const { json } = await shop.post('gettracklist', {});
    expect(json.data.accepted[0]).toMatchObject({
      track_time: '',
      latest_event_time: '',
      delievery_time: null,
      push_time: null,
      push_status: 'NotPushed',
      sync_status: false,
    });
  });
});
