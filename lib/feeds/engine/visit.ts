/** The visit itself: what a feed may do in it, within what limits, and what it knows when the visit ends. */

import { MAX_CLOCK_ERROR_MS } from '../../aliexpress/server-time.ts';
import type { Lane } from '../../budget/ledger.ts';
import { SECOND } from '../../runtime.ts';
import type { FeedDesign, FeedTypes, Loss, Visit } from './design.ts';
import type { FeedServices } from './feed.ts';
import { type KnownStates, nextStates, type RecordState } from './record-states.ts';
import { RETENTION_MS } from './snapshot.ts';
import type { Entry } from './snapshot-format.ts';
import { emptyLog, type VisitLog } from './visit-log.ts';

/** A visit must end well within the platform's 30 seconds, also if the last call takes its full 10. */
const MAX_CALLS_PER_VISIT = 10;
const MAX_VISIT_DURATION_MS = 10 * SECOND;
/** An unchanged record is stored again after this time, so that it stays known. */
export const RENEWAL_MS = RETENTION_MS / 3;

export interface Knowledge<T extends FeedTypes> {
  state: T['state'];
  memory: T['memory'];
  entries: ReadonlyMap<string, Entry<T['values']>>;
}

export interface OpenVisit<T extends FeedTypes> {
  visit: Visit<T>;
  log: VisitLog;
  knowledge(): Knowledge<T>;
}

/**
 * An answer says that the visit began with a wrong time, so that its windows and schedules are wrong. Nothing of the
 * visit is kept but its calls.
 */
export class WrongTime extends Error {
  readonly calls: number;

  constructor(calls: number) {
    super('the visit began with a wrong time');
    this.calls = calls;
  }
}

export interface VisitOptions<T extends FeedTypes> {
  /** Calls that are kept for what is read rarely; as many as it takes if it is left out. */
  kept?: number;
  /** Calls that the visit may make although none are saved up. */
  minCredit?: number;
  lost?: Loss;
  rules?: NonNullable<FeedDesign<T>['states']>;
  /** Whether the visit ends with WrongTime when an answer contradicts the clock. */
  checksTime?: boolean;
}

/**
 * @param before what the feed knew; it is not changed
 * @param credit calls that are saved up for the visit
 */
export function openVisit<T extends FeedTypes>(
  { gateway, clock }: FeedServices,
  lane: Lane,
  before: Knowledge<T>,
  credit: number,
  {
    kept = Number.POSITIVE_INFINITY,
    minCredit = 1,
    lost = {},
    rules,
    checksTime = true,
  }: VisitOptions<T> = {},
): OpenVisit<T> {
  const now = clock.now();
  const log = emptyLog(now);
  const entries = new Map(before.entries);
  let { state, memory } = before;

  function statesAfter(
    entry: Entry<T['values']> | undefined,
    values: T['values'],
    remembered: { known?: KnownStates | undefined; entry?: number | undefined },
  ): readonly RecordState[] | undefined {
    const current = rules?.stateOf(values);
    if (!rules || !current) return undefined;
    const { entry: nth } = remembered;
    const known: KnownStates | undefined = entry?.states
      ? { states: entry.states, fetchedAt: entry.fetchedAt, changedAt: rules.changedAt(entry.values) }
      : remembered.known;
    if (!known)
      return [{ values: current, since: rules.sinceOfUnmet(values, state), ...(nth && { entry: nth }) }];
    const seen = { values: current, changedAt: rules.changedAt(values), now };
    return nextStates(known, { ...seen, ...(nth && { entry: nth }) }, rules.needed);
  }

  const visit: Visit<T> = {
    now,
    get state() {
      return state;
    },
    update: (changes) => {
      state = { ...state, ...changes };
    },
    get memory() {
      return memory;
    },
    remember: (next) => {
      memory = next;
    },
    lost,
    known: entries,
    credit: Math.max(minCredit, Math.floor(credit)),
    kept,
    calls: () => log.calls,
    canContinue: () => log.calls < MAX_CALLS_PER_VISIT && clock.now() - now <= MAX_VISIT_DURATION_MS,
    report: (span) => {
      log.skipped.push(span);
    },
    markDirty: () => {
      log.isDirty = true;
    },
    addDemand: (at) => {
      log.demandTimes.push(at);
    },
    call: async (method, request, share) => {
      const answered = await gateway.call(method, request, {
        lane,
        onPaid: () => {
          log.calls += 1;
          if (share === 'rare') log.rareCalls += 1;
        },
      });
      const isWrong = Math.abs(answered.answeredAt - now) > MAX_CLOCK_ERROR_MS;
      if (checksTime && isWrong) throw new WrongTime(log.calls);
      return answered;
    },
    keep: (id, values, happenedAt, remembered = {}) => {
      const known = entries.get(id);
      // Another release may have stored fields that this one does not know.
      const merged = { ...known?.values, ...values };
      const isSame = known && JSON.stringify(known.values) === JSON.stringify(merged);
      if (isSame && now - known.fetchedAt < RENEWAL_MS) return known.states ?? [];
      const kept = isSame ? known.values : merged;
      const states = statesAfter(known, kept, remembered);
      entries.set(id, { ...known, id, seenAt: known?.seenAt ?? now, fetchedAt: now, values: kept, states });
      log.changed.add(id);
      if (!known && happenedAt !== undefined) log.eventTimes.push(happenedAt);
      return states ?? [];
    },
  };
  return { visit, log, knowledge: () => ({ state, memory, entries }) };
}
