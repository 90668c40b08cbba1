import { convert } from '../../lib/aliexpress/convert.ts';
import { unwrap } from '../../lib/aliexpress/envelope.ts';
import { parseJson } from '../../lib/aliexpress/json.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { recordedItem } from '../../lib/aliexpress/recorded/index.ts';
import recordedDetail from '../../lib/aliexpress/recorded/order-detail.json' with { type: 'json' };
import recordedList from '../../lib/aliexpress/recorded/order-list.json' with { type: 'json' };
import { order } from '../../lib/aliexpress/records/order.ts';
import { orderDetailRecord } from '../../lib/aliexpress/records/order-detail.ts';
import { record } from '../../lib/pack/record.ts';
import wrappedDetail from '../support/answers/order-detail-wrapped.json' with { type: 'json' };
import wrappedList from '../support/answers/order-list-wrapped.json' with { type: 'json' };

const ANSWERED_AT = Date.parse('2026-10-09T08:05:40Z');

const parcel = record({
  key: 'parcel',
  id: 'parcel_no',
  link: 'https://example.com/{parcel_no}',
  fields: {
    parcel_no: { label: 'Parcel', from: 'id', as: 'id', required: true },
    city: { label: 'City', from: 'address.city', as: 'text' },
    weight: { label: 'Weight', from: 'weight', as: 'integer' },
    carrier: { label: 'Carrier', from: 'carrier', as: 'lookup', table: { ES_POST: 'Correos' } },
    insured: { label: 'Insured', from: 'insured', as: 'boolean' },
    sent_at: { label: 'Sent At', from: 'gmt_send', as: 'pacific_time' },
    due_at: { label: 'Due At', from: 'left', as: 'ms_left' },
    fee: { label: 'Fee', from: 'fee', as: 'amount' },
    fee_currency: { label: 'Currency', from: 'fee', as: 'currency' },
    skus: { label: 'SKUs', from: 'contents', of: 'sku', as: 'id_list' },
    contents_text: { label: 'Contents', from: 'contents', of: 'name', as: 'joined_text' },
    pieces: { label: 'Pieces', from: 'contents', of: 'count', as: 'integer_sum' },
    contents: {
      label: 'Contents',
      from: 'contents',
      as: 'items',
      items: {
        sku: { label: 'SKU', from: 'sku', as: 'id' },
        count: { label: 'Count', from: 'count', as: 'integer' },
      },
    },
  },
});

const toParcel = (raw: object) => convert(parcel, { id: '1', ...raw }, ANSWERED_AT);

describe('a field', () => {
  test.each([
    ['an id', 'parcel_no', { id: 8201739405562817 }, '8201739405562817'],
    ['a text inside another object', 'city', { address: { city: 'Madrid' } }, 'Madrid'],
    ['the word for a code', 'carrier', { carrier: 'ES_POST' }, 'Correos'],
    ['a code for which there is no word', 'carrier', { carrier: 'FR_POST' }, 'FR_POST'],
    ['an integer', 'weight', { weight: '250' }, 250],
    ['the integer 0', 'weight', { weight: 0 }, 0],
    ['a boolean', 'insured', { insured: 'false' }, false],
    ['a US Pacific time in UTC', 'sent_at', { gmt_send: '2026-10-08 21:40:19' }, '2026-10-09T04:40:19Z'],
    ['the moment until which milliseconds are left', 'due_at', { left: 3_620_000 }, '2026-10-09T09:06:00Z'],
    ['a moment that is past', 'due_at', { left: '-3600000' }, '2026-10-09T07:06:00Z'],
    ['an amount', 'fee', { fee: { amount: '5.00', currency_code: 'USD' } }, '5.00'],
    ['a currency', 'fee_currency', { fee: { amount: '5.00', currency_code: 'USD' } }, 'USD'],
  ] as const)('can hold %s', (_, key, raw, value) => {
    expect(toParcel(raw)?.values[key]).toBe(value);
  });

  test('the moment until which milliseconds are left is the same at every visit', () => {
    const seen = [0, 7_300, 29_100].map(
      (later) => convert(parcel, { id: '1', left: 3_600_000 - later }, ANSWERED_AT + later)?.values.due_at,
    );
    expect(new Set(seen).size).toBe(1);
  });
});

describe('a list', () => {
  const contents = [
    { sku: 12, name: 'Bag', count: '2' },
    { sku: '34', name: 'Hat', count: 1 },
    { sku: 12, name: 'Bag', count: 3 },
  ];

  test('can be gathered, each value once', () => {
    expect(toParcel({ contents })?.values.skus).toEqual(['12', '34']);
  });

  test('can be joined to one text', () => {
    expect(toParcel({ contents })?.values.contents_text).toBe('Bag; Hat; Bag');
  });

  test('can be summed up', () => {
    expect(toParcel({ contents })?.values.pieces).toBe(6);
  });

  test('can be kept as items, each with its own fields', () => {
    expect(toParcel({ contents: { content_dto: contents } })?.values.contents).toEqual([
      { sku: '12', count: 2 },
      { sku: '34', count: 1 },
      { sku: '12', count: 3 },
    ]);
  });

  test('leaves out of a sum what is no number', () => {
    expect(toParcel({ contents: [{ count: 'N/A' }, {}, { count: 2 }] })?.values.pieces).toBe(2);
  });

  test('shows as null what an item lacks', () => {
    expect(toParcel({ contents: [{ sku: '1' }] })?.values.contents).toEqual([{ sku: '1', count: null }]);
  });

  test('that is missing is empty', () => {
    expect(toParcel({})?.values).toMatchObject({ skus: [], contents_text: '', pieces: 0, contents: [] });
  });
});

describe('a required field', () => {
  test.each([
    ['missing', {}],
    ['null', { id: null }],
    ['empty', { id: '' }],
    ['unreadable', { id: { value: 1 } }],
  ])('that is %s makes the record unusable', (_, raw) => {
    expect(convert(parcel, raw, ANSWERED_AT)).toBeNull();
  });

  test.each([undefined, null, 'N/A', []])('cannot be found in %j', (raw) => {
    expect(convert(parcel, raw, ANSWERED_AT)).toBeNull();
  });
});

describe('an optional field', () => {
  test('that is missing is null', () => {
    expect(toParcel({})?.values.weight).toBeNull();
  });

  test('that is unreadable is null', () => {
    expect(toParcel({ weight: 'heavy' })?.values.weight).toBeNull();
  });

  test('that is unreadable is named', () => {
    expect(toParcel({ weight: 'heavy', gmt_send: 'soon', insured: true })?.unreadable).toEqual([
      'weight',
      'sent_at',
    ]);
  });

  test.each([
    ['missing', {}],
    ['null', { weight: null }],
    ['empty', { weight: '' }],
  ])('that is %s is not called unreadable', (_, raw) => {
    expect(toParcel(raw)?.unreadable).toEqual([]);
  });

  test('that holds items and is no list is named as unreadable', () => {
    expect(toParcel({ contents: 'soon' })?.unreadable).toContain('contents');
  });
});

describe('a recorded answer', () => {
  /** All that an answer goes through between the wire and the record. */
  const payloadOf = (method: string, answer: object) => {
    const unwrapped = unwrap(method, parseJson(JSON.stringify(answer)));
    return unwrapped.ok ? unwrapped.payload : undefined;
  };
  const listed = (answer: object) => {
    const [item] = orderList.answer.parse(payloadOf(orderList.name, answer)).result.target_list;
    return convert(order, item, Date.parse(recordedList.answered_at));
  };
  const detailed = (answer: object) => {
    const { target } = orderDetail.answer.parse(payloadOf(orderDetail.name, answer));
    return convert(orderDetailRecord, target, Date.parse(recordedDetail.answered_at));
  };

  test('of the order list gives the same order wrapped as it does simplified', () => {
    expect(listed(wrappedList)).toEqual(listed(recordedList.answer));
  });

  test('of the order detail gives the same order wrapped as it does simplified', () => {
    expect(detailed(wrappedDetail)).toEqual(detailed(recordedDetail.answer));
  });

  test('of the order list has nothing unreadable in it', () => {
    expect(listed(recordedList.answer)?.unreadable).toEqual([]);
  });

  test('of the order detail has nothing unreadable in it', () => {
    expect(detailed(recordedDetail.answer)?.unreadable).toEqual([]);
  });

  test('becomes the sample of an order', () => {
    expect(recordedItem(order)).toMatchObject({
      order_id: '8201739405562817',
      status: 'WAIT_SELLER_SEND_GOODS',
      placed_at: '2026-10-08T02:12:44Z',
      paid_at: '2026-10-08T02:14:02Z',
      updated_at: '2026-10-08T02:14:05Z',
      shipped_at: null,
      status_due_at: '2026-10-11T02:14:00Z',
      amount: '23.50',
      currency: 'USD',
      items_text: 'Canvas Tote Bag with Zipper',
      item_count: 2,
      product_ids: ['1005006789012345'],
      issue_status: 'NO_ISSUE',
      logistics_status: 'WAIT_SELLER_SEND_GOODS',
      end_reason: null,
      line_items: [
        {
          line_id: '8201739405572817',
          product_id: '1005006789012345',
          product_name: 'Canvas Tote Bag with Zipper',
          sku_code: 'TOTE-NAVY-M',
          quantity: 2,
          unit_price: '11.75',
        },
      ],
    });
  });

  test('becomes the sample of an order detail', () => {
    expect(recordedItem(orderDetailRecord)).toMatchObject({
      order_id: '8201739405562817',
      ended_at: '2026-12-21T03:14:02Z',
      status_due_at: '2026-12-06T05:40:19Z',
      amount: '23.50',
      shipping_amount: '0.00',
      country: 'ES',
      tracking_numbers: ['LP00672918345501'],
      carriers: ['AliExpress Standard Shipping'],
      item_count: 2,
    });
  });

  test('is missing for a record that was never recorded', () => {
    expect(() => recordedItem(parcel)).toThrow('no recorded answer for parcel');
  });
});
