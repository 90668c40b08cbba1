/**
 * `/oauth/authorize`: names the client and the shop, and lets the seller consent before AliExpress's sign-in. So no client
 * gets a shop that its seller has not meant.
 */

import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { fail } from '../../../problems.ts';
import { sessionOf } from '../access/admins.ts';
import type { HubServices } from '../api/services.ts';
import { idText } from '../api/texts.ts';
import type { HubRuntime } from '../runtime.ts';
import { shopsIn } from '../shops/shops.ts';
import { beginSignIn, CALLBACK_PATH, PASTE_PATH } from '../shops/sign-in.ts';
import { answerClient, refuseClient } from './answer.ts';
import { bindBrowser } from './browser.ts';
import { clientsIn } from './clients.ts';
import { sendConsentPage, sendPastePage } from './pages.ts';
import { type ReadAuthorization, readAuthorization } from './requests.ts';

/** The value of the choice that is not a connected shop. */
const SIGN_IN = '';

const consentSchema = z.looseObject({
  decision: z.enum(['allow', 'deny']),
  /** The id of a connected shop, which only the owner of the hub may choose. */
  shop: idText.default(SIGN_IN),
});

type Accepted = Extract<ReadAuthorization, { client: unknown }>;

export function mountAuthorize(server: FastifyInstance, services: HubServices): void {
  const { runtime } = services;
  const clients = () => clientsIn(runtime.database);
  /** Answers a wrong request itself. */
  const read = (params: unknown, reply: FastifyReply): Accepted | undefined => {
    const request = readAuthorization(params, clients());
    if ('client' in request) return request;
    refuseClient(runtime, reply, request, request.error);
    return undefined;
  };

  server.get('/oauth/authorize', async (request, reply) => {
    const accepted = read(request.query, reply);
    return accepted ? sendConsentPage(reply, accepted, shopsFor(runtime, request)) : reply;
  });

  server.post('/oauth/authorize', async (request, reply) => {
    const accepted = read(request.body, reply);
    return accepted ? decide(services, request, reply, accepted) : reply;
  });
}

function decide(
  { runtime }: HubServices,
  request: FastifyRequest,
  reply: FastifyReply,
  { request: asked }: Accepted,
): FastifyReply {
  const { decision, shop } =
    consentSchema.safeParse(request.body).data ??
    fail('bad_input', { field: 'decision', allowed: { en: 'allow or deny', zh: 'allow 或 deny' } });
  if (decision === 'deny') return refuseClient(runtime, reply, asked, 'access_denied');
  if (shop !== SIGN_IN) {
    const chosen = shopsFor(runtime, request).find(({ id }) => id === shop);
    return chosen
      ? answerClient(runtime, reply, asked, { shop: chosen.id })
      : refuseClient(runtime, reply, asked, 'access_denied');
  }
  const browser = randomBytes(32).toString('base64url');
  const { state, address, returnsHere } = beginSignIn(runtime, { kind: 'client', request: asked }, browser);
  bindBrowser(runtime, reply, returnsHere ? CALLBACK_PATH : PASTE_PATH, browser);
  return returnsHere ? reply.redirect(address, 303) : sendPastePage(reply, { state, address });
}

/** The connected shops, for the owner of the hub only. */
const shopsFor = (runtime: HubRuntime, request: FastifyRequest) =>
  sessionOf(runtime, request)
    ? shopsIn(runtime.database, runtime.vault)
        .all()
        .filter(({ state }) => state === 'connected')
    : [];
