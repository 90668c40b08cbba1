/** The API for clients of one shop: `/v1`. Every request carries a key that is bound to a shop. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HubServices } from '../services.ts';
import { mountEvents } from './events.ts';
import { mountOperations } from './operations.ts';
import { mountOptions } from './options.ts';
import { mountSearches } from './searches.ts';
import { mountShop } from './shop.ts';
import { mountSubscriptions } from './subscriptions.ts';

export function mountV1(server: FastifyInstance, services: HubServices): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  mountShop(api, services);
  mountOperations(api, services);
  mountSubscriptions(api, services);
  mountEvents(api, services);
  mountSearches(api, services);
  mountOptions(api, services);
}
