/** Polls the subscriptions of one feed of one shop, and keeps their new events. */

import { pollTrigger } from '../../../engine/poll-trigger.ts';
import type { Shop } from '../../../engine/shop.ts';
import { feedEngines } from '../../../feeds/engines.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import { isProblem } from '../../../problems.ts';
import { MINUTE, SECOND } from '../../../runtime.ts';
import { reportAccountAlerts } from '../alerts/account.ts';
import { eventsIn } from '../events/events.ts';
import { type Subscription, subscriptionsIn } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';
import { openShop } from '../shops/open-shop.ts';
import { reportPaused } from '../shops/shop-alerts.ts';
import { stepsOf } from './steps.ts';

/** Some conditions come true as time passes, without a visit: a deadline is near, the hour of the report has come. */
export const MAX_PAUSE_MS = 5 * MINUTE;
const MIN_PAUSE_MS = 30 * SECOND;
const RETRY_MS = 5 * MINUTE;

export interface VisitResult {
  /** New events of all subscriptions. */
  found: number;
  /** When to visit again, epoch milliseconds. */
  nextAt: number;
}

/** @param subscriptions to triggers of the feed `feedKey` */
export async function visitFeed(
  runtime: HubRuntime,
  shopId: string,
  feedKey: string,
  subscriptions: readonly Subscription[],
): Promise<VisitResult> {
  const now = () => runtime.clock.now();
  let found = 0;
  try {
    const shop = await openShop(runtime, shopId);
    try {
      for (const subscription of subscriptions) found += await pollSubscription(runtime, shop, subscription);
    } finally {
      await reportAccountAlerts(runtime, shop);
    }
    runtime.counts.add('visits', { shop: shopId, outcome: 'done' });
    const dueAt = (await feedEngines[feedKey]?.(shop).nextVisitAt?.()) ?? Infinity;
    return { found, nextAt: Math.max(now() + MIN_PAUSE_MS, Math.min(dueAt, now() + MAX_PAUSE_MS)) };
  } catch (error) {
    runtime.counts.add('visits', { shop: shopId, outcome: 'failed' });
    runtime.counts.add('errors', { kind: isProblem(error) ? error.kind : 'internal_error' });
    runtime.log('a visit failed', { shop: shopId, feed: feedKey, because: reasonOf(error) });
    return { found, nextAt: now() + RETRY_MS };
  }
}

async function pollSubscription(
  runtime: HubRuntime,
  shop: Shop,
  subscription: Subscription,
): Promise<number> {
  const { database, vault, clock } = runtime;
  const { id, inputs, state } = subscription;
  const trigger = triggerOf(runtime, subscription);
  const subscriptions = subscriptionsIn(database, vault);
  if (!trigger) {
    subscriptions.setState(id, 'paused', 'the trigger does not exist any more');
    return 0;
  }
  const isStarting = state === 'starting';
  try {
    const events = await pollTrigger(trigger, shop, {
      inputs,
      workflow: id,
      purpose: isStarting ? 'turn_on' : 'poll',
      hostKeepsEvents: true,
    });
    if (isStarting) {
      subscriptions.setState(id, 'active');
      return 0;
    }
    const steps = stepsOf(runtime, subscription);
    const found = eventsIn(database).keepNew(subscription, events, steps, clock.now());
    if (found > 0) runtime.counts.add('events', { shop: subscription.shop }, found);
    return found;
  } catch (error) {
    if (!isProblem(error, 'bad_input', 'unknown_time_zone')) throw error;
    subscriptions.setState(id, 'paused', error.message);
    reportPaused(runtime, subscription, error);
    return 0;
  }
}

export const triggerOf = (
  { registry }: HubRuntime,
  { trigger }: Pick<Subscription, 'trigger'>,
): TriggerDeclaration | undefined => registry.triggers.find(({ key }) => key === trigger);

export const reasonOf = (error: unknown): string => (isProblem(error) ? error.kind : String(error));
