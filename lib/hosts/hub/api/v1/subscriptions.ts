/** Subscriptions of a client: to an address, or to be read with `/v1/events`. */

import * as z from 'zod';
import { readInputs } from '../../../../pack/input.ts';
import { fail } from '../../../../problems.ts';
import { type ShopKey, shopKeyOf } from '../../access/bearer.ts';
import { sendExample } from '../../events/send.ts';
import { type Subscription, subscriptionsIn, triggerOf } from '../../events/subscriptions.ts';
import type { HubRuntime } from '../../runtime.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';
import { fieldsByKey, idText, urlText } from '../texts.ts';
import { refuseUnknownInputs } from '../unknown-inputs.ts';

const newSubscription = z.object({
  trigger: idText.describe('The key of a trigger, such as new_order'),
  inputs: fieldsByKey.default({}).describe("The trigger's inputs by key"),
  url: urlText
    .optional()
    .describe('The https address to send events to; left out to read them with /v1/events'),
  example: z.boolean().default(false).describe('True: an example event is sent at once'),
});
const created = z.object({
  id: z.string(),
  secret: z.string().optional().describe('Signs the webhooks (Standard Webhooks); shown only once'),
});
const params = z.object({ id: idText });

/** @throws Problem `not_found` for a subscription of another key or client too, also of the same shop */
export function ownSubscription({ database, vault }: HubRuntime, key: ShopKey, id: string): Subscription {
  const subscription = subscriptionsIn(database, vault).find(id);
  return subscription?.owner === key.id
    ? subscription
    : fail('not_found', { what: { en: 'The subscription', zh: '该订阅' } });
}

/**
 * Of all keys and clients together, recipes of the hub and what has ended apart. A feed keeps the start marks of a hundred
 * workflows, with recipes and the alert channel. With more of them, every poll would write one again.
 */
export const MAX_OF_SHOP = 80;

/**
 * Finds the subscription of the key, or makes it.
 * @throws Problem `not_found` for an unknown trigger, `bad_input`, `target_refused`, `too_many_subscriptions`
 */
export function subscribe(
  { runtime, scheduler, targets, deliverer }: HubServices,
  key: ShopKey,
  {
    trigger: triggerKey,
    inputs,
    url,
  }: { trigger: string; inputs: Record<string, unknown>; url?: string | undefined },
): { subscription: Subscription; isNew: boolean } {
  const { database, vault, clock } = runtime;
  const { id: owner, shop } = key;
  const subscriptions = subscriptionsIn(database, vault);
  const trigger =
    triggerOf(runtime, { trigger: triggerKey }) ??
    fail('not_found', { what: { en: `The trigger ${triggerKey}`, zh: `触发器 ${triggerKey} ` } });
  refuseUnknownInputs(trigger.inputs, inputs);
  readInputs(trigger.inputs, inputs);
  if (url !== undefined) targets.check(url);
  const { id, isNew } = database.transaction(() => {
    const added = subscriptions.add(
      { shop, owner, trigger: triggerKey, inputs, kind: url ? 'hook' : 'pull', ...(url && { url }) },
      clock.now(),
    );
    const others = () =>
      subscriptions.ofShop(shop).filter(({ kind, state }) => kind !== 'recipe' && state !== 'ended');
    if (added.isNew && others().length > MAX_OF_SHOP) fail('too_many_subscriptions', { limit: MAX_OF_SHOP });
    return added;
  });
  if (!isNew) subscriptions.renew(id, clock.now());
  const subscription = ownSubscription(runtime, key, id);
  if (subscription.state === 'starting') scheduler.wake(shop, trigger.feed.key);
  deliverer.wake();
  return { subscription, isNew };
}

export function mountSubscriptions(api: Api, services: HubServices): void {
  const { runtime } = services;
  const subscriptions = subscriptionsIn(runtime.database, runtime.vault);

  const creation = {
    summary: 'Subscribe to a trigger',
    body: newSubscription,
    response: { 200: created, 201: created },
  };
  api.post('/v1/subscriptions', { schema: creation }, async (request, reply) => {
    const key = shopKeyOf(runtime, request, 'subscribe');
    const { subscription, isNew } = subscribe(services, key, request.body);
    const { id } = subscription;
    if (request.body.example) sendExample(services, subscription);
    const secret = isNew ? subscriptions.targetOf(id)?.secret : undefined;
    return reply.code(isNew ? 201 : 200).send({ id, ...(secret && { secret }) });
  });

  // A client may remove a subscription twice.
  api.delete(
    '/v1/subscriptions/:id',
    { schema: { summary: 'Unsubscribe', params } },
    async (request, reply) => {
      const key = shopKeyOf(runtime, request, 'subscribe');
      const { id } = request.params;
      if (subscriptions.find(id)?.owner === key.id) subscriptions.remove(id);
      return reply.code(204).send();
    },
  );

  const example = {
    summary: 'Send an example event',
    params,
    response: { 202: z.object({ id: z.string() }) },
  };
  api.post('/v1/subscriptions/:id/example', { schema: example }, async (request, reply) => {
    const key = shopKeyOf(runtime, request, 'subscribe');
    const subscription = ownSubscription(runtime, key, request.params.id);
    return reply.code(202).send({ id: sendExample(services, subscription) });
  });
}
