/** What the log shows, and what a test can see. [facts/make.md §5.3] */

import { startLocalServer } from '../local-server.ts';
import { useService } from './service.ts';

const service = useService();
const { action, answering } = service;

describe('The log', () => {
  const written = {
    url: '/one',
    method: 'POST',
    headers: { Authorization: 'Bearer CANARY-HEADER' },
    qs: { key: 'CANARY-QUERY' },
    body: {
      token: 'CANARY-BODY',
      list: ['a', 'CANARY-ITEM'],
      lines: [{ id: 'a' }, { id: 'CANARY-LINE' }],
      'odd name': 'CANARY-ODD',
    },
  };
  const hiding = async (...sanitize: string[]) => {
    answering({ json: { access_token: 'CANARY-ANSWER' } });
    const runner = action({ ...written, log: { sanitize } });
    await runner.run('action');
    return JSON.stringify(runner.log);
  };

  test('shows a request and its answer', async () => {
    const runner = action({ url: '/one', qs: { a: '1' } });
    await runner.run('action');
    expect(runner.log).toMatchObject([
      {
        place: 'module action',
        request: { method: 'GET', url: `${service.url}/one`, qs: { a: '1' } },
        response: { statusCode: 200, body: { ok: true } },
      },
    ]);
  });

  test.each([
    ['request.headers.authorization', 'CANARY-HEADER'],
    ['request.qs.key', 'CANARY-QUERY'],
    ['request.body.token', 'CANARY-BODY'],
    ['request.body.list[2]', 'CANARY-ITEM'],
    ['request.body.lines[2].id', 'CANARY-LINE'],
    ['request.body.`odd name`', 'CANARY-ODD'],
    ['request.body', 'CANARY-ODD'],
    ['response.body.access_token', 'CANARY-ANSWER'],
  ])('does not show what %s leads to', async (path, canary) => {
    expect(await hiding(path)).not.toContain(canary);
  });

  test.each([
    ['request.headers.Authorization', 'CANARY-HEADER'],
    ['request.body.Token', 'CANARY-BODY'],
    ['request.body.nothing', 'CANARY-BODY'],
    ['request.body.list[9]', 'CANARY-ITEM'],
    ['request.body.token[1]', 'CANARY-BODY'],
    ['request.body.lines.id', 'CANARY-LINE'],
  ])('shows what %s does not lead to', async (path, canary) => {
    expect(await hiding(path)).toContain(canary);
  });

  test.each(['body.token', 'request', 'request.body..token'])('cannot hide %s', async (path) => {
    await expect(hiding(path)).rejects.toThrow(path);
  });

  test('goes on showing what stands beside the hidden', async () => {
    expect(await hiding('request.body.lines[2].id')).toContain('{"id":"a"},{"id":"[sanitized]"}');
  });

  test('has what the user was told', async () => {
    answering({ status: 500, json: { message: 'broken' } });
    const runner = action({ url: '/one', response: { error: '{{body.message}}' } });
    await runner.run('action').catch(() => undefined);
    expect(runner.log[0]?.error).toBe('broken');
  });

  test('has what the user was told when an answer was not valid', async () => {
    const runner = action({
      url: '/one',
      response: { valid: { condition: '{{false}}', message: 'used up' } },
    });
    await runner.run('action').catch(() => undefined);
    expect(runner.log[0]?.error).toBe('used up');
  });
});

describe('The record of what was sent', () => {
  test('has method, address, headers and body as they went', async () => {
    const runner = action({ url: '/one', method: 'POST', type: 'urlencoded', body: { a: 'b c' } });
    await runner.run('action');
    expect(runner.requests).toEqual([
      {
        place: 'module action',
        method: 'POST',
        url: `${service.url}/one`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'a=b+c',
        status: 200,
      },
    ]);
  });

  test('has a request that was not answered', async () => {
    const closed = await startLocalServer();
    await closed.close();
    const runner = action({ url: `${closed.url}/one` });
    await runner.run('action').catch(() => undefined);
    expect(runner.requests).toMatchObject([{ status: undefined }]);
  });

  test('has the calls of functions', async () => {
    const runner = action({ url: "/{{upper('a')}}" });
    await runner.run('action');
    expect(runner.calls).toEqual([{ name: 'upper', args: ['a'], result: 'A' }]);
  });
});
