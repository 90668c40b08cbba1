/** Times whose events were not announced, and announcing them after all. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { causeOf, skippedRecord } from '../../../feeds/account.ts';
import type { HubServices } from '../api/services.ts';
import { announceSkipped, canBeAnnounced, skippedOf } from '../events/skipped.ts';
import { shopsIn } from '../shops/shops.ts';
import { idParams, listOf, time, toIso } from './answers.ts';

export function mountSkipped(server: FastifyInstance, services: HubServices): void {
  const { runtime } = services;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const shops = shopsIn(runtime.database, runtime.vault);

  api.get(
    '/admin/shops/:id/skipped',
    { schema: { params: idParams, response: { 200: listOf(skippedAnswer) } } },
    async ({ params }) => {
      const { id } = shops.get(params.id);
      return {
        items: (await skippedOf(runtime, id)).map((span) => {
          const words = skippedRecord(id, span);
          const cause = causeOf(span);
          return {
            from: toIso(span.from) ?? '',
            to: toIso(span.to) ?? '',
            feed: span.feed ?? null,
            orders: span.orders ?? null,
            title: String(words?.headline),
            title_zh: String(words?.headline_zh),
            text: cause.en,
            text_zh: cause.zh,
            can_be_announced: canBeAnnounced(span),
          };
        }),
      };
    },
  );

  api.post(
    '/admin/shops/:id/skipped/announce',
    { schema: { params: idParams, body: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }) } },
    async ({ params, body }, reply) => {
      const span = { from: Date.parse(body.from), to: Date.parse(body.to) };
      const { id } = shops.get(params.id);
      await announceSkipped(services.runtime, id, span);
      services.scheduler.wake(id);
      return reply.code(202).send();
    },
  );
}

export const skippedAnswer = z.object({
  from: time,
  to: time,
  /** Null where it may be any. */
  feed: z.string().nullable(),
  /** How many changed in this time; null where nobody knows. */
  orders: z.int().nullable(),
  title: z.string(),
  title_zh: z.string(),
  /** Why. */
  text: z.string(),
  text_zh: z.string(),
  can_be_announced: z.boolean(),
});
