/** The parcel tracker of a shop: show, set, remove. Its key is never shown again. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { isProblem } from '../../../problems.ts';
import type { HubServices } from '../api/services.ts';
import { shopsIn } from '../shops/shops.ts';
import { openTracker, trackerOf } from '../shops/tracker.ts';
import { idParams, problemAnswer, toProblemAnswer } from './answers.ts';

export function mountTracker(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, vault, log } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const shops = shopsIn(database, vault);

  api.get(
    '/admin/shops/:id/tracker',
    { schema: { params: idParams, response: { 200: trackerAnswer } } },
    async (request) => {
      const { id } = shops.get(request.params.id);
      const tracker = trackerOf(runtime, id);
      try {
        return { has_key: tracker !== undefined, credits: (await tracker?.credits()) ?? null, problem: null };
      } catch (error) {
        if (!isProblem(error)) throw error;
        return { has_key: true, credits: null, problem: toProblemAnswer(error) };
      }
    },
  );

  // The key is tried before it is kept.
  api.put(
    '/admin/shops/:id/tracker',
    { schema: { params: idParams, body: newKey, response: { 200: trackerAnswer } } },
    async (request) => {
      const { id } = shops.get(request.params.id);
      const { key } = request.body;
      const credits = await openTracker(runtime, key).credits();
      shops.keepTrackerKey(id, key);
      log('a tracker key was set', { shop: id });
      return { has_key: true, credits, problem: null };
    },
  );

  api.delete('/admin/shops/:id/tracker', { schema: { params: idParams } }, async (request, reply) => {
    shops.keepTrackerKey(request.params.id, undefined);
    runtime.trackerUpdates.delete(request.params.id);
    log('a tracker key was removed', { shop: request.params.id });
    return reply.code(204).send();
  });
}

const newKey = z.object({ key: z.string().trim().min(1).max(200) });

export const trackerAnswer = z.object({
  has_key: z.boolean(),
  /** Of the account; null where there is no key, or the tracker does not answer. */
  credits: z.object({ used: z.int(), left: z.int(), total: z.int() }).nullable(),
  /** Why it does not answer. */
  problem: problemAnswer.nullable(),
});
