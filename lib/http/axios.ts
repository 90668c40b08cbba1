/** The transport outside `z.request`: for what must not stand in Zapier's log, and for every other host. */

import type { LookupAddress, LookupOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import axios, { AxiosError } from 'axios';
import {
  DEFAULT_LIMITS,
  failureFromCode,
  Interrupted,
  readHeaders,
  type Transport,
  TransportFailure,
} from './transport.ts';

/** Resolves the name of a host. Not called for a literal address. */
export type Lookup = (
  hostname: string,
  options: LookupOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export interface ConnectionOptions {
  /** Left out: as the machine resolves names. */
  lookup?: Lookup;
  /** Interrupts every request when it is aborted. */
  stop?: AbortSignal;
}

/** Its requests also throw `Interrupted`. */
export function axiosTransport(limits = DEFAULT_LIMITS, { lookup, stop }: ConnectionOptions = {}): Transport {
  return async ({ method, url, headers, body, timeoutMs = limits.timeoutMs }) => {
    if (stop?.aborted) throw new Interrupted(false);
    const timeout = Math.min(timeoutMs, limits.timeoutMs);
    const end = new AbortController();
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      end.abort();
    }, timeout);
    // A signal made of two others would be kept as long as the one that lives longer.
    const interrupt = () => end.abort();
    stop?.addEventListener('abort', interrupt);
    const connection = newConnection(lookup);
    try {
      const answer = await axios.request<string>({
        method,
        url,
        headers,
        data: body,
        signal: end.signal,
        timeout,
        transport: connection.transport,
        maxRedirects: 0,
        maxContentLength: limits.maxBytes,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        proxy: false,
      });
      return {
        status: answer.status,
        body: answer.data ?? '',
        headers: readHeaders((name) => answer.headers[name]),
      };
    } catch (error) {
      if (stop?.aborted) throw new Interrupted(connection.isReady());
      if (!connection.isReady()) throw new TransportFailure('not_sent');
      const failure = error instanceof AxiosError ? error : undefined;
      if (isLate || failure?.code === AxiosError.ECONNABORTED || failure?.code === AxiosError.ETIMEDOUT) {
        throw new TransportFailure('timeout', connection.success());
      }
      if (failure?.message.includes('maxContentLength'))
        throw new TransportFailure('too_large', connection.status());
      throw new TransportFailure(failureFromCode(failure?.code), connection.success());
    } finally {
      clearTimeout(deadline);
      stop?.removeEventListener('abort', interrupt);
    }
  };
}

/**
 * Opens a new connection and records when it is ready. Node sends no part of a request before the connection and TLS are
 * established, so a failure or a timeout before that means that the request was not sent. A connection that is kept alive
 * could be closed by the other side at any time, which cannot be distinguished from a lost answer.
 */
function newConnection(lookup: Lookup | undefined) {
  let ready = false;
  let status: number | undefined;
  return {
    isReady: () => ready,
    /** Of the answer, once it has begun. */
    status: () => status,
    /** The same, where it says that the request was accepted: what is missing of the answer changes nothing about that. */
    success: () => (status !== undefined && status >= 200 && status < 300 ? status : undefined),
    transport: {
      request: (options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) => {
        const isSecure = options.protocol === 'https:';
        const request = (isSecure ? https : http).request(
          { ...options, agent: false, ...(lookup && { lookup: lookup as net.LookupFunction }) },
          onResponse,
        );
        request.once('socket', (socket) => {
          socket.once(isSecure ? 'secureConnect' : 'connect', () => {
            ready = true;
          });
        });
        request.once('response', ({ statusCode }) => {
          status = statusCode;
        });
        return request;
      },
    },
  };
}
