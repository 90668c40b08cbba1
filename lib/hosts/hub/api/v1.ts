/** The API for clients of one shop: `/v1`. Every request carries a key that is bound to a shop. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { readInputs } from '../../../pack/input.ts';
import { fail } from '../../../problems.ts';
import { type Key, keysIn, type Scope } from '../access/keys.ts';
import { eventsIn } from '../events/events.ts';
import { subscriptionsIn } from '../events/subscriptions.ts';
import { triggerOf } from '../schedule/visit.ts';
import { openShop } from '../shops/open-shop.ts';
import { shopsIn } from '../shops/shops.ts';
import type { HubServices } from './services.ts';

const BEARER = /^Bearer (\S+)$/i;

export function mountV1(server: FastifyInstance, services: HubServices): void {
  const { runtime, scheduler, targets } = services;
  const { database, vault, clock } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const subscriptions = subscriptionsIn(database, vault);
  const events = eventsIn(database);

  const keyOf = (request: FastifyRequest, scope: Scope): Key & { shop: string } => {
    const secret = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const key = keysIn(database).find(secret, clock.now());
    if (key?.kind !== 'shop' || key.shop === null || !key.scopes.includes(scope))
      return fail('key_refused', {});
    return { ...key, shop: key.shop };
  };
  const ownSubscription = (key: Key, id: string) => {
    const subscription = subscriptions.find(id);
    return subscription?.shop === key.shop ? subscription : undefined;
  };

  api.get('/v1/me', { schema: { response: { 200: me } } }, async (request) => {
    const key = keyOf(request, 'read');
    const shop = shopsIn(database, vault).find(key.shop);
    return { shop_id: key.shop, shop_name: shop?.name ?? '', client: key.name };
  });

  api.get('/v1/budget', { schema: { response: { 200: budget } } }, async (request) => {
    const shop = await openShop(runtime, keyOf(request, 'read').shop);
    const { end } = shop.budget.today();
    return {
      used: await shop.budget.used(),
      limit: shop.budget.limit,
      resets_at: new Date(end).toISOString(),
    };
  });

  api.post(
    '/v1/subscriptions',
    { schema: { body: newSubscription, response: { 200: subscriptionAnswer, 201: subscriptionAnswer } } },
    async (request, reply) => {
      const key = keyOf(request, 'subscribe');
      const { trigger: triggerKey, inputs, url } = request.body;
      const trigger =
        triggerOf(runtime, { trigger: triggerKey }) ??
        fail('not_found', { what: { en: `The trigger ${triggerKey}`, zh: `触发器 ${triggerKey} ` } });
      readInputs(trigger.inputs, inputs);
      if (url !== undefined) targets.check(url);
      const { id, isNew } = subscriptions.add(
        {
          shop: key.shop,
          owner: key.id,
          trigger: trigger.key,
          inputs,
          kind: url ? 'hook' : 'pull',
          ...(url && { url }),
        },
        clock.now(),
      );
      scheduler.wake(key.shop, trigger.feed.key);
      const secret = isNew ? subscriptions.targetOf(id)?.secret : undefined;
      return reply.code(isNew ? 201 : 200).send({ id, ...(secret && { secret }) });
    },
  );

  api.delete(
    '/v1/subscriptions/:id',
    { schema: { params: z.object({ id: z.string() }) } },
    async (request, reply) => {
      const key = keyOf(request, 'subscribe');
      if (ownSubscription(key, request.params.id)) subscriptions.remove(request.params.id);
      return reply.code(204).send();
    },
  );

  api.get(
    '/v1/events',
    { schema: { querystring: eventsQuery, response: { 200: eventsAnswer } } },
    async (request) => {
      const key = keyOf(request, 'read');
      const { subscription: id, after, limit } = request.query;
      const subscription =
        ownSubscription(key, id) ?? fail('not_found', { what: { en: 'The subscription', zh: '该订阅' } });
      const items = events.after(subscription.id, after, limit);
      return {
        items: items.flatMap(({ seq, event }) => (event ? [{ seq, ...event }] : [])),
        next_cursor: items.at(-1)?.seq ?? after,
      };
    },
  );
}

const me = z.object({ shop_id: z.string(), shop_name: z.string(), client: z.string() });
const budget = z.object({ used: z.int(), limit: z.int(), resets_at: z.string() });
const newSubscription = z.object({
  trigger: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  url: z.string().optional(),
});
const subscriptionAnswer = z.object({ id: z.string(), secret: z.string().optional() });
const eventsQuery = z.object({
  subscription: z.string(),
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
const eventsAnswer = z.object({
  items: z.array(z.looseObject({ seq: z.int(), id: z.string() })),
  next_cursor: z.int(),
});
