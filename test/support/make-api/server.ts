/**
 * A stand-in for Make's API for custom apps, as far as a push uses it. It refuses what Make refuses.
 *
 * From Make's API reference, documentation, client (@makehq/sdk) or editor for VS Code: paths, methods and content types;
 * names of sections; the shapes of answers and errors; 401, 403, 404 and 429; rules for names; the size of an icon; that
 * an instant trigger needs a webhook and a universal module a subtype; which components can be deleted; checksums.
 *
 * Assumed, and rather too strict than too lax: unknown fields, references to what the app does not have, `rpc://` targets
 * and modules in groups that do not exist, and content that does not fit Make's published schemas are refused; the wording
 * of refusals; the endings of names.
 */

import { randomUUID } from 'node:crypto';
import fastify, { type FastifyReply } from 'fastify';
import { type Account, Refusal } from './account.ts';
import { appRoutes } from './apps.ts';
import { componentRoutes } from './components.ts';

export interface MakeApi extends Account {
  /** For `--zone`. */
  zone: string;
  close(): Promise<void>;
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Access denied.',
  403: 'Permission denied.',
  404: 'Not found.',
  429: 'Requests limit for organization exceeded, please try again later.',
};

const refuse = (reply: FastifyReply, status: number, detail: string): FastifyReply =>
  reply
    .code(status)
    .send({ detail, message: MESSAGES[status] ?? 'Internal server error', code: `IM${status}` });

export async function startMakeApi(): Promise<MakeApi> {
  const server = fastify({ forceCloseConnections: true });
  const api: MakeApi = {
    zone: '',
    token: randomUUID(),
    scopes: new Set(['sdk-apps:read', 'sdk-apps:write'] as const),
    apps: [],
    sent: [],
    writes: () => api.sent.filter(({ method }) => method !== 'GET'),
    forget: () => {
      api.sent.length = 0;
    },
    fault: () => undefined,
    answersJson: false,
    listsShort: false,
    checksums: 'exact',
    hidesNames: false,
    close: () => server.close(),
  };
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const cutAfter = new WeakSet<object>();
  server.addHook('preHandler', async (request, reply) => {
    const sent = { method: request.method, path: request.url.replace('/api/v2/sdk', '') };
    api.sent.push(sent);
    const fault = api.fault(sent, String(request.body ?? ''));
    if (fault && 'cut' in fault) {
      if (fault.cut === 'before') {
        request.raw.socket.destroy();
        return reply.hijack();
      }
      cutAfter.add(request);
    }
    if (fault && 'page' in fault) return reply.type('text/html').send(fault.page);
    if (fault && 'status' in fault) {
      if (fault.retryAfter !== undefined) reply.header('retry-after', fault.retryAfter);
      return refuse(reply, fault.status, fault.detail ?? 'Something went wrong.');
    }
    if (request.headers.authorization !== `Token ${api.token}`) return refuse(reply, 401, 'Access denied.');
    const scope = request.method === 'GET' ? 'sdk-apps:read' : 'sdk-apps:write';
    if (!api.scopes.has(scope)) return refuse(reply, 403, `Scope ${scope} is missing.`);
  });
  server.addHook('onSend', async (request) => {
    if (cutAfter.has(request)) request.raw.socket.destroy();
  });
  server.setErrorHandler((error, _request, reply) =>
    error instanceof Refusal
      ? refuse(reply, error.status, error.message)
      : refuse(reply, 500, error instanceof Error ? `${error.message} ${error.stack}` : 'unknown'),
  );
  server.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'Not found.'));
  await server.register(
    async (sdk) => {
      appRoutes(sdk, api);
      componentRoutes(sdk, api);
    },
    { prefix: '/api/v2/sdk' },
  );
  api.zone = new URL(await server.listen({ host: '127.0.0.1', port: 0 })).host;
  return api;
}
