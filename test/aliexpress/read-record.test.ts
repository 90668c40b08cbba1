import { readRecord, readRecords, readRows } from '../../lib/aliexpress/read-record.ts';
import type { RecordDeclaration } from '../../lib/pack/record.ts';

const parcel = {
  key: 'parcel',
  fields: {
    number: { label: { en: 'Number', zh: '编号' }, from: 'no', as: 'text', required: true },
    weight: { label: { en: 'Weight (g)', zh: '重量（克）' }, from: 'grams', as: 'integer' },
  },
  id: 'number',
  link: 'https://example.com/{number}',
} as const satisfies RecordDeclaration;

function reading(...items: unknown[]) {
  const logged: string[] = [];
  const log = (message: string, facts = {}) => logged.push(`${message} ${JSON.stringify(facts)}`);
  return { records: readRecords(parcel, items, 0, log), logged };
}

describe('Reading of records', () => {
  test('A record with all its fields is read and nothing is logged', () => {
    const { records, logged } = reading({ no: 'LP1', grams: '250' });
    expect(records).toEqual([{ number: 'LP1', weight: 250 }]);
    expect(logged).toEqual([]);
  });

  test('A record without a required field is left out and logged by its kind', () => {
    const { records, logged } = reading({ grams: 250 }, { no: 'LP2', grams: 300 });
    expect(records).toEqual([{ number: 'LP2', weight: 300 }]);
    expect(logged).toEqual(['a record without its required fields was left out {"record":"parcel"}']);
  });

  test('A field that cannot be read is logged by its name, and its value is not', () => {
    const { records, logged } = reading({ no: 'LP3', grams: 'canary' });
    expect(records).toEqual([{ number: 'LP3', weight: null }]);
    expect(logged).toEqual(['a field of a record could not be read {"record":"parcel","field":"weight"}']);
  });

  test('A single object that is no record is read as undefined', () => {
    expect(readRecord(parcel, 'no object', 0, () => {})).toBeUndefined();
  });
});

describe('Rows of a page', () => {
  const good = (count: number) => Array.from({ length: count }, (_, n) => ({ no: `LP${n}` }));
  const bad = (count: number) => Array.from({ length: count }, (_, n) => ({ grams: n }));
  const read = (items: unknown[]) => readRows(parcel, items, 0, { log: () => {}, method: 'some.list' });

  test('A row is returned with its id, and an unreadable one is only counted', () => {
    const { rows, ids } = read([...good(1), ...bad(1)]);
    expect(rows).toEqual([{ raw: { no: 'LP0' }, values: { number: 'LP0', weight: null } }]);
    expect(ids).toEqual(['LP0', '{"grams":0}']);
  });

  test('A page with more than a fifth of its rows unreadable is a problem that names the field', () => {
    expect(read([...good(7), ...bad(2)]).problem).toMatchObject({
      kind: 'data_unreadable',
      facts: { method: 'some.list', field: 'number', share: 20 },
    });
  });

  test.each([
    ['a fifth of the rows', [...good(8), ...bad(2)]],
    ['one row among a few', [...good(1), ...bad(1)]],
    ['no row of an empty page', []],
  ])('It is no problem if %s cannot be read', (_, items) => {
    expect(read(items).problem).toBeUndefined();
  });

  test('It is a problem if the only row cannot be read', () => {
    expect(read(bad(1)).problem).toMatchObject({ kind: 'data_unreadable' });
  });

  test('A row with a field that must be readable where it is given counts as unreadable without it, and is kept', () => {
    const context = { log: () => {}, method: 'some.list', mustRead: ['weight'] as const };
    const odd = [1, 2].map((n) => ({ no: `LP9${n}`, grams: 'odd' }));
    const { rows, problem } = readRows(parcel, [...good(3), ...odd], 0, context);
    expect(rows).toHaveLength(5);
    expect(problem).toMatchObject({ facts: { field: 'weight' } });
    expect(readRows(parcel, [...good(3), { no: 'LP9', grams: null }], 0, context).problem).toBeUndefined();
  });
});
