import { readdir, readFile } from 'node:fs/promises';
import { recordedItem } from '../../../lib/aliexpress/recorded/index.ts';
import { EVENT_FIELDS } from '../../../lib/pack/event.ts';
import type { Field, RecordDeclaration } from '../../../lib/pack/record.ts';

const RECORDS = new URL('../../../lib/aliexpress/records/', import.meta.url);
const RECORDED = new URL('../../../lib/aliexpress/recorded/', import.meta.url);

/** Where AliExpress keeps who bought something, and what the two sides wrote to each other. */
const PERSONAL =
  /login|signer|signed|buyer_info|contact|phone|mobile|fax|e?mail|zip|cpf|tax_number|memo|buyer_return|solution|process|detail_address|oaid/i;

const modules: object[] = [];
for (const file of await readdir(RECORDS)) modules.push(await import(new URL(file, RECORDS).href));
const records = modules
  .flatMap((module) => Object.values(module))
  .filter((value): value is RecordDeclaration => typeof value === 'object' && 'fields' in value);

const placesOf = (field: Field): string[] => [
  field.from,
  ...('of' in field ? [field.of] : []),
  ...('pick' in field && field.pick ? [field.pick.of] : []),
  ...('items' in field ? Object.values(field.items).flatMap(placesOf) : []),
];

describe.each(records.map((record) => [record.key, record] as const))('the record %s', (_, record) => {
  test('has a recorded answer to make samples from', () => {
    expect(recordedItem(record)).not.toHaveProperty([record.id], null);
  });

  test('reads nothing of the buyer', () => {
    const places = Object.values(record.fields).flatMap(placesOf);
    expect(places.filter((place) => PERSONAL.test(place))).toEqual([]);
  });

  test('leaves the names free that every event and every search result has', () => {
    const taken = Object.keys(record.fields).filter((key) => key === 'id' || key in EVENT_FIELDS);
    expect(taken).toEqual([]);
  });

  test('says every lookup in Chinese where it says it in English', () => {
    const words = Object.keys(record.fields).filter((key) => key.endsWith('_name'));
    const lookups = words.filter((key) => record.fields[key]?.as === 'lookup');
    expect(Object.keys(record.fields)).toEqual(expect.arrayContaining(lookups.map((key) => `${key}_zh`)));
  });
});

test('the recorded answers hold nothing of a buyer, not even masked', async () => {
  const files = (await readdir(RECORDED)).filter((file) => file.endsWith('.json'));
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, RECORDED), 'utf8')));
  const keys = texts.flatMap((text) => [...text.matchAll(/"([^"]+)":/g)].map(([, key]) => String(key)));
  const harmless = ['platform_solution_list', 'seller_solution_list'];
  expect(keys.filter((key) => PERSONAL.test(key) && !harmless.includes(key))).toEqual([]);
});
