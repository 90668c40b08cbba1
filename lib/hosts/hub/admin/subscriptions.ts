/** Subscriptions of all shops: list, pause, resume, remove. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { fail } from '../../../problems.ts';
import type { HubServices } from '../api/services.ts';
import { idText } from '../api/texts.ts';
import { sendExample } from '../events/send.ts';
import { type Subscription, subscriptionsIn, triggerOf } from '../events/subscriptions.ts';
import { wordsOf } from '../reasons.ts';
import { recipeSettingsIn } from '../recipes/settings.ts';
import { setRecipe } from '../recipes/switch.ts';
import { bilingual, idParams, listOf } from './answers.ts';

export function mountSubscriptions(server: FastifyInstance, services: HubServices): void {
  const { runtime, scheduler, deliverer } = services;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const subscriptions = subscriptionsIn(runtime.database, runtime.vault);
  const find = (id: string) =>
    subscriptions.find(id) ?? fail('not_found', { what: { en: 'The subscription', zh: '该订阅' } });

  api.get(
    '/admin/subscriptions',
    {
      schema: {
        querystring: z.object({ shop: idText.optional() }),
        response: { 200: listOf(subscriptionAnswer) },
      },
    },
    async ({ query: { shop } }) => ({
      items: (shop === undefined ? subscriptions.all() : subscriptions.ofShop(shop)).map((each) => ({
        ...each,
        reason: each.reason && wordsOf(each.reason),
        target_reason: each.target_reason && wordsOf(each.target_reason),
        // The path of an address may be a credential.
        target_host: hostOf(subscriptions.targetOf(each.id)?.url),
      })),
    }),
  );

  api.post('/admin/subscriptions/:id/pause', { schema: { params: idParams } }, async (request, reply) => {
    subscriptions.pause(find(request.params.id).id, 'paused_by_owner', runtime.clock.now());
    return reply.code(204).send();
  });

  api.post('/admin/subscriptions/:id/resume', { schema: { params: idParams } }, async (request, reply) => {
    const subscription = find(request.params.id);
    if (subscription.state === 'ended') startAgain(services, subscription);
    else subscriptions.resume(subscription.id);
    scheduler.wake(subscription.shop, triggerOf(runtime, subscription)?.feed.key);
    deliverer.wake();
    return reply.code(204).send();
  });

  api.post(
    '/admin/subscriptions/:id/example',
    { schema: { params: idParams, response: { 202: z.object({ id: z.string() }) } } },
    async (request, reply) => reply.code(202).send({ id: sendExample(services, find(request.params.id)) }),
  );

  api.delete('/admin/subscriptions/:id', { schema: { params: idParams } }, async (request, reply) => {
    subscriptions.remove(request.params.id);
    return reply.code(204).send();
  });
}

/** What has ended is turned on again, and announces what happens from now on. */
function startAgain(services: HubServices, { id, shop, owner, kind, inputs }: Subscription): void {
  const { database, vault, registry } = services.runtime;
  const recipe = kind === 'recipe' && registry.recipes.find(({ key }) => key === owner);
  if (recipe) setRecipe(services, shop, recipe, recipeSettingsIn(database, vault).read(shop, owner), true);
  else subscriptionsIn(database, vault).restart(id, inputs);
}

const hostOf = (url: string | undefined): string | null => (url === undefined ? null : new URL(url).host);

export const subscriptionAnswer = z.object({
  id: z.string(),
  shop: z.string(),
  owner: z.string(),
  trigger: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  kind: z.enum(['hook', 'pull', 'recipe']),
  state: z.enum(['starting', 'active', 'paused', 'ended']),
  reason: bilingual.nullable(),
  target_state: z.enum(['open', 'gone', 'refusing']),
  target_reason: bilingual.nullable(),
  target_host: z.string().nullable(),
});
