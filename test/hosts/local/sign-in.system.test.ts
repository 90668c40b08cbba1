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

describe('The address at which the seller comes back', () => {
  test('brings the code', () => {
    expect(readAnswer(back(`code=3_500102_abc&state=${STATE}`), STATE)).toEqual({ code: '3_500102_abc' });
  });

  test('brings the code as it was before it was written into an address', () => {
    expect(readAnswer(back(`code=a%2Fb%2Bc&state=${STATE}`), STATE)).toEqual({ code: 'a/b+c' });
  });

  test.each([
    ['without a state', 'code=abc'],
    ['with an empty state', 'code=abc&state='],
    ['with another state', 'code=abc&state=bm90LW91cnM'],
    ['with another state of the same length', `code=abc&state=${STATE.toUpperCase()}`],
    ['with a part of the state', `code=abc&state=${STATE.slice(1)}`],
    ['with our state in second place', `code=abc&state=other&state=${STATE}`],
  ])('%s is refused', (_, query) => {
    expect(() => readAnswer(back(query), STATE)).toThrow(problemLike('state_lost'));
  });

  test('without a code is refused', () => {
    expect(() => readAnswer(back(`state=${STATE}`), STATE)).toThrow(
      problemLike('authorization_code_missing'),
    );
  });

  test('after the seller said no is refused', () => {
    expect(() => readAnswer(back(`error=access_denied&state=${STATE}`), STATE)).toThrow(
      problemLike('authorization_denied'),
    );
  });

  test('is not repeated in the problem, because a code may stand in it', () => {
    expect(() => readAnswer(back('code=CANARY-CODE&state=other'), STATE)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('CANARY') }),
    );
  });
});

describe('The callback page', () => {
  let callback: URL;
  let page: CallbackPage;
  beforeEach(async () => {
    callback = new URL(`http://127.0.0.1:${await freePort()}/oauth/callback`);
    page = await openCallbackPage(callback, STATE);
  });
  afterEach(() => page.close());
  const comeBack = (query: string, path = callback.pathname) => fetch(new URL(`${path}?${query}`, callback));

  test('hands out the code when the seller comes back', async () => {
    await comeBack(`code=abc&state=${STATE}`);
    await expect(page.answer).resolves.toEqual({ code: 'abc' });
  });

  test('tells the seller in both languages that the page can be closed', async () => {
    const answer = await comeBack(`code=abc&state=${STATE}`);
    expect(await answer.text()).toMatch(/店铺已连接.*The shop is connected/);
  });

  test('is a page that browsers show', async () => {
    const answer = await comeBack(`code=abc&state=${STATE}`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('turns away whoever comes without our state', async () => {
    expect((await comeBack('code=abc&state=other')).status).toBe(400);
  });

  test('rejects when the state is not ours', async () => {
    await comeBack('code=abc&state=other');
    await expect(page.answer).rejects.toEqual(problemLike('state_lost'));
  });

  test('does not say "connected" once connecting has failed', async () => {
    await comeBack('code=abc&state=other');
    expect((await comeBack(`code=abc&state=${STATE}`)).status).toBe(400);
  });

  test('does not show what came with the address', async () => {
    const answer = await comeBack('code=%3Cscript%3Ealert(1)%3C/script%3E&state=other');
    expect(await answer.text()).not.toContain('script');
  });

  test('is at the path of the callback address alone', async () => {
    expect((await comeBack(`code=abc&state=${STATE}`, '/other')).status).toBe(404);
  });

  test('is gone when it was closed', async () => {
    await page.close();
    await expect(comeBack(`code=abc&state=${STATE}`)).rejects.toThrow();
  });

  describe('of a sandbox that asks no questions', () => {
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

    test('is reached with a code that AliExpress takes', async () => {
      const { sandbox, following } = await signIn(callback.href);
      await following;
      expect(sandbox.accounts.redeem((await page.answer).code)).toBeDefined();
    });

    test('is not reached where another callback address is registered', async () => {
      const { following } = await signIn(`${callback.href}/`);
      await expect(following).rejects.toEqual(problemLike('redirect_uri_mismatch', { given: callback.href }));
    });
  });
});
