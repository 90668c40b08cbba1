import {
  type CallbackPage,
  followAsBrowser,
  openCallbackPage,
  readAnswer,
} from '../../../lib/hosts/local/sign-in.ts';
import { freePort } from '../../../sandbox/ports.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { problemLike } from '../../support/problem-like.ts';

const STATE = 'c3RhdGUtb2YtdGhlLXNpZ24taW4';
const CALLBACK = 'http://127.0.0.1:3417/oauth/callback';
const back = (query: string) => new URL(`${CALLBACK}?${query}`);

describe('Callback address', () => {
  test('The code is read from a callback', () => {
    expect(readAnswer(back(`code=3_500102_abc&state=${STATE}`), STATE)).toEqual({ code: '3_500102_abc' });
  });

  test('The code is decoded', () => {
    expect(readAnswer(back(`code=a%2Fb%2Bc&state=${STATE}`), STATE)).toEqual({ code: 'a/b+c' });
  });

  test.each([
    ['without a state', 'code=abc'],
    ['with an empty state', 'code=abc&state='],
    ['with another state', 'code=abc&state=bm90LW91cnM'],
    ['with another state of the same length', `code=abc&state=${STATE.toUpperCase()}`],
    ['with a part of the state', `code=abc&state=${STATE.slice(1)}`],
    ['with the right state in second place', `code=abc&state=other&state=${STATE}`],
  ])('A callback %s is refused', (_, query) => {
    expect(() => readAnswer(back(query), STATE)).toThrow(problemLike('state_lost'));
  });

  test('A callback without a code is refused', () => {
    expect(() => readAnswer(back(`state=${STATE}`), STATE)).toThrow(
      problemLike('authorization_code_missing'),
    );
  });

  test('A callback after the seller declined is refused', () => {
    expect(() => readAnswer(back(`error=access_denied&state=${STATE}`), STATE)).toThrow(
      problemLike('authorization_denied'),
    );
  });

  test('The error does not repeat the address, which may contain a code', () => {
    expect(() => readAnswer(back('code=CANARY-CODE&state=other'), STATE)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('CANARY') }),
    );
  });
});

describe('Callback page', () => {
  let callback: URL;
  let page: CallbackPage;
  beforeEach(async () => {
    callback = new URL(`http://127.0.0.1:${await freePort()}/oauth/callback`);
    page = await openCallbackPage(callback, STATE);
  });
  afterEach(() => page.close());
  const comeBack = (query: string, path = callback.pathname) => fetch(new URL(`${path}?${query}`, callback));

  test('The page resolves with the code of the callback', async () => {
    await comeBack(`code=abc&state=${STATE}`);
    await expect(page.answer).resolves.toEqual({ code: 'abc' });
  });

  test('The page shows in both languages that the shop is connected', async () => {
    const answer = await comeBack(`code=abc&state=${STATE}`);
    expect(await answer.text()).toMatch(/店铺已连接.*The shop is connected/);
  });

  test('The page is HTML in UTF-8', async () => {
    const answer = await comeBack(`code=abc&state=${STATE}`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('A callback without the right state gets HTTP 400', async () => {
    expect((await comeBack('code=abc&state=other')).status).toBe(400);
  });

  test('A callback without the right state ends the sign-in', async () => {
    await comeBack('code=abc&state=other');
    await expect(page.answer).rejects.toEqual(problemLike('state_lost'));
  });

  test('A second callback after a failure does not report success', async () => {
    await comeBack('code=abc&state=other');
    expect((await comeBack(`code=abc&state=${STATE}`)).status).toBe(400);
  });

  test('The page does not show content of the address', async () => {
    const answer = await comeBack('code=%3Cscript%3Ealert(1)%3C/script%3E&state=other');
    expect(await answer.text()).not.toContain('script');
  });

  test('Other paths get HTTP 404', async () => {
    expect((await comeBack(`code=abc&state=${STATE}`, '/other')).status).toBe(404);
  });

  test('A closed page accepts no callback', async () => {
    await page.close();
    await expect(comeBack(`code=abc&state=${STATE}`)).rejects.toThrow();
  });

  describe('Sign-in at the sandbox', () => {
    const signIn = async (registered: string) => {
      const sandbox = await startSandbox({
        clock: fixedClock('2026-11-21T02:00:00Z'),
        callbackUrl: registered,
        ordersPerDay: 1,
      });
      const address = new URL('/oauth/authorize', sandbox.url);
      address.search = new URLSearchParams({
        response_type: 'code',
        client_id: sandbox.app.appKey,
        redirect_uri: callback.href,
        state: STATE,
      }).toString();
      return { sandbox, following: followAsBrowser(address.href).finally(() => sandbox.close()) };
    };

    test('The callback carries a code that the sandbox accepts', async () => {
      const { sandbox, following } = await signIn(callback.href);
      await following;
      expect(sandbox.accounts.redeem((await page.answer).code)).toBeDefined();
    });

    test('The sign-in fails where another callback address is registered', async () => {
      const { following } = await signIn(`${callback.href}/`);
      await expect(following).rejects.toEqual(problemLike('redirect_uri_mismatch', { given: callback.href }));
    });
  });
});
