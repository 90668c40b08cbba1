/** What the hub does for a shop today: the calls it has used, and when each feed is checked next. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { HubServices } from '../api/services.ts';
import { subscriptionsIn, triggerOf } from '../events/subscriptions.ts';
import { callsAnswer, callsToday } from '../shops/calls-today.ts';
import { budgetOf } from '../shops/open-shop.ts';
import { shopsIn } from '../shops/shops.ts';
import { idParams, time, toIso } from './answers.ts';

export function mountActivity(server: FastifyInstance, { runtime, scheduler }: HubServices): void {
  const { database, vault, clock } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const subscriptions = subscriptionsIn(database, vault);

  api.get(
    '/admin/shops/:id/activity',
    { schema: { params: idParams, response: { 200: activityAnswer } } },
    async ({ params: { id } }) => {
      const shop = shopsIn(database, vault).get(id);
      const { budget } = await budgetOf(runtime, id, shop.connectedAt);
      const visits = scheduler.nextVisits(id);
      const watched = subscriptions
        .ofShop(id)
        .filter(({ state }) => state === 'starting' || state === 'active')
        .flatMap((subscription) => triggerOf(runtime, subscription) ?? []);
      const feeds = [...Map.groupBy(watched, ({ feed }) => feed.key)].map(([key, triggers]) => {
        const { at = 0, callsAt = 0 } = visits.get(key) ?? {};
        // A visit that is running or about to run has no time.
        const isLater = at > clock.now() && Number.isFinite(at);
        return {
          key,
          next_check_at: isLater ? toIso(callsAt) : null,
          triggers: [...new Set(triggers.map((trigger) => trigger.key))],
        };
      });
      return { calls: await callsToday(budget), feeds };
    },
  );
}

export const activityAnswer = z.object({
  calls: callsAnswer,
  feeds: z.array(
    z.object({
      key: z.string(),
      /** Null while it is being checked. */
      next_check_at: time.nullable(),
      triggers: z.array(z.string()),
    }),
  ),
});
export type Activity = z.output<typeof activityAnswer>;
