import { exchangeCode, refreshTokens } from '../../authentication/tokens.ts';
import { createGateway } from '../../lib/aliexpress/gateway.ts';
import { GATEWAY_URL } from '../../lib/aliexpress/gateway-url.ts';
import { type HttpAnswer, TransportFailure } from '../../lib/http/transport.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { createVault } from '../../lib/vault.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';
import { answered, formOf, scriptedTransport } from '../support/scripted-transport.ts';
import { seededRandom } from '../support/seeded-random.ts';

const CALLBACK = 'https://a.example/cb';
const OLD = {
  access_token: 'old-access',
  refresh_token: 'old-refresh',
  seller_id: '2201234567890',
  access_expires_at: '2026-10-09T08:00:00.000Z',
  refresh_expires_at: '2026-10-11T00:00:00.000Z',
  connected_at: '2026-10-09T00:00:00.000Z',
};

/** What AliExpress answers, as the docs print it: numbers are texts. */
const tokens = (more: object = {}) =>
  answered({
    access_token: 'new-access',
    refresh_token: 'new-refresh',
    expires_in: '86400',
    refresh_expires_in: '172800',
    expire_time: '1500',
    account: 'seller@example.com',
    account_platform: 'seller_center',
    account_id: null,
    user_id: '77',
    seller_id: '2201234567890',
    user_nick: 'cn1234',
    code: '0',
    request_id: '2141',
    ...more,
  });
const refused = (code: string) => answered({ type: 'ISV', code, message: 'no', request_id: '1' });

function signIn(...answers: (HttpAnswer | Error)[]) {
  const { transport, sent } = scriptedTransport(...answers);
  const clock = fixedClock('2026-10-09T08:00:00Z');
  const gateway = createGateway<'interactive'>({
    baseUrl: GATEWAY_URL,
    appKey: '512345',
    appSecret: 'helloworld',
    transport,
    clock,
  });
  return {
    sent,
    exchange: () => exchangeCode('the-code', CALLBACK, { gateway, clock }),
    refresh: (old: Partial<typeof OLD> = OLD) =>
      refreshTokens(old, {
        gateway,
        clock,
        random: seededRandom(),
        store: memoryStore(clock),
        vault: createVault('helloworld', 'tokens'),
      }),
  };
}

describe('Exchange of a code', () => {
  test('A connection consists of texts, without the e-mail address of the account', async () => {
    expect(await signIn(tokens()).exchange()).toEqual({
      access_token: 'new-access',
      refresh_token: 'new-refresh',
      seller_id: '2201234567890',
      access_expires_at: '2026-10-10T08:00:00.000Z',
      refresh_expires_at: '2026-10-11T08:00:00.000Z',
      connected_at: '2026-10-09T08:00:00.000Z',
    });
  });

  test('An answer with numbers in place of texts is accepted', async () => {
    const connection = await signIn(tokens({ expires_in: 86400, seller_id: 2201234567890 })).exchange();
    expect(connection).toMatchObject({
      access_expires_at: '2026-10-10T08:00:00.000Z',
      seller_id: '2201234567890',
    });
  });

  test('The exchange sends the code', async () => {
    const { exchange, sent } = signIn(tokens());
    await exchange();
    expect(formOf(sent[0]).code).toBe('the-code');
  });

  test('The exchange calls the path that creates tokens', async () => {
    const { exchange, sent } = signIn(tokens());
    await exchange();
    expect(sent.map(({ url }) => url)).toEqual(['https://api-sg.aliexpress.com/rest/auth/token/create']);
  });

  test('The user is the seller where the answer lacks a seller', async () => {
    const connection = await signIn(tokens({ seller_id: undefined })).exchange();
    expect(connection.seller_id).toBe('77');
  });

  test('The refresh deadline is empty where the answer lacks it', async () => {
    const connection = await signIn(tokens({ refresh_expires_in: undefined })).exchange();
    expect(connection.refresh_expires_at).toBe('');
  });
});

describe('Refused exchange of a code', () => {
  test('The error for a refused code names the redirect URI, the usual cause', async () => {
    await expect(signIn(refused('InvalidCode')).exchange()).rejects.toEqual(
      problemLike('code_refused', { code: 'InvalidCode', redirectUri: CALLBACK }),
    );
  });

  test('The error for a wrong app key is app_key_refused', async () => {
    await expect(signIn(refused('InvalidAppkey')).exchange()).rejects.toEqual(problemLike('app_key_refused'));
  });

  test('An answer with neither seller nor user is refused', async () => {
    const answer = tokens({ seller_id: undefined, user_id: undefined });
    await expect(signIn(answer).exchange()).rejects.toEqual(
      problemLike('answer_changed', { method: '/auth/token/create', field: 'seller_id' }),
    );
  });

  test('An answer without a refresh token is refused', async () => {
    await expect(signIn(tokens({ refresh_token: undefined })).exchange()).rejects.toEqual(
      problemLike('answer_changed', { field: 'refresh_token' }),
    );
  });
});

describe('Refresh of tokens', () => {
  test('A refresh returns new tokens and new times', async () => {
    expect(await signIn(tokens()).refresh()).toEqual({
      access_token: 'new-access',
      refresh_token: 'new-refresh',
      seller_id: '2201234567890',
      access_expires_at: '2026-10-10T08:00:00.000Z',
      refresh_expires_at: '2026-10-11T08:00:00.000Z',
      connected_at: '2026-10-09T00:00:00.000Z',
    });
  });

  test('A refresh sends the refresh token', async () => {
    const { refresh, sent } = signIn(tokens());
    await refresh();
    expect(formOf(sent[0])).toMatchObject({ refresh_token: 'old-refresh' });
  });

  test('A refresh calls the path that refreshes tokens', async () => {
    const { refresh, sent } = signIn(tokens());
    await refresh();
    expect(sent.map(({ url }) => url)).toEqual(['https://api-sg.aliexpress.com/rest/auth/token/refresh']);
  });

  test('The old refresh token is kept where the answer lacks one', async () => {
    const connection = await signIn(tokens({ refresh_token: undefined })).refresh();
    expect(connection.refresh_token).toBe('old-refresh');
  });

  test('The old refresh deadline is kept where the answer lacks one', async () => {
    const connection = await signIn(tokens({ refresh_expires_in: undefined })).refresh();
    expect(connection.refresh_expires_at).toBe('2026-10-11T00:00:00.000Z');
  });

  test.each([-59, -1, 1, 59])(
    'A renewal that states the deadline %d seconds off changes nothing about it',
    async (seconds) => {
      // The time until the old deadline.
      const left = String(40 * 3600 + seconds);
      const { refresh_expires_at } = await signIn(tokens({ refresh_expires_in: left })).refresh();
      expect(refresh_expires_at).toBe(OLD.refresh_expires_at);
    },
  );

  test('The seller is kept where the answer names another', async () => {
    const connection = await signIn(tokens({ seller_id: '999' })).refresh();
    expect(connection.seller_id).toBe('2201234567890');
  });
});

describe('Refused refresh of tokens', () => {
  test.each(['IllegalRefreshToken', 'IllegalAccessToken', 'InvalidCode', 'AUTH_TYPE_UNSUPPORTED'])(
    'The shop must be connected again when AliExpress answers %s',
    async (code) => {
      await expect(signIn(refused(code)).refresh()).rejects.toEqual(problemLike('reconnect_needed'));
    },
  );

  test('The shop must be connected again where there is no refresh token', async () => {
    await expect(signIn(tokens()).refresh({})).rejects.toEqual(problemLike('reconnect_needed'));
  });

  test('A connection without a refresh token uses no call', async () => {
    const { refresh, sent } = signIn(tokens());
    await refresh({}).catch(() => {});
    expect(sent).toEqual([]);
  });

  test('The connection is kept while AliExpress is unreachable', async () => {
    const lost = new TransportFailure('timeout');
    await expect(signIn(lost, lost, lost).refresh()).rejects.toEqual(problemLike('aliexpress_unreachable'));
  });

  test('A refresh whose answer was lost sends the same refresh token again', async () => {
    const { refresh, sent } = signIn(new TransportFailure('cut'), tokens());
    await refresh();
    expect(sent.map((request) => formOf(request).refresh_token)).toEqual(['old-refresh', 'old-refresh']);
  });

  test('A refresh is sent three times at most', async () => {
    const cut = new TransportFailure('cut');
    const { refresh, sent } = signIn(cut, cut, cut, cut);
    await refresh().catch(() => {});
    expect(sent).toHaveLength(3);
  });
});
