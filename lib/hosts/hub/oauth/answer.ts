/** Sends the seller's browser back to the client: with a code, or with what went wrong. */

import type { FastifyReply } from 'fastify';
import { isProblem, isTransient, sentence } from '../../../problems.ts';
import type { HubRuntime } from '../runtime.ts';
import { addressesOf } from '../settings.ts';
import { type Authorization, type AuthorizationError, answerAddress } from './requests.ts';
import { tokensIn } from './tokens.ts';

/** How a client's request has ended. */
export type AuthorizationResult = { shop: string } | { error: unknown };

export function answerClient(
  runtime: HubRuntime,
  reply: FastifyReply,
  request: Authorization,
  result: AuthorizationResult,
): FastifyReply {
  if ('error' in result) {
    const { error } = result;
    runtime.log('a client was not allowed', { client: request.client, because: kindOf(error) });
    return refuseClient(runtime, reply, request, errorOf(error), descriptionOf(error));
  }
  const { client, scopes, redirectUri, state, challenge } = request;
  const code = tokensIn(runtime).allow({ client, shop: result.shop, scopes, redirectUri, challenge });
  runtime.log('a client was allowed', { client, shop: result.shop });
  return redirect(runtime, reply, redirectUri, { code, state });
}

export const refuseClient = (
  runtime: HubRuntime,
  reply: FastifyReply,
  { redirectUri, state }: Pick<Authorization, 'redirectUri' | 'state'>,
  error: AuthorizationError,
  error_description = '',
): FastifyReply => redirect(runtime, reply, redirectUri, { error, error_description, state });

/** The issuer is named as well, so that a client of several servers knows who has answered (RFC 9207). */
function redirect(
  { hub }: HubRuntime,
  reply: FastifyReply,
  redirectUri: string,
  answer: Record<string, string>,
): FastifyReply {
  const address = answerAddress(redirectUri, { ...answer, iss: addressesOf(hub).public });
  return reply.header('cache-control', 'no-store').redirect(address, 303);
}

const kindOf = (error: unknown): string => (isProblem(error) ? error.kind : String(error));

function errorOf(error: unknown): AuthorizationError {
  if (!isProblem(error)) return 'server_error';
  if (error.is('authorization_denied')) return 'access_denied';
  return isTransient(error.kind) ? 'temporarily_unavailable' : 'server_error';
}

/** RFC 6749 allows printable ASCII without quotes and backslashes. */
const descriptionOf = (error: unknown): string =>
  isProblem(error)
    ? sentence(error.kind, error.facts, 'en')
        .replaceAll('"', "'")
        .replace(/[^ -~]|\\/g, '')
    : '';
