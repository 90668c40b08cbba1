/**
 * A stand-in for 17TRACK, as strict as its documents, with a listener of its own. It follows the parcels of a sandbox shop:
 * it knows nothing of a number for the first hours, and later what the carrier had published at the last refresh.
 */

import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Clock, SECOND } from '../../lib/runtime.ts';
import type { Parcel } from '../parcels.ts';
import { endpoints, RequestRefusal } from './endpoints.ts';
import { Pusher, type PushOptions } from './push.ts';
import { errorOf } from './refusals.ts';
import { DEFAULT_REFRESH_MS, Registry } from './registry.ts';

export const trackerFaults = {
  http_500: 'HTTP 500',
  http_503: 'HTTP 503 with a page instead of JSON',
  internal: 'the whole request is refused with an outer code',
  disabled: 'the account is disabled',
  foreign_address: 'the address is not in the whitelist of the account',
  // With a list of errors inside of a success.
  invalid_data: 'the whole request is refused inside of a success',
  other_format: 'every answer is a success in another format',
} as const;

export type TrackerFault = keyof typeof trackerFaults;

export interface TrackerOptions {
  clock: Clock;
  /** Those it follows. */
  parcels: () => readonly Parcel[];
  port?: number;
  key?: string;
  /** Credits of a month; 100. */
  quota?: number;
  /** Registrations of a day; no limit that matters. */
  maxDaily?: number;
  /** Between two refreshes of a number; 6 hours. */
  refreshMs?: number;
  /** Whether refusals for too many requests say how long to wait. */
  saysRetryAfter?: boolean;
}

export interface Tracker {
  /** The address before the endpoint. */
  url: string;
  key: string;
  registry: Registry;
  /** Requests by endpoint. */
  requests: Map<string, number>;
  fault: TrackerFault | null;
  /** Since when its refreshes fail, epoch milliseconds. */
  carriersDownSince: number | undefined;
  /** Where pushes go; undefined for nowhere. */
  webhook: Omit<PushOptions, 'key'> | undefined;
  /** Sends what has changed since the last time. @returns how many pushes arrived */
  push(): Promise<number>;
  close(): Promise<void>;
}

const PATH = '/track/v2.4';
const MAX_PER_SECOND = 3;

export async function startTracker(options: TrackerOptions): Promise<Tracker> {
  const { clock, parcels, quota = 100, maxDaily = 10_000_000, refreshMs = DEFAULT_REFRESH_MS } = options;
  const registry = new Registry({
    clock,
    parcels,
    quota,
    maxDaily,
    refreshMs,
    carriersDownSince: () => tracker.carriersDownSince,
  });
  const key = options.key ?? randomBytes(16).toString('hex').toUpperCase();
  const pusher = new Pusher(registry, () => tracker.webhook && { ...tracker.webhook, key });
  const server = fastify({ forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  const tracker: Tracker = {
    url: '',
    key,
    registry,
    requests: new Map(),
    fault: null,
    carriersDownSince: undefined,
    webhook: undefined,
    push: () => pusher.send(),
    close: () => server.close(),
  };
  mountEndpoints(server, tracker, options.saysRetryAfter ?? true);
  tracker.url = (await server.listen({ host: '127.0.0.1', port: options.port ?? 0 })) + PATH;
  return tracker;
}

function mountEndpoints(server: FastifyInstance, tracker: Tracker, saysRetryAfter: boolean): void {
  let recent: number[] = [];
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 404, message: 'Not Found' }));
  for (const [name, answer] of endpoints) {
    server.post(`${PATH}/${name}`, (request, reply) => {
      tracker.requests.set(name, (tracker.requests.get(name) ?? 0) + 1);
      if (request.headers['17token'] !== tracker.key) {
        return reply.code(401).send({ ...errorOf(-18010002), data: {} });
      }
      const now = tracker.registry.now();
      recent = [...recent.filter((at) => at > now - SECOND), now];
      if (recent.length > MAX_PER_SECOND) {
        if (saysRetryAfter) reply.header('retry-after', '1');
        return reply.code(429).send({ code: 429, message: 'Too Many Requests' });
      }
      if (isFailed(tracker.fault, reply)) return reply;
      tracker.registry.removeOld();
      return answerWith(request, reply, (body) => answer(tracker.registry, body));
    });
  }
}

function answerWith(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: (body: unknown) => Record<string, unknown>,
) {
  try {
    return reply.send(answer(JSON.parse(String(request.body))));
  } catch (error) {
    const code = error instanceof SyntaxError ? -18010013 : error instanceof RequestRefusal && error.code;
    if (!code) throw error;
    return reply.send({ code: 0, data: { errors: [errorOf(code)] } });
  }
}

/** Answers as the fault says. @returns whether it has */
function isFailed(fault: TrackerFault | null, reply: FastifyReply): boolean {
  switch (fault) {
    case 'http_500':
      reply.code(500).send({ code: 500, message: 'Internal Server Error' });
      return true;
    case 'http_503':
      reply.code(503).type('text/html').send('<html>Service Unavailable</html>');
      return true;
    case 'internal':
      reply.send({ ...errorOf(-18010003), data: {} });
      return true;
    case 'disabled':
      reply.code(401).send({ ...errorOf(-18010004), data: {} });
      return true;
    case 'foreign_address':
      reply.code(401).send({ ...errorOf(-18010001), data: {} });
      return true;
    case 'invalid_data':
      reply.send({ code: 0, data: { errors: [errorOf(-18010013)] } });
      return true;
    case 'other_format':
      reply.send({ code: 0, data: { result: 'ok' } });
      return true;
    default:
      return false;
  }
}
