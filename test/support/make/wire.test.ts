/** What goes over the wire, and what of it the base hands down. [facts/make.md §1.4, §1.7] */

import { fixedClock } from '../fixed-clock.ts';
import { startLocalServer } from '../local-server.ts';
import { inlineApp } from './inline-app.ts';
import { openRunner } from './runner.ts';
import { useService } from './service.ts';
import type { Value } from './value.ts';

const service = useService();
const { action, answering, bodies, opened, paths } = service;

describe('A body', () => {
  const post = (type: string, body: Value) => ({ url: '/one', method: 'POST', type, body });
  const some = { a: 1, none: '{{null}}', absent: '{{undefined}}', b: 'x y' };

  test('of type json drops undefined and keeps null', async () => {
    await action(post('json', some)).run('action');
    expect(bodies()).toEqual(['{"a":1,"none":null,"b":"x y"}']);
  });

  test('of type urlencoded drops both', async () => {
    await action(post('urlencoded', some)).run('action');
    expect(bodies()).toEqual(['a=1&b=x+y']);
  });

  test('of type json may be an array', async () => {
    await action(post('json', ['EVAL', '{{toString(1 + 1)}}'])).run('action');
    expect(bodies()).toEqual(['["EVAL","2"]']);
  });

  test('is JSON where no type is named', async () => {
    await action({ url: '/one', method: 'POST', body: { a: 1 } }).run('action');
    expect(service.received[0]?.contentType).toBe('application/json');
  });

  test('of type urlencoded says so', async () => {
    await action(post('urlencoded', some)).run('action');
    expect(service.received[0]?.contentType).toBe('application/x-www-form-urlencoded');
  });

  test('of type text goes as it is', async () => {
    await action(post('text', 'a {{1 + 1}}')).run('action');
    expect(bodies()).toEqual(['a 2']);
  });

  test.each<[string, Value, RegExp]>([
    ['urlencoded', { a: { b: 1 } }, /body a is a collection/],
    ['urlencoded', { a: '{{now}}' }, /body a is a date/],
    ['urlencoded', ['a'], /a form is an array/],
    ['json', { a: '{{now}}' }, /the body puts a date into JSON/],
    ['json', 'text', /a JSON body is a text/],
    ['json', ['{{undefined}}'], /undefined into a JSON array/],
    ['text', { a: 1 }, /a text body is a collection/],
    ['multipart/form-data', { a: 1 }, /type multipart\/form-data is not played/],
  ])('of type %s cannot be %j', async (type, body, problem) => {
    await expect(action(post(type, body)).run('action')).rejects.toThrow(problem);
  });

  test('goes with a method that there is', async () => {
    await expect(action({ url: '/one', method: 'SEND' }).run('action')).rejects.toThrow(
      'there is no method SEND',
    );
  });

  test('does not go with a GET', async () => {
    await expect(action({ url: '/one', body: { a: 1 } }).run('action')).rejects.toThrow('a GET has no body');
  });
});

describe('The query', () => {
  // The example of the official page on requests.
  test('repeats a parameter for each item of an array', async () => {
    await action({ url: '/one', qs: { foo: 'foobar', list: ['one', 'two', 'three'] } }).run('action');
    expect(paths()).toEqual(['/one?foo=foobar&list=one&list=two&list=three']);
  });

  test('has no missing value, since nobody says what becomes of it', async () => {
    await expect(action({ url: '/one', qs: { a: '{{undefined}}' } }).run('action')).rejects.toThrow(
      'qs a is undefined',
    );
  });
});

describe('The base', () => {
  const base = { headers: { 'X-App': 'base', 'X-Key': 'k' }, qs: { v: '2', app: 'a' } };

  test('hands down its address, headers and query', async () => {
    const runner = action({ url: '/one' }, { base });
    await runner.run('action');
    expect(runner.requests[0]).toMatchObject({
      url: `${service.url}/one?v=2&app=a`,
      headers: { 'x-app': 'base', 'x-key': 'k' },
    });
  });

  test('gives way to the request, whatever the case of a header’s name', async () => {
    const runner = action({ url: '/one', headers: { 'x-app': 'own' }, qs: { v: '3' } }, { base });
    await runner.run('action');
    expect(runner.requests[0]).toMatchObject({
      url: `${service.url}/one?v=3&app=a`,
      headers: { 'x-app': 'own', 'x-key': 'k' },
    });
  });

  test('hands its headers down to a request to another service, too', async () => {
    const runner = action({ url: `${service.url}/elsewhere` }, { base });
    await runner.run('action');
    expect(runner.requests[0]?.headers).toMatchObject({ 'x-app': 'base' });
  });

  test('hands down valid', async () => {
    answering({ json: { error: 'no' } });
    const runner = action({ url: '/one' }, { base: { response: { valid: '{{!body.error}}' } } });
    await expect(runner.run('action')).rejects.toMatchObject({ message: 'Response marked as invalid.' });
  });

  test('hands down how answers are read', async () => {
    const runner = action(
      { url: '/one', response: { output: { text: '{{body}}' } } },
      { base: { response: { type: 'text' } } },
    );
    expect(await runner.run('action')).toEqual([{ text: '{"ok":true}' }]);
  });

  test('hands down how long an answer may take', async () => {
    const silent = await startLocalServer();
    silent.answerWith(() => {});
    const runner = action({ url: silent.url }, { base: { timeout: 20 } });
    await expect(runner.run('action')).rejects.toMatchObject({ type: 'ConnectionError' });
    await silent.close();
  });

  test('hands down error', async () => {
    answering({ status: 500, json: { message: 'broken' } });
    const runner = action(
      { url: '/one' },
      { base: { response: { error: '[{{statusCode}}] {{body.message}}' } } },
    );
    await expect(runner.run('action')).rejects.toMatchObject({ message: '[500] broken' });
  });

  test('hands down what the log hides', async () => {
    const runner = action(
      { url: '/one' },
      { base: { ...base, log: { sanitize: ['request.headers.x-key'] } } },
    );
    await runner.run('action');
    expect(JSON.stringify(runner.log)).not.toContain('"k"');
  });

  test('hides nothing of a request that says itself what the log hides', async () => {
    const runner = action(
      { url: '/one', log: { sanitize: ['request.body'] } },
      { base: { ...base, log: { sanitize: ['request.headers.x-key'] } } },
    );
    await runner.run('action');
    expect(JSON.stringify(runner.log)).toContain('"k"');
  });

  test('is needed for a relative address', async () => {
    const runner = openRunner({
      app: inlineApp({ modules: { action: { communication: { url: '/one' } } } }),
      clock: fixedClock(0),
    });
    await expect(runner.run('action')).rejects.toThrow('the base has no baseUrl');
  });

  test.each(['body', 'temp', 'pagination', 'aws', 'oauth'])(
    'cannot be asked to hand down %s',
    async (name) => {
      await expect(action({ url: '/one' }, { base: { [name]: {} } }).run('action')).rejects.toThrow(name);
    },
  );
});

describe('A service that cannot be reached', () => {
  test('is a ConnectionError', async () => {
    const closed = await startLocalServer();
    await closed.close();
    await expect(action({ url: `${closed.url}/one` }).run('action')).rejects.toMatchObject({
      type: 'ConnectionError',
    });
  });

  test('is never one on the internet', async () => {
    await expect(action({ url: 'https://api.example.com/one' }).run('action')).rejects.toThrow(
      'nothing stands in for https://api.example.com',
    );
  });

  test.each(['nowhere', 'ftp://127.0.0.1/one'])('has an address, and not %s', async (url) => {
    await expect(action({ url }).run('action')).rejects.toThrow(`${url} is no address`);
  });

  test('is replaced by what stands in for it', async () => {
    const runner = opened(
      { modules: { action: { communication: { url: 'https://api.example.com/one', qs: { a: '1' } } } } },
      { origins: { 'https://api.example.com': service.url } },
    );
    await runner.run('action');
    expect(paths()).toEqual(['/one?a=1']);
  });

  test('stands in the record with the address the app wrote', async () => {
    const runner = opened(
      { modules: { action: { communication: { url: 'https://api.example.com/one' } } } },
      { origins: { 'https://api.example.com': service.url } },
    );
    await runner.run('action');
    expect(runner.requests.map(({ url }) => url)).toEqual(['https://api.example.com/one']);
  });
});
