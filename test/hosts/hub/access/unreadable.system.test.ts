import { once } from 'node:events';
import { connect } from 'node:net';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Requests that no route gets', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  /** Sends exactly this text, and reads the answer to its end. */
  async function send(text: string) {
    const { port } = new URL(hub.hub.url);
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    // The hub may close the connection before everything is sent.
    socket.on('error', () => {});
    socket.end(text);
    await once(socket, 'close');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    return {
      status: Number(head.split(' ')[1]),
      type: /content-type: ([\w/+]*)/i.exec(head)?.[1],
      body: JSON.parse(body),
    };
  }
  const request = (line: string, headers: readonly string[] = [], body = '') =>
    send([line, ...headers, 'connection: close', '', body].join('\r\n'));
  const HOST = 'host: 127.0.0.1';
  const key = () => `authorization: Bearer ${hub.shopKey}`;

  test.each([
    ['an address that cannot be decoded', 'GET /v1/%zz HTTP/1.1', [], 400],
    ['an unknown method', 'FOO / HTTP/1.1', [], 400],
    ['a method without routes', 'PROPFIND /v1/me HTTP/1.1', [], 404],
    ['an unknown address', 'GET /nowhere HTTP/1.1', [], 404],
    ['an id that is too long for a route', `DELETE /v1/subscriptions/${'a'.repeat(600)} HTTP/1.1`, [], 414],
    ['headers that are too large', 'GET / HTTP/1.1', [`x: ${'a'.repeat(20_000)}`], 431],
    ['two different lengths', 'POST / HTTP/1.1', ['content-length: 1', 'content-length: 2'], 400],
    [
      'an unknown content type',
      'POST /v1/searches/x HTTP/1.1',
      ['content-type: a/b', 'content-length: 1'],
      415,
    ],
    [
      'a length that is too large',
      'POST /v1/searches/x HTTP/1.1',
      ['content-type: application/json', 'content-length: 9999999'],
      413,
    ],
  ])('A request with %s is answered with a problem in both languages', async (_, line, headers, status) => {
    const answer = await request(line, [HOST, key(), ...headers], line.startsWith('POST') ? 'a' : '');
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(answer.body).toMatchObject({ type: 'about:blank', status });
    expect(answer.body.detail_zh).toMatch(/[一-鿿]/);
    expect(answer.body.detail).not.toMatch(/[一-鿿]/);
  });

  test('A body that is not JSON is answered with a problem in both languages', async () => {
    const headers = [HOST, key(), 'content-type: application/json', 'content-length: 1'];
    const { status, body } = await request('POST /v1/searches/x HTTP/1.1', headers, '{');
    expect([status, body.kind]).toEqual([400, 'bad_request']);
    expect(body.detail_zh).toMatch(/[一-鿿]/);
  });

  test.each([
    ['a user before its own name', 'host: evil@127.0.0.1'],
    ['a path after its own name', 'host: 127.0.0.1/x'],
    ['its own name in another notation', 'host: 0x7f.1'],
    ['a foreign name', 'host: evil.example'],
    ['no name', 'x: y'],
  ])('A Host header with %s is refused, whatever else is wrong', async (_, host) => {
    for (const path of ['/healthz', '/v1/%zz', '/nowhere']) {
      const answer = await request(`GET ${path} HTTP/1.1`, [host]);
      expect([answer.status, answer.type, answer.body.kind]).toEqual([
        403,
        'application/problem+json',
        'origin_refused',
      ]);
    }
  });

  test('An address that cannot be decoded says nothing to a foreign page', async () => {
    const answer = await request('GET /v1/%zz HTTP/1.1', [HOST, 'origin: https://evil.example']);
    expect([answer.status, answer.body.kind]).toEqual([403, 'origin_refused']);
  });
});
