/** Collects what happens in a run of several recipes: events, their deliveries, and the calls before them. */

import type { RecipeDeclaration } from '../lib/pack/recipe.ts';
import { recipes } from '../recipes/index.ts';
import type { DeliveredEvent } from './compare.ts';
import type { EmittedEvent } from './expected-events.ts';
import type { CallLog } from './limits.ts';
import { destinationOf, type QueuedStep, type TriggerEvent } from './platform/workflow.ts';

/** Deliveries by destination. */
export type DeliveryCounts = Record<'card' | 'sheet' | 'ticket', number>;

/** Collects the events that a run emits, and when their steps ran. */
export function deliveryLog(now: () => number) {
  const delivered: DeliveryCounts = { card: 0, sheet: 0, ticket: 0 };
  const events = new Map<string, DeliveredEvent>();
  const deliveredAt = new Map<string, number[][]>();
  const timesOf = (id: string): number[][] => {
    const times = deliveredAt.get(id) ?? [];
    deliveredAt.set(id, times);
    return times;
  };
  return {
    delivered,
    events: () => [...events.values()],
    deliver: ({ workflow, event, step }: QueuedStep): void => {
      const declared = recipes.find(({ key }) => key === workflow)?.steps[step];
      if (declared) delivered[destinationOf(declared)] += 1;
      const times = timesOf(`${workflow}/${event.id}`);
      times[step] = [...(times[step] ?? []), now()];
    },
    emit: (recipe: RecipeDeclaration, event: TriggerEvent, lastCallAt: EmittedEvent['lastCallAt']): void => {
      const id = `${recipe.key}/${event.id}`;
      events.set(id, { recipe, event, at: now(), lastCallAt, deliveredAt: timesOf(id) });
    },
  };
}

/**
 * Tracks when each method was last called.
 * @returns a function to be called after every poll with the time at which the poll began
 */
export function trackLastCalls({
  byDay,
}: Pick<CallLog, 'byDay'>): (pollStart: number) => EmittedEvent['lastCallAt'] {
  let countsBefore = new Map<string, number>();
  let calledAt = new Map<string, number>();
  return (pollStart) => {
    const counts = new Map<string, number>();
    for (const day of byDay.values()) {
      for (const [method, count] of day) counts.set(method, (counts.get(method) ?? 0) + count);
    }
    const called = [...counts.keys()].filter((method) => counts.get(method) !== countsBefore.get(method));
    if (called.length > 0) {
      countsBefore = counts;
      calledAt = new Map(calledAt);
      for (const method of called) calledAt.set(method, pollStart);
    }
    const asOfThisPoll = calledAt;
    return (method) => asOfThisPoll.get(method) ?? 0;
  };
}
