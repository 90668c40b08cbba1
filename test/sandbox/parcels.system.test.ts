import { DAY, HOUR } from '../../lib/runtime.ts';
import type { Order } from '../../sandbox/orders.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { steadyCarriers } from '../../sandbox/parcels/carriers.ts';
import { type Stall, stallsOf } from '../../sandbox/parcels/stalls.ts';
import {
  deliveredAt,
  eventsUntil,
  isDelivery,
  type Parcel,
  type ParcelEvent,
} from '../../sandbox/parcels.ts';
import { openShop, type ShopOptions } from '../../sandbox/shop.ts';
import {
  ORDER_DETAIL,
  openSandboxShop,
  type Params,
  type SandboxShop,
  TRACKING,
} from '../support/sandbox-shop.ts';

const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 300, from: FROM, to: TO, historyDays: 45, ...changes });
const parcelsOf = (changes: Partial<ShopOptions> = {}) => [...shopOf(changes).parcels.values()];
const [parcels, ordinary, stalled] = [
  parcelsOf(),
  parcelsOf({ stallShare: 0 }),
  parcelsOf({ stallShare: 1 }),
];

describe('Parcels of the sandbox shop', () => {
  test('The same seed gives the same parcels', () => {
    expect(shopOf({ seed: 7, ordersPerDay: 20 }).parcels).toEqual(
      shopOf({ seed: 7, ordersPerDay: 20 }).parcels,
    );
  });

  test('Every shipped order has one parcel', () => {
    const { orders, parcels: found } = shopOf({ ordersPerDay: 20 });
    const shipped = orders.filter(({ shippedAt }) => shippedAt !== undefined);
    expect(found.map(({ order }) => order.id)).toEqual(shipped.map(({ id }) => id));
  });

  test('Every tracking number is unique', () => {
    expect(new Set(parcels.map(({ trackingNumber }) => trackingNumber)).size).toBe(parcels.length);
  });

  test('Every carrier has parcels', () => {
    expect(new Set(parcels.map(({ carrier }) => carrier))).toEqual(new Set(steadyCarriers));
  });

  test('Tracking events are in time order, after shipping', () => {
    const isEarly = ({ shippedAt, events }: Parcel) =>
      events.some(({ at }, n) => at <= (events[n - 1]?.at ?? shippedAt));
    expect([...ordinary, ...stalled].filter(isEarly)).toEqual([]);
  });

  test('Tracking events are at whole seconds', () => {
    expect(parcels.flatMap(({ events }) => events).every(({ at }) => at % 1000 === 0)).toBe(true);
  });

  test('Parcels that are delivered arrive while their order is open', () => {
    const isLate = (parcel: Parcel) => (deliveredAt(parcel) ?? 0) >= parcel.orderEndsAt;
    expect([...ordinary, ...stalled].filter(isLate)).toEqual([]);
  });

  test('Some parcels pass through transit customs, with a full-width underscore in the code', () => {
    const codes = new Set(parcels.flatMap(({ events }) => events.map(({ code }) => code)));
    expect(codes).toContain('CC_TRANS＿START');
  });

  test('The requested share of parcels stalls', () => {
    // Of 14,000 parcels 3 %, and five standard deviations.
    const share = parcels.filter((parcel) => stallsOf(parcel).length > 0).length / parcels.length;
    expect(Math.abs(share - 0.03)).toBeLessThan(0.0075);
  });
});

describe('Ordinary parcel', () => {
  /** Milliseconds to the next event, after such events. */
  const gapsAfter = (wanted: (event: ParcelEvent) => boolean) =>
    ordinary.flatMap(({ events }) =>
      events.slice(1).flatMap((event, n) => {
        const before = events[n] as ParcelEvent;
        return wanted(before) ? [event.at - before.at] : [];
      }),
    );

  test('An ordinary parcel has its first event within a day', () => {
    expect(ordinary.every(({ shippedAt, events }) => Number(events[0]?.at) < shippedAt + DAY)).toBe(true);
  });

  test('An ordinary parcel has an event at least every two days', () => {
    expect(gapsAfter(() => true).filter((gap) => gap >= 2 * DAY)).toEqual([]);
  });

  test('An ordinary parcel leaves customs within 36 hours', () => {
    const inCustoms = gapsAfter(({ code }) => /^CC_.*START$/.test(code));
    expect(inCustoms.filter((gap) => gap >= 36 * HOUR)).toEqual([]);
  });

  test('An ordinary parcel is delivered', () => {
    expect(ordinary.every((parcel) => deliveredAt(parcel) !== undefined)).toBe(true);
  });

  test('The last event of an ordinary parcel is its delivery', () => {
    expect(ordinary.every(({ events }) => isDelivery(events.at(-1) as ParcelEvent))).toBe(true);
  });

  test('An ordinary parcel never stalls', () => {
    expect(ordinary.flatMap((parcel) => stallsOf(parcel))).toEqual([]);
  });
});

describe('Stalled parcel', () => {
  const firstStalls = stalled.map((parcel) => stallsOf(parcel)[0]);
  const shareOf = (kind: Stall['kind']) =>
    firstStalls.filter((stall) => stall?.kind === kind).length / stalled.length;

  test('A stalled parcel has a stall that is due while its order is open', () => {
    expect(firstStalls).not.toContain(undefined);
  });

  test.each<Stall['kind']>(['customs', 'no_update', 'failure'])(
    'A third of the stalls are of kind %s',
    (kind) => {
      expect(Math.abs(shareOf(kind) - 1 / 3)).toBeLessThan(0.02);
    },
  );

  test('Half of the stalled parcels are delivered', () => {
    const arrived = stalled.filter((parcel) => deliveredAt(parcel) !== undefined);
    expect(Math.abs(arrived.length / stalled.length - 0.5)).toBeLessThan(0.02);
  });
});

describe('Stalls of a parcel', () => {
  const [template] = parcels as [Parcel];
  /** A parcel shipped at hour 0 whose events come at these hours; its order ends after 30 days. */
  const parcelWith = (...events: [hours: number, code: string][]): Parcel => ({
    ...template,
    shippedAt: 0,
    orderEndsAt: 30 * DAY,
    events: events.map(([hours, code]) => ({ at: hours * HOUR, code, text: '', place: '' })),
  });

  test('Five days between two events are a stall', () => {
    expect(stallsOf(parcelWith([10, 'LH_DEPART'], [140, 'LH_ARRIVE'], [150, 'SIGNED']))).toEqual([
      { kind: 'no_update', code: 'LH_DEPART', from: 10 * HOUR, dueAt: 130 * HOUR, endedAt: 140 * HOUR },
    ]);
  });

  test('Five days after the last event are a stall without an end', () => {
    expect(stallsOf(parcelWith([10, 'LH_DEPART']))).toEqual([
      { kind: 'no_update', code: 'LH_DEPART', from: 10 * HOUR, dueAt: 130 * HOUR },
    ]);
  });

  test('Five days before the first event are a stall', () => {
    expect(stallsOf(parcelWith([121, 'CONSIGN'], [122, 'SIGNED']))).toEqual([
      { kind: 'no_update', from: 0, dueAt: 120 * HOUR, endedAt: 121 * HOUR },
    ]);
  });

  test('A gap that ends at the threshold is not a stall', () => {
    expect(stallsOf(parcelWith([10, 'LH_DEPART'], [130, 'SIGNED']))).toEqual([]);
  });

  test.each(['CC_EX_START', 'CC_TRANS＿START', 'CC_IM_START'])(
    'A parcel stalls 72 hours after the event %s',
    (code) => {
      expect(stallsOf(parcelWith([10, code], [90, 'CC_IM_SUCCESS'], [91, 'SIGNED']))).toEqual([
        { kind: 'customs', code, from: 10 * HOUR, dueAt: 82 * HOUR, endedAt: 90 * HOUR },
      ]);
    },
  );

  test('Five days in customs are a customs stall and a stall without updates', () => {
    expect(stallsOf(parcelWith([10, 'CC_IM_START'])).map(({ kind }) => kind)).toEqual([
      'customs',
      'no_update',
    ]);
  });

  test('A failed delivery is a stall at once', () => {
    expect(stallsOf(parcelWith([10, 'GTMS_DEL_FAILURE'], [20, 'SIGNED']))).toEqual([
      {
        kind: 'failure',
        code: 'GTMS_DEL_FAILURE',
        from: 10 * HOUR,
        dueAt: 10 * HOUR,
        endedAt: 20 * HOUR,
      },
    ]);
  });

  test.each(['GTMS_SIGNED', 'SIGNED', 'GSTA_SIGN', 'RETURNED'])(
    'A parcel no longer stalls after the event %s',
    (code) => {
      expect(stallsOf(parcelWith([10, code]))).toEqual([]);
    },
  );

  test('A parcel no longer stalls after its order has ended', () => {
    expect(stallsOf({ ...parcelWith([10, 'LH_DEPART']), orderEndsAt: 130 * HOUR })).toEqual([]);
  });

  test('The customs threshold is configurable', () => {
    const parcel = parcelWith([10, 'CC_IM_START'], [60, 'SIGNED']);
    expect(stallsOf(parcel, { customsHours: 48 })).toMatchObject([{ kind: 'customs', dueAt: 58 * HOUR }]);
  });
});

describe('Logistics of the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ historyDays: 45, ordersPerDay: 30, stallShare: 0 });
  });
  afterEach(() => shop.close());

  const sent = () =>
    [...shop.sandbox.shop.parcels.values()].filter(({ shippedAt }) => shippedAt < shop.clock.now());
  const parcelWhere = (wanted: (parcel: Parcel) => boolean) => sent().find(wanted) ?? fail();
  const arrived = (parcel: Parcel) => (deliveredAt(parcel) ?? Number.POSITIVE_INFINITY) < shop.clock.now();
  const onItsWay = (parcel: Parcel) =>
    !arrived(parcel) && eventsUntil(parcel, shop.clock.now() - HOUR).length > 3;

  describe('Tracking', () => {
    const queryOf = ({ order, trackingNumber, carrier }: Parcel) => ({
      logistics_no: trackingNumber,
      origin: 'ESCROW',
      out_ref: order.id,
      service_name: carrier.key,
      to_area: order.country,
    });
    const track = (parcel: Parcel, changes: Record<string, unknown> = {}, params: Params = {}) =>
      shop.query(TRACKING, { ...queryOf(parcel), ...changes }, params);

    test.each(['logistics_no', 'origin', 'out_ref', 'service_name', 'to_area'])(
      'Tracking rejects a request without %s',
      async (name) => {
        expect((await track(parcelWhere(onItsWay), { [name]: undefined })).code).toBe('MissingParameter');
      },
    );

    test.each([
      ['another origin', { origin: 'DS' }],
      ['an order id that is not a number', { out_ref: 'LP001' }],
      ['GB, which AliExpress calls UK', { to_area: 'GB' }],
      ['RS, which AliExpress calls SRB', { to_area: 'RS' }],
    ])('Tracking rejects %s', async (_, changes) => {
      expect((await track(parcelWhere(onItsWay), changes)).code).toBe('InvalidParameter');
    });

    test.each<[string, (parcel: Parcel, other: Order) => Record<string, unknown>]>([
      ['the tracking number', () => ({ logistics_no: 'LP00123' })],
      ['the order', (_, other) => ({ out_ref: other.id })],
      ['the line of the order', ({ order }) => ({ out_ref: order.lines[0]?.childId })],
      ['the carrier', ({ carrier }) => ({ service_name: carrier.name })],
      ['the country', () => ({ to_area: 'CL' })],
    ])('Tracking returns no result if %s is wrong', async (_, changes) => {
      const parcel = parcelWhere(onItsWay);
      const { order: other } = parcelWhere((candidate) => candidate !== parcel);
      expect((await track(parcel, changes(parcel, other))).json).toEqual({
        result_success: 'false',
        error_desc: expect.any(String),
        code: '0',
        request_id: expect.any(String),
      });
    });

    test('Tracking returns no result before the parcel is shipped', async () => {
      const parcel = [...shop.sandbox.shop.parcels.values()].find(
        ({ shippedAt }) => shippedAt > shop.clock.now() + HOUR,
      );
      expect((await track(parcel ?? fail())).json).toMatchObject({ result_success: 'false' });
    });

    test.each([
      ['newest first, in Pacific time', 'CAINIAO_STANDARD', true, toPacific],
      ['oldest first, in epoch milliseconds as text', 'CAINIAO_PREMIUM', false, String],
      ['newest first, in epoch milliseconds', 'CPAM', true, (at: number) => at],
    ])('Tracking lists events %s for the carrier %s', async (_, key, newestFirst, written) => {
      const parcel = parcelWhere((candidate) => candidate.carrier.key === key && onItsWay(candidate));
      const { json } = await track(parcel);
      const events = eventsUntil(parcel, shop.clock.now()).map(({ at, code }) => [code, written(at)]);
      expect(json.details.map(({ action_code, event_date }) => [action_code, event_date])).toEqual(
        newestFirst ? events.reverse() : events,
      );
    });

    test('Tracking has an empty object in place of the events before the first one', async () => {
      const parcel = [...shop.sandbox.shop.parcels.values()].find(
        ({ shippedAt }) => shippedAt > shop.clock.now(),
      );
      shop.goTo((parcel ?? fail()).shippedAt);
      const { json } = await track(parcel ?? fail());
      expect(json).toMatchObject({ result_success: 'true', details: {} });
    });

    test('Tracking names a recipient only in the delivery event', async () => {
      const { json } = await track(parcelWhere(arrived));
      const signed = json.details.filter(({ signed_name }) => signed_name !== '');
      expect(signed).toEqual([
        expect.objectContaining({
          signed_name: expect.stringMatching(/^CANARY-NAME/),
          action_code: expect.stringMatching(/SIGN/),
        }),
      ]);
    });

    test('Tracking is wrapped unless simplify is set', async () => {
      const { json } = await track(parcelWhere(onItsWay), {}, { simplify: undefined });
      expect(json).toEqual({
        aliexpress_logistics_redefining_querytrackingresult_response: {
          result_success: 'true',
          official_website: expect.any(String),
          details: { details: expect.any(Array) },
          request_id: expect.any(String),
        },
      });
    });
  });

  describe('Shipment in the order detail', () => {
    const shipmentOf = async ({ order }: Parcel) =>
      (await shop.query(ORDER_DETAIL, { order_id: order.id })).json.target;

    test('The order detail contains every parameter that tracking needs', async () => {
      const parcel = parcelWhere(onItsWay);
      expect(await shipmentOf(parcel)).toMatchObject({
        receipt_address: { country: parcel.order.country },
        logistic_info_list: [
          {
            logistics_no: parcel.trackingNumber,
            logistics_type_code: parcel.carrier.key,
            gmt_send: toPacific(parcel.shippedAt),
          },
        ],
      });
    });

    test('The order detail says when the parcel was received', async () => {
      const parcel = parcelWhere(arrived);
      expect((await shipmentOf(parcel)).logistic_info_list).toMatchObject([
        { gmt_received: toPacific(deliveredAt(parcel) as number), receive_status: 'received' },
      ]);
    });

    test('The order detail has no receipt time before delivery', async () => {
      const { logistic_info_list } = await shipmentOf(parcelWhere(onItsWay));
      expect(logistic_info_list).not.toMatchObject([{ gmt_received: expect.anything() }]);
    });

    test('The order detail still has the parcel after the order has ended', async () => {
      const parcel = parcelWhere(({ orderEndsAt }) => orderEndsAt < shop.clock.now());
      expect((await shipmentOf(parcel)).logistic_info_list).toMatchObject([
        { logistics_no: parcel.trackingNumber },
      ]);
    });
  });
});

function fail(): never {
  throw new Error('the shop has no such parcel');
}
