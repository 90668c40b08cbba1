/** What the next call of the products feed is about, and how many calls of a day are for lists that seldom show a product. */

import { DELISTED, OFFLINE, SENT_BACK } from '../aliexpress/product-terms.ts';
import { DAY, HOUR } from '../runtime.ts';
import { callDemands } from './call-demands.ts';
import { isStarted } from './engine/paging.ts';
import { type ListName, OFFLINE_EVERY_MS, type ProductList, windowEveryMs } from './product-lists.ts';
import { isWanted, type ProductsState } from './product-state.ts';

/** One thing that a call can be about. */
export interface Task {
  name: ListName;
  /** `page` is of the whole list: of its reading, or of the check of a long one. */
  kind: 'page' | 'window';
}

interface TimedTask extends Task {
  /** When it is due, epoch milliseconds. */
  at: number;
}

export interface DueTask extends Task {
  /** Calls for it are few: it is about a list that seldom shows a product, or the check of a long one. */
  isRare: boolean;
}

const tasksOf = ({ lists }: ProductsState): TimedTask[] =>
  DELISTED.flatMap((name): TimedTask[] => {
    const { isLong, dueAt, changes } = lists[name];
    const page: TimedTask = { name, kind: 'page', at: dueAt };
    return isLong ? [{ name, kind: 'window', at: changes.dueAt }, page] : [page];
  });

export function dueAt(state: ProductsState, now: number): number {
  const times = [
    ...(isWanted(state, 'delisted', now) ? tasksOf(state).map(({ at }) => at) : []),
    ...(isWanted(state, 'onSale', now) ? [state.onSale.changes.dueAt] : []),
  ];
  return Math.max(state.visitedAt + OFFLINE_EVERY_MS, Math.min(...times));
}

/** How many products each list is taken to have shown before any was. */
function expected(name: ListName): number {
  if (name === OFFLINE) return 1;
  // Each new product is examined, and so is each one that was edited.
  return name === SENT_BACK ? 0.15 : 0.02;
}
/** In this time what was found counts for half. */
const HALF_LIFE_MS = 14 * DAY;

const foundLately = ({ found, foundAt }: ProductList, now: number): number =>
  found * 0.5 ** (Math.max(0, now - foundAt) / HALF_LIFE_MS);

export const withFound = (list: ProductList, count: number, now: number): ProductList =>
  count > 0 ? { ...list, found: foundLately(list, now) + count, foundAt: now } : list;

/** No page of the list was read since the feed began, or since it has to be read again. */
const isUnmet = ({ isLong, readAt, reading }: ProductList): boolean =>
  !isLong && readAt === 0 && !isStarted(reading);

/** The list was not met, or a reading of the whole list is under way, which begins again if it has to wait. */
const isMeeting = (list: ProductList): boolean => isUnmet(list) || (!list.isLong && isStarted(list.reading));

export const unmetLists = ({ lists }: ProductsState): number =>
  DELISTED.filter((name) => isUnmet(lists[name])).length;

/** A list that seldom shows a product is called for once a day, if the calls suffice: a visit comes within three hours. */
const MAX_UNCALLED_MS = 21 * HOUR;

/** The calls of the lists are in proportion to it, by the square-root law. */
const weightOf = (name: ListName, list: ProductList, now: number): number =>
  Math.sqrt(expected(name) + foundLately(list, now));

/** Calls of a day for the lists that seldom show a product, and for the check of long ones. */
export function rareCallsPerDay(state: ProductsState): number {
  const { lists, visitedAt: now } = state;
  if (!isWanted(state, 'delisted', now)) return 0;
  const checks = (DAY / checkEveryMs(state)) * DELISTED.filter((name) => lists[name].isLong).length;
  const weight = (name: ListName) => weightOf(name, lists[name], now);
  const callsByWeight =
    Math.max(0, callDemands.products.minCalls - checks) /
    DELISTED.reduce((sum, name) => sum + weight(name), 0);
  const ofList = (name: ListName) =>
    Math.min(DAY / (windowEveryMs(name) + HOUR), Math.max(1, callsByWeight * weight(name)));
  return DELISTED.filter((name) => name !== OFFLINE).reduce((sum, name) => sum + ofList(name), checks);
}

/** What is rare waits so long for a day that keeps a call for it. */
export const MAX_WAIT_MS = DAY;
/** Less than half a call that is left of the day is not worth one. */
const MIN_KEPT = 0.5;

/**
 * What is due, the most urgent first: lists that were not met, those that were not called for a day, and the check of a long
 * list. The others are called for by the square-root law (`../../docs/polling.md`), so that a list which shows more is read
 * more often.
 * @param kept calls that are kept for what is rare; without them it waits for the next day, because the last visits of
 * this one would pay for it
 */
export function dueTasks(state: ProductsState, now: number, kept = Number.POSITIVE_INFINITY): DueTask[] {
  const urgencyOf = ({ name, kind, at }: TimedTask): [rank: number, within: number] => {
    const list = state.lists[name];
    const uncalledMs = now - list.calledAt;
    if (isUnmet(list)) return [3, 0];
    if (list.isLong && kind === 'page') return now - at > MAX_UNCALLED_MS ? [2, now - at] : [1, 0];
    return uncalledMs > MAX_UNCALLED_MS ? [2, uncalledMs] : [0, uncalledMs * weightOf(name, list, now)];
  };
  const canWait = ({ name, at }: TimedTask) => !isMeeting(state.lists[name]) && now - at < MAX_WAIT_MS;
  let left = kept;
  const isPayable = (task: DueTask & TimedTask) => {
    if (!task.isRare) return true;
    if (left < MIN_KEPT && canWait(task)) return false;
    left -= 1;
    return true;
  };
  return tasksOf(state)
    .filter(({ at }) => at <= now)
    .map((task) => ({ ...task, isRare: isRare(task, state), urgency: urgencyOf(task) }))
    .sort(({ urgency: [rank, within] }, { urgency: other }) => other[0] - rank || other[1] - within)
    .filter(isPayable)
    .map(({ name, kind, isRare }) => ({ name, kind, isRare }));
}

const isRare = ({ name, kind }: Task, { lists }: ProductsState): boolean =>
  name !== OFFLINE || (lists[name].isLong && kind === 'page');

/** A list is checked four times a day, and every other day where windows are proven. */
export const checkEveryMs = ({ isProven }: ProductsState): number => (isProven ? 2 * DAY : 6 * HOUR);
