/** How a run goes from request to request, and what a module hands out. [facts/make.md §1.7, §5.1] */

import { fixedClock } from '../fixed-clock.ts';
import { useService } from './service.ts';
import type { Value } from './value.ts';

const service = useService();
const { action, answering, opened, paths, search } = service;

const item = (id: number) => ({ id });

describe('Requests of an array', () => {
  test('run in order, and the output of the last is the module’s', async () => {
    answering({ json: { n: 1 } }, { json: { n: 2 } });
    const runner = action([
      { url: '/one', response: { output: { of: 'the first' } } },
      { url: '/two', response: { output: { n: '{{body.n}}' } } },
    ]);
    expect(await runner.run('action')).toEqual([{ n: 2 }]);
  });

  test('are sent one after the other', async () => {
    await action([{ url: '/one' }, { url: '/two' }]).run('action');
    expect(paths()).toEqual(['/one', '/two']);
  });

  test('hand values on through temp', async () => {
    answering({ json: { token: 'abc' } });
    await action([
      { url: '/one', response: { temp: { token: '{{body.token}}' } } },
      { url: '/two/{{temp.token}}' },
    ]).run('action');
    expect(paths()).toEqual(['/one', '/two/abc']);
  });

  test('do not see the body of the one before', async () => {
    await expect(action([{ url: '/one' }, { url: '/{{body.ok}}' }]).run('action')).rejects.toThrow(
      'no variable body',
    );
  });

  test('may go without HTTP', async () => {
    await action([{ url: '/one' }, { response: { output: { text: 'static' } } }]).run('action');
    expect(paths()).toEqual(['/one']);
  });

  test('without HTTP hand out their output', async () => {
    const runner = action(
      { response: { output: { text: '{{common.word}}' } } },
      { common: { word: 'static' } },
    );
    expect(await runner.run('action')).toEqual([{ text: 'static' }]);
  });
});

describe('temp', () => {
  test('is evaluated as a whole before anything of it is there', async () => {
    const runner = action({ temp: { a: 1, b: "{{ifempty(temp.a, 'nothing')}}" }, url: '/{{temp.b}}' });
    await runner.run('action');
    expect(paths()).toEqual(['/nothing']);
  });

  // The example of the official page on temp.
  test('is merged over requests and their responses', async () => {
    const runner = action([
      { url: '/one', temp: { foo: 'bar' }, response: { temp: { foo: 'baz', hello: 'world' } } },
      {
        url: '/two',
        temp: { param1: 'bar-{{temp.foo}}', param2: 'hello, {{temp.hello}}' },
        response: { output: '{{temp}}' },
      },
    ]);
    expect(await runner.run('action')).toEqual([
      { foo: 'baz', hello: 'world', param1: 'bar-baz', param2: 'hello, world' },
    ]);
  });

  test('is merged deeply, arrays index by index', async () => {
    const runner = action([
      { temp: { list: [{ a: 1, b: 1 }, { a: 2 }], deep: { x: 1, y: 1 } }, response: {} },
      { temp: { list: [{ a: 9 }], deep: { y: 2 } }, response: { output: '{{temp}}' } },
    ]);
    expect(await runner.run('action')).toEqual([{ list: [{ a: 9, b: 1 }, { a: 2 }], deep: { x: 1, y: 2 } }]);
  });

  test('replaces a text by a collection', async () => {
    const runner = action([
      { temp: { a: 'text' }, response: {} },
      { temp: { a: { b: 1 } }, response: { output: '{{temp}}' } },
    ]);
    expect(await runner.run('action')).toEqual([{ a: { b: 1 } }]);
  });

  test('skips undefined and keeps null', async () => {
    const runner = action([
      { temp: { a: 1, b: 1 }, response: {} },
      { temp: { a: '{{undefined}}', b: '{{null}}' }, response: { output: '{{temp}}' } },
    ]);
    expect(await runner.run('action')).toEqual([{ a: 1, b: null }]);
  });

  test('runs before condition', async () => {
    const runner = action({ temp: { go: true }, condition: '{{temp.go}}', url: '/one' });
    await runner.run('action');
    expect(paths()).toEqual(['/one']);
  });

  test('of a run is forgotten at its end', async () => {
    const runner = action({ url: "/{{ifempty(temp.seen, 'new')}}", response: { temp: { seen: 'old' } } });
    await runner.run('action');
    await runner.run('action');
    expect(paths()).toEqual(['/new', '/new']);
  });
});

describe('A condition that does not hold', () => {
  test('skips the request', async () => {
    await action([{ condition: false, url: '/one' }, { url: '/two' }]).run('action');
    expect(paths()).toEqual(['/two']);
  });

  test('puts its default in the place of the output', async () => {
    const runner = action({
      condition: { condition: '{{1 > 2}}', default: { from: 'default' } },
      url: '/one',
    });
    expect(await runner.run('action')).toEqual([{ from: 'default' }]);
  });

  test('leaves a search without bundles where its default is an empty array', async () => {
    const runner = search({ condition: { condition: false, default: [] }, url: '/one' });
    expect(await runner.run('search')).toEqual([]);
  });

  test('is an error of the app at the last request where it has no default', async () => {
    const runner = action([{ url: '/one' }, { condition: false, url: '/two' }]);
    await expect(runner.run('action')).rejects.toThrow('its condition has no default');
  });
});

describe('repeat', () => {
  const repeated = { url: '/one', repeat: { condition: '{{body.pending}}', delay: 500, limit: 3 } };

  test('sends the request again while its condition holds', async () => {
    answering({ json: { pending: true } }, { json: { pending: false, done: 1 } });
    expect(await action(repeated).run('action')).toEqual([{ pending: false, done: 1 }]);
  });

  test('stops when its condition no longer holds', async () => {
    answering({ json: { pending: true } }, { json: { pending: false } });
    await action(repeated).run('action');
    expect(paths()).toHaveLength(2);
  });

  test('stops at its limit', async () => {
    answering({ json: { pending: true } });
    await action(repeated).run('action');
    expect(paths()).toHaveLength(3);
  });

  test('waits in between', async () => {
    answering({ json: { pending: true } });
    const clock = fixedClock('2026-11-21T10:00:00Z');
    await opened({ modules: { action: { communication: repeated } } }, { clock }).run('action');
    expect(clock.now()).toBe(Date.parse('2026-11-21T10:00:01Z'));
  });

  test('evaluates temp anew each time', async () => {
    answering({ json: { pending: true } });
    const clock = fixedClock('2026-11-21T10:00:00Z');
    const communication = { ...repeated, temp: { ts: "{{formatDate(now, 'X')}}" }, url: '/{{temp.ts}}' };
    await opened({ modules: { action: { communication } } }, { clock }).run('action');
    expect(new Set(paths()).size).toBe(2);
  });

  test('cannot be told to go on for more than 1000 times', async () => {
    const runner = action({ url: '/one', repeat: { condition: '{{true}}', delay: 0, limit: 1001 } });
    await expect(runner.run('action')).rejects.toThrow('repeat.limit');
  });
});

describe('An action', () => {
  test('hands out one bundle, not a list', async () => {
    answering({ json: [{ id: 1 }] });
    await expect(action({ url: '/one' }).run('action')).rejects.toThrow('hands out an array, not a bundle');
  });

  test('has no limit', async () => {
    await expect(action({ url: '/one', response: { limit: 1 } }).run('action')).rejects.toThrow(
      'an action has no limit',
    );
  });

  test('has no response.trigger', async () => {
    const runner = action({
      url: '/one',
      response: { trigger: { type: 'id', order: 'asc', id: '{{item.id}}' } },
    });
    await expect(runner.run('action')).rejects.toThrow('only a trigger has response.trigger');
  });

  test('that is universal calls its own service only', async () => {
    const runner = opened({ modules: { universal: { communication: { url: '{{parameters.url}}' } } } });
    await expect(runner.run('universal')).rejects.toThrow('relative');
  });
});

describe('limit', () => {
  const limited = (limit: Value) => {
    answering({ json: { list: [item(1), item(2), item(3)] } });
    return search({ url: '/list', response: { iterate: '{{body.list}}', limit } }).run('search');
  };

  test('cuts the list', async () => {
    expect(await limited('{{1 + 1}}')).toEqual([item(1), item(2)]);
  });

  test('of 0 is a wrong configuration', async () => {
    await expect(limited(0)).rejects.toMatchObject({ type: 'InvalidConfigurationError' });
  });

  test.each<[Value]>([['{{undefined}}'], ["{{'5'}}"], [1.5]])('cannot be %j', async (limit) => {
    await expect(limited(limit)).rejects.toThrow('response.limit is');
  });
});

describe('wrapper', () => {
  test('works on the output, once', async () => {
    const runner = opened({
      modules: {
        action: {
          communication: {
            url: '/one',
            response: { wrapper: { '{{...}}': '{{output}}', orderId: '{{parameters.orderId}}' } },
          },
          mappableParams: [{ name: 'orderId', type: 'text' }],
        },
      },
    });
    expect(await runner.run('action', { parameters: { orderId: '7' } })).toEqual([
      { ok: true, orderId: '7' },
    ]);
  });

  test('sees all outputs of a search', async () => {
    answering({ json: { list: [{ id: 1 }, { id: 2 }] } });
    const runner = search({
      url: '/l',
      response: { iterate: '{{body.list}}', wrapper: '{{reverse(output)}}' },
    });
    expect(await runner.run('search')).toEqual([{ id: 2 }, { id: 1 }]);
  });

  test('is that of the last request', async () => {
    const runner = action([
      { url: '/one', response: { wrapper: { of: 'the first' } } },
      { url: '/two', response: { wrapper: { of: 'the last' } } },
    ]);
    expect(await runner.run('action')).toEqual([{ of: 'the last' }]);
  });

  test('of a search gives back a list', async () => {
    answering({ json: { list: [{ id: 1 }] } });
    const runner = search({
      url: '/l',
      response: { iterate: '{{body.list}}', wrapper: '{{first(output)}}' },
    });
    await expect(runner.run('search')).rejects.toThrow('the wrapper of a search gives back a list');
  });

  test('comes before the limit', async () => {
    answering({ json: { list: [{ id: 1 }, { id: 2 }] } });
    const response = { iterate: '{{body.list}}', limit: 1, wrapper: '{{reverse(output)}}' };
    expect(await search({ url: '/l', response }).run('search')).toEqual([{ id: 2 }]);
  });

  test('makes one bundle of what an action iterates', async () => {
    answering({ json: { list: [{ id: 1 }, { id: 2 }] } });
    const runner = action({
      url: '/l',
      response: { iterate: '{{body.list}}', output: '{{item.id}}', wrapper: { ids: '{{output}}' } },
    });
    expect(await runner.run('action')).toEqual([{ ids: [1, 2] }]);
  });
});

describe('Limits of a run', () => {
  test('more than 100 requests are not sent', async () => {
    answering({ json: { pending: true } });
    const runner = action({ url: '/one', repeat: { condition: '{{body.pending}}', delay: 0, limit: 1000 } });
    await expect(runner.run('action')).rejects.toThrow('100 requests at most');
  });

  test('100 requests are sent', async () => {
    answering({ json: { pending: true } });
    const repeat = { condition: '{{body.pending}}', delay: 0, limit: 100 };
    await action({ url: '/one', repeat }).run('action');
    expect(paths()).toHaveLength(100);
  });

  test('more than 3200 records are not fetched', async () => {
    answering({ json: { list: Array.from({ length: 1700 }, (_, index) => item(index)) } });
    const runner = search({
      url: '/l',
      response: { iterate: '{{body.list}}' },
      pagination: { qs: { p: '1' } },
    });
    await expect(runner.run('search')).rejects.toThrow('more than 3200 records');
  });
});

describe('Parameters', () => {
  const specification = [
    { name: 'text', type: 'text', required: true },
    { name: 'limit', type: 'uinteger' },
    { name: 'tags', type: 'select', multiple: true, options: [{ value: 'a' }] },
    {
      name: 'mode',
      type: 'select',
      options: [{ value: 'x', nested: [{ name: 'inner', type: 'date', required: true }] }],
    },
  ];
  const filled = (parameters: { [name: string]: Value }) =>
    opened({
      modules: { action: { communication: { url: '/{{parameters.text}}' }, mappableParams: specification } },
    }).run('action', { parameters });

  test('are what the user filled in', async () => {
    await filled({ text: 'typed', limit: 5, tags: ['a'], mode: 'x', inner: new Date(0) });
    expect(paths()).toEqual(['/typed']);
  });

  test.each<[{ [name: string]: Value }, string]>([
    [{}, 'the parameter text is required'],
    [{ text: '' }, 'the parameter text is required'],
    [{ text: 'a', other: 1 }, 'has no parameter other'],
    [{ text: 1 }, 'the parameter text is a text, not a number'],
    [{ text: 'a', limit: '5' }, 'the parameter limit is a number, not a text'],
    [{ text: 'a', tags: 'a' }, 'the parameter tags is an array, not a text'],
    [{ text: 'a', inner: 'yesterday' }, 'the parameter inner is a date, not a text'],
  ])('cannot be %j', async (parameters, problem) => {
    await expect(filled(parameters)).rejects.toThrow(problem);
  });

  test('that open with the choice of another need not be filled in', async () => {
    await filled({ text: 'typed', limit: null });
    expect(paths()).toEqual(['/typed']);
  });

  const inner = [{ name: 'inner', type: 'text' }];
  test.each<[string, Value]>([
    ['below a parameter', [{ name: 'a', type: 'boolean', nested: inner }]],
    ['below a parameter, in a store', [{ name: 'a', type: 'boolean', nested: { store: inner } }]],
    ['below all options', [{ name: 'a', type: 'select', options: { store: [{ value: 1 }], nested: inner } }]],
    ['below an option', [{ name: 'a', type: 'select', options: { store: [{ value: 1, nested: inner }] } }]],
    ['by an RPC', 'rpc://fields'],
    ['by an RPC below a parameter', [{ name: 'a', type: 'boolean', nested: 'rpc://fields' }]],
    [
      'by an RPC below an option',
      [{ name: 'a', type: 'select', options: [{ value: 1, nested: 'rpc://x' }] }],
    ],
  ])('can be declared %s', async (_, mappableParams) => {
    const runner = opened({ modules: { action: { communication: { url: '/one' }, mappableParams } } });
    expect(await runner.run('action', { parameters: { inner: 'x' } })).toHaveLength(1);
  });

  test('of options that an RPC fetches are no others', async () => {
    const mappableParams = [{ name: 'a', type: 'select', options: 'rpc://options' }];
    const runner = opened({ modules: { action: { communication: { url: '/one' }, mappableParams } } });
    await expect(runner.run('action', { parameters: { b: 1 } })).rejects.toThrow('has no parameter b');
  });

  test('may have any name where an RPC declares some of them', async () => {
    const runner = opened({
      modules: { action: { communication: { url: '/one' }, mappableParams: ['rpc://fields'] } },
    });
    expect(await runner.run('action', { parameters: { any: 1 } })).toHaveLength(1);
  });
});

describe('A directive', () => {
  test.each([
    [{ url: '/one', aws: {} }, 'aws'],
    [{ url: '/one', respons: {} }, 'respons'],
    [{ url: '/one', response: { iterates: '{{body}}' } }, 'iterates'],
    [{ url: '/one', output: {} }, 'output'],
    [{ url: '/one', response: { error: { message: 'm', '42': { message: 'n' } } } }, 'error'],
    [{ url: '/one', response: { error: { type: 'DataError' } } }, 'error'],
    [{ url: '' }, 'url'],
    [{ url: `/${'a'.repeat(512)}` }, 'url'],
    [{ url: '/one', response: { error: 'a'.repeat(1025) } }, 'error'],
    [{ url: '/one', repeat: { condition: '{{false}}', delay: 0, limit: 0 } }, 'repeat.limit'],
    [[], 'has no request'],
    [{ url: '/one', condition: { default: {} } }, 'condition'],
  ])('%j is unknown or wrong, and named', async (communication, name) => {
    await expect(action(communication).run('action')).rejects.toThrow(name);
  });

  test('with a broken template is named with its place', async () => {
    await expect(action([{ url: '/one' }, { url: '/{{upper(5)}}' }]).run('action')).rejects.toThrow(
      /^module action, request 2: IML: argument 1 of upper must be a text/,
    );
  });
});

test('an RPC hands out a list, whatever its wrapper does', async () => {
  answering({ json: { list: [item(1)] } });
  const response = { iterate: '{{body.list}}', wrapper: '{{first(output)}}' };
  await expect(opened({ rpc: { communication: { url: '/l', response } } }).rpc('rpc')).rejects.toThrow(
    'the wrapper gives back a list',
  );
});

test('the wrapper of an RPC is that of its last request', async () => {
  answering({ json: { list: [item(1), item(2)] } });
  const communication = [
    { url: '/one', response: { wrapper: '{{output}}' } },
    { url: '/l', response: { iterate: '{{body.list}}', wrapper: '{{reverse(output)}}' } },
  ];
  expect(await opened({ rpc: { communication } }).rpc('rpc')).toEqual([item(2), item(1)]);
});

test('a module that does not exist is named', async () => {
  await expect(action({ url: '/one' }).run('other')).rejects.toThrow('there is no module other');
});

describe('Variables of a run', () => {
  const shown = { response: { output: { zone: '{{environment.timezone}}', run: '{{executionId}}' } } };

  test('have the zone of the organisation', async () => {
    const runner = opened({ modules: { action: { communication: shown } } }, { timezone: 'Europe/Prague' });
    expect(await runner.run('action')).toEqual([{ zone: 'Europe/Prague', run: 'execution-1' }]);
  });

  test('have no zone where none was said', async () => {
    expect(Object.keys((await action(shown).run('action'))[0] ?? {})).toEqual(['run']);
  });

  test('have that zone for dates, too', async () => {
    const communication = { response: { output: { at: "{{formatDate(now, 'HH:mm')}}" } } };
    const runner = opened({ modules: { action: { communication } } }, { timezone: 'Europe/Prague' });
    expect(await runner.run('action')).toEqual([{ at: '11:00' }]);
  });

  test('have the chance that was handed in', async () => {
    const communication = { response: { output: { random: '{{random}}' } } };
    const runner = opened({ modules: { action: { communication } } }, { random: () => 0.5 });
    expect(await runner.run('action')).toEqual([{ random: 0.5 }]);
  });

  test('have the declarations of what goes in and comes out', async () => {
    const communication = { response: { output: '{{metadata}}' } };
    const runner = opened({
      modules: { action: { communication, mappableParams: [], interface: [{ name: 'a' }] } },
    });
    expect(await runner.run('action')).toEqual([{ expect: [], interface: [{ name: 'a' }] }]);
  });
});

test('an RPC hands out its items', async () => {
  answering({ json: { list: [item(1), item(2)] } });
  const output = { label: 'n{{item.id}}', value: '{{item.id}}' };
  const runner = opened({
    rpc: { communication: { url: '/l', response: { iterate: '{{body.list}}', limit: 1, output } } },
  });
  expect(await runner.rpc('rpc')).toEqual([{ label: 'n1', value: 1 }]);
});
