/** What a transport promises, run over both of them against a real server on this machine. */

import { readFileSync } from 'node:fs';
import https from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import nock from 'nock';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { FailureReason, Transport, TransportLimits } from '../../lib/http/transport.ts';
import { type Answer, type LocalServer, startLocalServer } from '../support/local-server.ts';
import { zapierProbe } from '../support/zapier-probe.ts';

// nock takes over HTTP as soon as it is loaded; here most requests are real.
nock.restore();

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
const AMPLE: TransportLimits = { timeoutMs: 10_000, maxBytes: 100_000 };
/** Where reading an answer fails, node-fetch leaves its timer running, and jest waits for it. */
const SMALL: TransportLimits = { timeoutMs: 3_000, maxBytes: 1_000 };
/** For a server that does not answer in time, however long it is waited for. */
const IMPATIENT: TransportLimits = { timeoutMs: 150, maxBytes: 100_000 };

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const failure = (reason: FailureReason) => ({ name: 'TransportFailure', reason });
const endWith =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

describe.each<[string, (limits?: TransportLimits) => Transport]>([
  ['axiosTransport', axiosTransport],
  ['zapierTransport inside zapier-platform-core', zapierProbe],
])('%s', (_, transport) => {
  const post = (body: string, contentType = FORM) =>
    transport(AMPLE)({
      method: 'POST',
      url: `${server.url}/sync`,
      headers: { 'content-type': contentType },
      body,
    });
  const get = (limits = AMPLE) => transport(limits)({ method: 'GET', url: `${server.url}/sync` });

  test('a form arrives intact, with characters of every script', async () => {
    const form = { query_dto: '{"buyer_login_id":"žluťoučký 买家 & co+"}', empty: '' };
    server.answerWith(endWith(200));
    await post(new URLSearchParams(form).toString());
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual(form);
  });

  test('a request is sent as it was given: method, path and headers', async () => {
    server.answerWith(endWith(200));
    await post('a=1');
    expect(server.received).toEqual([{ method: 'POST', path: '/sync', contentType: FORM, body: 'a=1' }]);
  });

  test.each([
    '{{bundle.inputData.x}}',
    '{{ process.env.SECRET }}',
    '{{{bundle.a}}}',
    '\\{{bundle.a}}',
    '}}{{',
  ])('the text %j inside a JSON body arrives as it is', async (text) => {
    server.answerWith(endWith(200));
    await post(JSON.stringify({ text }), 'application/json');
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ text });
  });

  test('a body that is no JSON arrives as it is, braces and all', async () => {
    server.answerWith(endWith(200));
    await post('a={{b}}');
    expect(server.received[0]?.body).toBe('a={{b}}');
  });

  test('the text of an answer comes back unread and unchanged', async () => {
    const body = '{"id": 12000031565399476, "name": "买家"}\n';
    server.answerWith(endWith(200, body, { 'content-type': 'application/json;charset=utf-8' }));
    expect(await get()).toEqual({ status: 200, body });
  });

  test.each([200, 400, 404, 429, 500, 503])('HTTP %i is an answer like any other', async (status) => {
    server.answerWith(endWith(status, '{"code":"1"}'));
    expect(await get()).toEqual({ status, body: '{"code":"1"}' });
  });

  test('HTTP 401 is an answer, too', async () => {
    server.answerWith(endWith(401, '{"code":"1"}'));
    expect(await get()).toMatchObject({ status: 401 });
  });

  test('an answer without a body is the empty text', async () => {
    server.answerWith(endWith(200));
    expect(await get()).toEqual({ status: 200, body: '' });
  });

  test('a redirect is answered with its status', async () => {
    server.answerWith(endWith(302, '', { location: '/elsewhere' }));
    expect(await get()).toMatchObject({ status: 302 });
  });

  test('a redirect is not followed', async () => {
    server.answerWith(endWith(302, '', { location: '/elsewhere' }));
    await get();
    expect(server.received.map(({ path }) => path)).toEqual(['/sync']);
  });

  test('an answer as big as the limit is read', async () => {
    server.answerWith(endWith(200, 'x'.repeat(1_000)));
    expect((await get(SMALL)).body).toHaveLength(1_000);
  });

  test('an answer over the limit is too large, though it does not say how long it is', async () => {
    server.answerWith((response) => {
      response.write('x'.repeat(800));
      response.end('x'.repeat(800));
    });
    await expect(get(SMALL)).rejects.toMatchObject(failure('too_large'));
  });

  test('no answer in time is a time-out', async () => {
    server.answerWith(() => {});
    await expect(get(IMPATIENT)).rejects.toMatchObject(failure('timeout'));
  });

  test('an answer that begins in time and does not end is a time-out', async () => {
    server.answerWith((response) => response.write('{"code":'));
    await expect(get(IMPATIENT)).rejects.toMatchObject(failure('timeout'));
  });

  test('a connection that is cut before the answer is cut', async () => {
    server.answerWith((_response, request) => request.socket.destroy());
    await expect(get()).rejects.toMatchObject(failure('cut'));
  });

  test('a connection that is cut inside the answer is cut', async () => {
    server.answerWith((response) => response.write('{"code":', () => response.destroy()));
    await expect(get(SMALL)).rejects.toMatchObject(failure('cut'));
  });

  // node-fetch, under Zapier, does not notice this one and waits until its time is up.
  test('an answer shorter than it says it is does not pass for an answer', async () => {
    server.answerWith((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"code":"0"}', () => response.destroy());
    });
    await expect(get(IMPATIENT)).rejects.toMatchObject({ name: 'TransportFailure' });
  });

  test('a request that nobody listens to was certainly not sent', async () => {
    const gone = await startLocalServer();
    await gone.close();
    const request = transport(AMPLE)({ method: 'GET', url: gone.url });
    await expect(request).rejects.toMatchObject(failure('not_sent'));
  });

  test('a failed request is not sent again', async () => {
    server.answerWith((_response, request) => request.socket.destroy());
    await get().catch(() => {});
    expect(server.received).toHaveLength(1);
  });
});

test('Zapier takes every 401 for a stale token, so under it the body of a 401 is lost', async () => {
  server.answerWith(endWith(401, '{"error_response":{"code":"IllegalAccessToken"}}'));
  const answer = await zapierProbe(AMPLE)({ method: 'GET', url: server.url });
  expect(answer).toEqual({ status: 401, body: '' });
});

test('outside Zapier the body of a 401 is kept', async () => {
  server.answerWith(endWith(401, '{"error_response":{"code":"IllegalAccessToken"}}'));
  const answer = await axiosTransport(AMPLE)({ method: 'GET', url: server.url });
  expect(answer.body).toBe('{"error_response":{"code":"IllegalAccessToken"}}');
});

describe('towards the real host name', () => {
  const GATEWAY = 'https://api-sg.aliexpress.com';
  const send = () => axiosTransport(AMPLE)({ method: 'POST', url: `${GATEWAY}/sync`, body: 'a=1' });

  beforeAll(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());

  test('a request goes to the gateway itself, over https', async () => {
    nock(GATEWAY).post('/sync', 'a=1').reply(200, '{"code":"0"}');
    expect(await send()).toEqual({ status: 200, body: '{"code":"0"}' });
  });

  test('a proxy named in the environment is not used', async () => {
    process.env.https_proxy = 'http://proxy.example:3128';
    nock(GATEWAY).post('/sync').reply(200, 'direct');
    expect((await send().finally(() => delete process.env.https_proxy)).body).toBe('direct');
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])(
    '%s means that the request was certainly not sent',
    async (code) => {
      nock(GATEWAY)
        .post('/sync')
        .replyWithError(Object.assign(new Error(code), { code }));
      await expect(send()).rejects.toMatchObject(failure('not_sent'));
    },
  );
});

describe('A connection over TLS', () => {
  const trusted = getCACertificates('default');
  const pem = readFileSync(new URL('../support/localhost.pem', import.meta.url), 'utf8');
  const post = (port: number, limits = AMPLE) =>
    axiosTransport(limits)({ method: 'POST', url: `https://localhost:${port}/`, body: '{}' });
  let listening: Server | undefined;
  const listen = async (started: Server): Promise<number> => {
    listening = started;
    await new Promise<void>((resolve) => started.listen(0, 'localhost', resolve));
    return (started.address() as AddressInfo).port;
  };
  beforeAll(() => {
    setDefaultCACertificates([...trusted, pem]);
  });
  afterAll(() => {
    setDefaultCACertificates(trusted);
  });
  afterEach(() => listening?.close());

  test('A request is not sent when the other side never begins TLS', async () => {
    const sockets: Socket[] = [];
    const port = await listen(createServer((socket) => sockets.push(socket)));
    await expect(post(port, IMPATIENT)).rejects.toMatchObject(failure('not_sent'));
    for (const socket of sockets) socket.destroy();
  });

  test('A request is not sent when the other side hangs up during the handshake', async () => {
    const port = await listen(createServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    await expect(post(port)).rejects.toMatchObject(failure('not_sent'));
  });

  test.each<[FailureReason, (socket: Socket) => void, TransportLimits]>([
    ['timeout', () => {}, IMPATIENT],
    ['cut', (socket) => socket.destroy(), AMPLE],
  ])('A request that was sent and got no answer ends as %s', async (reason, onRequest, limits) => {
    const server = https.createServer({ key: pem, cert: pem }, (request) => onRequest(request.socket));
    const port = await listen(server);
    await expect(post(port, limits)).rejects.toMatchObject(failure(reason));
    server.closeAllConnections();
  });

  test('Every request has a connection of its own, because one that was kept alive may be gone', async () => {
    let connections = 0;
    const server = https.createServer({ key: pem, cert: pem }, (_, response) => response.end());
    server.on('secureConnection', () => {
      connections += 1;
    });
    const port = await listen(server);
    await post(port);
    await post(port);
    expect(connections).toBe(2);
  });
});
