/** Records what an attempt ended in, and what is told of it. */

import { alertsIn } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import { type Delivery, type DeliveryResult, deliveriesIn } from './deliveries.ts';
import { parkedKey } from './uncertain.ts';

/** Inside a transaction. */
export function recordResult(
  database: Database,
  delivery: Delivery,
  { outcome, alert, ends }: DeliveryResult,
  now: number,
): void {
  const alerts = alertsIn(database);
  deliveriesIn(database).finish(delivery, outcome, now);
  if (!('dueAt' in outcome)) alerts.clear(parkedKey(delivery));
  if (alert) alerts.raise(alert, now);
  if (ends !== undefined) alerts.clear(ends);
}
