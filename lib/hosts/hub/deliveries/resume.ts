/**
 * Deliveries that a stop has left in the middle. A webhook is sent again under the same id, which its receiver knows, and
 * so are a ticket and a row. A message to a group may have arrived and is not repeated by itself.
 */

import { eventsIn } from '../events/events.ts';
import { type Subscription, subscriptionsIn } from '../events/subscriptions.ts';
import { type Reason, wordsOf } from '../reasons.ts';
import { uncertainAlert } from '../recipes/step-alerts.ts';
import { stepsOfRecipe } from '../recipes/steps.ts';
import type { HubRuntime } from '../runtime.ts';
import { type Delivery, type DeliveryResult, deliveriesIn } from './deliveries.ts';
import { recordResult } from './record-result.ts';

/** Those of a process that was killed: it is not known how far they came. */
export function resumeInterrupted(runtime: HubRuntime): void {
  const { database, clock } = runtime;
  const now = clock.now();
  database.transaction(() => {
    for (const delivery of deliveriesIn(database).interrupted())
      recordResult(database, delivery, afterStop(runtime, delivery, true), now);
  });
}

const INTERRUPTED: Reason = 'interrupted';

/** @param isSent whether it may have arrived */
export function afterStop(
  { database, vault, clock, registry }: HubRuntime,
  delivery: Delivery,
  isSent: boolean,
): DeliveryResult {
  /** The step of a recipe that sends a message. */
  const messageOf = ({ kind, owner }: Subscription) => {
    const recipe = kind === 'recipe' && registry.recipes.find((each) => each.key === owner);
    const step =
      recipe && stepsOfRecipe(recipe, registry.channels).find((each) => each.key === delivery.step);
    return step && step.kind === 'message' ? { recipe, step } : undefined;
  };
  const waiting = { state: delivery.state, dueAt: clock.now(), reason: INTERRUPTED };
  if (!isSent) return { outcome: { ...waiting, isPostponed: true } };
  const subscription = subscriptionsIn(database, vault).find(delivery.subscription);
  const message = subscription && messageOf(subscription);
  if (!message) return { outcome: waiting };
  const { title: en = '', title_zh: zh = '' } = eventsIn(database).find(delivery.event) ?? {};
  const facts = { delivery, shop: subscription.shop, ...message, title: { en, zh } };
  return {
    outcome: { state: 'unknown', reason: INTERRUPTED },
    alert: uncertainAlert(facts, wordsOf(INTERRUPTED)),
  };
}
