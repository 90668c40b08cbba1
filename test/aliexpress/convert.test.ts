import { convert } from '../../lib/aliexpress/convert.ts';
import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { order } from '../../lib/aliexpress/records/order.ts';
import { orderDetailRecord } from '../../lib/aliexpress/records/order-detail.ts';
import { both } from '../../lib/language.ts';
import { record } from '../../lib/pack/record.ts';

const ANSWERED_AT = Date.parse('2026-10-09T08:05:40Z');

const parcel = record({
  key: 'parcel',
  id: 'parcel_no',
  link: 'https://example.com/{parcel_no}',
  fields: {
    parcel_no: { label: both('Parcel'), from: 'id', as: 'id', required: true },
    city: { label: both('City'), from: 'address.city', as: 'text' },
    weight: { label: both('Weight'), from: 'weight', as: 'integer' },
    carrier: { label: both('Carrier'), from: 'carrier', as: 'lookup', table: { ES_POST: 'Correos' } },
    way: {
      label: both('Way'),
      from: 'code',
      as: 'lookup',
      table: { AIR_HELD: 'waits' },
      otherwise: [
        { begins: 'AIR_', contains: 'FAIL', word: 'grounded' },
        { begins: 'AIR_', word: 'flies' },
        { contains: 'FAIL', word: 'stuck' },
      ],
    },
    place: {
      label: both('Place'),
      from: 'code',
      as: 'lookup',
      table: {},
      otherwise: [{ begins: 'HOME', word: 'here' }, { word: 'somewhere' }],
    },
    hours_under_way: { label: both('Hours'), from: 'gmt_left', as: 'hours_ago' },
    photo: { label: both('Photo'), from: 'photos', as: 'first_url' },
    first_scan: { label: both('First Scan'), from: 'scans', pick: { of: 'what' }, as: 'text' },
    insured: { label: both('Insured'), from: 'insured', as: 'boolean' },
    sent_at: { label: both('Sent At'), from: 'gmt_send', as: 'pacific_time' },
    due_at: { label: both('Due At'), from: 'left', as: 'ms_left' },
    fee: { label: both('Fee'), from: 'fee', as: 'amount' },
    fee_currency: { label: both('Currency'), from: 'fee', as: 'currency' },
    skus: { label: both('SKUs'), from: 'contents', of: 'sku', as: 'id_list' },
    contents_text: { label: both('Contents'), from: 'contents', of: 'name', as: 'joined_text' },
    pieces: { label: both('Pieces'), from: 'contents', of: 'count', as: 'integer_sum' },
    known_pieces: { label: both('Known Pieces'), from: 'contents', of: 'count', as: 'integer_total' },
    fragile: { label: both('Fragile'), from: 'contents', of: 'name', as: 'any_of', values: ['Cup', 'Vase'] },
    contents: {
      label: both('Contents'),
      from: 'contents',
      as: 'items',
      items: {
        sku: { label: both('SKU'), from: 'sku', as: 'id' },
        count: { label: both('Count'), from: 'count', as: 'integer' },
      },
    },
  },
});

const toParcel = (raw: object) => convert(parcel, { id: '1', ...raw }, ANSWERED_AT);

describe('Field', () => {
  test.each([
    ['an id', 'parcel_no', { id: 8201739405562817 }, '8201739405562817'],
    ['a text inside another object', 'city', { address: { city: 'Madrid' } }, 'Madrid'],
    ['the word for a code', 'carrier', { carrier: 'ES_POST' }, 'Correos'],
    ['a code for which there is no word', 'carrier', { carrier: 'FR_POST' }, 'FR_POST'],
    ['an integer', 'weight', { weight: '250' }, 250],
    ['the integer 0', 'weight', { weight: 0 }, 0],
    ['a boolean', 'insured', { insured: 'false' }, false],
    ['a US Pacific time in UTC', 'sent_at', { gmt_send: '2026-10-08 21:40:19' }, '2026-10-09T04:40:19Z'],
    ['the end of the milliseconds that are left', 'due_at', { left: 3_620_000 }, '2026-10-09T09:06:00Z'],
    ['an end in the past', 'due_at', { left: '-3600000' }, '2026-10-09T07:06:00Z'],
    ['the hours since a time, to a tenth', 'hours_under_way', { gmt_left: '2026-10-08 21:40:19' }, 3.4],
    ['the hours since a time in epoch milliseconds', 'hours_under_way', { gmt_left: 1791529540000 }, 1],
    [
      'the first of several addresses',
      'photo',
      { photos: 'https://a/1.jpg; https://a/2.jpg' },
      'https://a/1.jpg',
    ],
    ['the only address', 'photo', { photos: 'https://a/1.jpg' }, 'https://a/1.jpg'],
    ['the word of the table where a rule fits too', 'way', { code: 'AIR_HELD' }, 'waits'],
    ['the word of the first rule that fits', 'way', { code: 'AIR_FAILED' }, 'grounded'],
    ['the word for the beginning of a code', 'way', { code: 'AIR_LEFT' }, 'flies'],
    ['the word for a part of a code', 'way', { code: 'SEA_FAILED' }, 'stuck'],
    ['a code that no rule fits', 'way', { code: 'SEA_AIR_LEFT' }, 'SEA_AIR_LEFT'],
    ['the word of a rule without a condition', 'place', { code: 'AWAY' }, 'somewhere'],
    ['an amount', 'fee', { fee: { amount: '5.00', currency_code: 'USD' } }, 5],
    ['a currency', 'fee_currency', { fee: { amount: '5.00', currency_code: 'USD' } }, 'USD'],
  ] as const)('A field holds %s', (_, key, raw, value) => {
    expect(toParcel(raw)?.values[key]).toBe(value);
  });

  test.each([
    ['text', 'city', { address: { city: 'x'.repeat(2001) } }],
    [
      'text of several',
      'contents_text',
      { contents: [{ name: 'x'.repeat(1990) }, { name: 'Vase and cup' }] },
    ],
  ] as const)('A %s that is very long is shortened', (_, key, raw) => {
    expect(toParcel(raw)?.values[key]).toMatch(/^x{1990}.{9}…$/);
  });

  test.each([
    ['a code', 'way', {}],
    ['an address', 'photo', { photos: ';' }],
    ['a time', 'hours_under_way', { gmt_left: 'soon' }],
  ] as const)('A field without %s is null', (_, key, raw) => {
    expect(toParcel(raw)?.values[key]).toBeNull();
  });

  test('The end of the milliseconds that are left is the same at every visit', () => {
    const seen = [0, 7_300, 29_100].map(
      (later) => convert(parcel, { id: '1', left: 3_600_000 - later }, ANSWERED_AT + later)?.values.due_at,
    );
    expect(new Set(seen).size).toBe(1);
  });
});

describe('List', () => {
  const contents = [
    { sku: 12, name: 'Bag', count: '2' },
    { sku: '34', name: 'Hat', count: 1 },
    { sku: 12, name: 'Bag', count: 3 },
  ];

  test('A list is gathered with each value once', () => {
    expect(toParcel({ contents })?.values.skus).toEqual(['12', '34']);
  });

  test('A list is joined to one text', () => {
    expect(toParcel({ contents })?.values.contents_text).toBe('Bag; Hat; Bag');
  });

  test('A list is summed up', () => {
    expect(toParcel({ contents })?.values.pieces).toBe(6);
  });

  test('A list is kept as items with fields of their own', () => {
    expect(toParcel({ contents: { content_dto: contents } })?.values.contents).toEqual([
      { sku: '12', count: 2 },
      { sku: '34', count: 1 },
      { sku: '12', count: 3 },
    ]);
  });

  test('A list has a total if every item has a number', () => {
    expect(toParcel({ contents })?.values.known_pieces).toBe(6);
  });

  test.each([
    ['one item has no number', { contents: [{ count: 1 }, { name: 'Bag' }] }],
    ['one number is unreadable', { contents: [{ count: 1 }, { count: 'N/A' }] }],
    ['it is empty', { contents: [] }],
    ['there is no list', {}],
  ])('A list has no total if %s', (_, raw) => {
    expect(toParcel(raw)?.values.known_pieces).toBeNull();
  });

  test.each([
    ['one of the texts is in it', { contents: [{ name: 'Bag' }, { name: 'Cup' }] }, true],
    ['none of the texts is in it', { contents }, false],
    ['there is none', {}, false],
  ])('A list tells that %s', (_, raw, is) => {
    expect(toParcel(raw)?.values.fragile).toBe(is);
  });

  test('A sum leaves out values that are not numbers', () => {
    expect(toParcel({ contents: [{ count: 'N/A' }, {}, { count: 2 }] })?.values.pieces).toBe(2);
  });

  test('A field that an item lacks is null', () => {
    expect(toParcel({ contents: [{ sku: '1' }] })?.values.contents).toEqual([{ sku: '1', count: null }]);
  });

  test('A missing list is empty', () => {
    expect(toParcel({})?.values).toMatchObject({ skus: [], contents_text: '', pieces: 0, contents: [] });
  });
});

test('The first item of a list is the one that stands first, not the earliest', () => {
  const scans = [
    { what: 'left', at: '2026-10-07 08:00:00' },
    { what: 'landed', at: '2026-10-08 08:00:00' },
  ];
  expect(toParcel({ scans })?.values.first_scan).toBe('left');
});

test('An item of a list is read from a list inside it', () => {
  const box = record({
    key: 'box',
    id: 'box_no',
    link: '',
    fields: {
      box_no: { label: both('Box'), from: 'id', as: 'id' },
      parts: {
        label: both('Parts'),
        from: 'parts',
        as: 'items',
        items: { name: { label: both('Name'), from: 'names', pick: { of: 'value' }, as: 'text' } },
      },
    },
  });
  const parts = [{ names: { name_dto: [{ value: 'lid' }, { value: 'tapa' }] } }, {}];
  expect(convert(box, { parts }, ANSWERED_AT)?.values.parts).toEqual([{ name: 'lid' }, { name: null }]);
});

describe('Required field', () => {
  test.each([
    ['missing', {}],
    ['null', { id: null }],
    ['empty', { id: '' }],
    ['unreadable', { id: { value: 1 } }],
  ])('A required field that is %s makes the record unusable', (_, raw) => {
    expect(convert(parcel, raw, ANSWERED_AT)).toBeNull();
  });

  test.each([undefined, null, 'N/A', []])('A required field is not found in %j', (raw) => {
    expect(convert(parcel, raw, ANSWERED_AT)).toBeNull();
  });
});

describe('Optional field', () => {
  test('A missing optional field is null', () => {
    expect(toParcel({})?.values.weight).toBeNull();
  });

  test('An unreadable optional field is null', () => {
    expect(toParcel({ weight: 'heavy' })?.values.weight).toBeNull();
  });

  test('An unreadable optional field is named', () => {
    expect(toParcel({ weight: 'heavy', gmt_send: 'soon', insured: true })?.unreadable).toEqual([
      'weight',
      'sent_at',
    ]);
  });

  test.each([
    ['missing', {}],
    ['null', { weight: null }],
    ['empty', { weight: '' }],
  ])('An optional field that is %s is not named as unreadable', (_, raw) => {
    expect(toParcel(raw)?.unreadable).toEqual([]);
  });

  test('A text in the place of a list is named as unreadable', () => {
    expect(toParcel({ contents: 'soon' })?.unreadable).toContain('contents');
  });
});

describe('Sample', () => {
  test('The sample of an order comes from the recorded order list', () => {
    expect(recordedItem(order)).toMatchObject({
      order_id: '8201739405562817',
      status: 'WAIT_SELLER_SEND_GOODS',
      placed_at: '2026-10-08T02:12:44Z',
      paid_at: '2026-10-08T02:14:02Z',
      updated_at: '2026-10-08T02:14:05Z',
      shipped_at: null,
      status_due_at: '2026-10-11T02:14:00Z',
      amount: 23.5,
      currency: 'USD',
      items_text: 'Canvas Tote Bag with Zipper',
      total_quantity: 2,
      product_ids: ['1005006789012345'],
      dispute_status: 'NO_ISSUE',
      shipping_status: 'WAIT_SELLER_SEND_GOODS',
      end_reason: null,
      line_items: [
        {
          line_id: '8201739405572817',
          product_id: '1005006789012345',
          product_name: 'Canvas Tote Bag with Zipper',
          sku_code: 'TOTE-NAVY-M',
          quantity: 2,
          unit_price: 11.75,
          currency: 'USD',
        },
      ],
    });
  });

  test('The sample of an order detail comes from its recorded answer', () => {
    expect(recordedItem(orderDetailRecord)).toMatchObject({
      order_id: '8201739405562817',
      ended_at: '2026-12-21T03:14:02Z',
      status_due_at: '2026-12-06T05:40:19Z',
      amount: 23.5,
      shipping_amount: 0,
      country_code: 'ES',
      tracking_numbers: ['LP00672918345501', 'LP00672918345502'],
      carrier_names: ['AliExpress Standard Shipping'],
      total_quantity: 2,
    });
  });

  test('A record without a recorded answer has no sample', () => {
    expect(() => recordedItem(parcel)).toThrow('no recorded answer for parcel');
  });
});
