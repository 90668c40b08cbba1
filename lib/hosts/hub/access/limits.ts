/**
 * How many requests are answered. Whoever has a key has a limit of its own, so nobody can use it up for others. All other
 * requests count by address. What a proxy says about addresses is not believed, because everybody can say it: through a
 * proxy or a tunnel of this machine all of them are one address.
 */

import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../../problems.ts';
import { MINUTE } from '../../../runtime.ts';
import { grantsIn } from '../oauth/grants.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { sessionOf } from './admins.ts';
import { bearerOf } from './bearer.ts';
import { keysIn } from './keys.ts';

export interface Limit {
  /** Requests a minute with one key, or of one browser that has signed in. */
  perKey: number;
  /** Requests a minute from one address, without a key or with one that nobody has. */
  perAddress: number;
  /** Who has sent the request; undefined where that is not known. By default what its key or session says. */
  holder?: (request: FastifyRequest) => string | undefined;
}

/** AliExpress's calls have a limit of their own. */
export const API_LIMIT: Limit = { perKey: 300, perAddress: 120 };
/** One visit of the page reads about ten routes. */
export const PAGE_LIMIT: Limit = { perKey: 1200, perAddress: 120 };
/** One key may serve the Zapier steps of many shops, each with several claims and reads at once. */
export const STORE_LIMIT: Limit = { perKey: 6000, perAddress: 120 };
export const SIGN_IN_LIMIT: Limit = { perKey: 120, perAddress: 120 };

/** @returns a part of the server whose routes answer no more than this */
export const limited =
  (runtime: HubRuntime, { perKey, perAddress, holder }: Limit, mount: (scope: FastifyInstance) => void) =>
  async (scope: FastifyInstance): Promise<void> => {
    const holderOf = holder ?? ((request) => keyOf(runtime, request));
    await scope.register(rateLimit, {
      global: false,
      timeWindow: MINUTE,
      keyGenerator: (request) => {
        const found = holderOf(request);
        return found === undefined ? `${ADDRESS}${request.ip}` : found;
      },
      max: (_, key) => (key.startsWith(ADDRESS) ? perAddress : perKey),
      errorResponseBuilder: (_, { ttl }) => new Problem('too_many_requests', { retryIn: ttl }),
    });
    // Before the hooks of the routes, which refuse wrong keys. A holder may be named in the body.
    scope.addHook(holder ? 'preHandler' : 'onRequest', scope.rateLimit());
    mount(scope);
  };

const ADDRESS = 'address ';

function keyOf(runtime: HubRuntime, request: FastifyRequest): string | undefined {
  const { database } = runtime;
  const secret = bearerOf(request);
  if (secret === '') return sessionOf(runtime, request)?.id;
  return keysIn(database).idOf(secret) || grantsIn(database).holderOf(secret, serverNow(runtime))?.id;
}
