/** How a seller connects a shop: by signing in at the hub, or with a key of the hub. */

import type { Component, Json } from './component.ts';

/** Who is connected; the hub answers only to a right token. */
const info = (hub: string, token: string): { [key: string]: Json } => ({
  url: `${hub}/v1/me`,
  method: 'GET',
  headers: { authorization: `Bearer {{${token}}}` },
  response: {
    uid: '{{body.shop_id}}',
    metadata: { type: 'text', value: "{{ifempty(body.shop_name, 'AliExpress')}} ({{body.shop_id}})" },
    error: {
      401: {
        type: 'InvalidAccessTokenError',
        message: '[{{statusCode}}] {{body.detail}} {{body.detail_zh}} (code: {{body.kind}})',
      },
      type: 'ConnectionError',
      message:
        "[{{statusCode}}] {{ifempty(body.detail, 'The hub did not answer as expected. Try again in a minute.')}}",
    },
  },
  log: { sanitize: ['request.headers.authorization'] },
});

const again = (type: string, what: string): Json => ({
  type,
  message: `[{{statusCode}}] The hub ${what}. Try again in a minute.`,
});
const TOKEN_ERRORS: Json = {
  429: again('RateLimitError', 'is busy'),
  500: again('ConnectionError', 'had an error'),
  502: again('ConnectionError', 'is not reachable'),
  503: again('ConnectionError', 'is not available'),
  504: again('ConnectionError', 'did not answer in time'),
  type: 'InvalidAccessTokenError',
  message: '[{{statusCode}}] {{ifempty(body.error_description, body.error)}}',
};

const CLIENT = { client_id: '{{common.clientId}}', client_secret: '{{common.clientSecret}}' };
const SECRETS = ['request.body.client_secret', 'response.body.access_token', 'response.body.refresh_token'];
const KEPT = {
  accessToken: '{{body.access_token}}',
  refreshToken: '{{body.refresh_token}}',
  expires: '{{addSeconds(now, body.expires_in)}}',
};

/** The URL-safe form of Base64 without padding: RFC 7636, section 4.2. */
const CHALLENGE =
  "{{replace(replace(replace(sha256(temp.verifier, 'base64'), '/[+]/g', '-'), '/[/]/g', '_'), '/=/g', '')}}";

/** The scopes of the hub, as its consent names them. */
const SCOPES = {
  read: 'Read the orders, reviews and products of the shop',
  subscribe: 'Receive the events of the shop',
};

const token = (hub: string, body: { [key: string]: Json }, sanitized: string[]): { [key: string]: Json } => ({
  url: `${hub}/oauth/token`,
  method: 'POST',
  type: 'urlencoded',
  body: { ...body, ...CLIENT },
  response: { data: KEPT, error: TOKEN_ERRORS },
  log: { sanitize: [...sanitized, ...SECRETS] },
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
    ...token(
      hub,
      {
        grant_type: 'authorization_code',
        code: '{{temp.code}}',
        code_verifier: '{{temp.verifier}}',
        redirect_uri: '{{oauth.localRedirectUri}}',
      },
      ['request.body.code', 'request.body.code_verifier'],
    ),
  },
  refresh: {
    condition: '{{data.expires < addMinutes(now, 15)}}',
    ...token(hub, { grant_type: 'refresh_token', refresh_token: '{{data.refreshToken}}' }, [
      'request.body.refresh_token',
    ]),
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
