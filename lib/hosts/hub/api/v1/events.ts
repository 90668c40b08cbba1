/** Events of a subscription, for clients that read them. */

import * as z from 'zod';
import { shopKeyOf } from '../../access/bearer.ts';
import { eventsIn } from '../../events/events.ts';
import { skippedEvent } from '../../events/skipped.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';
import { ownSubscription } from './subscriptions.ts';

const MAX_EVENTS = 100;
const querystring = z.object({
  subscription: z.string(),
  after: z.coerce.number().int().min(0).default(0).describe('The next_cursor of the last answer'),
  limit: z.coerce.number().int().min(1).max(MAX_EVENTS).default(50),
});
const answer = z.object({
  items: z.array(z.looseObject({ seq: z.int(), id: z.string() })),
  next_cursor: z.int(),
});

export function mountEvents(api: Api, { runtime }: HubServices): void {
  const events = eventsIn(runtime.database);
  const schema = {
    summary:
      'Events of a subscription, oldest first. An events_skipped alert comes first where older ones are deleted',
    querystring,
    response: { 200: answer },
  };
  api.get('/v1/events', { schema }, async (request) => {
    const key = shopKeyOf(runtime, request, 'read');
    const { subscription: id, after, limit } = request.query;
    const subscription = ownSubscription(runtime, key, id);
    const deleted = events.deletedAfter(subscription.id, after);
    const from = deleted?.seq ?? after;
    const skipped = deleted ? [{ ...skippedEvent(runtime, subscription, deleted), seq: from }] : [];
    const found = events.after(subscription.id, from, limit - skipped.length);
    return {
      items: [...skipped, ...found.flatMap(({ seq, event }) => (event ? [{ ...event, seq }] : []))],
      next_cursor: found.at(-1)?.seq ?? from,
    };
  });
}
