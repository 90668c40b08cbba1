/** Problems → answers as RFC 9457 describes, in both languages. */

import type { FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { Interrupted } from '../../../http/transport.ts';
import {
  type Bilingual,
  isProblem,
  isTransient,
  Problem,
  type ProblemKind,
  sentencesOf,
} from '../../../problems.ts';
import { SECOND } from '../../../runtime.ts';
import { asDatabaseProblem, isDatabaseError } from '../database/failures.ts';
import type { HubRuntime } from '../runtime.ts';
import { allowedBy } from './allowed.ts';

export interface ProblemBody {
  type: 'about:blank';
  status: number;
  kind: string;
  /** What is wrong and what to change, in English. */
  detail: string;
  /** The same in Chinese. */
  detail_zh: string;
  /** Seconds. */
  retry_after?: number;
}

/** A status says what a client does about it. A kind without one is temporary, or an error of the hub. */
const KINDS: Readonly<Record<number, readonly ProblemKind[]>> = {
  // The sign-in did not succeed.
  400: ['state_lost', 'code_refused', 'authorization_denied', 'authorization_code_missing'],
  // The key is not valid, or AliExpress no longer lets the hub read the shop: signing in at the hub mends both.
  401: ['key_refused', 'set_up_refused', 'reconnect_needed'],
  // A person has to change something first.
  403: [
    'origin_refused',
    'scope_missing',
    'app_key_refused',
    'permission_missing',
    'ip_not_allowed',
    'method_retired',
    'method_changed',
    'bad_setting',
    'too_many_subscriptions',
    'files_in_use',
    'channel_address_refused',
    'channel_signature_refused',
    'channel_ip_refused',
    'tracker_key_refused',
    'tracker_ip_not_allowed',
  ],
  404: ['not_found'],
  422: [
    'bad_input',
    'recipe_incomplete',
    'unknown_time_zone',
    'target_refused',
    'request_refused',
    'channel_keyword_missing',
    'channel_message_refused',
    'channel_message_too_long',
  ],
  // The service behind the hub gave an answer that cannot be used. To repeat the request is of no use, or does harm.
  424: ['answer_changed', 'data_unreadable', 'clock_wrong', 'channel_answer_lost'],
  429: [
    'too_many_requests',
    'budget_used_up',
    'search_calls_used_up',
    'store_forgot',
    'calls_paused',
    'shop_rate_limited',
    'app_rate_limited',
    'app_quota_used_up',
    'channel_busy',
    'tracker_rate_limited',
  ],
  503: ['database_damaged'],
};
const STATUSES = new Map(
  Object.entries(KINDS).flatMap(([status, kinds]) => kinds.map((kind) => [kind, Number(status)] as const)),
);
const UNAVAILABLE = 503;
/** Clients need not know where the data is. */
const DATABASE = 'HUB_DATA/hub.sqlite';
const INTERNAL = 500;

function bodyOf(problem: Problem): ProblemBody {
  const { en: detail, zh: detail_zh } = sentencesOf(problem);
  const status = STATUSES.get(problem.kind) ?? (isTransient(problem.kind) ? UNAVAILABLE : INTERNAL);
  return { type: 'about:blank', status, kind: problem.kind, detail, detail_zh, ...retryAfter(problem) };
}

/** From the facts that say when to come again. */
function retryAfter({ facts }: Problem): Pick<ProblemBody, 'retry_after'> {
  const { now, until, resetsAt, retryIn } = facts as Partial<Record<string, number>>;
  const end = until ?? resetsAt;
  const ms = retryIn ?? (end !== undefined && now !== undefined ? end - now : undefined);
  return ms === undefined ? {} : { retry_after: Math.max(1, Math.ceil(ms / SECOND)) };
}

export function answerWithProblems(server: FastifyInstance, { log, counts }: HubRuntime): void {
  server.setErrorHandler((error, request, reply) => {
    const body = problemBodyOf(error);
    counts.add('errors', { kind: body.kind });
    if (body.status >= INTERNAL && !isProblem(error) && !(error instanceof Interrupted))
      log('a request failed', { route: request.routeOptions.url ?? '', because: String(error) });
    reply.code(body.status).type('application/problem+json').serializer(JSON.stringify);
    if (body.retry_after !== undefined) reply.header('retry-after', body.retry_after);
    const challenge = challengeOf(body.status, error);
    if (challenge) reply.header('www-authenticate', challenge);
    return reply.send(body);
  });
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-3.1: a client renews its token for the first, and not for the second. */
function challengeOf(status: number, error: unknown): string | undefined {
  if (isProblem(error, 'scope_missing'))
    return `Bearer error="insufficient_scope", scope="${error.facts.scope}"`;
  return status === 401 ? 'Bearer error="invalid_token"' : undefined;
}

const STOPPING: ProblemBody = {
  type: 'about:blank',
  status: UNAVAILABLE,
  kind: 'stopping',
  detail: 'The hub is being stopped. Try again when it runs.',
  detail_zh: '服务正在停止，请在其启动后重试。',
  retry_after: 60,
};

export function problemBodyOf(thrown: unknown): ProblemBody {
  const error = isDatabaseError(thrown) ? asDatabaseProblem(thrown, DATABASE) : thrown;
  if (isProblem(error)) return bodyOf(error);
  if (error instanceof Interrupted) return STOPPING;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const field = issue?.instancePath.slice(1).replaceAll('/', '.') || 'body';
    if (issue) return bodyOf(new Problem('bad_input', { field, allowed: allowedBy(issue) }));
  }
  const { statusCode = INTERNAL } = error as { statusCode?: number };
  if (isResponseSerializationError(error) || statusCode >= INTERNAL)
    return {
      type: 'about:blank',
      status: INTERNAL,
      kind: 'internal_error',
      detail: 'The hub could not answer. Its log says why.',
      detail_zh: '服务未能响应，原因见日志。',
    };
  return unreadable(statusCode);
}

/** Requests that no route has got. */
const UNREADABLE: Readonly<Record<number, Bilingual>> = {
  400: {
    en: 'The request is not valid HTTP, or its body is not what its content type says. Check the address, the headers and the body.',
    zh: '请求不是有效的 HTTP，或请求体与 Content-Type 不符。请检查地址、请求头和请求体。',
  },
  408: {
    en: 'The request did not arrive in time. Send it again.',
    zh: '请求未在规定时间内传完，请重新发送。',
  },
  413: { en: 'The body of the request is too large. Send less.', zh: '请求体过大，请减少内容。' },
  414: { en: 'The address of the request is too long.', zh: '请求地址过长。' },
  415: {
    en: 'The content type is not supported. Send application/json.',
    zh: '不支持该 Content-Type，请使用 application/json。',
  },
  431: { en: 'The headers of the request are too large.', zh: '请求头过大。' },
};

export function unreadable(status: number): ProblemBody {
  const { en: detail, zh: detail_zh } = UNREADABLE[status] ?? (UNREADABLE[400] as Bilingual);
  return { type: 'about:blank', status, kind: 'bad_request', detail, detail_zh };
}
