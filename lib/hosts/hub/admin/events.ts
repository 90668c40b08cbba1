/** The newest events of all shops with what became of them, and sending one again. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { HubServices } from '../api/services.ts';
import { idText } from '../api/texts.ts';
import { deliveriesIn } from '../deliveries/deliveries.ts';
import { eventsIn } from '../events/events.ts';
import { sendAgain } from '../events/send.ts';
import { wordsOf } from '../reasons.ts';
import { bilingual, listOf, time, toIso } from './answers.ts';

const MAX_EVENTS = 50;

export function mountEvents(server: FastifyInstance, services: HubServices): void {
  const { database } = services.runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const events = eventsIn(database);
  const deliveries = deliveriesIn(database);

  api.get(
    '/admin/events',
    {
      schema: {
        querystring: z.object({ shop: idText.optional() }),
        response: { 200: listOf(eventAnswer) },
      },
    },
    async ({ query: { shop } }) => {
      const lines = events.latest(MAX_EVENTS, shop);
      const states = Map.groupBy(deliveries.ofEvents(lines.map(({ seq }) => seq)), ({ event }) => event);
      return {
        items: lines.map(({ hasBody, occurredAt, createdAt, ...line }) => ({
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
        })),
      };
    },
  );

  api.post(
    '/admin/events/:seq/send-again',
    {
      schema: {
        params: z.object({ seq: z.coerce.number().int() }),
        body: z.object({ step: idText.optional() }).nullish(),
        response: { 202: z.object({ deliveries: z.int() }) },
      },
    },
    async (request, reply) =>
      reply.code(202).send({ deliveries: sendAgain(services, request.params.seq, request.body?.step) }),
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
