/** The key that a request carries, or the access token of a client, which works like one. */

import type { FastifyRequest } from 'fastify';
import { fail } from '../../../problems.ts';
import { grantsIn } from '../oauth/grants.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { keysIn, type Scope } from './keys.ts';

/** What is bound to one shop. */
export interface ShopKey {
  /** Of the key, or of the grant that the token belongs to. */
  id: string;
  shop: string;
  scopes: readonly Scope[];
  /** Of the key or the client. */
  name: string;
}

const BEARER = /^Bearer (\S+)$/i;

/** Empty if the request carries none. */
export const bearerOf = ({ headers }: FastifyRequest): string =>
  BEARER.exec(headers.authorization ?? '')?.[1] ?? '';

/**
 * The key of a client of one shop.
 * @throws Problem `key_refused` if there is none or it is not valid, `scope_missing`
 */
export function shopKeyOf(runtime: HubRuntime, request: FastifyRequest, scope: Scope): ShopKey {
  const { database } = runtime;
  const secret = bearerOf(request);
  const now = serverNow(runtime);
  const key = keysIn(database).find(secret, now);
  const holder =
    key?.kind === 'shop' && key.shop !== null
      ? { ...key, shop: key.shop }
      : grantsIn(database).holderOf(secret, now);
  if (!holder) return fail('key_refused', {});
  return holder.scopes.includes(scope) ? holder : fail('scope_missing', { scope });
}
