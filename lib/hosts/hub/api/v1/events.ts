/** Events for clients that read them: of one subscription, or of the triggers that the client names. */

import * as z from 'zod';
import type { PackEvent } from '../../../../pack/event.ts';
import { fail } from '../../../../problems.ts';
import { type ShopKey, shopKeyOf } from '../../access/bearer.ts';
import { eventsIn } from '../../events/events.ts';
import { skippedEvent } from '../../events/skipped.ts';
import { type Subscription, subscriptionsIn, triggerOf } from '../../events/subscriptions.ts';
import { recordRead } from '../../events/unread.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';
import { ownSubscription, subscribe } from './subscriptions.ts';

const MAX_EVENTS = 100;
const MAX_TRIGGERS = 50;
/** Make skips what is older than the 3,200 records that it reads in one run. It gets the oldest, and its next run the rest. */
const MAX_BACKLOG = 3000;
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
  order: z
    .enum(['asc', 'desc'])
    .default('asc')
    .describe(
      `The oldest first, or the newest first: of the oldest ${MAX_BACKLOG.toLocaleString('en')} where "after" is given`,
    ),
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
  const { runtime, scheduler } = services;
  const events = eventsIn(runtime.database);
  const schema = {
    summary:
      'Events of a subscription or of triggers. An events_skipped alert stands for older ones that are deleted',
    querystring,
    response: { 200: answer },
  };

  api.get('/v1/events', { schema }, async (request) => {
    const key = shopKeyOf(runtime, request, request.query.triggers === undefined ? 'read' : 'subscribe');
    const { after = 0, order, limit } = request.query;
    const subscriptions = wanted(services, key, request.query);
    for (const each of subscriptions)
      if (recordRead(runtime, each)) scheduler.wake(each.shop, triggerOf(runtime, each)?.feed.key);
    const ids = subscriptions.map(({ id }) => id);
    const isBacklog = order === 'desc' && request.query.after !== undefined;
    const end = isBacklog ? events.followingSeq(ids, after, MAX_BACKLOG) : undefined;
    const before = Math.min(request.query.before ?? Number.MAX_SAFE_INTEGER, end ?? Number.MAX_SAFE_INTEGER);
    /** One alert for each subscription of which the client has not got everything, in the place of the last event. */
    const skipped = (): Item[] =>
      events
        .deletedAfter(ids, after)
        .filter(({ seq }) => seq < before)
        .flatMap(({ subscription: id, seq, ...span }) =>
          subscriptions
            .filter((each) => each.id === id)
            .map((each) => ({ ...skippedEvent(runtime, each, span), seq })),
        );
    // A client that asks for the newest and has read nothing yet misses nothing.
    const gaps = order === 'asc' || isBacklog ? skipped() : [];
    const found = events
      .between(ids, { after, before, limit: limit + 1, order })
      .map(({ seq, event }) => ({ ...event, seq }));
    const sign = order === 'asc' ? 1 : -1;
    const all = [...gaps, ...found].sort((a, b) => sign * (a.seq - b.seq));
    const items = all.slice(0, limit);
    const last = items.at(-1)?.seq;
    if (order === 'asc') return { items, next_cursor: last ?? after };
    return {
      items,
      next_cursor: items[0]?.seq ?? after,
      ...(all.length > limit && last !== undefined && { next_before: last }),
    };
  });
}

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
  const { database, vault } = services.runtime;
  const own = subscriptionsIn(database, vault)
    .ofShop(key.shop)
    .filter(({ owner, kind, inputs }) => owner === key.id && kind === 'pull' && isEmpty(inputs));
  return keys.map((trigger) => {
    const known = own.find((each) => each.trigger === trigger);
    return known ?? subscribe(services, key, { trigger, inputs: {} }).subscription;
  });
}

const isEmpty = (inputs: Record<string, unknown>): boolean => Object.keys(inputs).length === 0;
