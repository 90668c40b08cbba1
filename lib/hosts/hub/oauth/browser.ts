/** Binds a client's sign-in to the browser in which the seller has consented: no other one may end it. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HubRuntime } from '../runtime.ts';

const COOKIE = 'hub_sign_in';
const SECONDS = 600;

/**
 * @param path at which the sign-in ends
 * @param browser a secret of this browser
 */
export function bindBrowser({ hub }: HubRuntime, reply: FastifyReply, path: string, browser: string): void {
  reply.setCookie(COOKIE, browser, {
    path,
    httpOnly: true,
    // AliExpress, from which the browser comes back, is a foreign page.
    sameSite: 'lax',
    secure: hub.publicUrl?.startsWith('https:') ?? false,
    maxAge: SECONDS,
  });
}

/** Empty if the browser is not bound. */
export const browserOf = (request: FastifyRequest): string => request.cookies[COOKIE] ?? '';
