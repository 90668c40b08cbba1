/** Polls the subscriptions of one feed of one shop, and keeps their new events. */

import { pollTrigger } from '../../../engine/poll-trigger.ts';
import type { Shop } from '../../../engine/shop.ts';
import { feedEngines } from '../../../feeds/engines.ts';
import { Interrupted } from '../../../http/transport.ts';
import { isProblem, Problem } from '../../../problems.ts';
import { DAY, MINUTE, SECOND } from '../../../runtime.ts';
import { shortDigest } from '../../../stores/digest.ts';
import { reportAccountAlerts } from '../alerts/account.ts';
import { eventsIn } from '../events/events.ts';
import { type Subscription, subscriptionsIn, triggerOf } from '../events/subscriptions.ts';
import { setStarted } from '../events/unread.ts';
import { reasonOfProblem } from '../reasons.ts';
import type { HubRuntime } from '../runtime.ts';
import { openShop } from '../shops/open-shop.ts';
import { reportPaused } from '../shops/shop-alerts.ts';
import { stepsOf } from './steps.ts';

/** Some conditions come true as time passes, without a visit: a deadline is near, the hour of the report has come. */
export const MAX_PAUSE_MS = 5 * MINUTE;
const MIN_PAUSE_MS = 30 * SECOND;
const RETRY_MS = 5 * MINUTE;
const DIGEST_LENGTH = 22;

export interface VisitResult {
  /** New events of all subscriptions. */
  found: number;
  /** When to visit again, epoch milliseconds. */
  nextAt: number;
  /** When a visit calls AliExpress at the earliest, as things are; `nextAt` where no visit of the feed does. */
  callsAt: number;
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
      let failure: unknown;
      for (const { id } of subscriptions) {
        try {
          found += await pollSubscription(runtime, shop, id);
        } catch (error) {
          // A problem concerns all of them.
          if (isProblem(error)) throw error;
          failure ??= error;
        }
      }
      if (failure !== undefined) throw failure;
    } finally {
      await reportAccountAlerts(runtime, shop);
    }
    runtime.counts.add('visits', { shop: shopId, outcome: 'done' });
    const dueAt = await nextCallsAt(shop, feedKey);
    const nextAt = Math.max(now() + MIN_PAUSE_MS, Math.min(dueAt, now() + MAX_PAUSE_MS));
    return { found, nextAt, callsAt: Number.isFinite(dueAt) ? Math.max(dueAt, nextAt) : nextAt };
  } catch (error) {
    if (error instanceof Interrupted) return { found, nextAt: now(), callsAt: now() };
    runtime.counts.add('visits', { shop: shopId, outcome: 'failed' });
    runtime.counts.add('errors', { kind: isProblem(error) ? error.kind : 'internal_error' });
    runtime.log('a visit failed', { shop: shopId, feed: feedKey, because: reasonOf(error) });
    return { found, nextAt: now() + RETRY_MS, callsAt: now() + RETRY_MS };
  }
}

/**
 * Not before the next day if the calls of this one are used up.
 * @returns a time of the machine's clock; Infinity for a feed that makes no calls
 */
async function nextCallsAt(shop: Shop, feedKey: string): Promise<number> {
  const { budget, clockOffset } = shop;
  const dueAt = (await feedEngines[feedKey]?.(shop).nextVisitAt?.()) ?? Infinity;
  const isUsedUp = (await budget.used()) >= budget.limit;
  return (isUsedUp ? Math.max(dueAt, budget.today().end) : dueAt) - (clockOffset?.() ?? 0);
}

async function pollSubscription(runtime: HubRuntime, shop: Shop, id: string): Promise<number> {
  const { database, vault, clock } = runtime;
  const subscriptions = subscriptionsIn(database, vault);
  const subscription = subscriptions.find(id);
  if (!subscription || !isVisited(subscription)) return 0;
  const { inputs, state } = subscription;
  const pause = (problem: Problem) => {
    subscriptions.setState(id, 'paused', reasonOfProblem(problem));
    reportPaused(runtime, subscription, problem);
  };
  const trigger = triggerOf(runtime, subscription);
  if (!trigger) {
    pause(new Problem('not_found', { what: { en: 'The trigger', zh: '该触发器' } }));
    return 0;
  }
  /** Somebody may have paused it or changed its inputs during the poll. */
  const isUnchanged = (): boolean => {
    const current = subscriptions.find(id);
    return current?.state === state && JSON.stringify(current.inputs) === JSON.stringify(inputs);
  };
  const isStarting = state === 'starting';
  try {
    const events = await pollTrigger(trigger, shop, {
      inputs,
      workflow: id,
      purpose: isStarting ? 'turn_on' : 'poll',
      hostKeepsEvents: true,
    });
    if (!isUnchanged()) return 0;
    if (isStarting) {
      setStarted(runtime, subscription);
      return 0;
    }
    // Most visits find what the one before has found. That it was found is recorded once a day.
    const day = Math.floor(shop.clock.now() / DAY);
    const allFound = shortDigest([day, ...events.map((event) => event.id)].join('\n'), DIGEST_LENGTH);
    if (runtime.foundLast.get(id) === allFound) return 0;
    const steps = stepsOf(runtime, subscription);
    const found = eventsIn(database).keepNew(subscription, events, steps, clock.now(), shop.clock.now());
    runtime.foundLast.set(id, allFound);
    if (found > 0) runtime.counts.add('events', { shop: subscription.shop }, found);
    return found;
  } catch (error) {
    if (!isProblem(error, 'bad_input', 'unknown_time_zone')) throw error;
    if (isUnchanged()) pause(error);
    return 0;
  }
}

/** Whether events are looked for. */
export const isVisited = ({ state }: Subscription): boolean => state === 'starting' || state === 'active';

export const reasonOf = (error: unknown): string => (isProblem(error) ? error.kind : String(error));
