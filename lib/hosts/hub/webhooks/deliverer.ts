/** The deliverer: runs what is due, several subscriptions at once, and sleeps until the next is due. */

import { SECOND } from '../../../runtime.ts';
import type { HubRuntime } from '../runtime.ts';
import { startLoop } from '../schedule/loop.ts';
import { type Deliveries, type Delivery, deliveriesIn, type Outcome } from './deliveries.ts';

export interface Deliverer {
  /** Looks at once whether something is due. */
  wake(): void;
  /** How many deliveries are being made. */
  running(): number;
  /** Ends when the running deliveries have ended. */
  stop(): Promise<void>;
}

const MAX_AT_ONCE = 20;
const MAX_SLEEP_MS = 60 * SECOND;

/** @param deliver one attempt */
export function startDeliverer(
  { clock, database, log }: HubRuntime,
  deliver: (delivery: Delivery) => Promise<Outcome>,
): Deliverer {
  const deliveries: Deliveries = deliveriesIn(database);
  const running = new Set<Promise<void>>();
  const loop = startLoop({ clock, log }, 'deliveries', () => {
    for (const delivery of deliveries.take(clock.now(), MAX_AT_ONCE - running.size)) {
      const attempted = attempt(delivery)
        .catch((error: unknown) =>
          log('a delivery failed', { delivery: delivery.id, because: String(error) }),
        )
        .finally(() => {
          running.delete(attempted);
          loop.wake();
        });
      running.add(attempted);
    }
    const pause = (deliveries.nextDueAt() ?? Infinity) - clock.now();
    return running.size >= MAX_AT_ONCE ? MAX_SLEEP_MS : Math.min(Math.max(0, pause), MAX_SLEEP_MS);
  });

  async function attempt(delivery: Delivery): Promise<void> {
    const outcome = await deliver(delivery);
    deliveries.finish(delivery, outcome, clock.now());
  }

  return {
    wake: loop.wake,
    running: () => running.size,
    stop: async () => {
      await loop.stop();
      await Promise.all(running);
    },
  };
}
