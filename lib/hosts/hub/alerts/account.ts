/** Alerts that the engine raises about a shop, such as events that were skipped: those for which a person is needed. */

import { pollTrigger } from '../../../engine/poll-trigger.ts';
import type { Shop } from '../../../engine/shop.ts';
import { HOUR } from '../../../runtime.ts';
import type { HubRuntime } from '../runtime.ts';
import { alertsIn } from './alerts.ts';

/** Calls that are used up or paused come back by themselves. */
const TYPES = [
  'events_skipped',
  'reconnect_soon',
  'store_forgot',
  'clock_wrong',
  'permission_missing',
  'method_retired',
  'answer_changed',
  'aliexpress_rejected',
];
const TRIGGER = 'account_alert';
/** Stands for the workflow of a user. */
const WORKFLOW = 'alert_channel';
const EVERY_MS = HOUR;

/** Costs no call. Once an hour for each shop. */
export async function reportAccountAlerts(runtime: HubRuntime, shop: Shop): Promise<void> {
  const { registry, database, clock, log, alertsReadAt } = runtime;
  const trigger = registry.triggers.find(({ key }) => key === TRIGGER);
  const now = clock.now();
  if (!trigger || Math.abs(now - (alertsReadAt.get(shop.seller) ?? 0)) < EVERY_MS) return;
  alertsReadAt.set(shop.seller, now);
  try {
    const events = await pollTrigger(trigger, shop, {
      inputs: { alert_types: TYPES },
      workflow: WORKFLOW,
      purpose: 'poll',
      hostKeepsEvents: true,
    });
    for (const { id, headline, headline_zh, detail, detail_zh } of events) {
      const text = { en: `${headline}. ${detail}`, zh: `${headline_zh}。${detail_zh}` };
      alertsIn(database).raise({ key: `account ${id}`, shop: shop.seller, text }, now);
    }
  } catch (error) {
    log('the alerts of a shop could not be read', { shop: shop.seller, because: String(error) });
  }
}
