/** Records what an attempt ended in, and what is told of it. */

import { type Alert, alertsIn } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import { type Reason, wordsOf } from '../reasons.ts';
import { droppedKey, parkedKey, waitingKey } from './alert-keys.ts';
import { type Delivery, type DeliveryResult, deliveriesIn } from './deliveries.ts';

/** Inside a transaction. */
export function recordResult(
  database: Database,
  delivery: Delivery,
  { outcome, alert, ends }: DeliveryResult,
  now: number,
): void {
  const alerts = alertsIn(database);
  const deliveries = deliveriesIn(database);
  const state = deliveries.finish(delivery, outcome, now);
  const isOpen = state === 'waiting' || state === 'parked';
  if (!isOpen) alerts.clear(parkedKey(delivery));
  if (!isOpen && !deliveries.isAnyOpen(delivery)) alerts.clear(waitingKey(delivery));
  if (isOpen || !('dueAt' in outcome)) {
    if (alert) alerts.raise(typeof alert === 'function' ? alert() : alert, now);
  } else if (delivery.isSentByHand) {
    const givenUp = givenUpAlert(database, delivery, outcome.reason);
    if (givenUp) alerts.raise(givenUp, now);
  }
  if (ends !== undefined) alerts.clear(ends);
}

/** Of an attempt that somebody has asked for, and that is not repeated, because the subscription has ended. */
function givenUpAlert({ prepare }: Database, { id, event }: Delivery, reason: Reason): Alert | undefined {
  const found = prepare(
    `SELECT shop, title AS en, title_zh AS zh FROM events JOIN subscriptions ON subscriptions.id = subscription
     WHERE seq = ?`,
  ).get(event);
  if (!found) return undefined;
  const why = wordsOf(reason);
  return {
    key: droppedKey(id),
    shop: String(found.shop),
    text: {
      en: `"${found.en}" was sent by hand and not delivered: ${why.en}. It is not tried again, because its subscription has ended or its recipe is off.`,
      zh: `“${found.zh}”手动发送后未送达：${why.zh}。其订阅已结束或流程模板已停用，不会继续重试。`,
    },
  };
}
