/** What a client asks for when it sends a seller's browser here: RFC 6749, section 4.1.1, with RFC 7636. */

import * as z from 'zod';
import { oneLine } from '../../../pack/foreign-text.ts';
import { fail } from '../../../problems.ts';
import type { Scope } from '../access/keys.ts';
import { urlText } from '../api/texts.ts';
import type { Client, Clients } from './clients.ts';

export const SCOPES: readonly Scope[] = ['read', 'subscribe'];

/** A request that may be answered by a redirect. */
export const authorizationSchema = z.object({
  client: z.string(),
  redirectUri: z.string(),
  scopes: z.array(z.enum(['read', 'subscribe'])),
  /** The client's own; empty if it sent none. */
  state: z.string(),
  /** Of the code verifier. */
  challenge: z.string().optional(),
});
export type Authorization = z.output<typeof authorizationSchema>;

/** What is sent back to the client in place of a code: RFC 6749, section 4.1.2.1. */
export type AuthorizationError =
  | 'invalid_request'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'server_error'
  | 'temporarily_unavailable';

export type ReadAuthorization =
  | { client: Client; request: Authorization }
  /** The client is known, its request is wrong. */
  | { error: AuthorizationError; redirectUri: string; state: string };

/** Node's parsers make a list of what was sent twice. */
const given = z.object({ client_id: urlText, redirect_uri: urlText });
const details = z.object({
  response_type: urlText.optional(),
  scope: urlText.default(''),
  state: urlText.default(''),
  code_challenge: urlText.optional(),
  code_challenge_method: urlText.optional(),
});

/** Of SHA-256: 43 characters. */
const CHALLENGE = /^[\w-]{43}$/;

/**
 * @throws Problem `not_found`, `bad_input`: shown to the person, because it is not known that the address belongs to the
 * client. Which addresses do is not said: anybody may ask.
 */
export function readAuthorization(params: unknown, clients: Clients): ReadAuthorization {
  const { client_id, redirect_uri: redirectUri } =
    given.safeParse(params).data ??
    fail('bad_input', {
      field: 'client_id, redirect_uri',
      allowed: { en: 'each once', zh: '各出现一次' },
    });
  const client = clients.find(client_id) ?? fail('not_found', { what: { en: 'The client', zh: '该客户端' } });
  if (!client.redirectUris.includes(redirectUri))
    fail('bad_input', { field: `redirect_uri ${oneLine(redirectUri)}`, allowed: REGISTERED });

  const rest = details.safeParse(params).data;
  if (!rest) return { error: 'invalid_request', redirectUri, state: '' };
  const { state } = rest;
  const refuse = (error: AuthorizationError): ReadAuthorization => ({ error, redirectUri, state });
  if (rest.response_type === undefined) return refuse('invalid_request');
  if (rest.response_type !== 'code') return refuse('unsupported_response_type');
  if (!isChallengeRight(client, rest)) return refuse('invalid_request');
  const scopes = readScopes(rest.scope);
  if (!scopes) return refuse('invalid_scope');
  const { code_challenge: challenge } = rest;
  return { client, request: { client: client.id, redirectUri, scopes, state, challenge } };
}

const REGISTERED = {
  en: 'exactly one of the addresses that the page of the hub shows for the client, including a trailing slash',
  zh: '须与服务页面上该客户端的某个回调地址完全相同，包括末尾的斜杠',
};

/** A client without a secret must send a challenge. */
function isChallengeRight(
  { hasSecret }: Client,
  { code_challenge: challenge, code_challenge_method: method }: z.output<typeof details>,
): boolean {
  if (challenge === undefined) return hasSecret && method === undefined;
  return method === 'S256' && CHALLENGE.test(challenge);
}

/** All by default. Undefined where one is unknown. */
export function readScopes(text: string): Scope[] | undefined {
  const words = text.split(' ').filter(Boolean);
  if (words.length === 0) return [...SCOPES];
  const known = SCOPES.filter((scope) => words.includes(scope));
  return words.every((word) => known.some((scope) => scope === word)) ? known : undefined;
}

/** The client's address with the answer. */
export function answerAddress(redirectUri: string, answer: Record<string, string>): string {
  const url = new URL(redirectUri);
  for (const [key, value] of Object.entries(answer)) if (value !== '') url.searchParams.set(key, value);
  return url.href;
}
