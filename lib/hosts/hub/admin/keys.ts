/** Keys: create, list, revoke. A key is shown once. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { fail } from '../../../problems.ts';
import { DAY } from '../../../runtime.ts';
import { revokeKey } from '../access/ended-keys.ts';
import { keysIn } from '../access/keys.ts';
import type { HubServices } from '../api/services.ts';
import { idText } from '../api/texts.ts';
import { SCOPES } from '../oauth/requests.ts';
import { serverNow } from '../shops/server-time.ts';
import { shopsIn } from '../shops/shops.ts';
import { checkName, idParams, listOf, time, toIso } from './answers.ts';

export function mountKeys(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, vault, log } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const keys = keysIn(database);

  api.get('/admin/keys', { schema: { response: { 200: listOf(keyAnswer) } } }, async () => ({
    items: keys.all().flatMap(({ id, kind, shop, scopes, name, createdAt, expiresAt, usedAt }) =>
      kind === 'session' || kind === 'set_up'
        ? []
        : [
            {
              id,
              kind,
              shop,
              scopes,
              name,
              created_at: toIso(createdAt) ?? '',
              expires_at: toIso(expiresAt),
              used_at: toIso(usedAt),
            },
          ],
    ),
  }));

  api.post(
    '/admin/keys',
    { schema: { body: newKey, response: { 201: newKeyAnswer } } },
    async (request, reply) => {
      const { kind, name, expires_in_days: days } = request.body;
      checkName(name);
      if (kind === 'shop' && request.body.scopes.length === 0)
        fail('bad_input', { field: SCOPES_FIELD, allowed: ONE_SCOPE });
      const bound = kind === 'shop' ? { shop: request.body.shop, scopes: request.body.scopes } : {};
      if (kind === 'shop') shopsIn(database, vault).get(request.body.shop);
      const now = serverNow(runtime);
      const key = keys.create({ kind, name, ...bound, ...(days && { expiresAt: now + days * DAY }) }, now);
      const id = keys.idOf(key);
      log('a key was created', { key: id, kind });
      return reply.code(201).send({ id, key });
    },
  );

  api.delete('/admin/keys/:id', { schema: { params: idParams } }, async (request, reply) => {
    const { id } = request.params;
    if (revokeKey(runtime, id)) log('a key was revoked', { key: id });
    return reply.code(204).send();
  });
}

const SCOPES_FIELD = { en: 'scopes', zh: '权限' };
const ONE_SCOPE = { en: 'read, subscribe, or both', zh: '至少选择一项' };

const scope = z.enum(['read', 'subscribe']);
const common = {
  name: z.string().trim().max(100),
  expires_in_days: z.int().min(1).max(3650).optional(),
};
const newKey = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('shop'),
    shop: idText,
    scopes: z
      .array(scope)
      .max(10)
      .default([...SCOPES]),
    ...common,
  }),
  z.object({ kind: z.literal('store'), ...common }),
  z.object({ kind: z.literal('admin'), ...common }),
]);
export const newKeyAnswer = z.object({ id: z.string(), key: z.string() });
export const keyAnswer = z.object({
  id: z.string(),
  kind: z.enum(['shop', 'store', 'admin']),
  shop: z.string().nullable(),
  scopes: z.array(scope),
  name: z.string(),
  created_at: time,
  expires_at: time.nullable(),
  used_at: time.nullable(),
});
