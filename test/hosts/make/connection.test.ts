import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { loadApp } from '../../support/make/app.ts';
import { MakeError } from '../../support/make/errors.ts';
import { openRunner, type Runner } from '../../support/make/runner.ts';
import { FOLDER } from './folder.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-21T02:00:00Z');

describe('the connection on Make', () => {
  let sandbox: Sandbox;
  let make: Runner;
  const clock = { at: START };
  const ticking = { now: () => clock.at, sleep: async () => {} };
  beforeEach(async () => {
    clock.at = START;
    sandbox = await startSandbox({ clock: ticking, callbackUrl: 'https://www.make.com/oauth/cb/app' });
    make = openRunner({
      app: loadApp(FOLDER),
      clock: ticking,
      origins: { 'https://api-sg.aliexpress.com': sandbox.url },
      connectionCommon: { aliexpress: { ...sandbox.app } },
    });
  });
  afterEach(() => sandbox.close());

  const browser = async (url: string) => {
    const { headers } = await fetch(url, { redirect: 'manual' });
    return Object.fromEntries(new URL(String(headers.get('location'))).searchParams);
  };
  const connect = () => make.connect('aliexpress', {}, browser);
  const accessToken = ({ data }: Awaited<ReturnType<typeof connect>>) => String(data.accessToken);

  test('a seller signs in, and the connection is the shop’s that the token names', async () => {
    const { uid, data } = await connect();
    expect([uid, data.sellerId]).toEqual([sandbox.accounts.sellerId, sandbox.accounts.sellerId]);
  });

  test('it keeps the token, which is valid', async () => {
    expect(sandbox.accounts.isValid(accessToken(await connect()))).toBe(true);
  });

  test('it asks for a new sign-in when the refresh token ends', async () => {
    expect((await connect()).reauthorizeAt?.getTime()).toBe(START + 48 * HOUR);
  });

  test('a young token is not renewed', async () => {
    expect(await make.refresh(await connect())).toBe(false);
  });

  test('a token is renewed before it ends', async () => {
    const connection = await connect();
    const old = accessToken(connection);
    clock.at += 23.6 * HOUR;
    expect(await make.refresh(connection)).toBe(true);
    expect(accessToken(connection)).not.toBe(old);
  });

  test('renewing does not move the time when a person must sign in again', async () => {
    const connection = await connect();
    const deadline = connection.reauthorizeAt;
    clock.at += 23.6 * HOUR;
    await make.refresh(connection);
    expect(connection.reauthorizeAt).toEqual(deadline);
  });

  test('a code that is refused names the callback URL, the usual culprit', async () => {
    const run = make.connect('aliexpress', {}, async (url) => ({
      ...(await browser(url)),
      code: 'another',
    }));
    const thrown: unknown = await run.catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(MakeError);
    expect(thrown).toMatchObject({
      type: 'InvalidAccessTokenError',
      message: expect.stringContaining('equals "https://www.make.com/oauth/cb/app" to the letter'),
    });
  });

  test('no token, code, secret or e-mail address goes into the log', async () => {
    const connection = await connect();
    clock.at += 23.6 * HOUR;
    await make.refresh(connection);
    const { accessToken: access, refreshToken: refresh } = connection.data;
    const log = JSON.stringify(make.log);
    for (const secret of [access, refresh, sandbox.app.appSecret, '@']) {
      expect(log).not.toContain(String(secret));
    }
  });
});
