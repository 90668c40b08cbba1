/** What becomes of an answer. [facts/make.md §1.7, §5.2] */

import { useService } from './service.ts';
import type { Collection, Value } from './value.ts';

const service = useService();
const { action, answering, paths, search } = service;

describe('An answer', () => {
  test('in JSON is read as it', async () => {
    answering({ json: { a: [1] } });
    expect(await action({ url: '/one' }).run('action')).toEqual([{ a: [1] }]);
  });

  test('of another kind is a text', async () => {
    answering({ text: 'plain' });
    const runner = action({ url: '/one', response: { output: { text: '{{body}}' } } });
    expect(await runner.run('action')).toEqual([{ text: 'plain' }]);
  });

  test('is read as JSON where the app says so', async () => {
    answering({ text: '{"a":1}' });
    expect(await action({ url: '/one', response: { type: 'json' } }).run('action')).toEqual([{ a: 1 }]);
  });

  test('is a text where the app says so', async () => {
    answering({ json: { id: 1 } });
    const runner = action({ url: '/one', response: { type: 'text', output: { text: '{{body}}' } } });
    expect(await runner.run('action')).toEqual([{ text: '{"id":1}' }]);
  });

  test('that should be JSON and is not stops the run', async () => {
    answering({ text: '<html>', contentType: 'application/json' });
    await expect(action({ url: '/one' }).run('action')).rejects.toMatchObject({ type: 'RuntimeError' });
  });

  test('is not read as XML here', async () => {
    await expect(action({ url: '/one', response: { type: 'xml' } }).run('action')).rejects.toThrow(
      'the response type xml is not played here',
    );
  });

  test('shows its status and headers', async () => {
    const output = { status: '{{statusCode}}', type: '{{headers.`content-type`}}' };
    expect(await action({ url: '/one', response: { output } }).run('action')).toEqual([
      { status: 200, type: 'application/json' },
    ]);
  });

  test('that redirects is not followed', async () => {
    answering({ status: 302 });
    await expect(action({ url: '/one' }).run('action')).rejects.toThrow('redirects are not played here');
  });
});

describe('valid', () => {
  const judged = (valid: Value, error?: Value) =>
    action({ url: '/one', response: { valid, ...(error !== undefined && { error }) } }).run('action');

  test.each<[Value]>([[true], ['{{body.ok}}'], [{ condition: '{{body.ok}}' }]])(
    '%j lets the answer pass',
    async (valid) => {
      expect(await judged(valid)).toEqual([{ ok: true }]);
    },
  );

  test.each<[Value]>([[false], ['{{body.nothing}}'], ['{{body.none}}'], [{ condition: '{{!body.ok}}' }]])(
    '%j stops the run',
    async (valid) => {
      await expect(judged(valid)).rejects.toMatchObject({
        name: 'MakeError',
        type: 'RuntimeError',
        message: 'Response marked as invalid.',
      });
    },
  );

  test('has a message and a type of its own', async () => {
    const valid = {
      condition: '{{body.result > 0}}',
      message: 'Budget {{body.result}}',
      type: 'RateLimitError',
    };
    answering({ json: { result: -1 } });
    await expect(judged(valid)).rejects.toMatchObject({ type: 'RateLimitError', message: 'Budget -1' });
  });

  test('takes the message of error where it has none', async () => {
    await expect(judged(false, { message: 'told', type: 'DataError' })).rejects.toMatchObject({
      type: 'DataError',
      message: 'told',
    });
  });

  test('takes the error of the status, here below 400', async () => {
    const error = { message: 'general', 200: { message: 'of 200', type: 'DuplicateDataError' } };
    await expect(judged(false, error)).rejects.toMatchObject({
      type: 'DuplicateDataError',
      message: 'of 200',
    });
  });

  test('judges a request without HTTP, too', async () => {
    await expect(action({ response: { valid: false } }).run('action')).rejects.toMatchObject({
      name: 'MakeError',
      message: 'Response marked as invalid.',
    });
  });

  test('comes after response.temp', async () => {
    const runner = action({
      url: '/one',
      response: { temp: { fine: '{{body.ok}}' }, valid: '{{temp.fine}}' },
    });
    expect(await runner.run('action')).toEqual([{ ok: true }]);
  });
});

describe('An answer of 400 or more', () => {
  const failing = (status: number, error?: Value, more: Collection = {}) => {
    answering({ status, json: { code: 'X', message: 'no' } });
    return action({ url: '/one', response: { ...(error !== undefined && { error }), ...more } }).run(
      'action',
    );
  };

  test.each([400, 401, 429, 500, 503])(
    '(%d) is a RuntimeError where nothing else is said',
    async (status) => {
      await expect(failing(status)).rejects.toMatchObject({ name: 'MakeError', type: 'RuntimeError' });
    },
  );

  test('is an error whatever valid says', async () => {
    await expect(failing(404, undefined, { valid: true })).rejects.toMatchObject({ name: 'MakeError' });
  });

  test('is told by a text', async () => {
    await expect(
      failing(400, '[{{statusCode}}] {{body.message}} (code: {{body.code}})'),
    ).rejects.toMatchObject({
      type: 'RuntimeError',
      message: '[400] no (code: X)',
    });
  });

  test('is told by a message and a type', async () => {
    await expect(failing(400, { message: 'told', type: 'DataError' })).rejects.toMatchObject({
      type: 'DataError',
      message: 'told',
    });
  });

  test('is told by the entry of its status', async () => {
    const error = {
      message: 'general',
      type: 'DataError',
      429: { message: 'slow down', type: 'RateLimitError' },
    };
    await expect(failing(429, error)).rejects.toMatchObject({ type: 'RateLimitError', message: 'slow down' });
  });

  test('is told by the general entry where its status has none', async () => {
    const error = {
      message: 'general',
      type: 'DataError',
      429: { message: 'slow down', type: 'RateLimitError' },
    };
    await expect(failing(500, error)).rejects.toMatchObject({ type: 'DataError', message: 'general' });
  });

  test('may have its type from an expression', async () => {
    const error = {
      message: 'm',
      type: "{{switch(body.code, 'X', 'InvalidAccessTokenError', 'RuntimeError')}}",
    };
    await expect(failing(401, error)).rejects.toMatchObject({ type: 'InvalidAccessTokenError' });
  });

  test('has one of Make’s types', async () => {
    await expect(failing(400, { message: 'm', type: 'MyError' })).rejects.toThrow(
      'there is no error type MyError',
    );
  });

  test('has a message that is a text', async () => {
    await expect(failing(400, '{{body.nothing}}')).rejects.toThrow("the error's message is undefined");
  });

  test('does not run response.temp', async () => {
    await expect(failing(500, undefined, { temp: { x: '{{length(body.list)}}' } })).rejects.toMatchObject({
      name: 'MakeError',
    });
  });

  test('can have a body that is no JSON', async () => {
    answering({ status: 502, text: '<html>', contentType: 'application/json' });
    const runner = action({ url: '/one', response: { error: '{{body}}' } });
    await expect(runner.run('action')).rejects.toMatchObject({ message: '<html>' });
  });

  test('of the first request stops the second', async () => {
    answering({ status: 500 });
    await action([{ url: '/one' }, { url: '/two' }])
      .run('action')
      .catch(() => undefined);
    expect(paths()).toEqual(['/one']);
  });

  test('is told by the request’s own entry of its status before the base’s', async () => {
    answering({ status: 429 });
    const entry = (message: string) => ({
      message,
      429: { message: `${message} 429`, type: 'RateLimitError' },
    });
    const runner = action(
      { url: '/one', response: { error: entry('own') } },
      { base: { response: { error: entry('base') } } },
    );
    await expect(runner.run('action')).rejects.toMatchObject({ message: 'own 429', type: 'RateLimitError' });
  });

  test('must be told by the request itself where only the base tells its status', async () => {
    answering({ status: 429 });
    const runner = action(
      { url: '/one', response: { error: 'own' } },
      {
        base: { response: { error: { message: 'base', 429: { message: 'slow', type: 'RateLimitError' } } } },
      },
    );
    await expect(runner.run('action')).rejects.toThrow('the error for 429 must stand here too');
  });
});

describe('iterate', () => {
  const listed = (response: Collection) => search({ url: '/list', response }).run('search');
  beforeEach(() => answering({ json: { list: [{ id: 1 }, { id: 2, odd: true }] } }));

  test('hands out the items themselves where there is no output', async () => {
    expect(await listed({ iterate: '{{body.list}}' })).toEqual([{ id: 1 }, { id: 2, odd: true }]);
  });

  test('hands out an output for each item', async () => {
    expect(await listed({ iterate: '{{body.list}}', output: { n: '{{item.id}}' } })).toEqual([
      { n: 1 },
      { n: 2 },
    ]);
  });

  test('leaves out items by its condition', async () => {
    const iterate = { container: '{{body.list}}', condition: '{{item.odd}}' };
    expect(await listed({ iterate })).toEqual([{ id: 2, odd: true }]);
  });

  test('takes nothing but an array', async () => {
    await expect(listed({ iterate: '{{body.nothing}}' })).rejects.toThrow(
      'iterate is undefined, not an array',
    );
  });

  test('is absent from a search that hands out its one body', async () => {
    expect(await listed({})).toHaveLength(1);
  });

  test('hands item to nothing outside of it', async () => {
    await expect(listed({ iterate: '{{body.list}}', temp: { a: '{{item.id}}' } })).rejects.toThrow(
      'no variable item',
    );
  });

  test('drops what an output has not', async () => {
    const [first] = await listed({
      iterate: '{{body.list}}',
      output: { id: '{{item.id}}', odd: '{{item.odd}}' },
    });
    expect(Object.keys(first ?? {})).toEqual(['id']);
  });
});
