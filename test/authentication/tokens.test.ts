import { exchangeCode, refreshTokens } from '../../authentication/tokens.ts';
import { createGateway, GATEWAY_URL } from '../../lib/aliexpress/gateway.ts';
import { type HttpAnswer, TransportFailure } from '../../lib/http/transport.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';
import { answered, formOf, scriptedTransport } from '../support/scripted-transport.ts';

const CALLBACK = 'https://a.example/cb';
const OLD = {
  access_token: 'old-access',
  refresh_token: 'old-refresh',
  seller_id: '2201234567890',
  access_expires_at: '2026-10-09T08:00:00.000Z',
  refresh_expires_at: '2026-10-11T00:00:00.000Z',
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

function signIn(answer: HttpAnswer | Error) {
  const { transport, sent } = scriptedTransport(answer);
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
    refresh: (old: Partial<typeof OLD> = OLD) => refreshTokens(old, { gateway, clock }),
  };
}

describe('a code is exchanged', () => {
  test('for a connection of texts alone, without the e-mail address of the account', async () => {
    expect(await signIn(tokens()).exchange()).toEqual({
      access_token: 'new-access',
      refresh_token: 'new-refresh',
      seller_id: '2201234567890',
      access_expires_at: '2026-10-10T08:00:00.000Z',
      refresh_expires_at: '2026-10-11T08:00:00.000Z',
    });
  });

  test('though the answer holds real numbers', async () => {
    const connection = await signIn(tokens({ expires_in: 86400, seller_id: 2201234567890 })).exchange();
    expect(connection).toMatchObject({
      access_expires_at: '2026-10-10T08:00:00.000Z',
      seller_id: '2201234567890',
    });
  });

  test('by sending the code', async () => {
    const { exchange, sent } = signIn(tokens());
    await exchange();
    expect(formOf(sent[0]).code).toBe('the-code');
  });

  test('by the path that creates tokens', async () => {
    const { exchange, sent } = signIn(tokens());
    await exchange();
    expect(sent.map(({ url }) => url)).toEqual(['https://api-sg.aliexpress.com/rest/auth/token/create']);
  });

  test('though the answer names the user and no seller', async () => {
    const connection = await signIn(tokens({ seller_id: undefined })).exchange();
    expect(connection.seller_id).toBe('77');
  });

  test('though the answer does not say how long the refresh token lives', async () => {
    const connection = await signIn(tokens({ refresh_expires_in: undefined })).exchange();
    expect(connection.refresh_expires_at).toBe('');
  });
});

describe('a code is not exchanged', () => {
  test('when AliExpress refuses it; the problem names the way back, the usual culprit', async () => {
    await expect(signIn(refused('InvalidCode')).exchange()).rejects.toEqual(
      problemLike('code_refused', { code: 'InvalidCode', redirectUri: CALLBACK }),
    );
  });

  test('when the app key is wrong, which is another problem', async () => {
    await expect(signIn(refused('InvalidAppkey')).exchange()).rejects.toEqual(problemLike('app_key_refused'));
  });

  test('for an answer that names neither seller nor user', async () => {
    const answer = tokens({ seller_id: undefined, user_id: undefined });
    await expect(signIn(answer).exchange()).rejects.toEqual(
      problemLike('answer_changed', { method: '/auth/token/create', field: 'seller_id' }),
    );
  });

  test('for an answer without a refresh token', async () => {
    await expect(signIn(tokens({ refresh_token: undefined })).exchange()).rejects.toEqual(
      problemLike('answer_changed', { field: 'refresh_token' }),
    );
  });
});

describe('tokens are refreshed', () => {
  test('to a connection with new tokens and new times', async () => {
    expect(await signIn(tokens()).refresh()).toEqual({
      access_token: 'new-access',
      refresh_token: 'new-refresh',
      seller_id: '2201234567890',
      access_expires_at: '2026-10-10T08:00:00.000Z',
      refresh_expires_at: '2026-10-11T08:00:00.000Z',
    });
  });

  test('by sending the refresh token, and no other', async () => {
    const { refresh, sent } = signIn(tokens());
    await refresh();
    expect(formOf(sent[0])).toMatchObject({ refresh_token: 'old-refresh' });
  });

  test('by the path that refreshes tokens', async () => {
    const { refresh, sent } = signIn(tokens());
    await refresh();
    expect(sent.map(({ url }) => url)).toEqual(['https://api-sg.aliexpress.com/rest/auth/token/refresh']);
  });

  test('and the old refresh token stays where the answer brings none', async () => {
    const connection = await signIn(tokens({ refresh_token: undefined })).refresh();
    expect(connection.refresh_token).toBe('old-refresh');
  });

  test('and the old deadline stays where the answer brings none', async () => {
    const connection = await signIn(tokens({ refresh_expires_in: undefined })).refresh();
    expect(connection.refresh_expires_at).toBe('2026-10-11T00:00:00.000Z');
  });

  test('and the seller stays the same, whatever the answer says', async () => {
    const connection = await signIn(tokens({ seller_id: '999' })).refresh();
    expect(connection.seller_id).toBe('2201234567890');
  });
});

describe('tokens cannot be refreshed', () => {
  test.each(['IllegalRefreshToken', 'IllegalAccessToken', 'InvalidCode', 'AUTH_TYPE_UNSUPPORTED'])(
    'when AliExpress answers %s: the shop must be connected again',
    async (code) => {
      await expect(signIn(refused(code)).refresh()).rejects.toEqual(problemLike('reconnect_needed'));
    },
  );

  test('without a refresh token: the shop must be connected again', async () => {
    await expect(signIn(tokens()).refresh({})).rejects.toEqual(problemLike('reconnect_needed'));
  });

  test('without a refresh token, and AliExpress is not asked', async () => {
    const { refresh, sent } = signIn(tokens());
    await refresh({}).catch(() => {});
    expect(sent).toEqual([]);
  });

  test('while AliExpress is out of reach, which does not end the connection', async () => {
    await expect(signIn(new TransportFailure('timeout')).refresh()).rejects.toEqual(
      problemLike('aliexpress_unreachable'),
    );
  });
});
