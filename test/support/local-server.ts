/** A real HTTP server on this machine, for what only the wire can show. */

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  method: string;
  path: string;
  contentType: string;
  body: string;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface LocalServer {
  url: string;
  /** What came in since the server was last told how to answer. */
  received: Received[];
  /** From now on the server answers so. */
  answerWith(answer: Answer): void;
  close(): Promise<void>;
}

export async function startLocalServer(): Promise<LocalServer> {
  const received: Received[] = [];
  let answer: Answer = (response) => response.end();
  const listener: RequestListener = async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const body = await text(request);
    received.push({ method, path, contentType: headers['content-type'] ?? '', body });
    answer(response, request);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith: (next) => {
      received.length = 0;
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
