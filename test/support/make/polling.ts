/**
 * What makes a module a polling trigger: a memory of the last item it handed out, and from it which items are new.
 * [facts/make.md §5.1; official page "Trigger (polling)": items are sorted by date and id, and only unprocessed ones
 * are returned]
 */

import { AppError } from './errors.ts';
import { kindOf, type Value } from './value.ts';

/** `data.lastDate` and `data.lastID`. */
export interface PollState {
  lastDate?: Date;
  lastID?: string | number;
}

/** One item of a page, with what the trigger directive says of it. */
export interface PolledItem {
  id: string | number;
  date: Date | undefined;
  output: Value;
}

export interface PollRules {
  type: 'date' | 'id';
  order: 'asc' | 'desc' | 'unordered';
}

/** The user's choice in the panel "Choose where to start": everything, or what is later than `date`. */
export const startFrom = (from: 'all' | Date): PollState =>
  // "All" starts with 1970-01-01.
  ({ lastDate: from === 'all' ? new Date(0) : from });

/** The user's choice of an item of the panel, which is then the first to come. */
export const startWith = ({ date }: { date: Date }): PollState => ({
  lastDate: new Date(date.getTime() - 1),
});

export function pollRules(type: Value, order: Value, place: string): PollRules {
  if (type !== 'date' && type !== 'id') throw new AppError(`${place}: trigger.type is neither date nor id`);
  if (order !== 'asc' && order !== 'desc' && order !== 'unordered') {
    throw new AppError(`${place}: trigger.order is neither asc nor desc nor unordered`);
  }
  return { type, order };
}

export function polledItem(
  { type }: PollRules,
  { id, date, output }: { id: Value; date: Value; output: Value },
  place: string,
): PolledItem {
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') {
    throw new AppError(`${place}: trigger.id is ${id === '' ? 'empty' : kindOf(id)}`);
  }
  if (type === 'id') return { id, date: undefined, output };
  // Strict: Make may read a date out of a text, in ways nobody has written down.
  if (!(date instanceof Date)) throw new AppError(`${place}: trigger.date is ${kindOf(date)}`);
  return { id, date, output };
}

/** Strict: whether ids of different lengths are compared as numbers or as texts is not said. */
function compareIds(left: string | number, right: string | number, place: string): number {
  if (typeof left !== typeof right) throw new AppError(`${place}: trigger.id is now a text and now a number`);
  const digits = /^\d+$/;
  if (digits.test(String(left)) && digits.test(String(right)) && typeof left === 'string') {
    if (left.length !== String(right).length) {
      throw new AppError(`${place}: whether ${left} comes before ${right} depends on how Make compares ids`);
    }
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function compare(rules: PollRules, left: PolledItem, right: PolledItem, place: string): number {
  if (rules.type === 'id') return compareIds(left.id, right.id, place);
  const difference = Number(left.date) - Number(right.date);
  if (difference !== 0) return difference;
  return left.id === right.id ? 0 : compareIds(left.id, right.id, place);
}

/**
 * Whether the item comes after the last one that was handed out.
 *
 * Strict: of two items of one date, the one with the lower id counts as handed out with the other.
 */
export function isNew(
  rules: PollRules,
  { lastDate, lastID }: PollState,
  item: PolledItem,
  place: string,
): boolean {
  if (rules.type === 'id') return lastID === undefined || compareIds(item.id, lastID, place) > 0;
  if (lastDate === undefined) throw new AppError(`${place}: nobody chose where the trigger starts`);
  const difference = Number(item.date) - lastDate.getTime();
  if (difference !== 0) return difference > 0;
  return lastID !== undefined && item.id !== lastID && compareIds(item.id, lastID, place) > 0;
}

/** The declared order decides which pages Make asks for, so one that is not true loses items. */
export function checkOrder(rules: PollRules, items: readonly PolledItem[], place: string): void {
  if (rules.order === 'unordered') return;
  const sign = rules.order === 'asc' ? 1 : -1;
  for (const [index, item] of items.entries()) {
    const next = items[index + 1];
    if (!next) return;
    const difference =
      rules.type === 'date' ? Number(item.date) - Number(next.date) : compareIds(item.id, next.id, place);
    if (sign * difference > 0) {
      throw new AppError(
        `${place}: items are not in the declared order ${rules.order}, at item ${index + 2}`,
      );
    }
  }
}

/** Oldest first, as a run hands them out, and no more than `limit`; and what is remembered of them. */
export function handedOut(
  rules: PollRules,
  state: PollState,
  items: readonly PolledItem[],
  limit: number,
  place: string,
): { outputs: Value[]; state: PollState } {
  const emitted = items
    .filter((item) => isNew(rules, state, item, place))
    .sort((left, right) => compare(rules, left, right, place))
    .slice(0, limit);
  const last = emitted.at(-1);
  if (!last) return { outputs: [], state };
  return {
    outputs: emitted.map(({ output }) => output),
    state: { ...(last.date && { lastDate: last.date }), lastID: last.id },
  };
}
