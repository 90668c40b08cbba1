/**
 * The browser's part of connecting a shop. A page on this machine receives AliExpress's callback, and refuses a callback
 * without the state that the host sent.
 */

import { timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';
import { fail } from '../../problems.ts';
import type { AuthorizationAnswer } from './platform.ts';

export interface CallbackPage {
  /** Resolves with the code of the callback. @throws Problem `state_lost`, `authorization_denied`, `authorization_code_missing` */
  answer: Promise<AuthorizationAnswer>;
  close(): Promise<void>;
}

/** @param callbackUrl on this machine; the server listens on its port and path */
export async function openCallbackPage(callbackUrl: URL, state: string): Promise<CallbackPage> {
  const server = fastify({ forceCloseConnections: true });
  const { promise, resolve, reject } = Promise.withResolvers<AuthorizationAnswer>();
  promise.catch(() => {});
  // After a failure a second callback must not report success.
  let failed: Error | undefined;
  server.get(callbackUrl.pathname, async (request, reply) => {
    reply.type('text/html; charset=utf-8');
    try {
      if (failed) throw failed;
      resolve(readAnswer(new URL(request.url, callbackUrl), state));
      return '<p>店铺已连接，可以关闭此页面。 / The shop is connected; you may close this page.</p>';
    } catch (error) {
      failed = error as Error;
      reject(failed);
      return reply
        .code(400)
        .send('<p>连接失败，原因见终端窗口。 / Connecting failed; the terminal says why.</p>');
    }
  });
  await server.listen({
    host: callbackUrl.hostname.replace(/^\[|\]$/g, ''),
    port: Number(callbackUrl.port || 80),
  });
  return { answer: promise, close: () => server.close() };
}

/**
 * Reads the code from a callback's address.
 * @throws Problem `state_lost`, `authorization_denied`, `authorization_code_missing`
 */
export function readAnswer(address: URL, state: string): AuthorizationAnswer {
  const given = Buffer.from(address.searchParams.get('state') ?? '');
  const expected = Buffer.from(state);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return fail('state_lost', {});
  const code = address.searchParams.get('code');
  if (code) return { code };
  return fail(address.searchParams.has('error') ? 'authorization_denied' : 'authorization_code_missing', {});
}

/**
 * Follows the sign-in address as a browser would, for a sandbox without a sign-in form.
 * @throws Problem `redirect_uri_mismatch` when the answer is an error page
 */
export async function followAsBrowser(authorizeUrl: string): Promise<void> {
  const page = await fetch(authorizeUrl, { redirect: 'manual' });
  const back = page.headers.get('location');
  if (!back) {
    const given = new URL(authorizeUrl).searchParams.get('redirect_uri') ?? '';
    return fail('redirect_uri_mismatch', { given, registered: 'see the App Console' });
  }
  await fetch(back);
}
