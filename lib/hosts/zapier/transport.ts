/**
 * The transport to AliExpress inside Zapier: `z.request`, so that Zap history shows the calls. It requests raw answers,
 * because core logs the content of others, and AliExpress's answers contain buyers' names and addresses.
 */

import type { HttpRequestOptions, ZObject } from 'zapier-platform-core';
import {
  DEFAULT_LIMITS,
  failureFromCode,
  readHeaders,
  type Transport,
  TransportFailure,
} from '../../http/transport.ts';

/** With options that core's types leave out. */
type Options = HttpRequestOptions & { url: string; raw: true; throwForThrottlingEarly: false; size: number };

export function zapierTransport(z: Pick<ZObject, 'request'>, limits = DEFAULT_LIMITS): Transport {
  return async ({ method, url, headers, body, timeoutMs = limits.timeoutMs }) => {
    const options: Options = {
      method,
      url,
      raw: true,
      ...(headers && { headers }),
      ...(body !== undefined && { body: withoutCurlies(body) }),
      timeout: Math.min(timeoutMs, limits.timeoutMs),
      size: limits.maxBytes,
      redirect: 'manual',
      skipThrowForStatus: true,
      throwForThrottlingEarly: false,
    };
    try {
      const answer = await z.request(options);
      return {
        status: answer.status,
        body: await answer.text(),
        headers: readHeaders((name) => answer.headers.get(name)),
      };
    } catch (error) {
      const { name, type, code } = error as { name?: string; type?: string; code?: string };
      // Core treats every 401 as a stale token. Here the caller decides by the body.
      if (name === 'RefreshAuthError') return { status: 401, body: '' };
      if (type === 'request-timeout' || type === 'body-timeout') throw new TransportFailure('timeout');
      if (type === 'max-size') throw new TransportFailure('too_large');
      if (name === 'FetchError') throw new TransportFailure(failureFromCode(code));
      throw error;
    }
  };
}

/** Core refuses "{{bundle.…}}" even in a user's text, so the second brace is escaped in JSON bodies. */
const withoutCurlies = (body: string): string =>
  body.startsWith('{') ? body.replace(/\{\{(?=\s*(?:bundle|process)\.)/g, '{\\u007b') : body;
