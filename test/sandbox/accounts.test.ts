import { sign } from '../../lib/aliexpress/sign.ts';
import { CALLBACK, openSandboxShop, type SandboxShop } from '../support/sandbox-shop.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CREATE = '/auth/token/create';
const REFRESH = '/auth/token/refresh';

describe('Signing in at the sandbox', () => {
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

  describe('in the browser', () => {
    test('leads back to the callback address', async () => {
      const back = await locationOf(authorize());
      expect(back.origin + back.pathname).toBe(CALLBACK);
    });

    test('brings the state back', async () => {
      expect((await locationOf(authorize())).searchParams.get('state')).toBe('a state');
    });

    test('brings a code that can be exchanged', async () => {
      const code = (await locationOf(authorize())).searchParams.get('code') ?? '';
      expect((await shop.system(CREATE, { code })).json).toMatchObject({ code: '0' });
    });

    test.each([
      ['without the slash at the end', CALLBACK.replace(/\/$/, '')],
      ['with another slash at the end', `${CALLBACK}/`],
      ['without encryption', CALLBACK.replace('https', 'http')],
      ['in other letters', CALLBACK.replace('App1', 'app1')],
      ['with a query', `${CALLBACK}?a=b`],
      ['on another host', CALLBACK.replace('zapier.com', 'example.com')],
    ])('refuses the callback address %s', async (_, address) => {
      expect((await authorize({ redirect_uri: address })).status).toBe(400);
    });

    test('refuses an app it does not know', async () => {
      expect((await authorize({ client_id: '999999' })).status).toBe(400);
    });

    test('refuses to hand out tokens in the browser', async () => {
      expect((await authorize({ response_type: 'token' })).status).toBe(400);
    });
  });

  describe('by exchanging a code', () => {
    test.each([CREATE, '/auth/token/security/create'])('at %s yields tokens', async (path) => {
      expect((await shop.system(path, { code: freshCode() })).json).toMatchObject({
        access_token: expect.stringMatching(/^50000/),
        refresh_token: expect.stringMatching(/^50001/),
        seller_id: shop.sandbox.accounts.sellerId,
      });
    });

    test('says how long the tokens of an app in test status live', async () => {
      expect(await signIn()).toMatchObject({ expires_in: 86_400, refresh_expires_in: 172_800 });
    });

    test('says until when the tokens live, in milliseconds', async () => {
      expect(await signIn()).toMatchObject({
        expire_time: shop.clock.now() + 24 * HOUR,
        refresh_token_valid_time: shop.clock.now() + 48 * HOUR,
      });
    });

    test('yields a token that opens the shop', async () => {
      const { access_token } = await signIn();
      expect((await shop.call({ session: access_token })).code).toBe('0');
    });

    test('works once', async () => {
      const code = freshCode();
      await shop.system(CREATE, { code });
      expect((await shop.system(CREATE, { code })).code).toBe('InvalidCode');
    });

    test('works for three minutes', async () => {
      const code = freshCode();
      shop.clock.advance(3 * MINUTE - 1);
      expect((await shop.system(CREATE, { code })).code).toBe('0');
    });

    test('no longer works after three minutes', async () => {
      const code = freshCode();
      shop.clock.advance(3 * MINUTE);
      expect((await shop.system(CREATE, { code })).code).toBe('InvalidCode');
    });

    test('refuses a code it never gave out', async () => {
      expect((await shop.system(CREATE, { code: '3_500102_made_up' })).code).toBe('InvalidCode');
    });

    test('refuses with a flat error, and HTTP 200', async () => {
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

    test('asks for the code', async () => {
      expect((await shop.system(CREATE)).code).toBe('MissingParameter');
    });

    test('asks for a signature that begins with the path', async () => {
      const withoutPath = ({ sign: _, ...params }: Record<string, string>) =>
        sign(params, shop.sandbox.app.appSecret);
      const tamper = (params: Record<string, string>) => {
        params.sign = withoutPath(params);
      };
      expect((await shop.system(CREATE, { code: freshCode() }, { tamper })).code).toBe('IncompleteSignature');
    });

    test('does not use a code up that came with a wrong signature', async () => {
      const code = freshCode();
      await shop.system(CREATE, { code }, { secret: 'wrong' });
      expect((await shop.system(CREATE, { code })).code).toBe('0');
    });

    test('does not count as a call of the day', async () => {
      await signIn();
      expect(shop.sandbox.calls.byDay.size).toBe(0);
    });
  });

  describe('by refreshing', () => {
    const refresh = async (refresh_token: string) => (await shop.system(REFRESH, { refresh_token })).json;

    test('yields a new access token', async () => {
      const first = await signIn();
      expect((await refresh(first.refresh_token)).access_token).not.toBe(first.access_token);
    });

    test('yields a new refresh token', async () => {
      const first = await signIn();
      expect((await refresh(first.refresh_token)).refresh_token).not.toBe(first.refresh_token);
    });

    test('is refused with a refresh token that was used', async () => {
      const { refresh_token } = await signIn();
      await refresh(refresh_token);
      expect((await refresh(refresh_token)).code).toBe('IllegalRefreshToken');
    });

    test('goes on with the new refresh token', async () => {
      const first = await signIn();
      const second = await refresh(first.refresh_token);
      expect((await refresh(second.refresh_token)).code).toBe('0');
    });

    test('gives the access token its whole life again', async () => {
      const { refresh_token } = await signIn();
      shop.clock.advance(23 * HOUR);
      expect((await refresh(refresh_token)).expires_in).toBe(86_400);
    });

    test('does not move the end of the refresh token', async () => {
      const { refresh_token } = await signIn();
      shop.clock.advance(23 * HOUR);
      expect((await refresh(refresh_token)).refresh_expires_in).toBe(25 * 3600);
    });

    test('ends 48 hours after the sign-in, however often it was done', async () => {
      let { refresh_token } = await signIn();
      for (let hour = 0; hour < 47; hour += 1) {
        shop.clock.advance(HOUR);
        refresh_token = (await refresh(refresh_token)).refresh_token;
      }
      shop.clock.advance(HOUR);
      expect((await refresh(refresh_token)).code).toBe('IllegalRefreshToken');
    });

    test('is refused with a token it never gave out', async () => {
      expect((await refresh('50001')).code).toBe('IllegalRefreshToken');
    });

    test('does not count as a call of the day', async () => {
      await refresh((await signIn()).refresh_token);
      expect(shop.sandbox.calls.byDay.size).toBe(0);
    });
  });

  test('knows no other interface of the system', async () => {
    expect((await shop.system('/auth/token/revoke')).code).toBe('InvalidApiPath');
  });
});

describe('An access token of the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  afterEach(() => shop.close());

  test('opens the shop for a day', async () => {
    shop.clock.advance(24 * HOUR - 1);
    expect((await shop.callNow()).code).toBe('0');
  });

  test('no longer opens the shop after a day', async () => {
    shop.clock.advance(24 * HOUR);
    expect((await shop.callNow()).code).toBe('IllegalAccessToken');
  });

  test('can be ended by a test', async () => {
    shop.sandbox.accounts.expireAccess();
    expect((await shop.call()).code).toBe('IllegalAccessToken');
  });

  test('that a test ended can be renewed', async () => {
    const { refresh_token } = (await shop.system(CREATE, { code: shop.sandbox.accounts.issueCode() })).json;
    shop.sandbox.accounts.expireAccess();
    const { access_token } = (await shop.system(REFRESH, { refresh_token })).json;
    expect((await shop.call({ session: access_token })).code).toBe('0');
  });

  test('cannot be renewed when a test revoked the sign-in', async () => {
    const { refresh_token } = (await shop.system(CREATE, { code: shop.sandbox.accounts.issueCode() })).json;
    shop.sandbox.accounts.revoke();
    expect((await shop.system(REFRESH, { refresh_token })).code).toBe('IllegalRefreshToken');
  });

  test('that is refused does not cost a call of the day', async () => {
    await shop.call({ session: 'made up' });
    expect(shop.sandbox.calls.byDay.size).toBe(0);
  });
});
