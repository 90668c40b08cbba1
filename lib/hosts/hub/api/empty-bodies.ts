/** Many clients send a content type with every request, also with one that has no body. Such a request has no type. */

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

export function acceptEmptyBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  // A body that is sent in chunks may turn out to be empty.
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parse(request, String(body), done),
  );
  server.addHook('onRequest', async ({ raw }) => {
    if (!hasBody(raw)) delete raw.headers['content-type'];
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
