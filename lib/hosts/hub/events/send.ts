/** What somebody has sent by hand: an event once more, or an example. */

import { sampleEvent } from '../../../engine/samples.ts';
import { fail } from '../../../problems.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { HubServices } from '../api/services.ts';
import { droppedKey, uncertainKey } from '../deliveries/alert-keys.ts';
import { type Deliveries, deliveriesIn } from '../deliveries/deliveries.ts';
import { stepsOf } from '../schedule/steps.ts';
import { eventsIn } from './events.ts';
import { type Subscription, triggerOf } from './subscriptions.ts';

type Services = Pick<HubServices, 'runtime' | 'deliverer'>;

/**
 * Has an event delivered once more, under the same id, whether it was delivered, was given up or may have arrived.
 * @param step of a recipe; left out for what has not arrived, and if everything has, for everything
 * @returns how many deliveries are made: none where a client reads it, or where they are under way
 * @throws Problem `not_found` for an event that is no longer kept
 */
export function sendAgain({ runtime, deliverer }: Services, seq: number, step?: string): number {
  const { database, clock } = runtime;
  const { event } = eventsIn(database).find(seq) ?? {};
  if (!event) return fail('not_found', { what: { en: 'The event', zh: '该事件' } });
  return send({ runtime, deliverer }, (deliveries) => deliveries.sendAgain(seq, clock.now(), step));
}

/**
 * The same for every delivery of the shop that was given up, one at a time for each receiver. What may have arrived is left
 * to {@link sendAgain}.
 */
export const sendAllAgain = (services: Services, shop: string): number =>
  send(services, (deliveries) => deliveries.sendAllAgain(shop, services.runtime.clock.now()));

/** With the alerts about them, which end. */
function send({ runtime: { database }, deliverer }: Services, plan: (all: Deliveries) => number[]): number {
  const sent = database.transaction(() => {
    const deliveries = plan(deliveriesIn(database));
    for (const delivery of deliveries)
      for (const keyOf of [uncertainKey, droppedKey]) alertsIn(database).clear(keyOf(delivery));
    return deliveries.length;
  });
  deliverer.wake();
  return sent;
}

/**
 * Delivers an example like an event.
 * @returns its id
 * @throws Problem `not_found` for a trigger that does not exist any more
 */
export function sendExample({ runtime, deliverer }: Services, subscription: Subscription): string {
  const { database, clock } = runtime;
  const trigger =
    triggerOf(runtime, subscription) ?? fail('not_found', { what: { en: 'The trigger', zh: '触发器' } });
  const now = clock.now();
  const sample = sampleEvent(trigger);
  // Receivers know events by their ids, and each example is another one.
  const event = { ...sample, id: `${sample.id}/${now}` };
  eventsIn(database).keepExample(subscription, event, stepsOf(runtime, subscription), now);
  deliverer.wake();
  return event.id;
}
