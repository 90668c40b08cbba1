/** A transport that returns the given answers in order and records the requests. */

import type { HttpAnswer, HttpRequest, Transport } from '../../lib/http/transport.ts';

/** An answer with HTTP 200, as AliExpress gives nearly all of them. */
export const answered = (body: unknown, status = 200): HttpAnswer => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export interface ScriptedTransport {
  transport: Transport;
  sent: HttpRequest[];
}

/** @param script answers, or what is thrown instead of one. Anything sent beyond them fails. */
export function scriptedTransport(...script: (HttpAnswer | Error)[]): ScriptedTransport {
  const sent: HttpRequest[] = [];
  const transport: Transport = async (request) => {
    sent.push(request);
    const next = script[sent.length - 1];
    if (next === undefined) throw new Error('no answer is left for this request');
    if (next instanceof Error) throw next;
    return next;
  };
  return { transport, sent };
}

/** The form that a request carries. */
export const formOf = (request: HttpRequest | undefined): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(request?.body));
