/** How a seller connects a shop: by signing in at the hub, or with a key of the hub. */

import { errorsOf, MESSAGE, PROBLEMS } from './base.ts';
import type { Component, Json } from './component.ts';

/** Who is connected; the hub answers only to a right token. */
const info = (hub: string, token: string): { [key: string]: Json } => ({
  url: `${hub}/v1/me`,
  method: 'GET',
  headers: { authorization: `Bearer {{${token}}}` },
  response: {
    uid: '{{body.shop_id}}',
    // Another website may answer anything.
    valid: { condition: '{{body.shop_id}}', message: MESSAGE, type: 'ConnectionError' },
    metadata: { type: 'text', value: "{{ifempty(body.shop_name, 'AliExpress')}} ({{body.shop_id}})" },
    error: PROBLEMS,
  },
  log: { sanitize: ['request.headers.authorization'] },
});

/** Only the hub itself can refuse a token: RFC 6749, section 5.2. */
const TOKEN_ERRORS = errorsOf(
  { InvalidAccessTokenError: [400, 401], RateLimitError: [429] },
  'ConnectionError',
  "[{{statusCode}}] {{ifempty(body.error_description, ifempty(body.error, 'The hub is not reachable. Try again in a minute. 无法连接中转服务，请稍后重试。'))}}",
);

const CLIENT = { client_id: '{{common.clientId}}', client_secret: '{{common.clientSecret}}' };
const TOKENS = ['response.body.access_token', 'response.body.refresh_token'];

/** The URL-safe form of Base64 without padding: RFC 7636, section 4.2. */
const CHALLENGE =
  "{{replace(replace(replace(sha256(temp.verifier, 'base64'), '/[+]/g', '-'), '/[/]/g', '_'), '/=/g', '')}}";

/** The scopes of the hub, as its consent names them. */
const SCOPES = {
  read: 'Read the orders, reviews and products of the shop',
  subscribe: 'Receive the events of the shop',
};

const token = (hub: string, given: { [key: string]: Json }): { [key: string]: Json } => ({
  url: `${hub}/oauth/token`,
  method: 'POST',
  type: 'urlencoded',
  body: { ...given, ...CLIENT },
  response: {
    data: {
      accessToken: '{{body.access_token}}',
      refreshToken: '{{body.refresh_token}}',
      expires: '{{addSeconds(now, body.expires_in)}}',
    },
    error: TOKEN_ERRORS,
  },
  log: { sanitize: [...Object.keys({ ...given, ...CLIENT }).map((key) => `request.body.${key}`), ...TOKENS] },
});

const communication = (hub: string): Json => ({
  authorize: {
    // 72 characters, of the 43 to 128 that RFC 7636 allows.
    temp: { verifier: '{{uuid}}{{uuid}}' },
    url: `${hub}/oauth/authorize`,
    qs: {
      response_type: 'code',
      client_id: '{{common.clientId}}',
      redirect_uri: '{{oauth.localRedirectUri}}',
      scope: "{{join(oauth.scope, ' ')}}",
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    },
    response: { temp: { code: '{{query.code}}' } },
  },
  token: {
    condition: '{{temp.code}}',
    ...token(hub, {
      grant_type: 'authorization_code',
      code: '{{temp.code}}',
      code_verifier: '{{temp.verifier}}',
      redirect_uri: '{{oauth.localRedirectUri}}',
    }),
  },
  refresh: {
    condition: '{{data.expires < addMinutes(now, 15)}}',
    ...token(hub, { grant_type: 'refresh_token', refresh_token: '{{data.refreshToken}}' }),
  },
  info: info(hub, 'connection.accessToken'),
  invalidate: {
    url: `${hub}/oauth/revoke`,
    method: 'POST',
    type: 'urlencoded',
    body: { token: '{{data.refreshToken}}', ...CLIENT },
    log: { sanitize: ['request.body.token', 'request.body.client_secret'] },
  },
});

/** @param hub its public address, without a slash at the end */
export const connections = (hub: string): Component[] => [
  {
    type: 'connection',
    name: 'hub',
    label: 'AliExpress Shop',
    manifest: { connectionType: 'oauth' },
    files: {
      communication: communication(hub),
      common: null,
      params: [],
      scopeList: SCOPES,
      defaultScope: Object.keys(SCOPES),
      installSpec: [
        { name: 'clientId', type: 'text', label: 'Client ID', required: true },
        { name: 'clientSecret', type: 'password', label: 'Client Secret', required: true },
      ],
      installDirectives: {
        clientId: '{{parameters.clientId}}',
        clientSecret: '{{parameters.clientSecret}}',
      },
    },
  },
  {
    type: 'connection',
    name: 'hubKey',
    label: 'AliExpress Shop (API Key)',
    manifest: { connectionType: 'basic' },
    files: {
      communication: info(hub, 'parameters.apiKey'),
      common: null,
      params: [
        {
          name: 'apiKey',
          type: 'password',
          label: 'API Key',
          required: true,
          editable: true,
          help: 'The owner of the hub creates it on the page of the hub, under **Keys**.',
        },
      ],
    },
  },
];
