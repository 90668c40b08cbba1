import { keepCapabilities } from '../../lib/aliexpress/capabilities.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { parcelList } from '../../lib/aliexpress/methods/parcel-list.ts';
import { shortTracking } from '../../lib/aliexpress/methods/short-tracking.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { UNDER_WAY } from '../../lib/aliexpress/tracking-codes.ts';
import { decodeEntries, encode } from '../../lib/feeds/engine/snapshot-format.ts';
import { emptyMemo } from '../../lib/feeds/engine/snapshot-memo.ts';
import { createParcelDeliveriesFeed, createParcelsFeed } from '../../lib/feeds/parcels.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, SECOND } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { problemLike } from '../support/problem-like.ts';
import { rawOrder } from '../support/shop-services.ts';

const ORDER = '820100001';
const SHIPPED = 'WAIT_BUYER_ACCEPT_GOODS';

let shop: AnsweringShop;
/** The events of each parcel: its code, and how long ago it was when the test began. */
let events: [code: string, agoMs: number][];
let begin: number;

const ship = (id: string, daysAgo: number, more: object = {}) => {
  const shippedAt = begin - daysAgo * DAY;
  shop.orders.push({
    ...rawOrder({ id, updatedAt: shippedAt, placedAt: shippedAt - DAY, status: SHIPPED }),
    ...more,
  });
};

beforeEach(() => {
  shop = openAnsweringShop({ limit: 5000 });
  begin = shop.clock.now();
  events = [['SC_OUTBOUND_SUCCESS', 6 * DAY]];
  // The seller ships with a forwarder of its own, and AliExpress answers the older tracking alone.
  shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 0 }));
  shop.answers.set(shortTracking.name, () =>
    fail('permission_missing', { method: shortTracking.name, code: 'E1' }),
  );
  shop.answers.set(orderDetail.name, ({ order_id: id }) => ({
    target: {
      id,
      receipt_address: { country: 'ES' },
      logistic_info_list: [{ logistics_no: `LP${id}`, logistics_type_code: 'CAINIAO_STANDARD' }],
    },
  }));
  shop.answers.set(tracking.name, () => ({
    details: events.map(([action_code, ago]) => ({
      action_code,
      event_desc: '',
      event_date: toPacific(begin - ago),
    })),
  }));
});

const queriesOf = (method: { name: string }) =>
  shop.sent.filter((sent) => sent.method === method.name).map(({ request }) => request);
const queryHours: number[] = [];

/** Polls once an hour. @returns the records of the last poll; `queryHours` holds the hours with a query of tracking */
async function pollFor(hours: number, inputs: object = {}, create = createParcelsFeed) {
  queryHours.length = 0;
  let records: readonly Record<string, unknown>[] = [];
  for (let hour = 1; hour <= hours; hour += 1) {
    shop.clock.advance(HOUR);
    const before = queriesOf(tracking).length;
    ({ records } = await create(shop).read('polling', { inputs } as never));
    if (queriesOf(tracking).length > before) queryHours.push(hour);
  }
  return records;
}

test('A parcel has its newest event, where it goes, and how long it has not moved', async () => {
  ship(ORDER, 7);
  const records = await pollFor(3);
  expect(records).toMatchObject([
    {
      tracking_number: `LP${ORDER}`,
      order_id: ORDER,
      carrier_code: 'CAINIAO_STANDARD',
      country_code: 'ES',
      stage: 'transit',
      last_event_code: 'SC_OUTBOUND_SUCCESS',
      hours_in_customs: null,
    },
  ]);
  const [{ hours_without_update } = {}] = records;
  expect(hours_without_update).toBe(6 * 24 + (queryHours[0] ?? 0));
});

test('Tracking is queried with the last number of the order, its carrier and its country', async () => {
  ship(ORDER, 7);
  await pollFor(3);
  expect(JSON.stringify(queriesOf(tracking)[0])).toMatch(
    new RegExp(`(?=.*LP${ORDER})(?=.*CAINIAO_STANDARD)(?=.*ES)`),
  );
});

test('The detail of an order is fetched once, and its tracking again after two days', async () => {
  ship(ORDER, 7);
  await pollFor(60);
  expect(queriesOf(orderDetail)).toHaveLength(1);
  expect(queryHours.map((hour) => hour - (queryHours[0] ?? 0))).toStrictEqual([0, 48]);
});

describe('Thresholds of a workflow', () => {
  const hoursTo = async (inputs: object) => {
    await pollFor(80, inputs);
    return queryHours.at(0);
  };

  test.each([
    ['by default', {}, 72 - 24 + 1],
    ['for hours without an update', { min_hours_without_update: 48 }, 48 - 24 + 1],
    ['for hours in customs', { min_customs_hours: 36 }, 36 - 24 + 1],
    ['that are no numbers', { min_hours_without_update: '48', min_customs_hours: null }, 72 - 24 + 1],
  ])(
    'A parcel that was shipped a day ago is queried in time for the threshold %s',
    async (_, inputs, hour) => {
      ship(ORDER, 1);
      // A visit takes place when it can be paid, at most an hour later.
      expect([hour - 1, hour, hour + 1]).toContain(await hoursTo(inputs));
    },
  );
});

describe('Unusual silence', () => {
  /** Twenty gaps of four hours after the same event. */
  const oftenScanned = () => {
    events = Array.from({ length: 21 }, (_, n) => ['SC_OUTBOUND_SUCCESS', 6 * DAY - n * 4 * HOUR]);
  };
  const unusual = { stall_rule: 'unusual' };
  const limitsOf = (records: readonly Record<string, unknown>[]) =>
    records.map(({ unusual_after_hours }) => unusual_after_hours);

  test('In a shop that has just begun, silence is unusual after ten days', async () => {
    ship(ORDER, 7);
    const [record = {}] = await pollFor(3, unusual);
    expect(record.unusual_after_hours).toBe(240);
    expect(Date.parse(String(record.unusual_since))).toBe(
      Date.parse(String(record.last_event_at)) + 10 * DAY,
    );
  });

  test('Once 200 gaps are known, silence is unusual when fewer than 1 in 200 last so long', async () => {
    oftenScanned();
    for (let n = 1; n <= 11; n += 1) ship(`${ORDER}${n}`, 7);
    const limits = limitsOf(await pollFor(24, unusual));
    expect(limits).toHaveLength(11);
    expect([...new Set(limits)].sort()).toEqual([240, 48]);
  });

  test('A parcel that need not move has no limit', async () => {
    ship(ORDER, 7);
    events = [['GTMS_DEL_FAILURE', 6 * DAY]];
    expect(limitsOf(await pollFor(3, unusual))).toEqual([null]);
  });

  test('A parcel is queried again when its silence is unusual', async () => {
    ship(ORDER, 7);
    await pollFor(110, unusual);
    expect(queryHours).toHaveLength(2);
    // Its last event was six days old when the test began.
    expect(queryHours[1]).toBeGreaterThanOrEqual(4 * 24);
    expect(queryHours[1]).toBeLessThanOrEqual(4 * 24 + 2);
  });
});

test('A parcel that customs holds is queried again as soon as the threshold of customs is met', async () => {
  ship(ORDER, 7);
  events = [
    ['SC_OUTBOUND_SUCCESS', 6 * DAY],
    ['CC_IM_START', 10 * HOUR],
  ];
  const records = await pollFor(90);
  const [{ hours_in_customs } = {}] = records;
  expect(hours_in_customs).toBe(10 + (queryHours[1] ?? 0));
  expect(Number(hours_in_customs)).toBeGreaterThanOrEqual(72);
  expect(Number(hours_in_customs)).toBeLessThanOrEqual(74);
});

test('A parcel of which the carrier knows nothing is no event, and is queried again after a day', async () => {
  ship(ORDER, 7);
  events = [];
  expect(await pollFor(50)).toStrictEqual([]);
  expect(queryHours.map((hour) => hour - (queryHours[0] ?? 0))).toStrictEqual(
    [0, 24, 48].slice(0, queryHours.length),
  );
  expect(queryHours.length).toBeGreaterThan(1);
});

describe('Events without a code', () => {
  const answerWith = (...details: object[]) => shop.answers.set(tracking.name, () => ({ details }));
  const daysAgo = (days: number) => toPacific(begin - days * DAY);
  const isStall = ({ stage }: Record<string, unknown>) => UNDER_WAY.includes(String(stage));

  test('A parcel that is delivered by the words of its carrier is delivered, and not silent', async () => {
    ship(ORDER, 20);
    answerWith({ event_date: daysAgo(6), event_desc: 'DELIVERED' });
    const records = await pollFor(3);
    expect(records).toMatchObject([{ stage: 'delivered', last_event_code: null }]);
    expect(records.some(isStall)).toBe(false);
  });

  test('A parcel whose carrier says nothing about the stage is never called silent', async () => {
    ship(ORDER, 20);
    answerWith({ event_date: daysAgo(9), event_desc: 'Processado' });
    const records = await pollFor(60);
    expect(records).toMatchObject([{ stage: 'unknown' }]);
    expect(records.some(isStall)).toBe(false);
  });

  test('A parcel whose newest event has no readable time is no event, and is queried again after a day', async () => {
    ship(ORDER, 20);
    answerWith(
      { event_date: 'soon', event_desc: 'Arrived' },
      { event_date: daysAgo(6), event_desc: 'Departed' },
      { event_date: daysAgo(7), event_desc: 'Accepted by carrier' },
    );
    expect(await pollFor(30)).toStrictEqual([]);
    expect(queryHours.map((hour) => hour - (queryHours[0] ?? 0))).toStrictEqual([0, 24]);
  });

  test('A parcel that was delivered at a time that cannot be read is delivered once it is seen', async () => {
    ship(ORDER, 20);
    answerWith(
      { event_date: '', event_desc: 'Delivered' },
      { event_date: daysAgo(6), event_desc: 'Departed' },
    );
    const [parcel] = await pollFor(3);
    expect(parcel).toMatchObject({ stage: 'delivered', last_event_at: parcel?.checked_at });
  });

  test('A parcel whose events have no time at all is no event and no error', async () => {
    ship(ORDER, 20);
    answerWith({ event_date: '', event_desc: 'Departed' }, { event_date: 'N/A', event_desc: 'Posted' });
    expect(await pollFor(30)).toStrictEqual([]);
    expect(queryHours.map((hour) => hour - (queryHours[0] ?? 0))).toStrictEqual([0, 24]);
  });

  test('A feed whose parcels have no readable time says that the format has changed', async () => {
    ship(ORDER, 20);
    answerWith({ event_date: 'soon', event_desc: 'Departed' });
    await expect(pollFor(3)).rejects.toThrow(problemLike('answer_changed', { method: tracking.name }));
  });
});

describe('Partially shipped order', () => {
  const shipPart = (status: string) => {
    shop.orders.length = 0;
    const gmt_send_goods_time = toPacific(begin - 7 * DAY);
    ship(ORDER, 7, { order_status: status, gmt_send_goods_time, gmt_update: toPacific(shop.clock.now()) });
  };
  const trackedAs = () => JSON.stringify(queriesOf(tracking).at(-1));

  test('Its parcel is watched', async () => {
    shipPart('SELLER_PART_SEND_GOODS');
    expect(await pollFor(3)).toMatchObject([{ order_id: ORDER, stage: 'transit' }]);
  });

  test('Its parcels are read again once it is shipped completely', async () => {
    shipPart('SELLER_PART_SEND_GOODS');
    await pollFor(3);
    const answer = shop.answers.get(orderDetail.name);
    shop.answers.set(orderDetail.name, (request) =>
      JSON.parse(JSON.stringify(answer?.(request)).replace('LP', 'RR')),
    );
    expect(trackedAs()).toContain(`LP${ORDER}`);
    shipPart(SHIPPED);
    await pollFor(60);
    expect(trackedAs()).toContain(`RR${ORDER}`);
    expect(queriesOf(orderDetail)).toHaveLength(2);
  });
});

test('An order without a tracking number is asked for it again after a day', async () => {
  ship(ORDER, 7);
  shop.answers.set(orderDetail.name, ({ order_id: id }) => ({
    target: { id, receipt_address: { country: 'ES' } },
  }));
  await pollFor(30);
  expect(queriesOf(tracking)).toStrictEqual([]);
  expect(queriesOf(orderDetail)).toHaveLength(2);
});

test('A parcel whose tracking AliExpress refuses does not keep the others waiting, and is logged', async () => {
  ship(ORDER, 7);
  ship('820100002', 7);
  const { answers } = shop;
  const answer = answers.get(tracking.name);
  answers.set(tracking.name, (request) =>
    JSON.stringify(request).includes(ORDER)
      ? fail('request_refused', { method: tracking.name, code: 'E1' })
      : answer?.(request),
  );
  const records = await pollFor(4);
  expect(records.map(({ order_id }) => order_id)).toStrictEqual(['820100002']);
  expect(shop.logged.join()).toContain('a parcel could not be queried');
});

/** Tracking of the first parcel, and of no other one, fails with this. */
const failTrackingOf = (id: string, failure: () => unknown) => {
  const answer = shop.answers.get(tracking.name);
  shop.answers.set(tracking.name, (request) =>
    JSON.stringify(request).includes(id) ? failure() : answer?.(request),
  );
};
const idsOf = (records: readonly Record<string, unknown>[]) => records.map(({ order_id }) => order_id).sort();

test('A followed parcel whose tracking always fails lets the visits query new parcels', async () => {
  ship(ORDER, 7);
  await pollFor(3);
  failTrackingOf(ORDER, () => fail('aliexpress_unreachable', { reason: { en: 'HTTP 500', zh: 'HTTP 500' } }));
  const before = queriesOf(tracking).length;
  while (queriesOf(tracking).length === before) await pollFor(1).catch(() => []);
  const others = ['820100002', '820100003'];
  const shippedAt = toPacific(begin - 7 * DAY);
  for (const id of others)
    ship(id, 7, { gmt_send_goods_time: shippedAt, gmt_update: toPacific(shop.clock.now()) });
  for (let hour = 0; hour < 5; hour += 1) await pollFor(1).catch(() => []);
  expect(idsOf(await createParcelsFeed(shop).known())).toStrictEqual(others);
});

test('A parcel that another release has stored with another field is tracked', async () => {
  const withAnotherField = (text: string) =>
    encode(
      decodeEntries<{ shipment: object | null }>(text)?.map(({ values, ...entry }) => ({
        ...entry,
        values: { ...values, shipment: values.shipment && { ...values.shipment, another: 7 } },
      })),
    );
  const { answers } = shop;
  shop = openAnsweringShop({
    limit: 5000,
    through: (store) => ({
      ...store,
      set: (key, text, ttl) => store.set(key, key.startsWith('watch1:') ? withAnotherField(text) : text, ttl),
    }),
  });
  for (const [method, answer] of answers) shop.answers.set(method, answer);
  ship(ORDER, 7);
  await pollFor(3);
  shop.memo = emptyMemo();
  await pollFor(50);
  expect(queriesOf(tracking)).toHaveLength(2);
});

test('An order whose detail AliExpress refuses does not keep the others waiting', async () => {
  ship(ORDER, 7, { pay_amount: { amount: '900.00', currency_code: 'USD' } });
  ship('820100002', 7);
  const answer = shop.answers.get(orderDetail.name);
  shop.answers.set(orderDetail.name, (request) =>
    request.order_id === ORDER
      ? fail('request_refused', { method: orderDetail.name, code: 'E1' })
      : answer?.(request),
  );
  expect(idsOf(await pollFor(4))).toStrictEqual(['820100002']);
});

test('An answer of another form about one parcel does not keep the others waiting', async () => {
  ship(ORDER, 7);
  ship('820100002', 7);
  failTrackingOf(ORDER, () => 'no object');
  const seen = new Set<unknown>();
  for (let hour = 0; hour < 6; hour += 1)
    for (const id of idsOf(await pollFor(1).catch(() => []))) seen.add(id);
  expect([...seen]).toStrictEqual(['820100002']);
});

test('A list of parcels that cannot be read does not keep the parcels waiting, and is reported', async () => {
  ship(ORDER, 7);
  shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 1, result_list: [{}, {}] }));
  const failures = new Set<unknown>();
  for (let hour = 0; hour < 12; hour += 1) await pollFor(1).catch(({ kind }) => failures.add(kind));
  expect([...failures]).toStrictEqual(['answer_changed']);
  expect(idsOf(await createParcelsFeed(shop).known())).toStrictEqual([ORDER]);
});

test('A list of parcels that always fails leaves calls for the parcels that it need not show', async () => {
  ship(ORDER, 9.5);
  ship('820100002', 7);
  shop.answers.set(parcelList.name, () =>
    fail('aliexpress_unreachable', { reason: { en: 'HTTP 500', zh: 'HTTP 500' } }),
  );
  for (let hour = 0; hour < 12; hour += 1) await pollFor(1).catch(() => []);
  expect(idsOf(await createParcelsFeed(shop).known())).toStrictEqual([ORDER]);
});

test('Where AliExpress permits tracking but not the list of parcels, numbers are read with their orders', async () => {
  ship(ORDER, 7);
  shop.answers.set(parcelList.name, () =>
    fail('permission_missing', { method: parcelList.name, code: 'E1' }),
  );
  expect(idsOf(await pollFor(6))).toStrictEqual([ORDER]);
  expect(queriesOf(parcelList)).toHaveLength(1);
});

test('A visit that reads no answer of tracking fails', async () => {
  ship(ORDER, 7);
  shop.answers.set(tracking.name, () => 'no object');
  await expect(pollFor(4)).rejects.toMatchObject({ kind: 'answer_changed' });
});

test('A parcel is not delayed by a visit that ends between its detail and its tracking', async () => {
  ship(ORDER, 7);
  const answer = shop.answers.get(orderDetail.name);
  shop.answers.set(orderDetail.name, (request) => {
    shop.clock.advance(11 * SECOND);
    return answer?.(request);
  });
  expect(await pollFor(6)).toHaveLength(1);
  expect(queriesOf(orderDetail)).toHaveLength(1);
});

test('Another failure of tracking ends the visit, and the parcel is queried by a later one', async () => {
  ship(ORDER, 7);
  const answer = shop.answers.get(tracking.name);
  shop.answers.set(tracking.name, () => fail('permission_missing', { method: tracking.name, code: 'E1' }));
  await expect(pollFor(4)).rejects.toMatchObject({ kind: 'permission_missing' });
  if (answer) shop.answers.set(tracking.name, answer);
  expect(await pollFor(30)).toHaveLength(1);
});

describe('Parcels that are no longer on their way', () => {
  const finish = (status: string, reason = '') => {
    for (const order of shop.orders)
      Object.assign(order, {
        order_status: status,
        end_reason: reason,
        gmt_update: toPacific(shop.clock.now()),
      });
  };

  test.each(['FUND_PROCESSING', 'FINISH'])(
    'A parcel whose order is %s is not queried any more',
    async (status) => {
      ship(ORDER, 7);
      await pollFor(3);
      finish(status);
      const before = queriesOf(tracking).length;
      await pollFor(100);
      expect(queriesOf(tracking)).toHaveLength(before);
    },
  );

  /** Follows a parcel on its way, and then its order ends. @returns the number of later queries, and the records */
  async function afterEnd(status: string, reason: string, last: string, create = createParcelDeliveriesFeed) {
    ship(ORDER, 7);
    await pollFor(3, {}, create);
    events.unshift([last, -4 * HOUR]);
    shop.clock.advance(2 * HOUR);
    finish(status, reason);
    const before = queriesOf(tracking).length;
    const records = await pollFor(40, {}, create);
    return { queries: queriesOf(tracking).length - before, records };
  }

  test.each([
    ['FUND_PROCESSING', ''],
    ['FINISH', 'buyer_confirm_goods'],
  ])('A parcel whose order is %s is queried once more, and found to be delivered', async (...end) => {
    const { queries, records } = await afterEnd(...end, 'GTMS_SIGNED');
    expect(queries).toBe(1);
    expect(records).toMatchObject([{ order_id: ORDER, stage: 'delivered' }]);
  });

  test('That query keeps nothing but the delivery', async () => {
    const { queries, records } = await afterEnd('FINISH', 'buyer_confirm_goods', 'GTMS_DEL_FAILURE');
    expect(queries).toBe(1);
    expect(records).toMatchObject([{ last_event_code: 'SC_OUTBOUND_SUCCESS' }]);
  });

  test('It is not made for an order that the buyer has not confirmed', async () => {
    expect(await afterEnd('FINISH', 'end_issue', 'GTMS_SIGNED')).toMatchObject({ queries: 0 });
  });

  test('It is not made while no workflow watches deliveries', async () => {
    const { queries } = await afterEnd('FINISH', 'buyer_confirm_goods', 'GTMS_SIGNED', createParcelsFeed);
    expect(queries).toBe(0);
  });

  test('It is made when a workflow that watches deliveries runs again after five days', async () => {
    ship(ORDER, 7);
    await pollFor(3, {}, createParcelDeliveriesFeed);
    events.unshift(['GTMS_SIGNED', -4 * HOUR]);
    shop.clock.advance(2 * HOUR);
    finish('FINISH', 'buyer_confirm_goods');
    shop.clock.advance(2 * DAY);
    const before = queriesOf(tracking).length;
    await pollFor(3 * 24);
    expect(queriesOf(tracking)).toHaveLength(before);
    expect(await pollFor(3, {}, createParcelDeliveriesFeed)).toMatchObject([{ stage: 'delivered' }]);
    expect(queriesOf(tracking)).toHaveLength(before + 1);
  });

  /** The next query of a parcel fails. */
  async function failQuery() {
    const answer = shop.answers.get(tracking.name);
    shop.answers.set(tracking.name, () =>
      fail('aliexpress_unreachable', { reason: { en: 'HTTP 500', zh: 'HTTP 500' } }),
    );
    const before = queriesOf(tracking).length;
    while (queriesOf(tracking).length === before)
      await pollFor(1, {}, createParcelDeliveriesFeed).catch(() => []);
    if (answer) shop.answers.set(tracking.name, answer);
  }

  test('It is made again if it fails', async () => {
    ship(ORDER, 7);
    await pollFor(3, {}, createParcelDeliveriesFeed);
    finish('FINISH', 'buyer_confirm_goods');
    events = [['GTMS_SIGNED', HOUR]];
    await failQuery();
    expect(await pollFor(20, {}, createParcelDeliveriesFeed)).toMatchObject([{ stage: 'delivered' }]);
  });

  test('A delivery that a workflow has missed is read again, also if the first query of it fails', async () => {
    ship(ORDER, 7);
    events.unshift(['GTMS_SIGNED', HOUR]);
    const since = shop.clock.now();
    await pollFor(3, {}, createParcelDeliveriesFeed);
    shop.clock.advance(4 * DAY);
    expect(await createParcelDeliveriesFeed(shop).readAgain?.(since, since)).toBe(true);
    await failQuery();
    expect(await pollFor(20, {}, createParcelDeliveriesFeed)).toMatchObject([{ stage: 'delivered' }]);
  });

  test('A delivered parcel is known although its order is finished, and is not queried again', async () => {
    ship(ORDER, 7);
    events = [['GTMS_SIGNED', DAY]];
    await pollFor(3, {}, createParcelDeliveriesFeed);
    finish('FINISH', 'buyer_accept_goods');
    const records = await pollFor(30, {}, createParcelDeliveriesFeed);
    expect(records).toMatchObject([{ order_id: ORDER, stage: 'delivered' }]);
    expect(queriesOf(tracking)).toHaveLength(1);
  });
});

test('A parcel near the buyer is queried once a day while a workflow watches deliveries', async () => {
  ship(ORDER, 7);
  events = [['GTMS_DO_ARRIVE', 12 * HOUR]];
  await pollFor(56, {}, createParcelDeliveriesFeed);
  expect(queryHours.map((hour) => hour - (queryHours[0] ?? 0))).toStrictEqual([0, 24, 48]);
});

test('An order that is shipped while the feed is read is followed from then on', async () => {
  await pollFor(3);
  ship(ORDER, 0);
  const order = shop.orders.at(-1);
  if (order) order.gmt_update = toPacific(shop.clock.now());
  const records = await pollFor(100);
  expect(records.map(({ order_id }) => order_id)).toStrictEqual([ORDER]);
});

test('An order that was shipped more than 60 days ago is not followed', async () => {
  ship(ORDER, 61);
  ship('820100002', 58);
  await pollFor(10);
  expect(queriesOf(orderDetail).map(({ order_id }) => order_id)).toStrictEqual(['820100002']);
});

test('Parcels beyond the calls of one visit are queried by later ones', async () => {
  for (let n = 0; n < 30; n += 1) ship(String(820_100_000 + n), 7);
  await pollFor(3);
  const details = queriesOf(orderDetail).length;
  expect(details).toBeGreaterThan(0);
  expect(details).toBeLessThan(30);
  expect(await pollFor(30)).toHaveLength(30);
});

describe('List of parcels', () => {
  interface Row {
    orderId: string;
    number: string;
    rowId: string;
  }
  let rows: Row[];
  /** What AliExpress accepts. */
  let accepts: { size: number; isSwapped: boolean };

  beforeEach(() => {
    rows = [];
    accepts = { size: 50, isSwapped: false };
    shop.answers.set(parcelList.name, (request) => {
      const { page_size: size, gmt_create_start_str: start, gmt_create_end_str: end } = request;
      if (Number(size) > accepts.size) fail('request_refused', { method: parcelList.name, code: 'E1' });
      const isInOrder = String(start) <= String(end);
      const found = isInOrder === accepts.isSwapped ? [] : rows;
      const from = (Number(request.current_page) - 1) * Number(size);
      return {
        is_success: true,
        total_page: Math.ceil(found.length / Number(size)),
        result_list: found.slice(from, from + Number(size)).map(({ orderId, number, rowId }) => ({
          order_id: orderId,
          online_logistics_id: rowId,
          internationallogistics_id: number,
          international_logistics_type: 'CAINIAO_STANDARD',
        })),
      };
    });
    shop.answers.set(shortTracking.name, () => ({
      result: {
        success: true,
        data: {
          details: events.map(([code, ago]) => ({ trackingCodeDesc: WORDS[code], time: begin - ago })),
        },
      },
    }));
  });
  const WORDS: Record<string, string> = {
    SC_OUTBOUND_SUCCESS: 'Departed from sorting center',
    CC_IM_START: 'Held by customs',
    GTMS_SIGNED: 'Delivered',
  };
  const listed = (orderId: string, number = `LP${orderId}`, rowId = `77${orderId}`): Row => ({
    orderId,
    number,
    rowId,
  });
  const trackedNumbers = () => queriesOf(shortTracking).map(({ mailNo }) => mailNo);

  test('A parcel in the list is tracked without the detail of its order', async () => {
    for (const n of [1, 2, 3, 4]) {
      ship(`82010000${n}`, 7);
      rows.push(listed(`82010000${n}`));
    }
    const records = await pollFor(6);
    expect(idsOf(records)).toHaveLength(4);
    expect(records[0]).toMatchObject({ carrier_code: 'CAINIAO_STANDARD', stage: 'transit', parcel_count: 1 });
    expect(queriesOf(orderDetail)).toEqual([]);
  });

  test('A page size that is refused is asked for once, and the smaller one from then on', async () => {
    accepts.size = 10;
    await pollFor(30);
    const sizes = queriesOf(parcelList).map(({ page_size }) => page_size);
    expect(sizes.filter((size) => size === 50)).toHaveLength(1);
    expect(sizes.length).toBeGreaterThan(3);
  });

  test('A list whose dates are swapped is found out by one empty window, and remembered', async () => {
    accepts.isSwapped = true;
    ship(ORDER, 0.2);
    rows.push(listed(ORDER));
    await pollFor(30);
    const isNatural = ({ gmt_create_start_str: start, gmt_create_end_str: end }: Record<string, unknown>) =>
      String(start) <= String(end);
    expect(queriesOf(parcelList).map(isNatural).filter(Boolean)).toHaveLength(1);
    expect(queriesOf(parcelList).length).toBeGreaterThan(4);
  });

  test('What a probe has found out is not tried: dates, page size and tracking', async () => {
    accepts = { size: 10, isSwapped: true };
    await keepCapabilities(shop, {
      probedAt: shop.clock.now(),
      parcelDates: 'swapped',
      parcelPageSize: 10,
      shortTracking: 'refused',
    });
    shop.answers.set(shortTracking.name, () =>
      fail('request_refused', { method: shortTracking.name, code: 'E1' }),
    );
    ship(ORDER, 7);
    rows.push(listed(ORDER));
    expect(idsOf(await pollFor(30))).toEqual([ORDER]);
    const requests = queriesOf(parcelList);
    expect(requests.length).toBeGreaterThan(3);
    for (const { page_size, gmt_create_start_str: start, gmt_create_end_str: end } of requests)
      expect([page_size, String(start) > String(end)]).toEqual([10, true]);
    expect(queriesOf(shortTracking)).toEqual([]);
  });

  test('Dates are written in the zone that a probe has found out', async () => {
    const starts = async (parcelZone: 'pacific' | 'beijing') => {
      await keepCapabilities(shop, { probedAt: shop.clock.now(), parcelZone });
      const before = queriesOf(parcelList).length;
      await pollFor(12);
      const [first] = queriesOf(parcelList).slice(before);
      return Date.parse(`${String(first?.gmt_create_end_str).replace(' ', 'T')}Z`) - shop.clock.now();
    };
    const pacific = await starts('pacific');
    expect((await starts('beijing')) - pacific).toBeGreaterThan(12 * HOUR);
  });

  test('A list that AliExpress refuses altogether is replaced by the details of the orders', async () => {
    accepts.size = 0;
    ship(ORDER, 7);
    expect(idsOf(await pollFor(4))).toEqual([ORDER]);
    expect(queriesOf(orderDetail)).toHaveLength(1);
  });

  test('An order with three parcels, two in customs: each is told of, and none as the whole order', async () => {
    ship(ORDER, 7);
    rows = ['A', 'B', 'C'].map((name) => listed(ORDER, `LP${name}`, name.charCodeAt(0).toString()));
    for (const n of [1, 2, 3]) {
      ship(`82010000${n + 1}`, 7);
      rows.push(listed(`82010000${n + 1}`));
    }
    const answer = shop.answers.get(shortTracking.name);
    shop.answers.set(shortTracking.name, (request) => {
      events = [request.mailNo === 'LPC' ? ['GTMS_SIGNED', DAY] : ['CC_IM_START', 5 * DAY]];
      return answer?.(request);
    });
    const records = (await pollFor(20)).filter(({ order_id }) => order_id === ORDER);
    expect(
      records.map(({ tracking_number, stage, parcel_index, parcel_count }) => [
        tracking_number,
        stage,
        parcel_index,
        parcel_count,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['LPA', 'customs', 1, 3],
        ['LPB', 'customs', 2, 3],
        ['LPC', 'delivered', 3, 3],
      ]),
    );
  });

  test('A parcel of an order in parts that no list shows is asked for, although the list shows the other one', async () => {
    const shipPart = (order_status: string) => {
      shop.orders.length = 0;
      const gmt_send_goods_time = toPacific(begin - 7 * DAY);
      ship(ORDER, 7, { order_status, gmt_send_goods_time, gmt_update: toPacific(shop.clock.now()) });
    };
    shipPart('SELLER_PART_SEND_GOODS');
    await pollFor(1);
    shipPart(SHIPPED);
    // The rest went with a seller's own forwarder before the list was read.
    rows = [listed(ORDER, 'LPLISTED')];
    shop.answers.set(orderDetail.name, ({ order_id: id }) => ({
      target: {
        id,
        receipt_address: { country: 'ES' },
        logistic_info_list: ['LPLISTED', 'YTOWN'].map((logistics_no) => ({
          logistics_no,
          logistics_type_code: 'OTHER',
        })),
      },
    }));
    await pollFor(40);
    expect(trackedNumbers()).toEqual(expect.arrayContaining(['LPLISTED', 'YTOWN']));
    expect(queriesOf(orderDetail)).toHaveLength(1);
  });

  test('Of many parcels the calls query some, and hardly any reads the list', async () => {
    const { answers } = shop;
    shop = openAnsweringShop({ limit: 200 });
    for (const [method, answer] of answers) shop.answers.set(method, answer);
    for (let n = 0; n < 400; n += 1) {
      const id = `${820_100_100 + n}`;
      ship(id, 5 + n / 100);
      rows.push(listed(id));
    }
    await pollFor(24);
    const [lists, queries] = [parcelList, shortTracking].map((method) => queriesOf(method).length);
    expect(queries).toBeGreaterThan(100);
    expect(lists).toBeLessThan(0.1 * Number(queries));
  });

  test('A number that is corrected is tracked under the right one, and the wrong one no more', async () => {
    ship(ORDER, 3);
    ship('820100002', 3);
    ship('820100003', 3);
    ship('820100004', 3);
    rows = [listed(ORDER, 'LPWRONG'), ...['2', '3', '4'].map((n) => listed(`82010000${n}`))];
    events = [];
    await pollFor(20);
    expect(trackedNumbers()).toContain('LPWRONG');
    events = [['SC_OUTBOUND_SUCCESS', 6 * DAY]];
    rows[0] = listed(ORDER, 'LPRIGHT');
    await pollFor(60);
    expect(trackedNumbers()).toContain('LPRIGHT');
    expect(trackedNumbers().lastIndexOf('LPWRONG')).toBeLessThan(trackedNumbers().indexOf('LPRIGHT'));
  });

  test('A parcel that gets another number while it is silent is told of under the number that it had', async () => {
    for (const n of [1, 2, 3, 4]) {
      ship(`82010000${n}`, 3);
      rows.push(listed(`82010000${n}`));
    }
    events = [['SC_OUTBOUND_SUCCESS', 5.2 * DAY]];
    await pollFor(12);
    rows[0] = listed(ORDER, 'LPNEW');
    const numbers = (await pollFor(30)).filter(({ order_id }) => order_id === ORDER);
    expect(trackedNumbers()).toContain('LPNEW');
    expect(numbers.map(({ tracking_number }) => tracking_number)).toEqual([`LP${ORDER}`]);
  });

  test('A parcel of two orders is asked for once, and told of for both', async () => {
    const both = ['820100001', '820100002', '820100003', '820100004'];
    for (const id of both) ship(id, 7);
    rows = both.map((id) => listed(id, 'LPBOTH', `77${id}`));
    const records = await pollFor(4);
    expect(idsOf(records)).toEqual(both);
    expect(trackedNumbers()).toEqual(['LPBOTH']);
  });

  test('A tracking that is refused while the older one answers is not asked any more', async () => {
    for (let n = 1; n <= 8; n += 1) {
      ship(`82010000${n}`, 7);
      rows.push(listed(`82010000${n}`));
    }
    shop.answers.set(shortTracking.name, () =>
      fail('request_refused', { method: shortTracking.name, code: 'E1' }),
    );
    expect(await pollFor(20)).toHaveLength(8);
    expect(queriesOf(shortTracking)).toHaveLength(3);
    expect(queriesOf(tracking)).toHaveLength(8);
  });
});
