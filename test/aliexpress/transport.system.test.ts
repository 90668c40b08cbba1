/** What a transport promises, run over both of them against a real server on this machine. */

import { getEventListeners } from 'node:events';
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

  test('A form arrives unchanged with characters of every script', async () => {
    const form = { query_dto: '{"buyer_login_id":"žluťoučký 买家 & co+"}', empty: '' };
    server.answerWith(endWith(200));
    await post(new URLSearchParams(form).toString());
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual(form);
  });

  test('A request is sent with its method, path and headers', async () => {
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
  ])('The text %j inside a JSON body arrives unchanged', async (text) => {
    server.answerWith(endWith(200));
    await post(JSON.stringify({ text }), 'application/json');
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ text });
  });

  test('A body that is not JSON arrives unchanged', async () => {
    server.answerWith(endWith(200));
    await post('a={{b}}');
    expect(server.received[0]?.body).toBe('a={{b}}');
  });

  test('The text of an answer is returned unchanged', async () => {
    const body = '{"id": 12000031565399476, "name": "买家"}\n';
    server.answerWith(endWith(200, body, { 'content-type': 'application/json;charset=utf-8' }));
    expect(await get()).toMatchObject({ status: 200, body });
  });

  test.each([200, 400, 404, 429, 500, 503])('A response with HTTP %i is an answer', async (status) => {
    server.answerWith(endWith(status, '{"code":"1"}'));
    expect(await get()).toMatchObject({ status, body: '{"code":"1"}' });
  });

  test('A response with HTTP 401 is an answer', async () => {
    server.answerWith(endWith(401, '{"code":"1"}'));
    expect(await get()).toMatchObject({ status: 401 });
  });

  test('An answer without a body is the empty text', async () => {
    server.answerWith(endWith(200));
    expect(await get()).toMatchObject({ status: 200, body: '' });
  });

  test('Of the headers of an answer those that are read are returned', async () => {
    const headers = { date: 'Sat, 28 Nov 2026 10:00:00 GMT', 'retry-after': '30', 'x-other': 'a' };
    server.answerWith(endWith(429, '', headers));
    expect(await get()).toMatchObject({
      headers: { date: 'Sat, 28 Nov 2026 10:00:00 GMT', 'retry-after': '30' },
    });
  });

  test('A header that an answer does not have is left out', async () => {
    server.answerWith(endWith(200));
    expect(Object.keys((await get()).headers ?? {})).toEqual(['date']);
  });

  test('A redirect is returned with its status', async () => {
    server.answerWith(endWith(302, '', { location: '/elsewhere' }));
    expect(await get()).toMatchObject({ status: 302 });
  });

  test('A redirect is not followed', async () => {
    server.answerWith(endWith(302, '', { location: '/elsewhere' }));
    await get();
    expect(server.received.map(({ path }) => path)).toEqual(['/sync']);
  });

  test('An answer as large as the limit is read', async () => {
    server.answerWith(endWith(200, 'x'.repeat(1_000)));
    expect((await get(SMALL)).body).toHaveLength(1_000);
  });

  test('An answer over the limit is too large also without a stated length', async () => {
    server.answerWith((response) => {
      response.write('x'.repeat(800));
      response.end('x'.repeat(800));
    });
    await expect(get(SMALL)).rejects.toMatchObject(failure('too_large'));
  });

  test('A response that does not come in time is a time-out', async () => {
    server.answerWith(() => {});
    await expect(get(IMPATIENT)).rejects.toMatchObject(failure('timeout'));
  });

  test('An answer that begins in time and does not end is a time-out', async () => {
    server.answerWith((response) => response.write('{"code":'));
    await expect(get(IMPATIENT)).rejects.toMatchObject(failure('timeout'));
  });

  test('A connection that ends before the answer is reported as cut', async () => {
    server.answerWith((_response, request) => request.socket.destroy());
    await expect(get()).rejects.toMatchObject(failure('cut'));
  });

  test('A connection that ends inside the answer is reported as cut', async () => {
    server.answerWith((response) => response.write('{"code":', () => response.destroy()));
    await expect(get(SMALL)).rejects.toMatchObject(failure('cut'));
  });

  // node-fetch, under Zapier, does not notice this one and waits until its time is up.
  test('An answer that is shorter than its stated length is not accepted', async () => {
    server.answerWith((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"code":"0"}', () => response.destroy());
    });
    await expect(get(IMPATIENT)).rejects.toMatchObject({ name: 'TransportFailure' });
  });

  test('A request to a closed port is reported as not sent', async () => {
    const gone = await startLocalServer();
    await gone.close();
    const request = transport(AMPLE)({ method: 'GET', url: gone.url });
    await expect(request).rejects.toMatchObject(failure('not_sent'));
  });

  test('A failed request is not sent again', async () => {
    server.answerWith((_response, request) => request.socket.destroy());
    await get().catch(() => {});
    expect(server.received).toHaveLength(1);
  });
});

test('Under Zapier the body of a 401 is lost, because Zapier takes it for a stale token', async () => {
  server.answerWith(endWith(401, '{"error_response":{"code":"IllegalAccessToken"}}'));
  const answer = await zapierProbe(AMPLE)({ method: 'GET', url: server.url });
  expect(answer).toEqual({ status: 401, body: '' });
});

test('Outside Zapier the body of a 401 is kept', async () => {
  server.answerWith(endWith(401, '{"error_response":{"code":"IllegalAccessToken"}}'));
  const answer = await axiosTransport(AMPLE)({ method: 'GET', url: server.url });
  expect(answer.body).toBe('{"error_response":{"code":"IllegalAccessToken"}}');
});

describe('Real host name', () => {
  const GATEWAY = 'https://api-sg.aliexpress.com';
  const send = () => axiosTransport(AMPLE)({ method: 'POST', url: `${GATEWAY}/sync`, body: 'a=1' });

  beforeAll(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());

  test('A request is sent to the gateway itself over https', async () => {
    nock(GATEWAY).post('/sync', 'a=1').reply(200, '{"code":"0"}');
    expect(await send()).toMatchObject({ status: 200, body: '{"code":"0"}' });
  });

  test('A proxy in the environment is not used', async () => {
    process.env.https_proxy = 'http://proxy.example:3128';
    nock(GATEWAY).post('/sync').reply(200, 'direct');
    expect((await send().finally(() => delete process.env.https_proxy)).body).toBe('direct');
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])(
    'The error %s is reported as a request that was not sent',
    async (code) => {
      nock(GATEWAY)
        .post('/sync')
        .replyWithError(Object.assign(new Error(code), { code }));
      await expect(send()).rejects.toMatchObject(failure('not_sent'));
    },
  );
});

describe('A request of a program that is stopped', () => {
  const stopper = new AbortController();
  const { signal: stop } = stopper;
  const get = () => axiosTransport(AMPLE, { stop })({ method: 'GET', url: server.url });
  const interrupted = (isSent: boolean) => ({ name: 'Interrupted', isSent });

  test('Requests that have ended leave nothing with the signal that would have stopped them', async () => {
    server.answerWith(endWith(200));
    await get();
    server.answerWith((response) => response.destroy());
    await expect(get()).rejects.toMatchObject(failure('cut'));
    expect(getEventListeners(stop, 'abort')).toEqual([]);
  });

  test('One that waits for its answer is interrupted, and may have arrived', async () => {
    server.answerWith(() => stopper.abort());
    await expect(get()).rejects.toMatchObject(interrupted(true));
    expect(getEventListeners(stop, 'abort')).toEqual([]);
  });

  test('One that begins later is not sent', async () => {
    server.answerWith(endWith(200));
    await expect(get()).rejects.toMatchObject(interrupted(false));
    expect(server.received).toEqual([]);
  });

  test('One that has no connection yet was not sent', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const later = new AbortController();
    silent.once('connection', () => later.abort());
    const { port } = silent.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}/`;
    await expect(axiosTransport(AMPLE, { stop: later.signal })({ method: 'GET', url })).rejects.toMatchObject(
      interrupted(false),
    );
    silent.close();
  });
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
