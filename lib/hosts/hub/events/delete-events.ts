/** Deletes events with their deliveries, and what is told of those: nobody can be asked to do anything about them. */

import { alertsIn } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import { droppedKey, parkedKey, uncertainKey, waitingKey } from '../deliveries/alert-keys.ts';
import { type Delivery, deliveriesIn } from '../deliveries/deliveries.ts';

/** Inside a transaction. */
export function deleteEvents(database: Database, events: readonly number[]): void {
  const { prepare } = database;
  const alerts = alertsIn(database);
  const seqs = JSON.stringify(events);
  const gone = prepare(
    'SELECT id, subscription, step FROM deliveries WHERE event IN (SELECT value FROM json_each(?))',
  ).all(seqs) as unknown as Pick<Delivery, 'id' | 'subscription' | 'step'>[];
  prepare('DELETE FROM events WHERE seq IN (SELECT value FROM json_each(?))').run(seqs);
  for (const delivery of gone) {
    const keys = [parkedKey(delivery), uncertainKey(delivery.id), droppedKey(delivery.id)];
    if (!deliveriesIn(database).isAnyOpen(delivery)) keys.push(waitingKey(delivery));
    for (const key of keys) alerts.clear(key);
  }
}
