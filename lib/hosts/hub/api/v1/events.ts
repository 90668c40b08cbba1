/** Events for clients that read them: of one subscription, or of the triggers that the client names. */

import * as z from 'zod';
import type { PackEvent } from '../../../../pack/event.ts';
import { fail } from '../../../../problems.ts';
import { type ShopKey, shopKeyOf } from '../../access/bearer.ts';
import { eventsIn } from '../../events/events.ts';
import { skippedEvent } from '../../events/skipped.ts';
import type { Subscription } from '../../events/subscriptions.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';
import { ownSubscription, subscribe } from './subscriptions.ts';

const MAX_EVENTS = 100;
const MAX_TRIGGERS = 50;
const seq = z.coerce.number().int().min(0);
const querystring = z.object({
  subscription: z.string().max(100).optional(),
  triggers: z
    .string()
    .max(2000)
    .optional()
    .describe('Keys of triggers, separated by commas. The first request with a trigger subscribes to it.'),
  after: seq.optional().describe('Only events with a greater number'),
  before: seq.optional().describe('Only events with a smaller number'),
  order: z.enum(['asc', 'desc']).default('asc').describe('The oldest first, or the newest first'),
  limit: z.coerce.number().int().min(1).max(MAX_EVENTS).default(50),
});
const answer = z.object({
  items: z.array(z.looseObject({ seq: z.int(), id: z.string() })),
  next_cursor: z.int().describe('What "after" is in the next request, where the oldest come first'),
  next_before: z
    .int()
    .optional()
    .describe('What "before" is in the next request, where the newest come first; absent on the last page'),
});

type Item = PackEvent & { seq: number };

export function mountEvents(api: Api, services: HubServices): void {
  const { runtime } = services;
  const events = eventsIn(runtime.database);
  const schema = {
    summary:
      'Events of a subscription or of triggers. An events_skipped alert stands for older ones that are deleted',
    querystring,
    response: { 200: answer },
  };

  /** One alert for each subscription of which the client has not got everything. */
  const skipped = (subscriptions: readonly Subscription[], after: number): Item[] =>
    subscriptions.flatMap((subscription) => {
      const deleted = events.deletedAfter(subscription.id, after);
      return deleted ? [{ ...skippedEvent(runtime, subscription, deleted), seq: deleted.seq }] : [];
    });

  api.get('/v1/events', { schema }, async (request) => {
    const key = shopKeyOf(runtime, request, request.query.triggers === undefined ? 'read' : 'subscribe');
    const { after, before, order, limit } = request.query;
    const subscriptions = wanted(services, key, request.query);
    const ids = subscriptions.map(({ id }) => id);
    if (order === 'desc') {
      const found = events.between(ids, { after: after ?? 0, before, limit, order });
      const isLast = found.length < limit;
      // A client that has read nothing yet misses nothing.
      const gaps = isLast && after !== undefined ? skipped(subscriptions, after) : [];
      const items = [...itemsOf(found), ...gaps];
      return {
        items,
        next_cursor: found[0]?.seq ?? after ?? 0,
        ...(!isLast && { next_before: found.at(-1)?.seq ?? 0 }),
      };
    }
    const gaps = skipped(subscriptions, after ?? 0);
    const from = Math.max(after ?? 0, ...gaps.map((gap) => gap.seq));
    const found = events.between(ids, {
      after: from,
      before,
      limit: Math.max(0, limit - gaps.length),
      order,
    });
    return { items: [...gaps, ...itemsOf(found)], next_cursor: found.at(-1)?.seq ?? from };
  });
}

/** Those without a body are no longer kept. */
const itemsOf = (found: readonly { seq: number; event: PackEvent | null }[]): Item[] =>
  found.flatMap(({ seq, event }) => (event ? [{ ...event, seq }] : []));

function wanted(
  services: HubServices,
  key: ShopKey,
  { subscription, triggers }: { subscription?: string | undefined; triggers?: string | undefined },
): Subscription[] {
  if (subscription !== undefined) return [ownSubscription(services.runtime, key, subscription)];
  const keys = [...new Set((triggers ?? '').split(',').filter(Boolean))];
  if (keys.length === 0 || keys.length > MAX_TRIGGERS)
    fail('bad_input', {
      field: 'subscription, triggers',
      allowed: { en: 'one of the two', zh: '二者之一' },
    });
  return keys.map((trigger) => subscribe(services, key, { trigger, inputs: {} }).subscription);
}
