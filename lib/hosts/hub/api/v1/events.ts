/** Events of a subscription, for clients that read them. */

import * as z from 'zod';
import { shopKeyOf } from '../../access/bearer.ts';
import { eventsIn } from '../../events/events.ts';
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
    summary: 'Events of a subscription, oldest first',
    querystring,
    response: { 200: answer },
  };
  api.get('/v1/events', { schema }, async (request) => {
    const key = shopKeyOf(runtime, request, 'read');
    const { subscription: id, after, limit } = request.query;
    const { id: subscription } = ownSubscription(runtime, key, id);
    const found = events.after(subscription, after, limit);
    return {
      items: found.flatMap(({ seq, event }) => (event ? [{ ...event, seq }] : [])),
      next_cursor: found.at(-1)?.seq ?? after,
    };
  });
}
