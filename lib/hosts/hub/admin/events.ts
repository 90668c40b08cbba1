/** The newest events of all shops with what became of them, older ones that have not arrived, and sending one again. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { HubServices } from '../api/services.ts';
import { idText } from '../api/texts.ts';
import { deliveriesIn } from '../deliveries/deliveries.ts';
import { type HistoryLine, historyIn } from '../events/history.ts';
import { sendAgain, sendAllAgain } from '../events/send.ts';
import { wordsOf } from '../reasons.ts';
import { shopsIn } from '../shops/shops.ts';
import { bilingual, idParams, listOf, time, toIso } from './answers.ts';

/** Of each list. */
const MAX_EVENTS = 50;

export function mountEvents(server: FastifyInstance, services: HubServices): void {
  const { database, vault } = services.runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const shops = shopsIn(database, vault);
  const history = historyIn(database);
  const deliveries = deliveriesIn(database);

  api.get(
    '/admin/events',
    {
      schema: {
        querystring: z.object({
          shop: idText.optional(),
          /** A number of an event: only older ones are under `undelivered`. */
          undelivered_before: z.coerce.number().int().optional(),
        }),
        response: { 200: eventsAnswer },
      },
    },
    async ({ query: { shop, undelivered_before = Number.MAX_SAFE_INTEGER } }) => {
      const latest = history.latest(MAX_EVENTS, shop);
      const before = Math.min(undelivered_before, latest.at(-1)?.seq ?? 0);
      const older = history.undelivered(before, MAX_EVENTS + 1, shop);
      const undelivered = older.slice(0, MAX_EVENTS);
      const hasMore = older.length > MAX_EVENTS;
      return {
        items: toAnswers(latest),
        undelivered: toAnswers(undelivered),
        given_up: shop === undefined ? null : deliveries.givenUp(shop),
        next_undelivered_before: (hasMore && undelivered.at(-1)?.seq) || null,
      };
    },
  );

  function toAnswers(lines: readonly HistoryLine[]): z.infer<typeof eventAnswer>[] {
    const states = Map.groupBy(deliveries.ofEvents(lines.map(({ seq }) => seq)), ({ event }) => event);
    return lines.map(({ hasBody, occurredAt, createdAt, ...line }) => ({
      ...line,
      occurred_at: toIso(occurredAt) ?? '',
      found_at: toIso(createdAt) ?? '',
      can_be_sent_again: hasBody && line.kind !== 'pull',
      deliveries: (states.get(line.seq) ?? []).map(
        ({ step, state, attempts, dueAt, finishedAt, reason }) => ({
          step,
          state,
          attempts,
          due_at: finishedAt === null ? toIso(dueAt) : null,
          finished_at: toIso(finishedAt),
          reason: reason && wordsOf(reason),
        }),
      ),
    }));
  }

  const response = { 202: z.object({ deliveries: z.int() }) };
  api.post(
    '/admin/events/:seq/send-again',
    {
      schema: {
        params: z.object({ seq: z.coerce.number().int() }),
        body: z.object({ step: idText.optional() }).nullish(),
        response,
      },
    },
    async (request, reply) =>
      reply.code(202).send({ deliveries: sendAgain(services, request.params.seq, request.body?.step) }),
  );

  api.post(
    '/admin/shops/:id/events/send-again',
    { schema: { params: idParams, response } },
    async ({ params }, reply) => {
      const { id } = shops.get(params.id);
      return reply.code(202).send({ deliveries: sendAllAgain(services, id) });
    },
  );
}

const delivery = z.object({
  step: z.string(),
  state: z.enum(['waiting', 'parked', 'delivered', 'unknown', 'dead']),
  attempts: z.int(),
  /** Null once it has ended. */
  due_at: time.nullable(),
  finished_at: time.nullable(),
  reason: bilingual.nullable(),
});
export const eventAnswer = z.object({
  seq: z.int(),
  shop: z.string(),
  subscription: z.string(),
  trigger: z.string(),
  owner: z.string(),
  kind: z.enum(['hook', 'pull', 'recipe']),
  title: z.string(),
  title_zh: z.string(),
  occurred_at: time,
  found_at: time,
  can_be_sent_again: z.boolean(),
  deliveries: z.array(delivery),
});
export const eventsAnswer = listOf(eventAnswer).extend({
  /** Older than `items`: not delivered, may have arrived, or tried again later. */
  undelivered: z.array(eventAnswer),
  /** Deliveries of the shop that were given up and can be made again, however old; null where no shop is named. */
  given_up: z.int().nullable(),
  /** The `undelivered_before` of those that follow; null where there are none. */
  next_undelivered_before: z.int().nullable(),
});
