/** Who manages the hub: the holder of an admin key, or a browser that has signed in with one. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { fail, Problem } from '../../../problems.ts';
import { DAY, SECOND } from '../../../runtime.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { bearerOf } from './bearer.ts';
import { type Key, keysIn } from './keys.ts';
import { isFromOwnPage, isSafe } from './origins.ts';

const SESSION_MS = 30 * DAY;

/** Browsers send the cookies of a host to all its ports, so hubs on one machine need different names. */
const cookieOf = ({ hub }: HubRuntime): string => `hub_session_${hub.port}`;

/** @throws Problem `key_refused`, `origin_refused` */
export function requireAdmin(runtime: HubRuntime, request: FastifyRequest): Key {
  const secret = bearerOf(request);
  const key = secret
    ? keysIn(runtime.database).find(secret, serverNow(runtime))
    : sessionOf(runtime, request);
  if (key?.kind === 'session' && !isSafe(request) && !isFromOwnPage(request, runtime))
    return fail('origin_refused', {});
  const isAdmin = secret ? key?.kind === 'admin' : key?.kind === 'session';
  return key && isAdmin ? key : fail('key_refused', {});
}

/** The session of a browser, if it has one. */
export function sessionOf(runtime: HubRuntime, request: FastifyRequest): Key | undefined {
  const secret = request.cookies[cookieOf(runtime)];
  const key = secret ? keysIn(runtime.database).find(secret, serverNow(runtime)) : undefined;
  return key?.kind === 'session' ? key : undefined;
}

/**
 * Signs the browser in. The session ends with the admin key.
 * @throws Problem `key_refused`
 */
export function startSession(runtime: HubRuntime, reply: FastifyReply, adminKey: string): void {
  const now = serverNow(runtime);
  const keys = keysIn(runtime.database);
  const key = keys.find(adminKey, now);
  if (key?.kind !== 'admin') throw new Problem('key_refused', {});
  const expiresAt = Math.min(now + SESSION_MS, key.expiresAt ?? Number.POSITIVE_INFINITY);
  const secret = keys.create({ kind: 'session', name: 'browser', expiresAt, signedInWith: key.id }, now);
  // After the sign-in at AliExpress the browser comes back from a foreign page.
  reply.setCookie(cookieOf(runtime), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    maxAge: Math.floor((expiresAt - now) / SECOND),
  });
}

export function endSession(runtime: HubRuntime, request: FastifyRequest, reply: FastifyReply): void {
  const session = sessionOf(runtime, request);
  if (session) keysIn(runtime.database).revoke(session.id);
  reply.clearCookie(cookieOf(runtime), { path: '/' });
}
