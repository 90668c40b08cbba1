import { type ReadableName, readCatalog, readParameters } from '../../lib/aliexpress/read-catalog.ts';

const wrongIn = (name: ReadableName, given: object) => {
  const checked = readParameters(readCatalog[name], given);
  return 'wrong' in checked ? checked.wrong : undefined;
};

describe("Times of a request of one's own", () => {
  const requests: [ReadableName, string, object][] = [
    ['orders', 'placed', { page: 1 }],
    ['orders', 'changed', { page: 1, placed: { from: 1_700_000_000_000, to: 1_700_000_000_000 } }],
    ['parcels', 'created', { page: 1, size: 50, dates: 'natural' }],
    ['abnormal_parcels', 'changed', { page: 1, size: 50 }],
    ['products', 'changed', { page: 1, status: 'onSelling' }],
    ['products', 'created', { page: 1, status: 'onSelling' }],
  ];

  test.each(requests)('Of %s the span "%s" is refused where its ends are no times', (name, span, others) => {
    for (const to of [1e300, -1e300, 8.64e15, 1.5, '2026-13-45T25:00:00Z', 'soon', null])
      expect(wrongIn(name, { ...others, [span]: { from: 1_700_000_000_000, to } })).toBe(`${span}.to`);
  });

  test.each(requests)(
    'Of %s the span "%s" is read from texts and from milliseconds',
    (name, span, others) => {
      const ends = { from: '2026-11-01T00:00:00+08:00', to: 1_800_000_000_000 };
      expect(wrongIn(name, { ...others, [span]: ends })).toBeUndefined();
    },
  );

  test.each([1e300, 1.5])('A dispute cannot have been opened at %d', (opened_from) => {
    expect(wrongIn('disputes', { page: 1, opened_from })).toBe('opened_from');
  });
});

test('A tracking number, a carrier and a country are short', () => {
  const given = {
    tracking_number: 'LP00612345678901',
    order_id: '8201739405562817',
    carrier: 'C',
    country: 'ES',
  };
  expect(wrongIn('tracking', given)).toBeUndefined();
  for (const name of ['tracking_number', 'carrier', 'country'])
    expect(wrongIn('tracking', { ...given, [name]: 'x'.repeat(101) })).toBe(name);
});
