/** Polling triggers: what is new, what is remembered, and the panel "Choose where to start". [facts/make.md §5.1] */

import { type PollState, startFrom, startWith } from './polling.ts';
import { useService } from './service.ts';
import type { Collection, Value } from './value.ts';

const service = useService();
const { answering, opened, paths } = service;

const order = (id: Value, created: Value) => ({ id, created });
const at = (time: string) => new Date(`2026-11-21T${time}Z`);

const first = order('1001', '2026-11-21 08:00:00');
const second = order('1002', '2026-11-21 09:00:00');
const third = order('1003', '2026-11-21 10:00:00');

const trigger = {
  type: 'date',
  order: 'desc',
  id: '{{item.id}}',
  date: "{{parseDate(item.created, 'YYYY-MM-DD HH:mm:ss', 'UTC')}}",
};

const polling = (response: Collection = {}, more: Collection = {}) => ({
  url: '/orders',
  response: { limit: 10, iterate: '{{body.list}}', output: { id: '{{item.id}}' }, trigger, ...response },
  ...more,
});

const runnerOf = (communication: Value, epoch: Value = {}, more: Collection = {}) =>
  opened({ modules: { trigger: { communication, epoch, ...more } } });

const list = (...orders: Value[]) => answering({ json: { list: orders } });

const polled = (state: PollState, communication: Value = polling()) =>
  runnerOf(communication).poll('trigger', { state });

const ids = async (state: PollState, communication?: Value) =>
  (await polled(state, communication)).bundles.map(({ id }) => id);

describe('A run of a trigger', () => {
  test('hands out what is later than the last date, oldest first', async () => {
    list(third, second, first);
    expect(await ids(startFrom(at('08:00:00')))).toEqual(['1002', '1003']);
  });

  test('remembers the last item it handed out', async () => {
    list(third, second, first);
    const { state } = await polled(startFrom('all'));
    expect(state).toEqual({ lastDate: at('10:00:00'), lastID: '1003' });
  });

  test('hands out nothing twice', async () => {
    list(third, second, first);
    const { state } = await polled(startFrom('all'));
    expect(await ids(state)).toEqual([]);
  });

  test('remembers what it did where nothing is new', async () => {
    list(first);
    const state = { lastDate: at('08:00:00'), lastID: '1001' };
    expect(await polled(state)).toEqual({ bundles: [], state });
  });

  test('shows what it remembers as data', async () => {
    list();
    const qs = { from: "{{formatDate(data.lastDate, 'YYYY-MM-DD', 'UTC')}}", id: '{{data.lastID}}' };
    await polled({ lastDate: at('08:00:00'), lastID: '1001' }, polling({}, { qs }));
    expect(paths()).toEqual(['/orders?from=2026-11-21&id=1001']);
  });

  test('begins with 1970 where everything is wanted', () => {
    expect(startFrom('all')).toEqual({ lastDate: new Date('1970-01-01T00:00:00Z') });
  });

  test('hands out no more than its limit, and the oldest first', async () => {
    list(third, second, first);
    expect(await ids(startFrom('all'), polling({ limit: 2 }))).toEqual(['1001', '1002']);
  });

  test('leaves what is beyond its limit to the next run', async () => {
    list(third, second, first);
    const { state } = await polled(startFrom('all'), polling({ limit: 2 }));
    expect(await ids(state)).toEqual(['1003']);
  });

  test('hands out one item where it has no limit', async () => {
    list(third, second, first);
    expect(await ids(startFrom('all'), polling({ limit: undefined }))).toEqual(['1001']);
  });

  test('leaves out items by the condition of iterate', async () => {
    list(third, second, first);
    const iterate = { container: '{{body.list}}', condition: "{{item.id != '1002'}}" };
    expect(await ids(startFrom('all'), polling({ iterate }))).toEqual(['1001', '1003']);
  });

  test('evaluates the output of every item, new or not', async () => {
    list(second, { id: '1001', created: '2026-11-21 08:00:00', broken: true });
    const output = { id: "{{if(item.broken, upper(5), 'fine')}}" };
    await expect(polled(startFrom(at('08:30:00')), polling({ output }))).rejects.toThrow(
      'argument 1 of upper',
    );
  });

  test('by id hands out what has a higher one', async () => {
    list(first, second, third);
    const byId = polling({ trigger: { type: 'id', order: 'asc', id: '{{item.id}}' } });
    expect(await ids({ lastID: '1001' }, byId)).toEqual(['1002', '1003']);
  });

  test('by id hands them out in the order of their ids', async () => {
    list(third, second, first);
    const byId = polling({ trigger: { type: 'id', order: 'desc', id: '{{item.id}}' } });
    expect(await ids({}, byId)).toEqual(['1001', '1002', '1003']);
  });

  test('by id knows numbers', async () => {
    list(order(9, ''), order(10, ''));
    const byId = polling({ trigger: { type: 'id', order: 'asc', id: '{{item.id}}' } });
    expect(await ids({ lastID: 8 }, byId)).toEqual([9, 10]);
  });

  test('by id knows texts that are not digits, of any length', async () => {
    list(order('a9', ''), order('b', ''));
    const byId = polling({ trigger: { type: 'id', order: 'asc', id: '{{item.id}}' } });
    expect(await ids({}, byId)).toEqual(['a9', 'b']);
  });

  test('by id knows texts of which one is digits', async () => {
    list(order('10', ''), order('b', ''));
    const byId = polling({ trigger: { type: 'id', order: 'asc', id: '{{item.id}}' } });
    expect(await ids({}, byId)).toEqual(['10', 'b']);
  });

  test('by date goes by the date, whatever the ids are', async () => {
    list(
      order('1', '2026-11-21 10:00:00'),
      order('555', '2026-11-21 09:00:00'),
      order('77', '2026-11-21 08:00:00'),
    );
    expect(await ids(startFrom('all'))).toEqual(['77', '555', '1']);
  });

  test('by id remembers no date', async () => {
    list(first);
    const byId = polling({ trigger: { type: 'id', order: 'asc', id: '{{item.id}}' } });
    expect((await polled({}, byId)).state).toEqual({ lastID: '1001' });
  });
});

describe('Items of one date', () => {
  const late = order('1009', '2026-11-21 08:00:00');

  test('come in the order of their ids', async () => {
    list(late, first);
    expect(await ids(startFrom('all'))).toEqual(['1001', '1009']);
  });

  test('are told apart by id, and a higher one is new', async () => {
    list(late, first);
    expect(await ids({ lastDate: at('08:00:00'), lastID: '1001' })).toEqual(['1009']);
  });

  test('with a lower id are lost', async () => {
    list(late, first);
    expect(await ids({ lastDate: at('08:00:00'), lastID: '1009' })).toEqual([]);
  });

  test('may be one item that came twice', async () => {
    list(first, first);
    expect(await ids(startFrom('all'))).toEqual(['1001', '1001']);
  });

  test('whose ids are now texts and now numbers are an error', async () => {
    list(order(1009, '2026-11-21 08:00:00'), first);
    await expect(polled(startFrom('all'))).rejects.toThrow('now a text and now a number');
  });

  test('whose ids have different lengths are an error, because nobody says how ids are compared', async () => {
    list(order('999', '2026-11-21 08:00:00'), first);
    await expect(polled(startFrom('all'))).rejects.toThrow('depends on how Make compares ids');
  });
});

describe('The declared order', () => {
  test('is an error where it is not true', async () => {
    list(first, second);
    await expect(polled(startFrom('all'))).rejects.toThrow('not in the declared order desc, at item 2');
  });

  test('asc is as good', async () => {
    list(first, second, third);
    expect(await ids(startFrom('all'), polling({ trigger: { ...trigger, order: 'asc' } }))).toHaveLength(3);
  });

  test('asc is an error where it is not true', async () => {
    list(second, first);
    await expect(
      polled(startFrom('all'), polling({ trigger: { ...trigger, order: 'asc' } })),
    ).rejects.toThrow('not in the declared order asc');
  });

  test('of ids is an error where it is not true', async () => {
    list(second, first);
    const byId = polling({ trigger: { type: 'id', order: 'asc', id: '{{item.id}}' } });
    await expect(polled({}, byId)).rejects.toThrow('not in the declared order asc, at item 2');
  });

  test('may be none', async () => {
    list(second, third, first);
    const unordered = polling({ trigger: { ...trigger, order: 'unordered' } });
    expect(await ids(startFrom('all'), unordered)).toEqual(['1001', '1002', '1003']);
  });

  test('is one of three', async () => {
    list(first);
    await expect(
      polled(startFrom('all'), polling({ trigger: { ...trigger, order: 'newest' } })),
    ).rejects.toThrow('neither asc nor desc nor unordered');
  });
});

describe('Pages of a trigger', () => {
  const paged = (response: Collection = {}) =>
    polling(response, {
      pagination: { condition: '{{pagination.page <= 3}}', qs: { page: '{{pagination.page}}' } },
    });
  const pageOf = (...orders: Value[]) => ({ json: { list: orders } });

  test('with the newest first are read until one is known', async () => {
    answering(pageOf(third), pageOf(second, first), pageOf());
    await polled({ lastDate: at('08:00:00'), lastID: '1001' }, paged());
    expect(paths()).toHaveLength(2);
  });

  test('with the newest first are read beyond the limit, or the oldest would be lost', async () => {
    answering(pageOf(third), pageOf(second), pageOf(first));
    expect(await ids(startFrom('all'), paged({ limit: 1 }))).toEqual(['1001']);
  });

  test('with the oldest first are read until the limit is reached', async () => {
    answering(pageOf(first), pageOf(second), pageOf(third));
    await polled(startFrom('all'), paged({ limit: 2, trigger: { ...trigger, order: 'asc' } }));
    expect(paths()).toHaveLength(2);
  });

  test('in no order are all read', async () => {
    answering(pageOf(first), pageOf(second), pageOf(third));
    await polled(startFrom('all'), paged({ limit: 1, trigger: { ...trigger, order: 'unordered' } }));
    expect(paths()).toHaveLength(3);
  });

  test('must be in the declared order together', async () => {
    answering(pageOf(first), pageOf(second), pageOf());
    await expect(polled(startFrom('all'), paged())).rejects.toThrow('not in the declared order desc');
  });
});

describe('A trigger', () => {
  test.each<[string, Value, RegExp]>([
    ['an item without a date', { id: '1' }, /argument 1 of parseDate must be a text/],
    ['an item without an id', { created: '2026-11-21 08:00:00' }, /trigger.id is undefined/],
    ['an item with an empty id', { id: '', created: '2026-11-21 08:00:00' }, /trigger.id is empty/],
  ])('refuses %s', async (_, item, problem) => {
    list(item);
    await expect(polled(startFrom('all'))).rejects.toThrow(problem);
  });

  test('refuses a date that is a text', async () => {
    list(first);
    await expect(
      polled(startFrom('all'), polling({ trigger: { ...trigger, date: '{{item.created}}' } })),
    ).rejects.toThrow('trigger.date is a text');
  });

  test('refuses a type it does not know', async () => {
    list(first);
    await expect(
      polled(startFrom('all'), polling({ trigger: { ...trigger, type: 'time' } })),
    ).rejects.toThrow('neither date nor id');
  });

  test('by date needs to be told where it starts', async () => {
    list(first);
    await expect(polled({})).rejects.toThrow('nobody chose where the trigger starts');
  });

  test('cannot go without HTTP', async () => {
    await expect(polled(startFrom('all'), [{ temp: {} }, polling()])).rejects.toThrow(
      "a trigger's request has a url",
    );
  });

  test('cannot skip its request, even with a default', async () => {
    const condition = { condition: false, default: [] };
    await expect(polled(startFrom('all'), polling({}, { condition }))).rejects.toThrow(
      'cannot skip its request',
    );
  });

  test('may skip a request before', async () => {
    list(first);
    expect(await ids(startFrom('all'), [{ url: '/x', condition: false }, polling()])).toEqual(['1001']);
  });

  test('has static parameters only', async () => {
    const runner = runnerOf(polling(), {}, { mappableParams: [{ name: 'x', type: 'text' }] });
    await expect(runner.poll('trigger', { state: startFrom('all') })).rejects.toThrow(
      'static parameters only',
    );
  });

  test('may say that it has no mappable parameters', async () => {
    list(first);
    const runner = runnerOf(polling(), {}, { mappableParams: [] });
    expect((await runner.poll('trigger', { state: startFrom('all') })).bundles).toHaveLength(1);
  });

  test('has no wrapper', async () => {
    await expect(polled(startFrom('all'), polling({ wrapper: {} }))).rejects.toThrow(
      'a trigger has no wrapper',
    );
  });

  test('iterates', async () => {
    await expect(polled(startFrom('all'), polling({ iterate: undefined }))).rejects.toThrow(
      'a trigger iterates',
    );
  });

  test('has response.trigger in its last request', async () => {
    await expect(polled(startFrom('all'), [polling(), { url: '/x' }])).rejects.toThrow('no response.trigger');
  });

  test('alone is polled', async () => {
    const runner = opened({ modules: { action: { communication: polling() } } });
    await expect(runner.poll('action', { state: startFrom('all') })).rejects.toThrow(
      'module action is no trigger',
    );
  });

  test('is polled and not run', async () => {
    await expect(runnerOf(polling()).run('trigger')).rejects.toThrow('which is not run');
  });
});

describe('The panel "Choose where to start"', () => {
  const epoch = {
    response: { limit: 2, output: { label: 'order {{item.id}}', date: trigger.date } },
  };

  test('shows labels and dates', async () => {
    list(third, second);
    expect(await runnerOf(polling(), epoch).epoch('trigger')).toEqual([
      { label: 'order 1003', date: at('10:00:00') },
      { label: 'order 1002', date: at('09:00:00') },
    ]);
  });

  test('shows no more than its own limit', async () => {
    list(third, second, first);
    expect(await runnerOf(polling(), epoch).epoch('trigger')).toHaveLength(2);
  });

  test('overrides what the trigger asks for', async () => {
    list(third);
    await runnerOf(polling({}, { qs: { size: '1', a: '1' } }), { ...epoch, qs: { size: '50' } }).epoch(
      'trigger',
    );
    expect(paths()).toEqual(['/orders?size=50&a=1']);
  });

  test('overrides the last request, and runs those before as they are', async () => {
    answering({ json: {} }, { json: { list: [third] } });
    await runnerOf([{ url: '/budget' }, polling()], { ...epoch, qs: { size: '50' } }).epoch('trigger');
    expect(paths()).toEqual(['/budget', '/orders?size=50']);
  });

  test('asks for three pages at most', async () => {
    list(third);
    const pagination = { qs: { page: '{{pagination.page}}' } };
    const many = { response: { ...epoch.response, limit: 50 } };
    await runnerOf(polling({}, { pagination }), many).epoch('trigger');
    expect(paths()).toHaveLength(3);
  });

  test('starts with the item that is chosen', async () => {
    list(third, second, first);
    const [, chosen] = await runnerOf(polling(), epoch).epoch('trigger');
    if (!chosen) throw new Error('there is no second item');
    expect(await ids(startWith(chosen))).toEqual(['1002', '1003']);
  });

  test('starts with it and with nothing before it', () => {
    expect(startWith({ date: at('08:00:00') })).toEqual({ lastDate: at('07:59:59.999') });
  });

  test('does not take over a limit that is an expression', async () => {
    const written = { response: { output: epoch.response.output } };
    await expect(runnerOf(polling({ limit: '{{5}}' }), written).epoch('trigger')).rejects.toThrow(
      'its limit is a number',
    );
  });

  test.each<[string, Value, string]>([
    [
      'a limit that is an expression',
      { response: { ...epoch.response, limit: '{{5}}' } },
      'its limit is a number',
    ],
    [
      'more than label and date',
      { response: { limit: 2, output: { label: 'a', date: '{{now}}', id: 1 } } },
      'nothing else',
    ],
    ['no output', { response: { limit: 2 } }, 'a label and a date'],
    [
      'an empty label',
      { response: { limit: 2, output: { label: '', date: '{{now}}' } } },
      'a label is a text',
    ],
    [
      'a date that is a text',
      { response: { limit: 2, output: { label: 'a', date: 'x' } } },
      'a date is a text',
    ],
    ['no epoch', null, 'has no epoch'],
  ])('refuses %s', async (_, written, problem) => {
    list(third);
    await expect(runnerOf(polling({ limit: 5 }), written).epoch('trigger')).rejects.toThrow(problem);
  });
});
