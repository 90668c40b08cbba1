/** Problems → answers as RFC 9457 describes, in both languages. */

import type { FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { Interrupted } from '../../../http/transport.ts';
import { isProblem, isTransient, Problem, type ProblemKind, sentencesOf } from '../../../problems.ts';
import { SECOND } from '../../../runtime.ts';
import { asDatabaseProblem, isDatabaseError } from '../database/failures.ts';
import type { HubRuntime } from '../runtime.ts';

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

const STATUSES: Partial<Record<ProblemKind, number>> = {
  key_refused: 401,
  set_up_refused: 401,
  origin_refused: 403,
  not_found: 404,
  bad_input: 422,
  unknown_time_zone: 422,
  target_refused: 422,
  request_refused: 422,
  budget_used_up: 429,
  calls_paused: 429,
  shop_rate_limited: 429,
  app_rate_limited: 429,
  app_quota_used_up: 429,
  reconnect_needed: 409,
  app_key_refused: 503,
  database_damaged: 503,
  state_lost: 400,
  code_refused: 400,
  authorization_denied: 400,
  authorization_code_missing: 400,
};
const UNAVAILABLE = 503;
/** Clients need not know where the data is. */
const DATABASE = 'HUB_DATA/hub.sqlite';
const INTERNAL = 500;

function bodyOf(problem: Problem): ProblemBody {
  const { en: detail, zh: detail_zh } = sentencesOf(problem);
  const status = STATUSES[problem.kind] ?? (isTransient(problem.kind) ? UNAVAILABLE : INTERNAL);
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
    if (body.status === 401) reply.header('www-authenticate', 'Bearer error="invalid_token"');
    return reply.send(body);
  });
  server.setNotFoundHandler(() => {
    throw new Problem('not_found', { what: { en: 'This address', zh: '该地址' } });
  });
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
    const message = issue?.message ?? '';
    return bodyOf(new Problem('bad_input', { field, allowed: { en: message, zh: message } }));
  }
  const { statusCode = INTERNAL, message } = error as { statusCode?: number; message: string };
  const isOurs = isResponseSerializationError(error) || statusCode >= INTERNAL;
  return {
    type: 'about:blank',
    status: isOurs ? INTERNAL : statusCode,
    kind: isOurs ? 'internal_error' : 'bad_request',
    detail: isOurs ? 'The hub could not answer. Its log says why.' : message,
    detail_zh: isOurs ? '服务未能响应，原因见日志。' : message,
  };
}
