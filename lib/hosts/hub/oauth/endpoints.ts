/**
 * `/oauth/token`, `/oauth/revoke` and the metadata document: RFC 6749, 7009 and 8414. Platforms sign a seller out when they
 * get an error of the class 400, so everything that passes by itself is answered with 503.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { problemBodyOf } from '../api/problems.ts';
import type { HubServices } from '../api/services.ts';
import { idText, urlText } from '../api/texts.ts';
import type { HubRuntime } from '../runtime.ts';
import { addressesOf } from '../settings.ts';
import { type Client, type Clients, clientsIn } from './clients.ts';
import { readScopes, SCOPES } from './requests.ts';
import { type TokenAnswer, tokensIn } from './tokens.ts';

type ErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable';

class OAuthError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}
const refuse = (code: ErrorCode): never => {
  throw new OAuthError(code);
};

const RETRY_SECONDS = 30;
const TOO_MANY = 429;
const BASIC = /^Basic ([\w+/=-]+)$/i;

/** What was sent twice is a list, which is refused. */
const form = z.record(idText, urlText);
type Form = z.output<typeof form>;

export function mountTokenEndpoints(server: FastifyInstance, { runtime }: HubServices): void {
  answerWithOAuthErrors(server, runtime);
  const clients = clientsIn(runtime.database);

  server.post('/oauth/token', async (request, reply) => {
    const fields = readForm(request);
    const { id } = clientOf(request, fields, clients);
    const answer = grant(runtime, fields, id) ?? refuse('invalid_grant');
    return reply.headers(NO_STORE).send(answer);
  });

  server.post('/oauth/revoke', async (request, reply) => {
    const fields = readForm(request);
    const { id } = clientOf(request, fields, clients);
    tokensIn(runtime).revoke(fields.token || refuse('invalid_request'), id);
    return reply.headers(NO_STORE).send({});
  });
}

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

function grant(runtime: HubRuntime, fields: Form, client: string): TokenAnswer | undefined {
  const tokens = tokensIn(runtime);
  const { grant_type, code, redirect_uri, code_verifier: verifier = '', refresh_token, scope = '' } = fields;
  switch (grant_type) {
    case 'authorization_code':
      if (!code || !redirect_uri) return refuse('invalid_request');
      return tokens.redeem(code, { client, redirectUri: redirect_uri, verifier });
    case 'refresh_token':
      if (!refresh_token) return refuse('invalid_request');
      if (!readScopes(scope)) return refuse('invalid_scope');
      return tokens.refresh(refresh_token, client);
    case undefined:
      return refuse('invalid_request');
    default:
      return refuse('unsupported_grant_type');
  }
}

const readForm = ({ body }: FastifyRequest): Form =>
  form.safeParse({ ...(body as object | undefined) }).data ?? refuse('invalid_request');

/** The client that has sent a request to these endpoints; undefined where it has not proved itself. */
export const clientIn =
  ({ database }: HubRuntime) =>
  (request: FastifyRequest): string | undefined => {
    try {
      return clientOf(request, readForm(request), clientsIn(database)).id;
    } catch (error) {
      if (error instanceof OAuthError) return undefined;
      throw error;
    }
  };

/** By HTTP Basic or by fields of the form, but not by both. */
function clientOf({ headers }: FastifyRequest, fields: Form, clients: Clients): Client {
  const { authorization } = headers;
  if (authorization !== undefined && fields.client_secret !== undefined) return refuse('invalid_request');
  const { id, secret } =
    authorization === undefined
      ? { id: fields.client_id ?? '', secret: fields.client_secret ?? '' }
      : readBasic(authorization);
  const isSame = fields.client_id === undefined || fields.client_id === id;
  const client = isSame && clients.isSecret(id, secret) ? clients.find(id) : undefined;
  return client ?? refuse('invalid_client');
}

/** Both parts are encoded like a form: RFC 6749, section 2.3.1. */
function readBasic(authorization: string): { id: string; secret: string } {
  const text = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64').toString();
  const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  try {
    const decoded = (part: string) => decodeURIComponent(part.replaceAll('+', ' '));
    return { id: decoded(id), secret: decoded(secret) };
  } catch {
    return refuse('invalid_client');
  }
}

function answerWithOAuthErrors(server: FastifyInstance, { log }: HubRuntime): void {
  server.setErrorHandler((error, request, reply): FastifyReply => {
    reply.headers(NO_STORE);
    if (error instanceof OAuthError) {
      const isClient = error.code === 'invalid_client';
      if (isClient) reply.header('www-authenticate', 'Basic realm="hub"');
      return reply.code(isClient ? 401 : 400).send({ error: error.code });
    }
    const { status, retry_after = RETRY_SECONDS } = problemBodyOf(error);
    if (status === TOO_MANY)
      return reply.code(503).header('retry-after', retry_after).send({ error: 'temporarily_unavailable' });
    if (status < 500) return reply.code(status).send({ error: 'invalid_request' });
    log('a token request failed', { route: request.routeOptions.url ?? '', because: String(error) });
    return reply.code(503).header('retry-after', RETRY_SECONDS).send({ error: 'temporarily_unavailable' });
  });
}

export function mountMetadata(server: FastifyInstance, { runtime }: HubServices): void {
  server.get('/.well-known/oauth-authorization-server', async () => {
    const issuer = addressesOf(runtime.hub).public;
    const methods = ['client_secret_basic', 'client_secret_post', 'none'];
    return {
      issuer,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      scopes_supported: SCOPES,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: methods,
      revocation_endpoint_auth_methods_supported: methods,
      authorization_response_iss_parameter_supported: true,
    };
  });
}
