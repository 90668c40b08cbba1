/** The words that users see: every label, help text, description and choice, in both languages. */

import { recordOf } from '../lib/engine/run-search.ts';
import type { Inputs } from '../lib/pack/input.ts';
import { withLocalFields } from '../lib/pack/local-times.ts';
import { recordOfEvents } from '../lib/pack/operation.ts';
import type { Field } from '../lib/pack/record.ts';
import type { Bilingual } from '../lib/problems.ts';
import { operations } from '../operations.ts';

const { triggers, searches, actions } = operations;
const all = [...triggers, ...searches, ...actions];

interface Named {
  /** Where it stands: "find_order: order_id". */
  path: string;
  key: string;
  label: Bilingual;
  help?: Bilingual | undefined;
}

const fieldsIn = (path: string, fields: Readonly<Record<string, Field>>): Named[] =>
  Object.entries(fields).flatMap(([key, field]) => [
    { path: `${path}: ${key}`, key, label: field.label, help: field.help },
    ...(field.as === 'items' ? fieldsIn(`${path}: ${key}`, field.items) : []),
  ]);
const outputs: Named[] = [
  ...triggers.flatMap((trigger) => fieldsIn(trigger.key, withLocalFields(recordOfEvents(trigger).fields))),
  ...searches.flatMap((search) => fieldsIn(search.key, withLocalFields(recordOf(search).fields))),
  ...actions.flatMap((action) =>
    Object.entries(action.outputs).map(([key, { label }]) => ({ path: `${action.key}: ${key}`, key, label })),
  ),
];
const inputs: Named[] = all.flatMap((operation) =>
  Object.entries<Inputs[string]>(operation.inputs).map(([key, input]) => ({
    path: `${operation.key}: ${key}`,
    key,
    label: input.label,
    help: input.help,
  })),
);
const choices = all.flatMap((operation) =>
  Object.entries<Inputs[string]>(operation.inputs).flatMap(([key, input]) =>
    Object.entries({
      ...('choices' in input && input.choices),
      ...('options' in input && input.options),
    }).map(([value, words]): [string, Bilingual] => [`${operation.key}: ${key}: ${value}`, words]),
  ),
);
const texts: [path: string, words: Bilingual][] = [
  ...all.flatMap(({ key, label, description }): [string, Bilingual][] => [
    [key, label],
    [key, description],
  ]),
  ...triggers.map(({ key, feed }): [string, Bilingual] => [key, feed.freshness]),
  ...[...outputs, ...inputs].flatMap(({ path, label, help }): [string, Bilingual][] =>
    help
      ? [
          [path, label],
          [path, help],
        ]
      : [[path, label]],
  ),
  ...choices,
];

const HAN = /\p{Script=Han}/u;
/** Names and numbers that Chinese texts write in Latin letters too. */
const isSameInBoth = ({ en, zh }: Bilingual) => en === zh;

describe('Words of the operations', () => {
  test('The English texts have no Chinese characters', () => {
    expect(texts.filter(([, { en }]) => en === '' || HAN.test(en))).toEqual([]);
  });

  test('The Chinese texts are in Chinese', () => {
    expect(texts.filter(([, words]) => !HAN.test(words.zh) && !isSameInBoth(words))).toEqual([]);
  });

  test('A description is one clause of at most 120 characters', () => {
    expect(
      all.filter(({ description: { en } }) => en.length > 120 || /\. /.test(en)).map(({ key }) => key),
    ).toEqual([]);
  });

  test('A limit is called minimum or maximum', () => {
    const vague = ['most', 'least'];
    const labels = [...outputs, ...inputs].filter(({ label }) =>
      vague.some((word) => label.en.toLowerCase().split(' ').includes(word)),
    );
    expect(labels.map(({ path }) => path)).toEqual(['find_orders: placed_before_days']);
  });

  /** The texts of a tracking event and of messages, and titles of which only one language is an output. */
  const SEVERAL_MEANINGS = ['text', 'text_zh', 'title'];

  test.each([
    ['output', outputs],
    ['input', inputs.filter(({ key }) => key !== 'status')],
  ])('An %s has the same label in every operation', (_, named) => {
    const byKey = Map.groupBy(named, ({ key }) => key);
    const ambiguous = [...byKey].filter(
      ([key, found]) =>
        !SEVERAL_MEANINGS.includes(key) && new Set(found.map(({ label }) => JSON.stringify(label))).size > 1,
    );
    expect(ambiguous.map(([key]) => key)).toEqual([]);
  });

  test('A code is labeled as a code where its words have a field of their own', () => {
    const keys = new Set(outputs.map(({ key }) => key));
    const codes = outputs.filter(({ key }) => keys.has(`${key}_name`));
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter(({ label }) => !/\bCode$/.test(label.en)).map(({ path }) => path)).toEqual([]);
  });
});
