import { authorizeUrl } from '../../authentication/authorize.ts';
import { problemLike } from '../support/problem-like.ts';

const REQUEST = {
  baseUrl: 'https://api-sg.aliexpress.com',
  appKey: '512345',
  redirectUri: 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/',
  state: 'a b&c',
};

test('The address of the sign-in page names the app, the redirect URI and the state', () => {
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

test('A redirect URI that equals the registered one is accepted', () => {
  const url = authorizeUrl({ ...REQUEST, registeredRedirectUri: REQUEST.redirectUri });
  expect(new URL(url).searchParams.get('redirect_uri')).toBe(REQUEST.redirectUri);
});

test.each([undefined, ''])('A sign-in whose state is %j is refused', (state) => {
  expect(() => authorizeUrl({ ...REQUEST, state })).toThrow(problemLike('state_lost'));
});

describe('Redirect URI that differs from the registered one', () => {
  const mismatch = (redirectUri: string | undefined, registeredRedirectUri: string) => () =>
    authorizeUrl({ ...REQUEST, redirectUri, registeredRedirectUri });

  test('A redirect URI that lacks the trailing slash is refused', () => {
    expect(mismatch('https://a.example/cb', 'https://a.example/cb/')).toThrow(
      problemLike('redirect_uri_mismatch'),
    );
  });

  test('The error names both addresses', () => {
    expect(mismatch('https://a.example/cb', 'https://a.example/cb/')).toThrow(
      'The redirect URI "https://a.example/cb" differs from the registered callback URL "https://a.example/cb/".',
    );
  });

  test('A missing redirect URI is refused', () => {
    expect(mismatch(undefined, 'https://a.example/cb')).toThrow(
      problemLike('redirect_uri_mismatch', { given: '' }),
    );
  });
});
