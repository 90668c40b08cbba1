import { readdir } from 'node:fs/promises';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { EVENT_FIELDS } from '../../../lib/pack/event-fields.ts';
import type { Field, RecordDeclaration } from '../../../lib/pack/record.ts';
import { PERSONAL } from '../../support/personal.ts';

const RECORDS = new URL('../../../lib/aliexpress/records/', import.meta.url);

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

describe.each(records.map((record) => [record.key, record] as const))('Record %s', (_, record) => {
  test(`The record ${record.key} has a sample with its id`, () => {
    expect(recordedItem(record)).not.toHaveProperty([record.id], null);
  });

  test(`The record ${record.key} reads nothing of the buyer`, () => {
    const places = Object.values(record.fields).flatMap(placesOf);
    expect(places.filter((place) => PERSONAL.test(place))).toEqual([]);
  });

  test(`The record ${record.key} has no key that every event or search result has`, () => {
    // The shop itself is found by a search and is never an event.
    const keys = record.key === 'shop' ? ['id', 'link'] : ['id', ...Object.keys(EVENT_FIELDS)];
    const taken = Object.keys(record.fields).filter((key) => keys.includes(key));
    expect(taken).toEqual([]);
  });

  test(`The record ${record.key} has every word in Chinese too`, () => {
    const words = Object.keys(record.fields).filter((key) => key.endsWith('_name'));
    const lookups = words.filter((key) => record.fields[key]?.as === 'lookup');
    expect(Object.keys(record.fields)).toEqual(expect.arrayContaining(lookups.map((key) => `${key}_zh`)));
  });
});
