/**
 * The two listeners. The private one is for this machine: the page and everything that manages the hub. The public one
 * exists only with `HUB_PUBLIC_URL`. Without it the private one also serves what it would serve.
 */

import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { API_LIMIT, limited, PAGE_LIMIT, SIGN_IN_LIMIT, STORE_LIMIT } from '../access/limits.ts';
import { refuseForeignOrigins } from '../access/origins.ts';
import { mountAdmin } from '../admin/admin.ts';
import { mountMcp } from '../mcp/route.ts';
import { mountAuthorize } from '../oauth/authorize.ts';
import { clientIn, mountMetadata, mountTokenEndpoints } from '../oauth/endpoints.ts';
import { mountHome } from '../page/home.ts';
import { STYLE_SOURCE } from '../page/layout.ts';
import { answerNotFound, answerWithPages } from '../page/problem-page.ts';
import { mountSignIn } from '../page/sign-in.ts';
import { mountPush } from '../push/route.ts';
import { mountTrackerPush } from '../push/tracker.ts';
import { mountHealth } from '../service/health.ts';
import { mountMetrics } from '../service/metrics.ts';
import { mountCallback } from '../shops/callback.ts';
import { mountStore } from '../store/route.ts';
import { acceptEmptyBodies } from './empty-bodies.ts';
import { refuseDeepBodies } from './nesting.ts';
import { describeRoutes } from './openapi.ts';
import { refusePort } from './ports.ts';
import { answerWithProblems } from './problems.ts';
import type { HubServices } from './services.ts';
import { answersToUnreadable } from './unreadable.ts';
import { mountV1 } from './v1/index.ts';

export interface Listeners {
  close(): Promise<void>;
}

/** Until a request has arrived whole. */
const MAX_REQUEST_MS = 30_000;
const MAX_BODY_BYTES = 256 * 1024;
const SWEEP_EVERY_MS = 100;
/** Of each listener. Whoever opens more without a request leaves memory and files to the rest of the hub. */
export const MAX_CONNECTIONS = 2000;

export async function startListeners(services: HubServices): Promise<Listeners> {
  const { listenOn, port, publicPort, publicUrl } = services.runtime.hub;
  const answers = new Set<Promise<unknown>>();
  const page = createServer(services, answers, undefined);
  mountPrivate(page, services);
  const others = publicUrl === undefined ? page : createServer(services, answers, publicUrl);
  await mountPublic(others, services);
  const servers = [...new Set([page, others])];
  const closeOne = (server: FastifyInstance) => closeGently(server, answers, services.runtime.interruption);
  const close = async () => {
    await Promise.all(servers.map(closeOne));
    // Of clients that have gone.
    await Promise.allSettled(answers);
  };
  await page.listen({ host: listenOn, port }).catch(refusePort('HUB_PORT', port));
  if (others !== page) {
    await others.listen({ host: listenOn, port: publicPort }).catch(async (error: unknown) => {
      await closeOne(page);
      return refusePort('HUB_PUBLIC_PORT', publicPort)(error);
    });
  }
  return { close };
}

/** What only the owner of the hub uses. Every route wants an admin key, a session, or a key of a shop. */
function mountPrivate(server: FastifyInstance, services: HubServices): void {
  const { runtime } = services;
  server.register(
    limited(runtime, PAGE_LIMIT, (scope) => {
      mountAdmin(scope, services);
      mountMetrics(scope, services);
    }),
  );
  server.register(limited(runtime, API_LIMIT, (scope) => mountMcp(scope, services)));
  server.register(
    limited(runtime, PAGE_LIMIT, (pages) => {
      acceptForms(pages, services, '');
      mountSignIn(pages, services);
      mountHome(pages, services);
    }),
  );
}

/** What other machines use. */
async function mountPublic(server: FastifyInstance, services: HubServices): Promise<void> {
  await describeRoutes(server);
  const { runtime } = services;
  await server.register(limited(runtime, API_LIMIT, (api) => mountV1(api, services)));
  mountMetadata(server, services);
  server.register(
    limited(runtime, { ...API_LIMIT, holder: clientIn(runtime) }, (endpoints) => {
      endpoints.register(formbody);
      mountTokenEndpoints(endpoints, services);
    }),
  );
  server.register(
    limited(runtime, SIGN_IN_LIMIT, (pages) => {
      acceptForms(pages, services);
      mountAuthorize(pages, services);
      mountCallback(pages, services);
    }),
  );
  server.register(limited(runtime, STORE_LIMIT, (store) => mountStore(store, services)));
  server.register(mountPush(services));
  server.register(mountTrackerPush(services));
  mountHealth(server, services.runtime);
}

/** For pages, which a person sees. */
function acceptForms(pages: FastifyInstance, { runtime }: HubServices, home?: string): void {
  pages.register(formbody);
  answerWithPages(pages, runtime, home);
}

/**
 * @param answers those that are being made
 * @param publicUrl under which other machines reach it
 */
function createServer(
  { runtime }: HubServices,
  answers: Set<Promise<unknown>>,
  publicUrl: string | undefined,
): FastifyInstance {
  const server = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: MAX_REQUEST_MS,
    forceCloseConnections: 'idle',
    ...answersToUnreadable(publicUrl),
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      const answer = handler.call(this, request, reply);
      if (answer instanceof Promise) {
        const done = () => answers.delete(answer);
        answers.add(answer);
        answer.then(done, done);
      }
      return answer;
    };
  });
  answerWithProblems(server, runtime);
  // The page is on the private listener alone.
  answerNotFound(server, publicUrl === undefined ? '' : undefined);
  refuseForeignOrigins(server, publicUrl);
  acceptEmptyBodies(server);
  refuseDeepBodies(server);
  server.register(helmet, securityHeaders(publicUrl?.startsWith('https:') ?? false));
  server.register(cookie);
  return server;
}

/**
 * Pop-ups of a sign-in keep their opener, so there is no opener policy. `form-action` is left out, because browsers apply it
 * to every redirect that follows a form: the consent form goes on to AliExpress, from there to pages that are not known,
 * and back to the client.
 */
const securityHeaders = (isHttps: boolean) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: [STYLE_SOURCE],
      imgSrc: ["'self'", 'data:'],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  },
  crossOriginOpenerPolicy: false,
  hsts: isHttps,
  // With "no-referrer" the page's own forms would be sent without their origin.
  referrerPolicy: { policy: 'same-origin' as const },
});

/**
 * Connections that turn idle only after `close` has looked would keep it waiting for over a minute. After the interruption
 * no client is waited for that sends its request, or reads its answer, slowly.
 */
async function closeGently(
  server: FastifyInstance,
  answers: ReadonlySet<unknown>,
  interruption: AbortSignal,
): Promise<void> {
  const sweep = setInterval(() => {
    server.server.closeIdleConnections();
    if (interruption.aborted && answers.size === 0) server.server.closeAllConnections();
  }, SWEEP_EVERY_MS);
  await server.close();
  clearInterval(sweep);
}
