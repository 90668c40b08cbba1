/** Clients of the OAuth server, and what sellers have allowed them. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { isPrivate, parseAddress } from '../../../http/address.ts';
import { fail } from '../../../problems.ts';
import type { HubServices } from '../api/services.ts';
import { clientsIn } from '../oauth/clients.ts';
import { grantsIn } from '../oauth/grants.ts';
import { tokensIn } from '../oauth/tokens.ts';
import { serverNow } from '../shops/server-time.ts';
import { checkName, idParams, listOf, time, toIso } from './answers.ts';

const MAX_REDIRECTS = 20;

export function mountClients(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, clock, log } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const clients = clientsIn(database);
  const grants = grantsIn(database);
  const tokens = tokensIn(runtime);

  api.get('/admin/clients', { schema: { response: { 200: listOf(clientAnswer) } } }, async () => ({
    items: clients.all().map(({ id, name, hasSecret, redirectUris, createdAt }) => ({
      id,
      name,
      has_secret: hasSecret,
      redirect_uris: redirectUris,
      created_at: toIso(createdAt) ?? '',
      grants: grants.ofClient(id).map((grant) => ({
        id: grant.id,
        shop: grant.shop,
        scopes: grants.scopesOf(grant.id, serverNow(runtime)),
        created_at: toIso(grant.createdAt) ?? '',
      })),
    })),
  }));

  api.post(
    '/admin/clients',
    { schema: { body: newClient, response: { 201: newClientAnswer } } },
    async (request, reply) => {
      const { name, redirect_uris: redirectUris, has_secret: hasSecret } = request.body;
      const wrong = redirectUris.find((address) => !isRedirectAddress(address));
      checkName(name);
      if (wrong !== undefined || redirectUris.length === 0)
        fail('bad_input', { field: REDIRECTS_FIELD, allowed: REDIRECTS });
      const { id, secret } = clients.register({ name, redirectUris, hasSecret }, clock.now());
      log('a client was registered', { client: id });
      return reply.code(201).send({ id, ...(secret && { secret }) });
    },
  );

  api.delete('/admin/clients/:id', { schema: { params: idParams } }, async (request, reply) => {
    const { id } = request.params;
    database.transaction(() => {
      for (const grant of grants.ofClient(id)) tokens.removeGrant(grant.id);
      if (clients.remove(id)) log('a client was removed', { client: id });
    });
    return reply.code(204).send();
  });

  api.delete('/admin/grants/:id', { schema: { params: idParams } }, async (request, reply) => {
    if (tokens.removeGrant(request.params.id)) log('a grant was removed', { grant: request.params.id });
    return reply.code(204).send();
  });
}

function isRedirectAddress(text: string): boolean {
  const url = parseAddress(text);
  return url !== undefined && isPrivate(url) && url.hash === '';
}

const REDIRECTS_FIELD = { en: 'redirect_uris', zh: '回调地址' };
const REDIRECTS = {
  en: 'the full https addresses of the client, or http addresses of this machine, without "#"',
  zh: '客户端的完整 https 地址，或本机的 http 地址，不含 “#”',
};

const newClient = z.object({
  name: z.string().trim().max(60),
  redirect_uris: z.array(z.string().max(500)).max(MAX_REDIRECTS),
  /** A client that runs on the user's own device keeps no secret. */
  has_secret: z.boolean().default(true),
});
export const newClientAnswer = z.object({ id: z.string(), secret: z.string().optional() });
const grantAnswer = z.object({
  id: z.string(),
  shop: z.string(),
  scopes: z.array(z.string()),
  created_at: time,
});
export const clientAnswer = z.object({
  id: z.string(),
  name: z.string(),
  has_secret: z.boolean(),
  redirect_uris: z.array(z.string()),
  created_at: time,
  grants: z.array(grantAnswer),
});
