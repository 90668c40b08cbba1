/**
 * `/push/aliexpress`: messages of AliExpress. A message makes the shop's feeds look at once instead of at their next
 * visit, from what the pacer has saved up. It never adds calls, and what push loses, the visits find.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isSignedPush, type PushTopic, readPush } from '../../../aliexpress/push.ts';
import { fail } from '../../../problems.ts';
import { MINUTE } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';
import { limited } from '../access/limits.ts';
import type { HubServices } from '../api/services.ts';
import { shopsIn } from '../shops/shops.ts';
import { bodyOf, keepRawBodies } from './raw-body.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MIN_PAUSE_MS = MINUTE;
/** A minute, from one address. */
const MAX_UNSIGNED = 120;

/**
 * The feeds that a topic concerns. A shop visits only those that it has subscriptions to. There is no topic of disputes,
 * but the order of a dispute changes too. What ends soon is an alert of the account.
 */
const FEEDS: Readonly<Partial<Record<PushTopic, readonly string[]>>> = {
  orders: ['orders', 'order_changes', 'orders_to_ship', 'disputes', 'dispute_deadlines', 'closed_disputes'],
  parcels: ['parcels', 'parcel_deliveries'],
  authorization: ['account'],
};

/** @returns the part of the server that takes messages. Those of AliExpress, which are signed, are never too many. */
export function mountPush({ runtime, scheduler, pushes }: HubServices) {
  const { appKey, clock, database, vault } = runtime;
  const now = steadyNow(clock);
  /** Shop and topic → when a message last made the feeds look. */
  const woken = new Map<string, number>();
  const count = (topic: PushTopic | 'unknown_shop') => pushes.set(topic, (pushes.get(topic) ?? 0) + 1);

  const mount = (scope: FastifyInstance) => {
    keepRawBodies(scope, MAX_BODY_BYTES);
    scope.post('/push/aliexpress', { schema: { hide: true } }, async (request, reply) => {
      if (!isSigned(request)) return fail('key_refused', {});
      const message = readPush(bodyOf(request).toString());
      if (message) receive(message.seller, message.topic);
      return reply.code(200).send();
    });
  };

  function receive(seller: string, topic: PushTopic): void {
    if (topic !== 'test' && !shopsIn(database, vault).find(seller)) {
      count('unknown_shop');
      return;
    }
    count(topic);
    const key = `${seller} ${topic}`;
    if (now() - (woken.get(key) ?? Number.NEGATIVE_INFINITY) < MIN_PAUSE_MS) return;
    const planned = scheduler.nextVisits(seller);
    const feeds = (FEEDS[topic] ?? []).filter((feed) => planned.has(feed));
    if (feeds.length > 0) woken.set(key, now());
    for (const feed of feeds) scheduler.wake(seller, feed);
  }

  const isSigned = (request: FastifyRequest): boolean =>
    isSignedPush(appKey, bodyOf(request), request.headers.authorization ?? '');
  const holder = (request: FastifyRequest) => (isSigned(request) ? 'AliExpress' : undefined);
  return limited(runtime, { perKey: Number.POSITIVE_INFINITY, perAddress: MAX_UNSIGNED, holder }, mount);
}
