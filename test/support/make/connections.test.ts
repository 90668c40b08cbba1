/** Connections: OAuth's phases, what they keep, and what they do not inherit. [facts/make.md §1.4, §1.5] */

import { fixedClock } from '../fixed-clock.ts';
import { useService } from './service.ts';
import type { Collection, Value } from './value.ts';

const service = useService();
const { answering, opened, bodies, paths } = service;

const NOW = '2026-11-21T10:00:00Z';

/** Phases whose addresses are whole. */
const phases = (more: { [phase: string]: Collection | undefined } = {}) => ({
  authorize: {
    url: `${service.url}/oauth/authorize`,
    qs: {
      client_id: '{{parameters.appKey}}',
      redirect_uri: '{{oauth.localRedirectUri}}',
      state: '{{oauth.state}}',
    },
    response: { temp: { code: '{{query.code}}' } },
  },
  token: {
    url: `${service.url}/token`,
    method: 'POST',
    type: 'urlencoded',
    body: { code: '{{temp.code}}' },
    response: {
      valid: '{{body.access_token}}',
      data: { accessToken: '{{body.access_token}}', expires: '{{addSeconds(now, body.expires_in)}}' },
      expires: '{{addSeconds(now, body.refresh_expires_in)}}',
      uid: '{{body.seller_id}}',
      metadata: { type: 'text', value: 'shop {{body.seller_id}}' },
      error: { message: '{{body.message}}', type: 'InvalidAccessTokenError' },
    },
  },
  refresh: {
    condition: '{{data.expires < addMinutes(now, 15)}}',
    url: `${service.url}/refresh`,
    method: 'POST',
    type: 'urlencoded',
    body: { token: '{{data.accessToken}}' },
    response: {
      data: { accessToken: '{{body.access_token}}', expires: '{{addSeconds(now, body.expires_in)}}' },
    },
  },
  ...more,
});

const tokenAnswer = { access_token: 'T1', expires_in: 3600, refresh_expires_in: 7200, seller_id: '42' };
const params = [{ name: 'appKey', type: 'text' }];

/** Comes back with a code and the state of the address. */
const browser = async (url: string) => ({
  code: 'C1',
  state: new URL(url).searchParams.get('state') ?? '',
});

const runnerOf = (
  communication: Value,
  more: Collection = {},
  app: Collection = {},
  clock = fixedClock(NOW),
) =>
  opened(
    {
      oauth: { communication, params, ...more },
      modules: { action: { communication: { url: '/{{connection.accessToken}}' } } },
      ...app,
    },
    { clock },
  );

const connected = async (communication: Value = phases(), clock = fixedClock(NOW)) => {
  answering({ json: tokenAnswer });
  const runner = runnerOf(communication, {}, {}, clock);
  const connection = await runner.connect('shop', { appKey: 'k1' }, browser);
  return { runner, connection, clock };
};

describe('Connecting', () => {
  test('sends a person to the address of authorize', async () => {
    answering({ json: tokenAnswer });
    const seen: string[] = [];
    await runnerOf(phases()).connect('shop', { appKey: 'k1' }, async (url) => {
      seen.push(url);
      return browser(url);
    });
    const [url] = seen;
    expect(Object.fromEntries(new URL(url ?? '').searchParams)).toEqual({
      client_id: 'k1',
      redirect_uri: 'https://www.make.com/oauth/cb/app',
      state: 'state-1',
    });
  });

  test('fetches nothing for authorize', async () => {
    await connected();
    expect(paths()).toEqual(['/token']);
  });

  test('hands the code on through temp', async () => {
    await connected();
    expect(bodies()).toEqual(['code=C1']);
  });

  test('keeps response.data', async () => {
    const { connection } = await connected();
    expect(connection.data).toEqual({ accessToken: 'T1', expires: new Date('2026-11-21T11:00:00Z') });
  });

  test('knows when the user must authorise anew', async () => {
    const { connection } = await connected();
    expect(connection.reauthorizeAt).toEqual(new Date('2026-11-21T12:00:00Z'));
  });

  test('knows whose it is and how it is called', async () => {
    const { connection } = await connected();
    expect(connection).toMatchObject({ uid: '42', metadata: { type: 'text', value: 'shop 42' } });
  });

  test('is refused by a token that is not valid', async () => {
    answering({ json: { message: 'wrong code' } });
    await expect(runnerOf(phases()).connect('shop', { appKey: 'k1' }, browser)).rejects.toMatchObject({
      type: 'InvalidAccessTokenError',
      message: 'wrong code',
    });
  });

  test('is refused when the browser comes back with another state', async () => {
    const other = async () => ({ code: 'C1', state: 'forged' });
    await expect(runnerOf(phases()).connect('shop', { appKey: 'k1' }, other)).rejects.toThrow(
      'another state',
    );
  });

  test('does not show the query to the token', async () => {
    const token = { ...phases().token, body: { code: '{{query.code}}' } };
    await expect(runnerOf(phases({ token })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      'no variable query',
    );
  });

  test('runs info last, with what the token kept', async () => {
    answering({ json: tokenAnswer }, { json: { name: 'My Shop' } });
    const info = {
      url: `${service.url}/me/{{connection.accessToken}}`,
      response: { metadata: { type: 'text', value: '{{body.name}}' } },
    };
    const connection = await runnerOf(phases({ info })).connect('shop', { appKey: 'k1' }, browser);
    expect(connection.metadata).toEqual({ type: 'text', value: 'My Shop' });
  });

  test('keeps what the token said where info does not say it', async () => {
    answering({ json: tokenAnswer }, { json: {} });
    const info = { url: `${service.url}/me`, response: {} };
    const connection = await runnerOf(phases({ info })).connect('shop', { appKey: 'k1' }, browser);
    expect(connection).toMatchObject({ uid: '42', metadata: { value: 'shop 42' } });
  });

  test('needs an address to send a person to', async () => {
    const authorize = { response: {} };
    await expect(runnerOf(phases({ authorize })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      'authorize has no url',
    );
  });

  test('needs a browser', async () => {
    await expect(runnerOf(phases()).connect('shop', { appKey: 'k1' })).rejects.toThrow('needs a browser');
  });

  test('keeps no time to authorise anew that is not a date', async () => {
    answering({ json: tokenAnswer });
    const token = { ...phases().token, response: { expires: '{{body.expires_in}}' } };
    await expect(runnerOf(phases({ token })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      'response.expires is a number',
    );
  });

  test('takes no info without a request, which is not confirmed', async () => {
    answering({ json: tokenAnswer });
    const info = { response: { uid: '{{connection.accessToken}}' } };
    await expect(runnerOf(phases({ info })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      'has no url',
    );
  });

  test('keeps no expiry that is not a date', async () => {
    answering({ json: tokenAnswer });
    const token = { ...phases().token, response: { data: { expires: '{{body.expires_in}}' } } };
    await expect(runnerOf(phases({ token })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      'response.data.expires is a number',
    );
  });
});

describe('A connection', () => {
  test('shows modules what the user typed and what the phases kept', async () => {
    const { runner, connection } = await connected();
    await runner.run('action', { connection });
    expect(paths()).toContain('/T1');
  });

  test('inherits no address', async () => {
    const token = { ...phases().token, url: '/token' };
    await expect(runnerOf(phases({ token })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      'inherits no baseUrl',
    );
  });

  test('inherits no header, no query and no judgement', async () => {
    answering({ json: tokenAnswer });
    const base = { headers: { 'x-base': '1' }, qs: { base: '1' }, response: { valid: false } };
    const runner = runnerOf(phases(), {}, { base });
    await runner.connect('shop', { appKey: 'k1' }, browser);
    expect(runner.requests[0]).toMatchObject({
      url: `${service.url}/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  test('has secrets of its own, which are not the app’s', async () => {
    answering({ json: tokenAnswer });
    const authorize = { ...phases().authorize, qs: { client_id: '{{common.appKey}}' } };
    const seen: string[] = [];
    const runner = opened(
      { oauth: { communication: phases({ authorize }), params }, common: { appKey: 'of the app' } },
      { connectionCommon: { shop: { appKey: 'its own' } } },
    );
    await runner.connect('shop', { appKey: 'k1' }, async (url) => {
      seen.push(new URL(url).searchParams.get('client_id') ?? '');
      return { code: 'C1' };
    });
    expect(seen).toEqual(['its own']);
  });

  test('has the secrets of its own file', async () => {
    answering({ json: tokenAnswer });
    const token = { ...phases().token, body: { secret: '{{common.appSecret}}' } };
    await runnerOf(phases({ token }), { common: { appSecret: 'CANARY' } }).connect(
      'shop',
      { appKey: 'k1' },
      browser,
    );
    expect(bodies()).toEqual(['secret=CANARY']);
  });

  test.each(['iterate', 'output', 'limit', 'wrapper'])('cannot have response.%s', async (name) => {
    const token = { ...phases().token, response: { [name]: '{{body}}' } };
    await expect(runnerOf(phases({ token })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      name,
    );
  });

  test('cannot have pagination', async () => {
    const token = { ...phases().token, pagination: {} };
    await expect(runnerOf(phases({ token })).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow(
      'pagination',
    );
  });

  test('cannot have a phase of several requests', async () => {
    const communication = { ...phases(), token: [phases().token] };
    await expect(runnerOf(communication).connect('shop', { appKey: 'k1' }, browser)).rejects.toThrow('token');
  });

  test('of another name is not the module’s', async () => {
    const { runner, connection } = await connected();
    await expect(runner.run('action', { connection: { ...connection, name: 'other' } })).rejects.toThrow(
      'runs with the connection shop',
    );
  });

  test('is needed by a module that names one', async () => {
    await expect(runnerOf(phases()).run('action')).rejects.toThrow('runs with the connection shop');
  });

  test('with a key is checked by its one request', async () => {
    answering({ json: { id: 7 } });
    const communication = {
      url: `${service.url}/me`,
      headers: { authorization: 'Bearer {{parameters.key}}' },
      response: { uid: '{{body.id}}', data: { id: '{{body.id}}' } },
    };
    const runner = opened({ key: { communication, params: [{ name: 'key', type: 'password' }] } });
    const connection = await runner.connect('shop', { key: 'k' });
    expect(connection).toMatchObject({ uid: 7, data: { id: 7 } });
  });

  test('with a key that is wrong is refused', async () => {
    answering({ status: 401, json: {} });
    const runner = opened({
      key: {
        communication: {
          url: `${service.url}/me`,
          response: { error: { message: 'bad key', type: 'InvalidAccessTokenError' } },
        },
      },
    });
    await expect(runner.connect('shop', {})).rejects.toMatchObject({ type: 'InvalidAccessTokenError' });
  });
});

describe('Refreshing', () => {
  test('happens before a run, where its condition holds', async () => {
    const { runner, connection, clock } = await connected();
    clock.advance(50 * 60_000);
    answering({ json: { access_token: 'T2', expires_in: 3600 } });
    await runner.run('action', { connection });
    expect(paths()).toEqual(['/refresh', '/T2']);
  });

  test('does not happen where it does not hold', async () => {
    const { runner, connection } = await connected();
    expect(await runner.refresh(connection)).toBe(false);
  });

  test('says that it happened', async () => {
    const { runner, connection, clock } = await connected();
    clock.advance(50 * 60_000);
    answering({ json: { access_token: 'T2', expires_in: 3600 } });
    expect(await runner.refresh(connection)).toBe(true);
  });

  test('does not happen to a connection with a key', async () => {
    const runner = opened({ key: { communication: { url: `${service.url}/me` } } });
    expect(await runner.refresh(await runner.connect('shop', {}))).toBe(false);
  });

  test('changes what the connection keeps, and leaves the rest', async () => {
    const { runner, connection, clock } = await connected();
    connection.data = { ...connection.data, sellerId: '42' };
    clock.advance(50 * 60_000);
    answering({ json: { access_token: 'T2', expires_in: 3600 } });
    await runner.refresh(connection);
    expect(connection.data).toEqual({
      accessToken: 'T2',
      expires: new Date('2026-11-21T11:50:00Z'),
      sellerId: '42',
    });
  });

  test('needs a condition', async () => {
    const { condition: _, ...refresh } = phases().refresh;
    const { runner, connection } = await connected(phases({ refresh }));
    await expect(runner.refresh(connection)).rejects.toThrow('has no condition');
  });

  test('is left out where there is no such phase', async () => {
    const { runner, connection } = await connected(phases({ refresh: undefined }));
    expect(await runner.refresh(connection)).toBe(false);
  });
});

describe('The log of a connection', () => {
  test('hides what its own phases say', async () => {
    answering({ json: tokenAnswer });
    const token = {
      ...phases().token,
      log: { sanitize: ['request.body.code', 'response.body.access_token'] },
    };
    const runner = runnerOf(phases({ token }));
    await runner.connect('shop', { appKey: 'k1' }, browser);
    expect(JSON.stringify(runner.log)).not.toMatch(/C1|T1/);
  });

  test('hides nothing that the base says', async () => {
    answering({ json: tokenAnswer });
    const runner = runnerOf(phases(), {}, { base: { log: { sanitize: ['response.body.access_token'] } } });
    await runner.connect('shop', { appKey: 'k1' }, browser);
    expect(JSON.stringify(runner.log)).toContain('T1');
  });

  test('shows where a person was sent', async () => {
    const { runner } = await connected();
    expect(runner.log[0]?.request).toMatchObject({ url: `${service.url}/oauth/authorize` });
  });
});
