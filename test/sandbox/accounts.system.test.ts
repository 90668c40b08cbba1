import { sign } from '../../lib/aliexpress/sign.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
import type { OldRefreshToken } from '../../sandbox/accounts.ts';
import { CALLBACK, openSandboxShop, type SandboxShop } from '../support/sandbox-shop.ts';

const CREATE = '/auth/token/create';
const REFRESH = '/auth/token/refresh';

describe('Sign-in at the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  afterEach(() => shop.close());

  const authorize = (changes: Record<string, string> = {}) => {
    const url = new URL('/oauth/authorize', shop.sandbox.url);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: shop.sandbox.app.appKey,
      redirect_uri: CALLBACK,
      state: 'a state',
      ...changes,
    }).toString();
    return fetch(url, { redirect: 'manual' });
  };
  const locationOf = async (answer: Promise<Response>) =>
    new URL((await answer).headers.get('location') ?? '');
  const freshCode = () => shop.sandbox.accounts.issueCode();
  const signIn = async () => (await shop.system(CREATE, { code: freshCode() })).json;

  test('More than five requests for tokens in a second are banned as calls are', async () => {
    for (let n = 0; n < 5; n += 1) await shop.system(REFRESH, { refresh_token: 'none' });
    expect((await signIn()).code).toBe('ApiCallLimit');
    expect((await shop.callNow()).code).toBe('ApiCallLimit');
  });

  test('Requests that name no interface are counted for the limit of a second', async () => {
    for (let n = 0; n < 5; n += 1) expect((await fetch(shop.sandbox.url)).status).toBe(404);
    expect((await signIn()).code).toBe('ApiCallLimit');
  });

  describe('Authorization page', () => {
    test('The authorization page redirects to the callback URL', async () => {
      const back = await locationOf(authorize());
      expect(back.origin + back.pathname).toBe(CALLBACK);
    });

    test('The authorization page passes the state on', async () => {
      expect((await locationOf(authorize())).searchParams.get('state')).toBe('a state');
    });

    test('The authorization page issues a code that can be exchanged', async () => {
      const code = (await locationOf(authorize())).searchParams.get('code') ?? '';
      expect((await shop.system(CREATE, { code })).json).toMatchObject({ code: '0' });
    });

    test.each([
      ['without its trailing slash', CALLBACK.replace(/\/$/, '')],
      ['with a second trailing slash', `${CALLBACK}/`],
      ['with http instead of https', CALLBACK.replace('https', 'http')],
      ['in another case', CALLBACK.replace('App1', 'app1')],
      ['with a query', `${CALLBACK}?a=b`],
      ['on another host', CALLBACK.replace('zapier.com', 'example.com')],
    ])('A callback URL %s is rejected', async (_, address) => {
      expect((await authorize({ redirect_uri: address })).status).toBe(400);
    });

    test('The authorization page rejects an unknown app', async () => {
      expect((await authorize({ client_id: '999999' })).status).toBe(400);
    });

    test('The authorization page issues no token directly', async () => {
      expect((await authorize({ response_type: 'token' })).status).toBe(400);
    });
  });

  describe('Token exchange', () => {
    test.each([CREATE, '/auth/token/security/create'])(
      'A code is exchanged for tokens at %s',
      async (path) => {
        expect((await shop.system(path, { code: freshCode() })).json).toMatchObject({
          access_token: expect.stringMatching(/^50000/),
          refresh_token: expect.stringMatching(/^50001/),
          seller_id: shop.sandbox.accounts.sellerId,
        });
      },
    );

    test('The token exchange returns the lifetimes of an app in test status', async () => {
      expect(await signIn()).toMatchObject({ expires_in: 86_400, refresh_expires_in: 172_800 });
    });

    test('The token exchange returns the expiry times in milliseconds', async () => {
      expect(await signIn()).toMatchObject({
        expire_time: shop.clock.now() + 24 * HOUR,
        refresh_token_valid_time: shop.clock.now() + 48 * HOUR,
      });
    });

    test('A call with the new access token is answered', async () => {
      const { access_token } = await signIn();
      expect((await shop.call({ session: access_token })).code).toBe('0');
    });

    test('A code is accepted only once', async () => {
      const code = freshCode();
      await shop.system(CREATE, { code });
      expect((await shop.system(CREATE, { code })).code).toBe('InvalidCode');
    });

    test('A code is accepted for three minutes', async () => {
      const code = freshCode();
      shop.clock.advance(3 * MINUTE - 1);
      expect((await shop.system(CREATE, { code })).code).toBe('0');
    });

    test('A code is rejected after three minutes', async () => {
      const code = freshCode();
      shop.clock.advance(3 * MINUTE);
      expect((await shop.system(CREATE, { code })).code).toBe('InvalidCode');
    });

    test('A code that was never issued is rejected', async () => {
      expect((await shop.system(CREATE, { code: '3_500102_made_up' })).code).toBe('InvalidCode');
    });

    test('The token exchange rejects with a flat error and HTTP 200', async () => {
      expect(await shop.system(CREATE, { code: 'made up' })).toMatchObject({
        status: 200,
        json: {
          type: 'ISV',
          code: 'InvalidCode',
          message: expect.any(String),
          request_id: expect.any(String),
        },
      });
    });

    test('A token exchange without a code is rejected', async () => {
      expect((await shop.system(CREATE)).code).toBe('MissingParameter');
    });

    test('A token exchange whose signature lacks the path is rejected', async () => {
      const withoutPath = ({ sign: _, ...params }: Record<string, string>) =>
        sign(params, shop.sandbox.app.appSecret);
      const tamper = (params: Record<string, string>) => {
        params.sign = withoutPath(params);
      };
      expect((await shop.system(CREATE, { code: freshCode() }, { tamper })).code).toBe('IncompleteSignature');
    });

    test('A code that came with a wrong signature stays valid', async () => {
      const code = freshCode();
      await shop.system(CREATE, { code }, { secret: 'wrong' });
      expect((await shop.system(CREATE, { code })).code).toBe('0');
    });

    test('The token exchange does not count toward the daily limit', async () => {
      await signIn();
      expect(shop.sandbox.calls.byDay.size).toBe(0);
    });
  });

  describe('Token refresh', () => {
    const refresh = async (refresh_token: string) => (await shop.system(REFRESH, { refresh_token })).json;

    test('A refresh returns a new access token', async () => {
      const first = await signIn();
      expect((await refresh(first.refresh_token)).access_token).not.toBe(first.access_token);
    });

    test('A refresh returns a new refresh token', async () => {
      const first = await signIn();
      expect((await refresh(first.refresh_token)).refresh_token).not.toBe(first.refresh_token);
    });

    test('A used refresh token is rejected', async () => {
      const { refresh_token } = await signIn();
      await refresh(refresh_token);
      expect((await refresh(refresh_token)).code).toBe('IllegalRefreshToken');
    });

    test('The new refresh token is accepted', async () => {
      const first = await signIn();
      const second = await refresh(first.refresh_token);
      expect((await refresh(second.refresh_token)).code).toBe('0');
    });

    test('The refreshed access token has its full lifetime', async () => {
      const { refresh_token } = await signIn();
      shop.clock.advance(23 * HOUR);
      expect((await refresh(refresh_token)).expires_in).toBe(86_400);
    });

    test('A refresh does not extend the lifetime of the refresh token', async () => {
      const { refresh_token } = await signIn();
      shop.clock.advance(23 * HOUR);
      expect((await refresh(refresh_token)).refresh_expires_in).toBe(25 * 3600);
    });

    test('A refresh is rejected 48 hours after the sign-in, however often it was done', async () => {
      let { refresh_token } = await signIn();
      for (let hour = 0; hour < 47; hour += 1) {
        shop.clock.advance(HOUR);
        refresh_token = (await refresh(refresh_token)).refresh_token;
      }
      shop.clock.advance(HOUR);
      expect((await refresh(refresh_token)).code).toBe('IllegalRefreshToken');
    });

    test('A refresh token that was never issued is rejected', async () => {
      expect((await refresh('50001')).code).toBe('IllegalRefreshToken');
    });

    test('A refresh does not count toward the daily limit', async () => {
      await refresh((await signIn()).refresh_token);
      expect(shop.sandbox.calls.byDay.size).toBe(0);
    });
  });

  test('Any other system interface is rejected', async () => {
    expect((await shop.system('/auth/token/revoke')).code).toBe('InvalidApiPath');
  });
});

describe('Access token of the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  afterEach(() => shop.close());

  test('An access token is accepted for 24 hours', async () => {
    shop.clock.advance(24 * HOUR - 1);
    expect((await shop.callNow()).code).toBe('0');
  });

  test('An access token is rejected after 24 hours', async () => {
    shop.clock.advance(24 * HOUR);
    expect((await shop.callNow()).code).toBe('IllegalAccessToken');
  });

  test('An access token that a test expires is rejected', async () => {
    shop.sandbox.accounts.expireAccess();
    expect((await shop.call()).code).toBe('IllegalAccessToken');
  });

  test('A sign-in is refreshed after a test has expired its access token', async () => {
    const { refresh_token } = (await shop.system(CREATE, { code: shop.sandbox.accounts.issueCode() })).json;
    shop.sandbox.accounts.expireAccess();
    const { access_token } = (await shop.system(REFRESH, { refresh_token })).json;
    expect((await shop.call({ session: access_token })).code).toBe('0');
  });

  test('A refresh is rejected after a test has revoked the sign-in', async () => {
    const { refresh_token } = (await shop.system(CREATE, { code: shop.sandbox.accounts.issueCode() })).json;
    shop.sandbox.accounts.revoke();
    expect((await shop.system(REFRESH, { refresh_token })).code).toBe('IllegalRefreshToken');
  });

  test('A call with an invalid token does not count toward the daily limit', async () => {
    await shop.call({ session: 'made up' });
    expect(shop.sandbox.calls.byDay.size).toBe(0);
  });
});

describe('Used refresh token', () => {
  async function refreshTwice(oldRefreshToken: OldRefreshToken, pauseMs: number) {
    const shop = await openSandboxShop({ ordersPerDay: 1, oldRefreshToken });
    const { json } = await shop.system(CREATE, { code: shop.sandbox.accounts.issueCode() });
    const refresh = () => shop.system(REFRESH, { refresh_token: json.refresh_token });
    const first = await refresh();
    shop.clock.advance(pauseMs);
    const second = await refresh();
    await shop.close();
    return { first: first.json, second: second.json };
  }

  test('A used refresh token that stays valid gives new tokens', async () => {
    const { first, second } = await refreshTwice('stays_valid', HOUR);
    expect(second.code).toBe('0');
    expect(second.access_token).not.toBe(first.access_token);
  });

  test('A used refresh token that is valid for five minutes gives the same answer', async () => {
    const { first, second } = await refreshTwice('valid_5_minutes', 5 * MINUTE - 1);
    expect(second).toEqual({ ...first, request_id: expect.any(String) });
  });

  test('A used refresh token that is valid for five minutes is rejected afterwards', async () => {
    const { second } = await refreshTwice('valid_5_minutes', 5 * MINUTE);
    expect(second.code).toBe('IllegalRefreshToken');
  });
});
