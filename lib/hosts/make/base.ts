/** What all requests of the app share: the hub's address, the key, and what an error means to Make. */

import type { Json } from './component.ts';

/**
 * What Make does about a status of the hub, see lib/hosts/hub/api/problems.ts. A temporary fault never ends in a type that
 * turns a scenario off.
 */
const ERROR_TYPES = {
  DataError: [400, 404, 410, 422],
  InvalidAccessTokenError: [401],
  InvalidConfigurationError: [403],
  DuplicateDataError: [409],
  RateLimitError: [429],
  ConnectionError: [500, 502, 503, 504],
} as const;

const DETAIL = '[{{statusCode}}] {{body.detail}} {{body.detail_zh}} (code: {{body.kind}})';
/** Those that a proxy before the hub may send, which say nothing in our words. */
const MESSAGES: Partial<Record<number, string>> = {
  502: '[{{statusCode}}] The hub is not reachable. Make tries again. / 无法连接中转服务，Make 会自动重试。',
  504: '[{{statusCode}}] The hub did not answer in time. Make tries again. / 中转服务响应超时，Make 会自动重试。',
};

const ERRORS: { [status: string]: Json } = Object.fromEntries(
  Object.entries(ERROR_TYPES).flatMap(([type, statuses]) =>
    statuses.map((status) => [status, { type, message: MESSAGES[status] ?? DETAIL }]),
  ),
);

/** Any other answer, such as the page of a proxy. */
const OTHER =
  "[{{statusCode}}] {{ifempty(body.detail, 'The hub sent no explanation.')}} {{ifempty(body.detail_zh, '中转服务未说明原因。')}} (code: {{ifempty(body.kind, 'none')}})";

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
