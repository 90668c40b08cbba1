/**
 * A stand-in for the API behind zapier-platform-cli 19, read from the requests in its source. A group of commands is
 * one file of routes.
 */

import fastify from 'fastify';
import * as z from 'zod';
import { type Account, Refusal, type Routes } from './account.ts';
import { canaryRoutes } from './canaries.ts';
import { checkRoutes } from './checks.ts';
import { deprecationRoutes } from './deprecation.ts';
import { environmentRoutes } from './environment.ts';
import { integrationRoutes } from './integrations.ts';
import { inviteeRoutes } from './invitees.ts';
import { jobRoutes } from './jobs.ts';
import { versionRoutes } from './versions.ts';

const routes: Routes[] = [
  integrationRoutes,
  versionRoutes,
  checkRoutes,
  environmentRoutes,
  inviteeRoutes,
  canaryRoutes,
  jobRoutes,
  deprecationRoutes,
];

export interface ZapierApi {
  /** For ZAPIER_ENDPOINT. */
  url: string;
  account: Account;
  close(): Promise<void>;
}

/** Both zips of an upload, as base64 in JSON. */
const BODY_LIMIT = 32 * 1024 * 1024;
/** The tool sends these without a login. */
const OPEN = ['GET /apps/fields-choices', 'POST /check'];

/**
 * @param deployKey that every command must send, as it does with ZAPIER_DEPLOY_KEY
 * @param firstUsers with Zaps of the first version of an integration, as soon as that is pushed
 */
export async function startZapierApi(deployKey: string, { firstUsers = 0 } = {}): Promise<ZapierApi> {
  const account: Account = { deployKey, firstUsers, integrations: new Map(), log: [] };
  const server = fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT });
  server.addHook('onRequest', async ({ method, url, headers }) => {
    const given = headers['x-deploy-key'];
    if (given === undefined && OPEN.includes(`${method} ${url}`)) return;
    if (given !== deployKey) throw new Refusal(401, 'the deploy key is missing or invalid');
  });
  server.addHook('onResponse', async ({ method, url }, { statusCode }) => {
    account.log.push(`${method} ${url} ${statusCode}`);
  });
  server.setNotFoundHandler(({ method, url }, reply) =>
    reply.code(404).send({ errors: [`no such address: ${method} ${url}`] }),
  );
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).send({ errors: [error.message] });
    if (error instanceof z.ZodError) return reply.code(400).send({ errors: [z.prettifyError(error)] });
    throw error;
  });
  // The tool says that it sends JSON with every request, also with those that have no body.
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(new Refusal(400, 'the body is not JSON'));
    }
  });
  server.post('/analytics', async () => ({ success: true }));
  for (const add of routes) add(server, account);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url, account, close: () => server.close() };
}
