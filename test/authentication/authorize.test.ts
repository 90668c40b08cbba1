import { authorizeUrl } from '../../authentication/authorize.ts';
import { problemLike } from '../support/problem-like.ts';

const REQUEST = {
  baseUrl: 'https://api-sg.aliexpress.com',
  appKey: '512345',
  redirectUri: 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/',
  state: 'a b&c',
};

test('the seller is sent to the gateway, with the app, the way back and the state', () => {
  const url = new URL(authorizeUrl(REQUEST));
  expect([url.origin + url.pathname, Object.fromEntries(url.searchParams)]).toEqual([
    'https://api-sg.aliexpress.com/oauth/authorize',
    {
      response_type: 'code',
      force_auth: 'true',
      client_id: '512345',
      redirect_uri: 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/',
      state: 'a b&c',
    },
  ]);
});

test('a way back that equals the registered one to the letter is taken', () => {
  const url = authorizeUrl({ ...REQUEST, registeredRedirectUri: REQUEST.redirectUri });
  expect(new URL(url).searchParams.get('redirect_uri')).toBe(REQUEST.redirectUri);
});

test.each([undefined, ''])('a sign-in whose state is %j does not begin', (state) => {
  expect(() => authorizeUrl({ ...REQUEST, state })).toThrow(problemLike('state_lost'));
});

describe('a way back that is not the registered one', () => {
  const mismatch = (redirectUri: string | undefined, registeredRedirectUri: string) => () =>
    authorizeUrl({ ...REQUEST, redirectUri, registeredRedirectUri });

  test('is refused though only a slash at the end differs', () => {
    expect(mismatch('https://a.example/cb', 'https://a.example/cb/')).toThrow(
      problemLike('redirect_uri_mismatch'),
    );
  });

  test('is named beside the registered one', () => {
    expect(mismatch('https://a.example/cb', 'https://a.example/cb/')).toThrow(
      'The redirect URI "https://a.example/cb" differs from the registered callback URL "https://a.example/cb/".',
    );
  });

  test('is refused though the platform names none', () => {
    expect(mismatch(undefined, 'https://a.example/cb')).toThrow(
      problemLike('redirect_uri_mismatch', { given: '' }),
    );
  });
});
