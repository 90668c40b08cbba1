/** What all requests of the app share: the hub's address, the key, and what an error means to Make. */

import type { Json } from './component.ts';

const DETAIL = '[{{statusCode}}] {{body.detail}} {{body.detail_zh}} (code: {{body.kind}})';
const entry = (type: string, message = DETAIL): Json => ({ type, message });

/**
 * By the hub's status, see lib/hosts/hub/api/problems.ts. A passing fault never ends in a type that turns a scenario off.
 */
const ERRORS = {
  400: entry('DataError'),
  401: entry(
    'InvalidAccessTokenError',
    '[{{statusCode}}] The hub no longer accepts this connection. Open Connections and choose Reauthorize. (code: {{body.kind}})',
  ),
  403: entry('InvalidConfigurationError'),
  404: entry('DataError'),
  // The shop must sign in to AliExpress again, which the sign-in at the hub includes.
  409: entry('InvalidAccessTokenError'),
  410: entry('DataError'),
  422: entry('DataError'),
  429: entry('RateLimitError'),
  500: entry('ConnectionError'),
  502: entry('ConnectionError', '[{{statusCode}}] The hub is not reachable. Make tries again.'),
  503: entry('ConnectionError'),
  504: entry('ConnectionError', '[{{statusCode}}] The hub did not answer in time. Make tries again.'),
} as const;

/** Any other answer, such as the page of a proxy. */
const OTHER =
  "[{{statusCode}}] {{ifempty(body.detail, 'The hub sent no explanation.')}} {{body.detail_zh}} (code: {{ifempty(body.kind, 'none')}})";

/** Covers a hub that is restarted. */
const TIMEOUT_MS = 40_000;

/** @param hub its public address, without a slash at the end */
export const base = (hub: string): Json => ({
  baseUrl: hub,
  timeout: TIMEOUT_MS,
  headers: { authorization: 'Bearer {{ifempty(connection.accessToken, connection.apiKey)}}' },
  response: { error: { ...ERRORS, type: 'RuntimeError', message: OTHER } },
  log: { sanitize: ['request.headers.authorization'] },
});
