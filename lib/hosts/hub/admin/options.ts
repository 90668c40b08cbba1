/** Options for the inputs of recipes: from what the hub knows of the shop, without a call. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HubServices } from '../api/services.ts';
import { optionsAnswer, optionsParams, readOptions } from '../api/v1/options.ts';
import { idParams } from './answers.ts';

export function mountShopOptions(server: FastifyInstance, { runtime }: HubServices): void {
  server
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/admin/shops/:id/options/:kind',
      { schema: { params: idParams.extend(optionsParams.shape), response: { 200: optionsAnswer } } },
      async ({ params: { id, kind } }) => ({ items: await readOptions(runtime, id, kind) }),
    );
}
