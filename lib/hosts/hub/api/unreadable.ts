/** Requests that never reach a route, because they are no valid HTTP. They are answered as problems like all others. */

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import { Problem } from '../../../problems.ts';
import { isForeign } from '../access/origins.ts';
import { problemBodyOf, unreadable } from './problems.ts';

/** By the code of the parser's error. All others are 400. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const TYPE = 'application/problem+json';

/** @param publicUrl of the public listener */
export const answersToUnreadable = (publicUrl: string | undefined) =>
  ({
    // Without a name in its headers a request is refused as one with a foreign name.
    http: { requireHostHeader: false },
    /** Such as an address that cannot be decoded. No hook of the server has seen the request. */
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const body = problemBodyOf(isForeign(request, publicUrl) ? new Problem('origin_refused', {}) : error);
      reply.code(body.status).type(TYPE).serializer(JSON.stringify).send(body);
    },
    clientErrorHandler: ({ code }: NodeJS.ErrnoException, socket: Socket) => {
      if (code === 'ECONNRESET' || !socket.writable) return socket.destroy();
      const body = unreadable(STATUSES[code ?? ''] ?? 400);
      const text = JSON.stringify(body);
      socket.end(
        `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}\r\ncontent-type: ${TYPE}\r\n` +
          `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
      );
    },
  }) satisfies FastifyHttpOptions<RawServerDefault>;
