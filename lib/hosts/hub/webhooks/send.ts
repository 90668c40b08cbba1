/** Sends one event to the address of its subscription. */

import type { Transport } from '../../../http/transport.ts';
import { TransportFailure } from '../../../http/transport.ts';
import { eventsIn } from '../events/events.ts';
import { messageId, subscriptionsIn } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';
import type { Delivery, Outcome } from './deliveries.ts';
import { afterFailure } from './retries.ts';
import { signedHeaders } from './signature.ts';

/** @param transport that sends only to allowed addresses */
export async function sendWebhook(
  runtime: HubRuntime,
  transport: Transport,
  delivery: Delivery,
): Promise<Outcome> {
  const { database, vault, clock, random } = runtime;
  const target = subscriptionsIn(database, vault).targetOf(delivery.subscription);
  const { event } = eventsIn(database).find(delivery.event) ?? {};
  if (!target || !event) return { state: 'dead', reason: 'the address or the event is no longer stored' };
  const body = JSON.stringify({ type: event.event_type, timestamp: event.occurred_at, data: event });
  const message = { id: messageId(delivery.subscription, event.id), body, secret: target.secret };
  const headers = { 'content-type': 'application/json', ...signedHeaders(message, clock.now()) };
  try {
    const { status } = await transport({ method: 'POST', url: target.url, headers, body });
    if (status >= 200 && status < 300) return { state: 'delivered' };
    return afterFailure(delivery.attempts + 1, `HTTP ${status}`, clock.now(), random());
  } catch (error) {
    const reason = error instanceof TransportFailure ? error.reason : String(error);
    return afterFailure(delivery.attempts + 1, reason, clock.now(), random());
  }
}
