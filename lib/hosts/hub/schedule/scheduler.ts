/**
 * The scheduler: visits every feed of every shop when its next visit is due. There is one timer, whatever the number of
 * subscriptions. Feeds of one shop are visited one after another, shops side by side.
 */

import { SECOND } from '../../../runtime.ts';
import { type Subscription, subscriptionsIn, triggerOf } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';
import { shopsIn } from '../shops/shops.ts';
import { startLoop } from './loop.ts';
import { isVisited, MAX_PAUSE_MS, visitFeed } from './visit.ts';

export interface PlannedVisit {
  /** Epoch milliseconds; Infinity while the feed is being visited. */
  at: number;
  /** When AliExpress is called for the feed at the earliest, as things are. The visits before find what comes with time. */
  callsAt: number;
}

export interface Scheduler {
  /** Visits the shop's feed, or all its feeds, now or as soon as the shop's running visit ends. */
  wake(shop: string, feed?: string): void;
  /** The next visits of the shop's feeds, by feed. */
  nextVisits(shop: string): ReadonlyMap<string, PlannedVisit>;
  /** How many shops are being visited. */
  running(): number;
  /** Ends when the running visits have ended. */
  stop(): Promise<void>;
}

/** What has a deadline is visited first: after a pause, and when the calls are few. */
const URGENT = ['disputes', 'dispute_deadlines', 'orders_to_ship'];
const urgency = (feed: string): number => URGENT.indexOf(feed);

/** At four calls a second for the address, a call of one of so many visits waits for at most three seconds. */
const MAX_VISITS_AT_ONCE = 12;
const MAX_SLEEP_MS = 60 * SECOND;

const AT_ONCE: PlannedVisit = { at: 0, callsAt: 0 };
const BEING_VISITED: PlannedVisit = { at: Infinity, callsAt: Infinity };

/** No visit is planned further ahead, unless the clock was set back. */
const isDue = (at: number, now: number): boolean => at <= now || at > now + MAX_PAUSE_MS;

function isAnyDue(visits: ReadonlyMap<string, PlannedVisit>, now: number): boolean {
  for (const { at } of visits.values()) if (isDue(at, now)) return true;
  return false;
}

function forget(plan: Map<string, unknown>, others: { has(key: string): boolean }): void {
  for (const key of plan.keys()) if (!others.has(key)) plan.delete(key);
}

/** @param onEvents called after a visit that found new events */
export function startScheduler(runtime: HubRuntime, onEvents: () => void): Scheduler {
  const { clock, counts, database, vault, log } = runtime;
  /** By shop and feed; the shop that was visited last comes last. */
  const plan = new Map<string, Map<string, PlannedVisit>>();
  /** They are visited at once. */
  const newShops = new Set<string>();
  const running = new Map<string, Promise<void>>();
  let plannedAt = Number.NEGATIVE_INFINITY;
  const loop = startLoop(runtime, 'visits', () => {
    const now = clock.now();
    if (now >= plannedAt + MAX_SLEEP_MS || now < plannedAt) planShops();
    startDueVisits();
    const visits = [...plan].flatMap(([shop, ofFeeds]) => (running.has(shop) ? [] : [...ofFeeds.values()]));
    const next = visits.reduce((first, { at }) => Math.min(first, at), now + MAX_SLEEP_MS);
    return Math.max(SECOND, next - clock.now());
  });

  const planOf = (shop: string) => {
    const known = plan.get(shop) ?? new Map<string, PlannedVisit>();
    plan.set(shop, known);
    return known;
  };
  const subscriptionsByFeed = (shop: string): Map<string, Subscription[]> =>
    Map.groupBy(
      subscriptionsIn(database, vault).ofShop(shop).filter(isVisited),
      (subscription) => triggerOf(runtime, subscription)?.feed.key ?? '',
    );

  async function visitShop(shop: string): Promise<void> {
    newShops.delete(shop);
    if (shopsIn(database, vault).find(shop)?.state !== 'connected') {
      plan.delete(shop);
      return;
    }
    const byFeed = subscriptionsByFeed(shop);
    const visits = planOf(shop);
    forget(visits, byFeed);
    for (const [feed, subscriptions] of [...byFeed].sort(([a], [b]) => urgency(b) - urgency(a))) {
      if (loop.isStopped()) return;
      if (!isDue(visits.get(feed)?.at ?? 0, clock.now())) continue;
      visits.set(feed, BEING_VISITED);
      const { found, nextAt, callsAt } = await visitFeed(runtime, shop, feed, subscriptions);
      // A wake during the visit plans another one.
      if (visits.get(feed) !== AT_ONCE) visits.set(feed, { at: nextAt, callsAt });
      if (found > 0) onEvents();
    }
  }

  /** Plans visits of new shops, and none of one that was removed or must be connected again. */
  function planShops(): void {
    const connected = new Set(shopsIn(database, vault).connected());
    forget(plan, connected);
    for (const id of connected) if (!plan.has(id)) newShops.add(id);
    for (const id of connected) planOf(id);
    plannedAt = clock.now();
  }

  function startDueVisits(): void {
    const now = clock.now();
    for (const [id, visits] of plan) {
      if (running.size >= MAX_VISITS_AT_ONCE) return;
      if (running.has(id) || !(newShops.has(id) || isAnyDue(visits, now))) continue;
      // Where visits take long, each shop has its turn.
      plan.delete(id);
      plan.set(id, visits);
      const visit = visitShop(id)
        .catch((error: unknown) => {
          // It is planned again as a new shop is, within a minute.
          plan.delete(id);
          counts.add('visits', { shop: id, outcome: 'failed' });
          log('a shop could not be visited', { shop: id, because: String(error) });
        })
        .finally(() => {
          running.delete(id);
          loop.wake();
        });
      running.set(id, visit);
    }
  }

  return {
    wake: (shop, feed) => {
      const visits = planOf(shop);
      const feeds = feed === undefined ? [...subscriptionsByFeed(shop).keys()] : [feed];
      for (const each of feeds) visits.set(each, AT_ONCE);
      loop.wake();
    },
    running: () => running.size,
    nextVisits: (shop) => plan.get(shop) ?? new Map(),
    stop: async () => {
      await loop.stop();
      await Promise.all(running.values());
    },
  };
}
