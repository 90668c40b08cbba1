/** Playing a scenario: what runs for which bundle, and what is refused. [facts/make.md §5.4] */

import { fixedClock } from '../fixed-clock.ts';
import { inlineApp } from './inline-app.ts';
import { openRunner } from './runner.ts';
import { inAppGrammar, type PlayedScenario, playScenario } from './scenario.ts';
import type { Collection, Value } from './value.ts';

const clock = fixedClock('2026-11-21T10:00:00Z');
const app = inlineApp({
  modules: {
    search: {
      communication: { response: { limit: 10, iterate: '{{parameters.items}}', output: '{{item}}' } },
      mappableParams: [{ name: 'items', type: 'array' }],
      interface: [
        { name: 'word', type: 'text' },
        { name: 'hours', type: 'number' },
        { name: 'tags', type: 'array' },
      ],
    },
    action: {
      communication: { response: { output: { said: '{{parameters.text}}' } } },
      mappableParams: [{ name: 'text', type: 'text', required: true }],
      interface: [{ name: 'said', type: 'text' }],
    },
  },
});

const connection = {
  name: 'shop',
  parameters: {},
  data: {},
  uid: undefined,
  metadata: undefined,
  reauthorizeAt: undefined,
};

type Written = Collection & { mapper?: Collection };
const items = [
  { word: 'one', hours: 71.9, tags: ['a', 'b'] },
  { word: 'two', hours: 72, tags: [] },
];
const search = (more: Collection = {}): Written => ({
  module: 'app#my-app:search',
  mapper: { items },
  ...more,
});
const action = (text: string, more: Collection = {}): Written => ({
  module: 'app#my-app:action',
  mapper: { text },
  ...more,
});
const row = (cell: string, more: Collection = {}): Written => ({
  module: 'google-sheets:addRow',
  version: 2,
  mapper: {
    mode: 'map',
    spreadsheetId: 'sheet-1',
    sheetId: 'Tab',
    insertUnformatted: false,
    values: { '0': cell },
  },
  ...more,
});

const play = (modules: Written[], filled: Record<number, Collection> = {}): Promise<PlayedScenario> =>
  playScenario({
    blueprint: {
      name: 'Probe',
      flow: modules.map((module, index) => ({
        id: index + 1,
        version: 1,
        parameters: {},
        mapper: {},
        ...module,
      })),
    },
    app,
    runner: openRunner({ app, clock }),
    connection,
    clock,
    filled,
  });
const cells = ({ given }: PlayedScenario): Value[] => given.map(({ mapper }) => mapper.values);
const filter = (a: string, o: string, b: string): Collection => ({
  filter: { name: 'probe', conditions: [[{ a, o, b }]] },
});

describe('A scenario', () => {
  test('runs each module for every bundle of the one before it', async () => {
    expect(cells(await play([search(), row('{{1.word}}')]))).toEqual([{ '0': 'one' }, { '0': 'two' }]);
  });

  test('hands on what every module before has handed out', async () => {
    const played = await play([search(), action('{{1.word}}!'), row('{{2.said}} {{1.word}}')]);
    expect(cells(played)).toEqual([{ '0': 'one! one' }, { '0': 'two! two' }]);
  });

  test('takes from the seller what its blueprint leaves open', async () => {
    const played = await play([search(), row('x', { mapper: { ...row('x').mapper, spreadsheetId: '' } })], {
      2: { spreadsheetId: 'mine' },
    });
    expect(played.given[0]?.mapper.spreadsheetId).toBe('mine');
  });

  test('makes a text of a number that goes into a cell', async () => {
    expect(cells(await play([search(), row('{{1.hours}}')]))).toContainEqual({ '0': '72' });
  });

  test('stops a bundle that a filter does not let through, and all that would follow', async () => {
    const played = await play([
      search(),
      action('{{1.word}}', filter('{{1.hours}}', 'number:greaterorequal', '72')),
      row('{{2.said}}'),
    ]);
    expect(cells(played)).toEqual([{ '0': 'two' }]);
  });

  test('lets through what one group of conditions takes', async () => {
    const conditions = [
      [{ a: '{{1.word}}', o: 'text:equal', b: 'one' }],
      [{ a: '{{1.hours}}', o: 'number:less', b: '0' }],
    ];
    const played = await play([search(), row('{{1.word}}', { filter: { name: 'or', conditions } })]);
    expect(cells(played)).toEqual([{ '0': 'one' }]);
  });

  test.each<[string, Written[], string]>([
    [
      'a module of the app that is not there',
      [search(), { module: 'app#my-app:other' }],
      'has no module other',
    ],
    [
      'a module of another app that nobody knows',
      [search(), { module: 'zendesk:x' }],
      'there is no module zendesk:x',
    ],
    [
      'a module that is not named by the app’s id',
      [search(), { module: 'app#My:action' }],
      'there is no module',
    ],
    ['another version', [search(), row('x', { version: 1 })], 'has version 2, not 1'],
    [
      'a parameter that the module does not have',
      [search(), action('x', { mapper: { text: 'x', other: 1 } })],
      'has no other in its mapper',
    ],
    [
      'a mappable parameter among the static ones',
      [search(), action('x', { parameters: { text: 'x' } })],
      'has no text in its parameters',
    ],
    ['a missing parameter', [search(), action('x', { mapper: {} })], 'the parameter text is required'],
    [
      'a missing parameter of another app’s module',
      [search(), row('x', { mapper: { mode: 'map' } })],
      'spreadsheetId is required',
    ],
    [
      'a module that comes later',
      [search(), action('{{3.said}}'), action('x')],
      'module 3, which does not come before it',
    ],
    [
      'a field that the module does not hand out',
      [search(), action('{{1.other}}')],
      'module 1 hands out no other',
    ],
    [
      'an operator nobody knows',
      [search(), action('x', filter('{{1.word}}', 'text:is', 'x'))],
      'no filter operator text:is',
    ],
    [
      'a filter before the first module',
      [search(filter('1', 'text:equal', '1'))],
      'comes first and has a filter',
    ],
    ['an action that comes first', [action('x')], 'a trigger, or a search, comes first'],
    ['a list in a cell', [search(), row('{{1.tags}}')], 'join it'],
    ['arguments as in an app’s files', [search(), action('{{ifempty(1.word, "x")}}')], 'separated by ;'],
    ['something that is not played', [search({ onerror: [] })], 'module 1 has onerror'],
    ['an id that is there twice', [search(), action('x', { id: 1 })], 'the same id'],
    [
      'a comparison with a number that is not there',
      [
        { ...search(), mapper: { items: [{ word: 'three' }] } },
        row('x', filter('{{1.hours}}', 'number:less', '9')),
      ],
      'a number that is missing',
    ],
  ])('is refused for %s', async (_, modules, problem) => {
    await expect(play(modules)).rejects.toThrow(problem);
  });
});

test('a template is read with its separators, its numbered modules and its texts as they are', () => {
  const { template, references } = inAppGrammar('a {{join(12.tags; "; , 1.x")}} 1.y, {{1.`a b` * 1.5}}');
  expect(template).toBe('a {{join(`12`.tags, "; , 1.x")}} 1.y, {{`1`.`a b` * 1.5}}');
  expect(references).toEqual([
    { id: 12, field: 'tags' },
    { id: 1, field: 'a b' },
  ]);
});
