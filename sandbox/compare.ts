/** Compares the events a run delivered with the events that actually happened. */

import { join } from 'node:path';
import { type RecipeDeclaration, type RecipeStep, valueIn } from '../lib/pack/recipe.ts';
import { cardCounts, cardKey, rowCounts, rowKey, ticketCounts, ticketKey } from './deliveries.ts';
import { type EmittedEvent, type Expectation, type ExpectedEvent, isDue } from './expected-events.ts';
import type { Group } from './messengers.ts';
import { destinationOf } from './platform/workflow.ts';
import type { Span } from './shop.ts';
import type { ShownOrders } from './shown-orders.ts';

/** An emitted event and when each of its steps ran. */
export interface DeliveredEvent extends EmittedEvent {
  recipe: RecipeDeclaration;
  /** For each step of the recipe, when it ran, epoch milliseconds. */
  deliveredAt: readonly number[][];
}

export interface RecipeResult {
  recipe: RecipeDeclaration;
  /** How many events should have been delivered. */
  expected: number;
  delivered: number;
  /** Keys of expected events, as are those below. Not delivered, but they can still be found. */
  underWay: string[];
  /** Not delivered, of records from before the start that AliExpress never showed. */
  beforeStart: string[];
  /** Not delivered for any other reason. */
  missed: string[];
  duplicates: string[];
  falseAlerts: string[];
  /** Milliseconds from the expected event to the delivery of the last step. */
  delays: Delays;
}

/** Both NaN where nothing was delivered. */
export interface Delays {
  mean: number;
  max: number;
}

export interface Comparison {
  recipes: RecipeResult[];
  /** Deliveries that belong to no event, or to one that was already delivered. */
  unexpected: string[];
}

/** What was delivered to a group and a folder. */
export interface Deliveries extends Omit<Arrivals, 'arrived' | 'keyOf'> {
  group: Group;
  /** Where the run wrote sheets and tickets. */
  folder: string;
}

export function compare({ group, folder, expectations, ...deliveries }: Deliveries): Comparison {
  const recipes = [...expectations.keys()];
  const arrived = new Map<string, number>([
    ...prefixed('card', cardCounts(group)),
    ...prefixed('ticket', ticketCounts(join(folder, 'tickets'))),
    ...recipes.flatMap(({ key }) => prefixed(`sheet ${key}`, rowCounts(folder, key))),
  ]);
  return compareArrivals({ ...deliveries, arrived, keyOf: deliveryKey, expectations });
}

/** The end of a run, in which records that are read one at a time may still be followed. */
export interface Ending extends ShownOrders {
  /** Epoch milliseconds. */
  at: number;
}

export interface Arrivals {
  /** How often each delivery arrived, by its key. */
  arrived: ReadonlyMap<string, number>;
  /** Identifies what a step delivered among everything that arrived. */
  keyOf(step: RecipeStep, event: DeliveredEvent): string;
  events: readonly DeliveredEvent[];
  expectations: ReadonlyMap<RecipeDeclaration, Expectation>;
  /** Expected events in it should have been delivered. */
  span: Span;
  /** Left out where every event must have been delivered by the end of the run. */
  ending?: Ending;
}

export function compareArrivals(arrivals: Arrivals): Comparison {
  const { arrived, keyOf, events, expectations } = arrivals;
  const { undelivered, unexpected } = matchDeliveries(arrived, keyOf, events);
  const recipes = [...expectations].map(([recipe, expectation]) => {
    const own = events.filter((event) => event.recipe === recipe);
    return compareRecipe(recipe, expectation, own, undelivered, arrivals);
  });
  return { recipes, unexpected };
}

function compareRecipe(
  recipe: RecipeDeclaration,
  expectation: Expectation,
  events: readonly DeliveredEvent[],
  undelivered: ReadonlySet<DeliveredEvent>,
  { span, ending }: Pick<Arrivals, 'span' | 'ending'>,
): RecipeResult {
  const byKey = Map.groupBy(expectation.events, ({ key }) => key);
  const deliveries = new Map<ExpectedEvent, DeliveredEvent[]>();
  const falseAlerts: string[] = [];
  for (const event of events) {
    const key = expectation.keyOf(event.event);
    const expected = byKey.get(key)?.findLast((candidate) => expectation.wasTrue(candidate, event));
    if (expected) deliveries.set(expected, [...(deliveries.get(expected) ?? []), event]);
    else falseAlerts.push(key);
  }

  const due = expectation.events.filter((event) => isDue(event, span));
  const firstDeliveryOf = (expected: ExpectedEvent): number => {
    const arrived = (deliveries.get(expected) ?? []).filter((event) => !undelivered.has(event));
    return Math.min(...arrived.map(lastStepAt));
  };
  const delays = due.map((expected) => firstDeliveryOf(expected) - expected.at).filter(Number.isFinite);
  const undone = due.filter((expected) => !Number.isFinite(firstDeliveryOf(expected)));
  const keysOf = (reason: Reason) =>
    undone.filter((expected) => reasonOf(expected, span, ending) === reason).map(({ key }) => key);
  return {
    recipe,
    expected: due.length,
    delivered: delays.length,
    underWay: keysOf('under way'),
    beforeStart: keysOf('before the start'),
    missed: keysOf('missed'),
    duplicates: [...deliveries]
      .filter(
        ([, matched]) =>
          matched.length > 1 ||
          matched.some(({ deliveredAt }) => deliveredAt.some((times) => times.length > 1)),
      )
      .map(([{ key }]) => key),
    falseAlerts,
    delays: delaysOf(delays),
  };
}

type Reason = 'under way' | 'before the start' | 'missed';

/** Why an event was not delivered. */
function reasonOf({ followed }: ExpectedEvent, { from }: Span, ending: Ending | undefined): Reason {
  if (!followed || !ending) return 'missed';
  const { orderIds, since, until } = followed;
  if (since < from && !ending.wasShown(orderIds, since, until)) return 'before the start';
  return until > ending.at ? 'under way' : 'missed';
}

export const delaysOf = (delays: readonly number[]): Delays => ({
  mean: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
  max: delays.length > 0 ? Math.max(...delays) : Number.NaN,
});

/** When the last step had run; infinite while one has not. */
const lastStepAt = ({ recipe, deliveredAt }: DeliveredEvent): number =>
  Math.max(...recipe.steps.map((_, step) => deliveredAt[step]?.[0] ?? Number.POSITIVE_INFINITY));

/** Looks up every step of every event where it should have arrived. */
function matchDeliveries(
  arrived: Arrivals['arrived'],
  keyOf: Arrivals['keyOf'],
  events: readonly DeliveredEvent[],
): { undelivered: ReadonlySet<DeliveredEvent>; unexpected: string[] } {
  const left = new Map(arrived);
  const undelivered = new Set<DeliveredEvent>();
  for (const event of events) {
    for (const step of event.recipe.steps) {
      const key = keyOf(step, event);
      const count = left.get(key) ?? 0;
      if (count === 0) undelivered.add(event);
      else left.set(key, count - 1);
    }
  }
  return { undelivered, unexpected: [...left].filter(([, count]) => count > 0).map(([key]) => key) };
}

export const prefixed = (place: string, counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].map(([key, count]) => [`${place}\n${key}`, count]);

/** Identifies what a step of a run delivered. */
export function deliveryKey(step: RecipeStep, { recipe, event }: DeliveredEvent): string {
  if ('sheet' in step)
    return `sheet ${recipe.key}\n${rowKey(step.sheet.columns.map(({ value }) => valueIn(value, event)))}`;
  const value = (input: string) => valueIn(step.map[input] ?? '', event);
  return destinationOf(step) === 'ticket'
    ? `ticket\n${ticketKey(value('title'), value('occurred_at'))}`
    : `card\n${cardKey(value('title'), value('text'))}`;
}
