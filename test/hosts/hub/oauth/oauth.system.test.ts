import * as oauth from 'oauth4webapi';
import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { tokensIn } from '../../../../lib/hosts/hub/oauth/tokens.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { type Browser, fieldsOf, startBrowser } from '../../../support/browser.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const MAKE = 'https://www.make.example';
const REDIRECT = `${MAKE}/oauth/cb/app`;
const INSECURE = { [oauth.allowInsecureRequests]: true };

let hub: TestHub;
let server: oauth.AuthorizationServer;
/** A confidential client. */
let make: { id: string; secret: string };
let client: oauth.Client;
let byBody: oauth.ClientAuth;

beforeAll(async () => {
  hub = await startTestHub({ isPublic: true });
  const { body } = await hub.request(
    'POST',
    '/admin/clients',
    { name: 'Make & Co', redirect_uris: [REDIRECT, `${MAKE}/other`] },
    hub.adminKey,
  );
  make = body;
  client = { client_id: make.id };
  byBody = oauth.ClientSecretPost(make.secret);
  const issuer = new URL(hub.publicUrl);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...INSECURE });
  server = await oauth.processDiscoveryResponse(issuer, found);
});
afterAll(() => hub.stop());

interface SignedIn {
  code: string;
  verifier: string;
  params: URLSearchParams;
}

const consentAddress = (parameters: Record<string, string>) =>
  `${server.authorization_endpoint}?${new URLSearchParams({ response_type: 'code', client_id: make.id, redirect_uri: REDIRECT, ...parameters })}`;

/** The seller consents, and signs in at AliExpress. */
async function signIn(browser: Browser = startBrowser([MAKE]), scope = ''): Promise<SignedIn> {
  const verifier = oauth.generateRandomCodeVerifier();
  const address = consentAddress({
    state: 'their state',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    scope,
  });
  const consent = await browser.open(address, { from: MAKE });
  const fields = { ...fieldsOf(consent.text), decision: 'allow' };
  const ended = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
  const params = oauth.validateAuthResponse(server, client, new URL(ended.url), 'their state');
  return { code: params.get('code') ?? '', verifier, params };
}

async function redeem({ params, verifier }: SignedIn, redirect = REDIRECT, auth = byBody) {
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    auth,
    params,
    redirect,
    verifier,
    INSECURE,
  );
  return oauth.processAuthorizationCodeResponse(server, client, answer);
}

async function refresh(token = '') {
  const answer = await oauth.refreshTokenGrantRequest(server, client, byBody, token, INSECURE);
  return oauth.processRefreshTokenResponse(server, client, answer);
}

const errorOf = (outcome: Promise<unknown>): Promise<string> =>
  outcome.then(
    () => 'granted',
    (error: { error?: string; status?: number }) => error.error ?? String(error.status ?? error),
  );

const statusOf = async (token: string): Promise<number> =>
  (await hub.request('GET', '/v1/me', undefined, token)).status;

/** A request to the token endpoint, with nothing added. */
async function post(fields: [string, string][], headers: Record<string, string> = {}) {
  const answer = await fetch(`${hub.publicUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
  });
  return { status: answer.status, error: ((await answer.json()) as { error: string }).error, answer };
}

describe('Consent', () => {
  test('The page names the client and the shop before anybody signs in at AliExpress', async () => {
    const { text, status } = await startBrowser().open(consentAddress({}));
    expect(status).toBe(200);
    expect(text).toContain('Make &amp; Co');
    expect(text).toContain('The shop with which you sign in at AliExpress next');
  });

  test('The page leaves the pop-up its opener and lets its form go on to the client', async () => {
    const { headers } = await startBrowser().open(consentAddress({}));
    expect(headers.get('cross-origin-opener-policy')).toBeNull();
    expect(headers.get('content-security-policy')).not.toContain('form-action');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test.each([
    ['an unknown client', { client_id: 'client_x' }, 404],
    ['an address with one more slash', { redirect_uri: `${REDIRECT}/` }, 422],
    ['an address of another host', { redirect_uri: 'https://evil.example/oauth/cb/app' }, 422],
  ])('A request with %s is shown to the person and not sent back', async (_, wrong, status) => {
    const visit = await startBrowser().open(consentAddress(wrong));
    expect([visit.status, new URL(visit.url).origin]).toEqual([status, hub.publicUrl]);
    // Nobody learns which addresses are registered.
    expect(visit.text).not.toContain(`${MAKE}/other`);
  });

  test.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_scope', { scope: 'read write' }],
    ['invalid_request', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge: 'short', code_challenge_method: 'S256' }],
  ])('A wrong request goes back to the client as %s', async (error, wrong) => {
    const { url } = await startBrowser([MAKE]).open(consentAddress({ state: 's', ...wrong }));
    const { searchParams, origin } = new URL(url);
    expect([origin, searchParams.get('error'), searchParams.get('state')]).toEqual([MAKE, error, 's']);
  });

  test('A seller who declines goes back without a code', async () => {
    const browser = startBrowser([MAKE]);
    const consent = await browser.open(consentAddress({ state: 's' }));
    const fields = { ...fieldsOf(consent.text), decision: 'deny' };
    const { url } = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
    expect(new URL(url).searchParams.get('error')).toBe('access_denied');
  });

  test('A form of a foreign page is refused', async () => {
    const fields = { ...Object.fromEntries(new URL(consentAddress({})).searchParams), decision: 'allow' };
    const { status } = await startBrowser().submit(
      `${hub.publicUrl}/oauth/authorize`,
      fields,
      'https://evil.example/',
    );
    expect(status).toBe(403);
  });

  test('A shop is not given away because a form names it', async () => {
    const browser = startBrowser([MAKE]);
    const consent = await browser.open(consentAddress({}));
    const fields = { ...fieldsOf(consent.text), decision: 'allow', shop: hub.sandbox.accounts.sellerId };
    const { url } = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
    expect(new URL(url).searchParams.get('error')).toBe('access_denied');
  });

  test('Only the browser in which the seller has consented ends the sign-in', async () => {
    const browser = startBrowser([MAKE, hub.sandbox.url]);
    const consent = await browser.open(consentAddress({}));
    const fields = { ...fieldsOf(consent.text), decision: 'allow' };
    const { url: atAliExpress } = await browser.submit(
      `${hub.publicUrl}/oauth/authorize`,
      fields,
      consent.url,
    );
    const other = await startBrowser([MAKE]).open(atAliExpress);
    expect([other.status, new URL(other.url).origin]).toEqual([400, hub.publicUrl]);
    // The seller's own return is still accepted.
    const back = await fetch(atAliExpress, { redirect: 'manual' });
    const own = await browser.open(back.headers.get('location') ?? '', { from: hub.sandbox.url });
    expect(new URL(own.url).searchParams.get('code')).toMatch(/^code_/);
  });
});

describe('Tokens of a client', () => {
  test('An access token works like a key of the shop', async () => {
    const tokens = await redeem(await signIn());
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'read subscribe' });
    const { body } = await hub.request('GET', '/v1/me', undefined, tokens.access_token);
    expect(body).toEqual({
      shop_id: '2201234567890',
      shop_name: 'Harbor Lane Store',
      client: 'Make & Co',
    });
    const subscription = { trigger: 'new_order', inputs: {} };
    const made = await hub.request('POST', '/v1/subscriptions', subscription, tokens.access_token);
    expect(made.status).toBe(201);
  });

  test('A wrong verifier, address or secret gives nothing, and the right ones still do', async () => {
    const signedIn = await signIn();
    const verifier = oauth.generateRandomCodeVerifier();
    expect(await errorOf(redeem({ ...signedIn, verifier }))).toBe('invalid_grant');
    expect(await errorOf(redeem(signedIn, `${MAKE}/other`))).toBe('invalid_grant');
    expect(await errorOf(redeem(signedIn, REDIRECT, oauth.ClientSecretPost('secret_x')))).toBe('401');
    expect(await errorOf(redeem(signedIn, REDIRECT, oauth.None()))).toBe('401');
    const byBasic = await redeem(signedIn, REDIRECT, oauth.ClientSecretBasic(make.secret));
    expect(await statusOf(byBasic.access_token)).toBe(200);
  });

  test('A code works for a minute', async () => {
    const signedIn = await signIn();
    await hub.pass(61 * SECOND);
    expect(await errorOf(redeem(signedIn))).toBe('invalid_grant');
  });

  test('The second redemption of a code ends the tokens of the first', async () => {
    const signedIn = await signIn();
    const tokens = await redeem(signedIn);
    expect(await errorOf(redeem(signedIn))).toBe('invalid_grant');
    expect(await statusOf(tokens.access_token)).toBe(401);
    expect(await errorOf(refresh(tokens.refresh_token))).toBe('invalid_grant');
  });

  test('An access token ends after an hour, with an answer that makes clients refresh', async () => {
    const tokens = await redeem(await signIn());
    await hub.pass(HOUR);
    const answer = await fetch(`${hub.publicUrl}/v1/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    expect(await statusOf((await refresh(tokens.refresh_token)).access_token)).toBe(200);
  });

  test('Parallel refreshes each get tokens that go on working', async () => {
    const { refresh_token } = await redeem(await signIn());
    const pairs = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);
    const next = await Promise.all(pairs.map((pair) => refresh(pair.refresh_token)));
    expect(await Promise.all(next.map((pair) => statusOf(pair.access_token)))).toEqual([200, 200]);
  });

  test('A refresh token that is used long after its first use ends them all', async () => {
    const { refresh_token } = await redeem(await signIn());
    const pair = await refresh(refresh_token);
    await hub.pass(119 * SECOND);
    expect(await errorOf(refresh(refresh_token))).toBe('granted');
    await hub.pass(2 * SECOND);
    expect(await errorOf(refresh(refresh_token))).toBe('invalid_grant');
    expect(await statusOf(pair.access_token)).toBe(401);
    expect(await errorOf(refresh(pair.refresh_token))).toBe('invalid_grant');
  });

  describe('A connection of one client alone', () => {
    let own: { id: string; secret: string };
    beforeEach(async () => {
      const fields = { name: 'n8n', redirect_uris: [REDIRECT] };
      own = (await hub.request('POST', '/admin/clients', fields, hub.adminKey)).body;
    });
    afterEach(() => hub.request('DELETE', `/admin/clients/${own.id}`, undefined, hub.adminKey));

    const allow = () =>
      tokensIn(hub.hub.runtime).allow({
        client: own.id,
        shop: hub.sandbox.accounts.sellerId,
        scopes: ['read', 'subscribe'],
        redirectUri: REDIRECT,
      });
    const send = async (path: string, fields: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: own.id, client_secret: own.secret, ...fields });
      const answer = await fetch(`${hub.publicUrl}/oauth/${path}`, { method: 'POST', body });
      return (await answer.json()) as { access_token?: string; refresh_token?: string; error?: string };
    };
    const exchange = (code: string) =>
      send('token', { grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
    const subscribe = async (token = '') => {
      const fields = { trigger: 'new_order', url: hub.receiver.url };
      return (await hub.request('POST', '/v1/subscriptions', fields, token)).body.id as string;
    };
    const reasonOf = (id: string) =>
      subscriptionsIn(hub.hub.runtime.database, hub.hub.runtime.vault).find(id)?.reason;
    const alerts = () =>
      alertsIn(hub.hub.runtime.database)
        .latest(20)
        .map(({ text }) => text.en);
    const warning = expect.stringContaining('A token of "n8n" was used twice');

    test.each(['code', 'refresh token'])(
      'A %s in two hands pauses its subscriptions until the seller consents again',
      async (kind) => {
        const code = allow();
        const { access_token, refresh_token = '' } = await exchange(code);
        const id = await subscribe(access_token);
        const again = { grant_type: 'refresh_token', refresh_token };
        if (kind === 'refresh token') await send('token', again);
        await hub.pass(3 * MINUTE);
        const { error } = kind === 'code' ? await exchange(code) : await send('token', again);
        expect([error, reasonOf(id)]).toEqual(['invalid_grant', 'token_used_twice']);
        expect(alerts()).toContainEqual(warning);
        await exchange(allow());
        expect(reasonOf(id)).toBeNull();
        expect(alerts()).not.toContainEqual(warning);
      },
    );

    test('A code that nobody redeemed does not keep subscriptions alive after a revocation', async () => {
      allow();
      const { access_token = '' } = await exchange(allow());
      const id = await subscribe(access_token);
      await hub.pass(2 * MINUTE);
      await send('revoke', { token: access_token });
      expect(reasonOf(id)).toBe('access_given_up');
    });
  });

  test('Revocation ends the connection, and another one of the same shop stays', async () => {
    const [one, other] = [await redeem(await signIn()), await redeem(await signIn())];
    const answer = await oauth.revocationRequest(server, client, byBody, one.access_token, INSECURE);
    await oauth.processRevocationResponse(answer);
    expect(await statusOf(one.access_token)).toBe(401);
    expect(await errorOf(refresh(one.refresh_token))).toBe('invalid_grant');
    expect(await statusOf(other.access_token)).toBe(200);
    const unknown = await oauth.revocationRequest(server, client, byBody, 'at_unknown', INSECURE);
    expect(unknown.status).toBe(200);
  });
});

describe('Scopes', () => {
  const mayOf = async (token: string) => {
    const subscribed = await hub.request('DELETE', '/v1/subscriptions/sub_x', undefined, token);
    return { read: (await statusOf(token)) === 200, subscribe: subscribed.status === 204 };
  };

  test('A later consent changes nothing for the tokens of an earlier one', async () => {
    const narrow = await redeem(await signIn(undefined, 'read'));
    const wide = await redeem(await signIn(undefined, 'read subscribe'));
    expect([await mayOf(narrow.access_token), await mayOf(wide.access_token)]).toEqual([
      { read: true, subscribe: false },
      { read: true, subscribe: true },
    ]);
    const refreshed = await refresh(narrow.refresh_token);
    expect([refreshed.scope, await mayOf(refreshed.access_token)]).toEqual([
      'read',
      { read: true, subscribe: false },
    ]);
    await signIn(undefined, 'read');
    expect(await mayOf(wide.access_token)).toEqual({ read: true, subscribe: true });
    const { body } = await hub.request('GET', '/admin/clients', undefined, hub.adminKey);
    expect(body.items[0].grants[0].scopes).toEqual(['read', 'subscribe']);
  });

  test('A client reads and removes its own subscriptions, and a key only its own', async () => {
    const { access_token: token } = await redeem(await signIn());
    const { access_token: later } = await redeem(await signIn());
    const ofKey = (await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' })).body.id;
    const ofClient = (await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' }, token)).body
      .id;
    const read = async (id: string, key?: string) =>
      (await hub.request('GET', `/v1/events?subscription=${id}`, undefined, key)).status;
    const example = async (id: string, key?: string) =>
      (await hub.request('POST', `/v1/subscriptions/${id}/example`, undefined, key)).status;
    expect([await read(ofKey, token), await read(ofClient), await read(ofClient, later)]).toEqual([
      404, 404, 200,
    ]);
    expect([await example(ofKey, token), await example(ofClient)]).toEqual([404, 404]);
    for (const [id, key] of [
      [ofKey, token],
      [ofClient, hub.shopKey],
    ])
      expect((await hub.request('DELETE', `/v1/subscriptions/${id}`, undefined, key)).status).toBe(204);
    expect([await read(ofKey), await read(ofClient, token)]).toEqual([200, 200]);
    await hub.request('DELETE', `/v1/subscriptions/${ofClient}`, undefined, later);
    expect(await read(ofClient, token)).toBe(404);
    await hub.request('DELETE', `/v1/subscriptions/${ofKey}`);
  });
});

describe('Token endpoint', () => {
  test.each<[string, [string, string][], number, string]>([
    ['no grant type', [], 400, 'invalid_request'],
    ['an unknown grant type', [['grant_type', 'password']], 400, 'unsupported_grant_type'],
    ['no code', [['grant_type', 'authorization_code']], 400, 'invalid_request'],
    ['no refresh token', [['grant_type', 'refresh_token']], 400, 'invalid_request'],
    [
      'an unknown refresh token',
      [
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'rt_x'],
      ],
      400,
      'invalid_grant',
    ],
    [
      'a field twice',
      [
        ['grant_type', 'refresh_token'],
        ['grant_type', 'refresh_token'],
      ],
      400,
      'invalid_request',
    ],
  ])('A request with %s is refused as the standard says', async (_, fields, status, error) => {
    const own: [string, string][] = [
      ['client_id', make.id],
      ['client_secret', make.secret],
    ];
    const answer = await post([...own, ...fields]);
    expect([answer.status, answer.error]).toEqual([status, error]);
    expect(answer.answer.headers.get('cache-control')).toBe('no-store');
  });

  test('A client that proves itself twice is refused', async () => {
    const authorization = `Basic ${Buffer.from(`${make.id}:${make.secret}`).toString('base64')}`;
    const answer = await post([['client_secret', make.secret]], { authorization });
    expect([answer.status, answer.error]).toEqual([400, 'invalid_request']);
  });

  test('An unknown client is told how to prove itself', async () => {
    const authorization = `Basic ${Buffer.from('client_x:%zz').toString('base64')}`;
    const { status, answer } = await post([['grant_type', 'refresh_token']], { authorization });
    expect([status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="hub"']);
  });

  test('A fault that passes is answered with 503, which signs nobody out', async () => {
    const { refresh_token = '' } = await redeem(await signIn());
    const { connection } = hub.hub.runtime.database;
    connection.exec('ALTER TABLE grants RENAME TO grants_gone');
    const answer = await post([
      ['client_id', make.id],
      ['client_secret', make.secret],
      ['grant_type', 'refresh_token'],
      ['refresh_token', refresh_token],
    ]);
    connection.exec('ALTER TABLE grants_gone RENAME TO grants');
    expect([answer.status, answer.error]).toEqual([503, 'temporarily_unavailable']);
    expect(answer.answer.headers.get('retry-after')).toBe('30');
    expect(await errorOf(refresh(refresh_token))).toBe('granted');
  });
});

describe('Client without a secret', () => {
  test('It needs a challenge, and its tokens work', async () => {
    const { body } = await hub.request(
      'POST',
      '/admin/clients',
      { name: 'Desk', redirect_uris: ['http://127.0.0.1:9/cb'], has_secret: false },
      hub.adminKey,
    );
    expect(body.secret).toBeUndefined();
    const own = { client_id: body.id, redirect_uri: 'http://127.0.0.1:9/cb' };
    const browser = startBrowser(['http://127.0.0.1:9']);
    const refused = await browser.open(consentAddress(own));
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request');

    const verifier = oauth.generateRandomCodeVerifier();
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    const address = consentAddress({
      ...own,
      scope: 'read',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const consent = await browser.open(address);
    const fields = { ...fieldsOf(consent.text), decision: 'allow' };
    const ended = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
    const params = oauth.validateAuthResponse(server, own, new URL(ended.url), oauth.expectNoState);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      own,
      oauth.None(),
      params,
      own.redirect_uri,
      verifier,
      INSECURE,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, own, answer);
    expect(tokens.scope).toBe('read');
    expect(await statusOf(tokens.access_token)).toBe(200);
    // It is not asked to renew its token.
    const denied = await fetch(`${hub.publicUrl}/v1/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ trigger: 'new_order' }),
    });
    expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="subscribe"',
    ]);
  });
});

describe('Grant that ends', () => {
  test('A client that gives up its access gets no events until the seller consents again', async () => {
    const tokens = await redeem(await signIn());
    const target = { trigger: 'order_paid', url: `${hub.receiver.url}/hook` };
    const { body } = await hub.request('POST', '/v1/subscriptions', target, tokens.access_token);
    await hub.pass(10 * MINUTE);
    const stateOf = async () => {
      const { body: all } = await hub.request('GET', '/admin/subscriptions', undefined, hub.adminKey);
      return all.items.find(({ id }: { id: string }) => id === body.id)?.state;
    };
    expect(await stateOf()).toBe('active');
    // Earlier tests have left connections of this client.
    const { database } = hub.hub.runtime;
    database
      .prepare(
        'DELETE FROM grant_tokens WHERE family NOT IN (SELECT family FROM grant_tokens ORDER BY rowid DESC LIMIT 1)',
      )
      .run();
    await oauth.revocationRequest(server, client, byBody, tokens.refresh_token ?? '', INSECURE);
    expect(await stateOf()).toBe('paused');
    await signIn();
    expect(await stateOf()).toBe('active');
  });

  test('A shop that must be connected again ends the connection of the client', async () => {
    const tokens = await redeem(await signIn());
    hub.hub.runtime.database.prepare("UPDATE shops SET state = 'reconnect_needed'").run();
    expect(await errorOf(refresh(tokens.refresh_token))).toBe('invalid_grant');
    await signIn();
    expect(await errorOf(refresh(tokens.refresh_token))).toBe('granted');
  });

  test('Removing a client ends its tokens and its subscriptions', async () => {
    const tokens = await redeem(await signIn());
    const { body: before } = await hub.request('GET', '/admin/subscriptions', undefined, hub.adminKey);
    expect(before.items).not.toEqual([]);
    await hub.request('DELETE', `/admin/clients/${make.id}`, undefined, hub.adminKey);
    expect(await statusOf(tokens.access_token)).toBe(401);
    const { body: after } = await hub.request('GET', '/admin/subscriptions', undefined, hub.adminKey);
    expect(after.items).toEqual([]);
  });
});

test('Tokens and codes are stored as hashes only', async () => {
  const { body: registered } = await hub.request(
    'POST',
    '/admin/clients',
    { name: 'Other', redirect_uris: [REDIRECT] },
    hub.adminKey,
  );
  make = registered;
  client = { client_id: make.id };
  byBody = oauth.ClientSecretPost(make.secret);
  const tokens = await redeem(await signIn());
  await hub.pass(DAY);
  const { connection } = hub.hub.runtime.database;
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const text = JSON.stringify(
    tables.map(({ name }) => connection.prepare(`SELECT * FROM ${String(name)}`).all()),
    (_, value) => (typeof value === 'bigint' ? String(value) : value),
  );
  const secrets = [make.secret, tokens.access_token, tokens.refresh_token ?? ''];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});
