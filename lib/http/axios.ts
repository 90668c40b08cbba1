/** The transport outside `z.request`: for what must not stand in Zapier's log, and for every other host. */

import http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import axios, { AxiosError } from 'axios';
import { DEFAULT_LIMITS, failureFromCode, type Transport, TransportFailure } from './transport.ts';

export function axiosTransport(limits = DEFAULT_LIMITS): Transport {
  return async ({ method, url, headers, body }) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const connection = watchedConnection();
    try {
      const answer = await axios.request<string>({
        method,
        url,
        headers,
        data: body,
        signal: deadline,
        timeout: limits.timeoutMs,
        transport: connection.transport,
        maxRedirects: 0,
        maxContentLength: limits.maxBytes,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        proxy: false,
      });
      return { status: answer.status, body: answer.data ?? '' };
    } catch (error) {
      if (!connection.isReady()) throw new TransportFailure('not_sent');
      const failure = error instanceof AxiosError ? error : undefined;
      if (
        deadline.aborted ||
        failure?.code === AxiosError.ECONNABORTED ||
        failure?.code === AxiosError.ETIMEDOUT
      ) {
        throw new TransportFailure('timeout');
      }
      if (failure?.message.includes('maxContentLength')) throw new TransportFailure('too_large');
      throw new TransportFailure(failureFromCode(failure?.code));
    }
  };
}

/**
 * Node writes nothing of a request before the connection, and TLS where there is TLS, are established. A failure up to
 * then, a silent one included, means that the request was not sent.
 */
function watchedConnection() {
  let ready = false;
  return {
    isReady: () => ready,
    transport: {
      request: (options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) => {
        const isSecure = options.protocol === 'https:';
        const request = (isSecure ? https : http).request(options, onResponse);
        request.once('socket', (socket: TLSSocket) => {
          const event = isSecure ? 'secureConnect' : 'connect';
          // A connection that was kept open is ready already.
          if (request.reusedSocket || !socket.connecting) ready = true;
          else
            socket.once(event, () => {
              ready = true;
            });
        });
        return request;
      },
    },
  };
}
