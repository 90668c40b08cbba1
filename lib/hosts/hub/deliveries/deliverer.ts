/** The deliverer: runs what is due, several subscriptions at once, and sleeps until the next is due. */

import { Interrupted } from '../../../http/transport.ts';
import { MINUTE, SECOND } from '../../../runtime.ts';
import type { HubRuntime } from '../runtime.ts';
import { startLoop } from '../schedule/loop.ts';
import { type Deliveries, type Delivery, type DeliveryResult, deliveriesIn } from './deliveries.ts';
import { recordResult } from './record-result.ts';
import { afterStop } from './resume.ts';

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
const RETRY_AFTER_ERROR_MS = 5 * MINUTE;

/** @param deliver one attempt */
export function startDeliverer(
  runtime: HubRuntime,
  deliver: (delivery: Delivery) => Promise<DeliveryResult>,
): Deliverer {
  const { clock, database, log, counts } = runtime;
  const deliveries: Deliveries = deliveriesIn(database);
  const running = new Set<Promise<void>>();
  /** Results that could not be stored. Until they are, the delivery is not made again, because it may have arrived. */
  const unstored = new Map<Delivery, DeliveryResult>();

  /** After a start too, because the clock may have been set back meanwhile. */
  let lastAt = Number.POSITIVE_INFINITY;
  const loop = startLoop(runtime, 'deliveries', () => {
    storeAgain();
    const now = clock.now();
    if (now < lastAt) deliveries.setBack(now);
    lastAt = now;
    for (const delivery of deliveries.take(now, MAX_AT_ONCE - running.size)) {
      const attempted = attempt(delivery).finally(() => {
        running.delete(attempted);
        loop.wake();
      });
      running.add(attempted);
    }
    const pause = (deliveries.nextDueAt() ?? Infinity) - clock.now();
    return running.size >= MAX_AT_ONCE ? MAX_SLEEP_MS : Math.min(Math.max(0, pause), MAX_SLEEP_MS);
  });

  async function attempt(delivery: Delivery): Promise<void> {
    const result = await deliver(delivery).catch((error: unknown): DeliveryResult => {
      if (error instanceof Interrupted) return afterStop(runtime, delivery, error.isSent);
      log('a delivery failed', { delivery: delivery.id, because: String(error) });
      const dueAt = clock.now() + RETRY_AFTER_ERROR_MS;
      return { outcome: { state: delivery.state, dueAt, reason: 'hub_error' } };
    });
    counts.add('deliveries', { outcome: result.outcome.state });
    store(delivery, result);
  }

  function store(delivery: Delivery, result: DeliveryResult): void {
    const now = clock.now();
    try {
      database.transaction(() => {
        if (!deliveries.isStored(delivery)) return;
        recordResult(database, delivery, result, now);
      });
      unstored.delete(delivery);
    } catch (error) {
      unstored.set(delivery, result);
      log('the result of a delivery could not be stored', { delivery: delivery.id, because: String(error) });
    }
  }

  const storeAgain = () => {
    for (const [delivery, result] of unstored) store(delivery, result);
  };

  return {
    wake: loop.wake,
    running: () => running.size,
    stop: async () => {
      await loop.stop();
      await Promise.all(running);
      storeAgain();
    },
  };
}
