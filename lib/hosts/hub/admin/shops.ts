/** The connected shops: list, connect, remove. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { dayIn } from '../../../budget/quota-day.ts';
import { problemBodyOf } from '../api/problems.ts';
import type { HubServices } from '../api/services.ts';
import { removeFiles } from '../recipes/files.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { isShopId } from '../shops/shop-id.ts';
import { type ShopRow, shopsIn } from '../shops/shops.ts';
import { beginSignIn, finishSignIn, pastedAnswer } from '../shops/sign-in.ts';
import { idParams, listOf, time, toIso } from './answers.ts';

export function mountShops(server: FastifyInstance, services: HubServices): void {
  const { runtime, retention } = services;
  const { database, vault, log } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const shops = shopsIn(database, vault);

  api.get('/admin/shops', { schema: { response: { 200: listOf(shopAnswer) } } }, async () => ({
    items: shops.all().map((row) => toAnswer(runtime, row)),
  }));

  api.delete('/admin/shops/:id', { schema: { params: idParams } }, async (request, reply) => {
    const { id } = request.params;
    if (isShopId(id)) {
      // If a file cannot be deleted, the shop stays on the page, where it can be removed again.
      removeFiles(runtime.hub.folder, id);
      const { end } = dayIn(runtime.settings.quotaDayZone)(serverNow(runtime));
      runtime.trackerUpdates.delete(id);
      if (shops.remove(id, end)) log('a shop was removed', { shop: id });
      if (database.isErasureDue()) retention.wake();
    }
    return reply.code(204).send();
  });

  api.post(
    '/admin/shops/sign-in',
    { schema: { response: { 201: signInAnswer } } },
    async (_request, reply) => {
      const { address, returnsHere } = beginSignIn(runtime, { kind: 'page' });
      return reply.code(201).send({ address, returns_here: returnsHere });
    },
  );

  api.post(
    '/admin/shops/pasted',
    { schema: { body: z.object({ address: z.string().max(4000) }), response: { 200: shopAnswer } } },
    async (request) => {
      const ended = await finishSignIn(services, pastedAnswer(request.body.address));
      if ('error' in ended) throw ended.error;
      return toAnswer(runtime, shops.get(ended.shop.id));
    },
  );
}

export const shopAnswer = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['connected', 'reconnect_needed']),
  connected_at: time,
  access_expires_at: time,
  /** Until when the connection is renewed without the seller; null if AliExpress has not said it. */
  sign_in_again_by: time.nullable(),
  /** Whether its parcels are followed by a tracker. */
  has_tracker_key: z.boolean(),
  /** Why no calls are made for the shop. */
  problem: z.object({ kind: z.string(), detail: z.string(), detail_zh: z.string() }).nullable(),
});
/** `returns_here`: the browser comes back by itself. Otherwise the address that it ends at is sent to `pasted`. */
export const signInAnswer = z.object({ address: z.string(), returns_here: z.boolean() });

function toAnswer({ holds }: HubRuntime, row: ShopRow): z.input<typeof shopAnswer> {
  const held = holds.reasonOf(row.id);
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    connected_at: toIso(row.connectedAt) ?? '',
    access_expires_at: toIso(row.accessExpiresAt) ?? '',
    sign_in_again_by: toIso(row.renewBy),
    has_tracker_key: row.hasTrackerKey,
    problem: held ? problemBodyOf(held) : null,
  };
}
