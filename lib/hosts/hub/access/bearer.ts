/** The key that a request carries. */

import type { FastifyRequest } from 'fastify';
import { fail } from '../../../problems.ts';
import type { HubRuntime } from '../runtime.ts';
import { type Key, keysIn, type Scope } from './keys.ts';

const BEARER = /^Bearer (\S+)$/i;

export type ShopKey = Key & { shop: string };

export const bearerOf = ({ headers }: FastifyRequest): string =>
  BEARER.exec(headers.authorization ?? '')?.[1] ?? '';

/**
 * The key of a client of one shop.
 * @throws Problem `key_refused` if there is none, it is not valid, or it may not do this
 */
export function shopKeyOf({ database, clock }: HubRuntime, request: FastifyRequest, scope: Scope): ShopKey {
  const key = keysIn(database).find(bearerOf(request), clock.now());
  if (key?.kind !== 'shop' || key.shop === null || !key.scopes.includes(scope))
    return fail('key_refused', {});
  return { ...key, shop: key.shop };
}
