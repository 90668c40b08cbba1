/** What all requests of the app share: the hub's address, the key, and what an error means to Make. */

import type { Json } from './component.ts';

/** What Make does about a status of the hub, see lib/hosts/hub/api/problems.ts. */
const ERROR_TYPES = {
  DataError: [400, 404, 410, 422],
  InvalidAccessTokenError: [401],
  InvalidConfigurationError: [403],
  DuplicateDataError: [409],
  RateLimitError: [429],
};

/** A temporary fault never turns a scenario off. Proxies have statuses of their own for it, such as 530. */
const OTHER_TYPE = "{{if(statusCode >= 500, 'ConnectionError', 'RuntimeError')}}";

export const MESSAGE =
  "[{{statusCode}}] {{ifempty(body.detail, 'The hub is not reachable, or it sent no explanation.')}} {{ifempty(body.detail_zh, '无法连接中转服务，或其未说明原因。')}} (code: {{ifempty(body.kind, 'none')}})";

/** @param type of every other status */
export const errorsOf = (
  types: Readonly<Record<string, readonly number[]>>,
  type: string,
  message: string,
): Json => ({
  ...Object.fromEntries(
    Object.entries(types).flatMap(([of, statuses]) =>
      statuses.map((status) => [status, { type: of, message }]),
    ),
  ),
  type,
  message,
});

/** Where the hub answers with a problem. */
export const PROBLEMS = errorsOf(ERROR_TYPES, OTHER_TYPE, MESSAGE);

/** @param hub its public address, without a slash at the end */
export const base = (hub: string): Json => ({
  baseUrl: hub,
  headers: { authorization: 'Bearer {{ifempty(connection.accessToken, connection.apiKey)}}' },
  response: { error: PROBLEMS },
  log: { sanitize: ['request.headers.authorization'] },
});
