/** Mutants that no test notices, each with the reason why that is right. */

export interface Survivor {
  file: string;
  /** The code that was changed, and what it was changed to. */
  code: string;
  to: string;
  why: string;
}

const UNREAD = 'the text of the issue is not read: only whether the value could be read counts';
const FALSY = 'null, false and undefined mean the same here';
const FOR_DEVELOPERS = 'the text of an error that is caught where it is thrown';
const TAKEN = 'the slots up to the mark were read as taken just before, and are refused once more';
const EQUAL = 'equal values have the same outcome either way';
const A_MILLISECOND = 'a millisecond earlier or later makes no difference';
const OPTIONAL = 'a feed that cannot do it never names a time from which it should';
const NOT_NEGATIVE = 'a sort asks only whether the result is negative';

export const survivors: readonly Survivor[] = [
  { file: 'lib/aliexpress/wire.ts', code: "'no amount'", to: '""', why: UNREAD },
  { file: 'lib/aliexpress/wire.ts', code: "'no time'", to: '""', why: UNREAD },

  { file: 'lib/budget/breaker.ts', code: '() => null', to: '() => undefined', why: FALSY },
  {
    file: 'lib/budget/budget.ts',
    code: "'address'",
    to: '""',
    why: 'any other word is the problem of a paused address too',
  },
  {
    file: 'lib/budget/card.ts',
    code: 'Math.max(firstSlot, high + 1)',
    to: 'Math.min(firstSlot, high + 1)',
    why: TAKEN,
  },
  { file: 'lib/budget/card.ts', code: 'high + 1', to: 'high - 1', why: TAKEN },
  { file: 'lib/budget/card.ts', code: '() => false', to: '() => undefined', why: FALSY },
  {
    file: 'lib/budget/card.ts',
    code: "'the store has not written a value'",
    to: '""',
    why: FOR_DEVELOPERS,
  },
  {
    file: 'lib/budget/curve.ts',
    code: 'bin < BINS',
    to: 'bin <= BINS',
    why: 'nothing is written beyond the end of a typed array',
  },
  {
    file: 'lib/budget/ledger.ts',
    code: 'Number(known) < until',
    to: 'Number(known) <= until',
    why: 'the same end is written again',
  },
  ...['true', 'answer.sendAt >= clock.now()'].map((to) => ({
    file: 'lib/budget/ledger.ts',
    code: 'answer.sendAt > clock.now()',
    to,
    why: 'a sleep of no time',
  })),
  {
    file: 'lib/budget/ledger.ts',
    code: 'random().toString(36).slice(2)',
    to: 'random().toString(36)',
    why: 'an id only has to be unique',
  },
  {
    file: 'lib/budget/pacer.ts',
    code: 'late - early > MINUTE',
    to: 'late - early >= MINUTE',
    why: EQUAL,
  },
  {
    file: 'lib/budget/quota-day.ts',
    code: 'at >= last.start',
    to: 'at > last.start',
    why: 'the day is computed once more',
  },
  { file: 'lib/budget/rate-limiter.ts', code: "'1'", to: '""', why: 'only whether the key is there is read' },

  {
    file: 'lib/engine/eligibility.ts',
    code: 'timeA < timeB',
    to: 'false',
    why: NOT_NEGATIVE,
  },
  { file: 'lib/engine/eligibility.ts', code: 'timeA < timeB', to: 'timeA <= timeB', why: NOT_NEGATIVE },
  {
    file: 'lib/engine/event-cache.ts',
    code: 'states.length < 2',
    to: 'false',
    why: 'it only saves work: the one state of a record is the one that it is in',
  },
  {
    file: 'lib/engine/poll-trigger.ts',
    code: 'mark < (reading.completeSince ?? 0)',
    to: 'mark <= (reading.completeSince ?? 0)',
    why: 'the feed sees for itself that it need not catch up',
  },
  {
    file: 'lib/engine/poll-trigger.ts',
    code: 'feed.catchUp?.(mark)',
    to: 'feed.catchUp(mark)',
    why: OPTIONAL,
  },
  {
    file: 'lib/engine/returned-events.ts',
    code: 'unseen.filter(([, event]) => !isLive(event))',
    to: 'unseen',
    why: 'each event is taken once, and live ones are the last of all',
  },
  {
    file: 'lib/engine/samples.ts',
    code: "''",
    to: '"Stryker was here!"',
    why: 'the recorded shop has an id',
  },
  {
    file: 'lib/engine/start-mark.ts',
    code: 'now - row.renewedAt >= RENEW_EVERY_MS',
    to: 'now - row.renewedAt > RENEW_EVERY_MS',
    why: A_MILLISECOND,
  },
  {
    file: 'lib/engine/start-mark.ts',
    code: 'mark <= now + MAX_CLOCK_ERROR_MS',
    to: 'mark < now + MAX_CLOCK_ERROR_MS',
    why: A_MILLISECOND,
  },
  {
    file: 'lib/engine/start-mark.ts',
    code: 'mark + offset <= now',
    to: 'mark + offset < now',
    why: A_MILLISECOND,
  },
  {
    file: 'lib/engine/start-mark.ts',
    code: 'now - renewedAt >= RETENTION_MS',
    to: 'now - renewedAt > RETENTION_MS',
    why: A_MILLISECOND,
  },
  {
    file: 'lib/engine/start-mark.ts',
    code: 'to - renewedAt > RENEW_EVERY_MS',
    to: 'to - renewedAt >= RENEW_EVERY_MS',
    why: A_MILLISECOND,
  },
];
