/**
 * `/push/17track/{shop}`: updates of parcels from 17TRACK. The next visit of the shop's parcels reads their courses, which
 * costs no call of AliExpress. What push loses, the visits find.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail } from '../../../problems.ts';
import { MINUTE } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';
import { isSignedByTracker, updatedNumber } from '../../../trackers/seventeen-track/push.ts';
import { limited } from '../access/limits.ts';
import type { HubServices } from '../api/services.ts';
import { shopsIn } from '../shops/shops.ts';
import { trackerUpdatesOf } from '../shops/tracker.ts';
import { bodyOf, keepRawBodies } from './raw-body.ts';

/** One parcel with all its events. */
const MAX_BODY_BYTES = 256 * 1024;
const MIN_PAUSE_MS = MINUTE;
/** A minute, from one address. */
const MAX_UNSIGNED = 120;
/** More are left to the visits. */
const MAX_NUMBERS = 2000;
const FEEDS = ['parcels', 'parcel_deliveries'];

type Request = FastifyRequest<{ Params: { shop: string } }>;

/** @returns the part of the server that takes messages. Those that are signed are never too many. */
export function mountTrackerPush({ runtime, scheduler, pushes }: HubServices) {
  const now = steadyNow(runtime.clock);
  /** Shop → when a message last made its feeds look. */
  const woken = new Map<string, number>();

  const mount = (scope: FastifyInstance) => {
    keepRawBodies(scope, MAX_BODY_BYTES);
    scope.post<{ Params: { shop: string } }>(
      '/push/17track/:shop',
      { schema: { hide: true } },
      async (request, reply) => {
        // A shop that is not known, or has no key, is refused like a wrong signature.
        if (!isSigned(request)) return fail('key_refused', {});
        const number = updatedNumber(bodyOf(request).toString());
        if (number !== undefined) receive(request.params.shop, number);
        return reply.code(200).send();
      },
    );
  };

  function receive(shop: string, number: string): void {
    pushes.set('tracker', (pushes.get('tracker') ?? 0) + 1);
    const planned = scheduler.nextVisits(shop);
    const feeds = FEEDS.filter((feed) => planned.has(feed));
    const numbers = trackerUpdatesOf(runtime, shop);
    if (feeds.length === 0 || numbers.size >= MAX_NUMBERS) return;
    numbers.add(number);
    if (now() - (woken.get(shop) ?? Number.NEGATIVE_INFINITY) < MIN_PAUSE_MS) return;
    woken.set(shop, now());
    for (const feed of feeds) scheduler.wake(shop, feed);
  }

  function isSigned(request: Request): boolean {
    const key = shopsIn(runtime.database, runtime.vault).trackerKeyOf(request.params.shop);
    const { sign } = request.headers;
    return key !== undefined && typeof sign === 'string' && isSignedByTracker(key, bodyOf(request), sign);
  }
  const holder = (request: FastifyRequest) => (isSigned(request as Request) ? '17TRACK' : undefined);
  return limited(runtime, { perKey: Number.POSITIVE_INFINITY, perAddress: MAX_UNSIGNED, holder }, mount);
}
