/** The API for clients of one shop: `/v1`. Every request carries a key that is bound to a shop. */

import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { Problem } from '../../../../problems.ts';
import { MINUTE } from '../../../../runtime.ts';
import { bearerOf } from '../../access/bearer.ts';
import { hashOf } from '../../access/keys.ts';
import type { HubServices } from '../services.ts';
import { mountEvents } from './events.ts';
import { mountOperations } from './operations.ts';
import { mountOptions } from './options.ts';
import { mountSearches } from './searches.ts';
import { mountShop } from './shop.ts';
import { mountSubscriptions } from './subscriptions.ts';

/** Requests of one key. AliExpress's calls have a limit of their own. */
const REQUESTS_PER_MINUTE = 300;

export async function mountV1(server: FastifyInstance, services: HubServices): Promise<void> {
  await server.register(async (scope) => {
    await scope.register(rateLimit, {
      max: REQUESTS_PER_MINUTE,
      timeWindow: MINUTE,
      keyGenerator: (request) => hashOf(bearerOf(request) || request.ip),
      errorResponseBuilder: (_, { ttl }) => new Problem('too_many_requests', { retryIn: ttl }),
    });
    const api = scope.withTypeProvider<ZodTypeProvider>();
    mountShop(api, services);
    mountOperations(api, services);
    mountSubscriptions(api, services);
    mountEvents(api, services);
    mountSearches(api, services);
    mountOptions(api, services);
  });
}
