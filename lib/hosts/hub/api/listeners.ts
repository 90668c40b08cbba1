/**
 * The two listeners. The private one is for this machine: the page and everything that manages the hub. The public one
 * exists only with `HUB_PUBLIC_URL`. Without it the private one also serves what it would serve.
 */

import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { mountMcp } from '../mcp/route.ts';
import { describeRoutes } from './openapi.ts';
import { answerWithProblems } from './problems.ts';
import type { HubServices } from './services.ts';
import { mountV1 } from './v1/index.ts';

export interface Listeners {
  /** Where the page is. */
  url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 256 * 1024;

export async function startListeners(services: HubServices): Promise<Listeners> {
  const { port } = services.runtime.hub;
  const server = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: 'idle' });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerWithProblems(server, services.runtime);
  await mountPublic(server, services);
  mountMcp(server, services);
  const url = await server.listen({ host: HOST, port });
  return { url, close: () => closeGently(server) };
}

async function mountPublic(server: FastifyInstance, services: HubServices): Promise<void> {
  await describeRoutes(server);
  await mountV1(server, services);
  server.get('/healthz', async () => ({ status: 'ok' }));
}

/** Connections that turn idle only after `close` has looked would keep it waiting for over a minute. */
async function closeGently(server: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => server.server.closeIdleConnections(), 100);
  await server.close();
  clearInterval(sweep);
}
