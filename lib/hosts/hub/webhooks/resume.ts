/**
 * Deliveries that a killed process left in the middle. A webhook is sent again under the same id, which its receiver
 * knows. A step of a recipe may have arrived and is not repeated: somebody decides.
 */

import { alertsIn } from '../alerts/alerts.ts';
import { eventsIn } from '../events/events.ts';
import { subscriptionsIn } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';
import { deliveriesIn } from './deliveries.ts';

/** The key of the alert about a delivery that may have arrived. */
export const unknownKey = (delivery: number): string => `unknown ${delivery}`;

export function resumeInterrupted({ database, vault, clock }: HubRuntime): void {
  const deliveries = deliveriesIn(database);
  const now = clock.now();
  database.transaction(() => {
    for (const delivery of deliveries.interrupted()) {
      const { kind, shop } = subscriptionsIn(database, vault).find(delivery.subscription) ?? {};
      const reason = 'the hub was stopped while it was sent';
      if (kind === 'hook') {
        deliveries.finish(delivery, { state: delivery.state, dueAt: now, reason }, now);
        continue;
      }
      deliveries.finish(delivery, { state: 'unknown', reason }, now);
      const { title = '', title_zh = '' } = eventsIn(database).find(delivery.event) ?? {};
      alertsIn(database).raise(
        {
          key: unknownKey(delivery.id),
          shop,
          text: {
            en: `"${title}" may have arrived or not: the hub was stopped while it was sent. It is not sent again by itself.`,
            zh: `“${title_zh}”可能已送达，也可能没有：发送过程中服务被停止。不会自动重发。`,
          },
        },
        now,
      );
    }
  });
}
