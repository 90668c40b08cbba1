/**
 * Deliveries that a killed process left in the middle. A webhook is sent again under the same id, which its receiver
 * knows, and so are a ticket and a row. A message to a group may have arrived and is not repeated by itself.
 */

import { alertsIn } from '../alerts/alerts.ts';
import { eventsIn } from '../events/events.ts';
import { type Subscription, subscriptionsIn } from '../events/subscriptions.ts';
import { STOPPED, uncertainAlert } from '../recipes/step-alerts.ts';
import { stepsOfRecipe } from '../recipes/steps.ts';
import type { HubRuntime } from '../runtime.ts';
import { deliveriesIn } from './deliveries.ts';

export function resumeInterrupted({ database, vault, clock, registry }: HubRuntime): void {
  const deliveries = deliveriesIn(database);
  const now = clock.now();
  /** The step of a recipe that sends a message. */
  const messageOf = ({ kind, owner }: Subscription, key: string) => {
    const recipe = kind === 'recipe' && registry.recipes.find((each) => each.key === owner);
    const step = recipe && stepsOfRecipe(recipe, registry.channels).find((each) => each.key === key);
    return step && step.kind === 'message' ? { recipe, step } : undefined;
  };
  database.transaction(() => {
    for (const delivery of deliveries.interrupted()) {
      const subscription = subscriptionsIn(database, vault).find(delivery.subscription);
      const message = subscription && messageOf(subscription, delivery.step);
      if (!message) {
        deliveries.finish(delivery, { state: delivery.state, dueAt: now, reason: STOPPED.en }, now);
        continue;
      }
      deliveries.finish(delivery, { state: 'unknown', reason: STOPPED.en }, now);
      const { title: en = '', title_zh: zh = '' } = eventsIn(database).find(delivery.event) ?? {};
      const facts = { delivery, shop: subscription.shop, ...message, title: { en, zh } };
      alertsIn(database).raise(uncertainAlert(facts, STOPPED), now);
    }
  });
}
