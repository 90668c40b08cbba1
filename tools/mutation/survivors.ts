/** Mutants that no test notices, each with the reason why that is right. */

import type { Explanations } from './report.ts';

const UNREAD = 'the text of the issue is not read: only whether the value could be read counts';
const FALSY = 'null, false and undefined mean the same here';
const FOR_DEVELOPERS = 'the text of an error that is caught where it is thrown';
const TAKEN = 'the slots up to the mark were read as taken just before, and are refused once more';
const EQUAL = 'equal values have the same outcome either way';
const A_BYTE = 'a byte more or less makes no difference';
const A_MILLISECOND = 'a millisecond earlier or later makes no difference';
const OPTIONAL = 'a feed that cannot do it never names a time from which it should';
const RETURNS = 'a function that ends returns undefined';
const INDEXED = 'there is one for every number';
const AHEAD = 'it only begins a read that is needed soon';
const NO_TIME = 'neither is a time';
const IS_THERE = 'only whether the key is there is read';
const SAVES_SPACE = 'it only saves space';
const NOT_NEGATIVE = 'a sort asks only whether the result is negative';

export const explanations: Explanations = {
  'lib/aliexpress/wire.ts': [
    ["'no amount'", '""', UNREAD],
    ["'no time'", '""', UNREAD],
  ],
  'lib/budget/app-scope.ts': [['() => null', '() => undefined', FALSY]],
  'lib/budget/breaker.ts': [
    ['() => null', '() => undefined', FALSY],
    ['until + PROBE_MS <= now', 'until + PROBE_MS < now', A_MILLISECOND],
    ['until > now', 'until >= now', A_MILLISECOND],
    ['pause.until - pause.from < MIN_PROBED_MS', 'pause.until - pause.from <= MIN_PROBED_MS', A_MILLISECOND],
    ["'1'", '""', IS_THERE],
    ['(2 * PROBE_MS) / SECOND', '2 * PROBE_MS * SECOND', 'each pause has a key of its own'],
    ['pause.from <= now + MAX_CLOCK_ERROR_MS', 'pause.from < now + MAX_CLOCK_ERROR_MS', A_MILLISECOND],
    ['pause.until <= now + MAX_PAUSE_MS', 'pause.until < now + MAX_PAUSE_MS', A_MILLISECOND],
  ],
  'lib/budget/budget.ts': [
    ["'address'", '""', 'any other word is the problem of a paused address too'],
    ["''", '"Stryker was here!"', 'no method has this name either'],
  ],
  'lib/budget/card.ts': [
    ['Math.max(firstSlot, high + 1)', 'Math.min(firstSlot, high + 1)', TAKEN],
    ['high + 1', 'high - 1', TAKEN],
    ['() => false', '() => undefined', FALSY],
    ["'the store has not written a value'", '""', FOR_DEVELOPERS],
  ],
  'lib/budget/curve.ts': [
    ['bin < BINS', 'bin <= BINS', 'nothing is written beyond the end of a typed array'],
  ],
  'lib/budget/ledger.ts': [
    [
      'closedUntil(known, day.end) < until',
      'closedUntil(known, day.end) <= until',
      'the same end is written again',
    ],
    [
      'now - dayOf(now).start > 2 * RECHECK_MS + RECHECK_WAIT_MS',
      'now - dayOf(now).start >= 2 * RECHECK_MS + RECHECK_WAIT_MS',
      A_MILLISECOND,
    ],
    ['until + RECHECK_WAIT_MS <= now', 'until + RECHECK_WAIT_MS < now', A_MILLISECOND],
    ["'1'", '""', IS_THERE],
    ['dayOf(claim.at).end <= clock.now()', 'dayOf(claim.at).end < clock.now()', A_MILLISECOND],
    ['answer.sendAt > clock.now()', 'true', 'a sleep of no time'],
    ['answer.sendAt > clock.now()', 'answer.sendAt >= clock.now()', 'a sleep of no time'],
    ['random().toString(36).slice(2)', 'random().toString(36)', 'an id only has to be unique'],
  ],
  'lib/budget/pacer.ts': [['late - early > MINUTE', 'late - early >= MINUTE', EQUAL]],
  'lib/budget/quota-day.ts': [
    ['at >= last.start', 'at > last.start', 'the day is computed once more'],
    ['last && at >= last.start && at < last.end', 'false', 'the day is computed once more'],
  ],
  'lib/budget/rate-limiter.ts': [["'1'", '""', IS_THERE]],
  'lib/engine/eligibility.ts': [
    ['!trigger.dueAt', 'false', 'it only saves work: an event without a deadline has no due_at'],
    ["''", '"Stryker was here!"', NO_TIME],
    ['timeA < timeB', 'false', NOT_NEGATIVE],
    ['timeA < timeB', 'timeA <= timeB', NOT_NEGATIVE],
    ['states.length < 2', 'false', 'it only saves work: the one state of a record is the one that it is in'],
    ['trigger.where === undefined', 'false', 'it only saves work: without a condition every record matches'],
  ],
  'lib/engine/poll-trigger.ts': [
    [
      'mark < (reading.completeSince ?? 0) - MAX_STEP_MS',
      'mark <= (reading.completeSince ?? 0) - MAX_STEP_MS',
      A_MILLISECOND,
    ],
    [
      '(reading.completeSince ?? 0) - MAX_STEP_MS',
      '(reading.completeSince ?? 0) + MAX_STEP_MS',
      'at most half a minute more is read again',
    ],
    ['feed.catchUp?.(mark)', 'feed.catchUp(mark)', OPTIONAL],
    ['feed.confirm?.(needed)', 'feed.confirm(needed)', OPTIONAL],
  ],
  'lib/engine/returned-events.ts': [
    [
      'unseen.filter(([, event]) => !isLive(event))',
      'unseen',
      'each event is taken once, and live ones are the last of all',
    ],
    ["''", '"Stryker was here!"', 'no event has a digest of those letters'],
  ],
  'lib/engine/samples.ts': [["''", '"Stryker was here!"', 'the recorded shop has an id']],
  'lib/engine/shop.ts': [
    ["''", '"Stryker was here!"', 'one name is as good as another where there is only one'],
  ],
  'lib/engine/own-mark.ts': [
    ['{\n    return undefined;\n  }', '{}', RETURNS],
    ["''", '"Stryker was here!"', 'a mark has two keys'],
    ['{ mark: 0 }', '{}', 'a mark that is left out is not above 0 either'],
  ],
  'lib/engine/start-mark.ts': [
    ['offset === 0', 'false', SAVES_SPACE],
    ['measured - offset > MAX_CLOCK_ERROR_MS', 'measured - offset >= MAX_CLOCK_ERROR_MS', A_MILLISECOND],
    ['onHost >= startedOnHost', 'onHost > startedOnHost', A_MILLISECOND],
    ['at < startedAt', 'at <= startedAt', A_MILLISECOND],
    ['at > now', 'at >= now', A_MILLISECOND],
    [
      'shop.clock.now() - known.renewedAt <= MAX_SILENCE_MS',
      'shop.clock.now() - known.renewedAt < MAX_SILENCE_MS',
      A_MILLISECOND,
    ],
    ['setAt === undefined', 'false', 'a mark has both setAt and setOn, or neither'],
    [
      'clockOffset?.()',
      'clockOffset()',
      'a shop that says whether its clock is confirmed says its error too',
    ],
    ['right > now', 'right >= now', A_MILLISECOND],
    ['turnedOnAt >= after - MAX_CLOCK_ERROR_MS', 'turnedOnAt > after - MAX_CLOCK_ERROR_MS', A_MILLISECOND],
    ['after - setAt > MAX_CLOCK_ERROR_MS', 'after - setAt >= MAX_CLOCK_ERROR_MS', A_MILLISECOND],
    [
      'Math.abs(right - mark) > MAX_CLOCK_ERROR_MS',
      'Math.abs(right - mark) >= MAX_CLOCK_ERROR_MS',
      A_MILLISECOND,
    ],
    ['after <= now', 'after < now', A_MILLISECOND],
    ['own.mark <= workflow.shop.clock.now()', 'own.mark < workflow.shop.clock.now()', A_MILLISECOND],
    ['mark <= now + MAX_CLOCK_ERROR_MS', 'mark < now + MAX_CLOCK_ERROR_MS', A_MILLISECOND],
    ['turnedOnAt <= now', 'turnedOnAt < now', A_MILLISECOND],
    [
      'feed.readAgain?.(since, Math.max(since, renewedAt))',
      'feed.readAgain(since, Math.max(since, renewedAt))',
      OPTIONAL,
    ],
    ['to > renewedAt', 'to >= renewedAt', A_MILLISECOND],
  ],
  'lib/feeds/engine/chunks.ts': [
    ['ref.size < MAX_VALUE_LENGTH / 2', 'ref.size <= MAX_VALUE_LENGTH / 2', A_BYTE],
    ['text.length <= MAX_VALUE_LENGTH', 'text.length < MAX_VALUE_LENGTH', A_BYTE],
  ],
  'lib/feeds/engine/feed-failure.ts': [["''", '"Stryker was here!"', 'neither is a kind of error']],
  'lib/feeds/engine/feed-status.ts': [
    ['() => null', '() => undefined', 'what is no text counts as absent too'],
  ],
  'lib/feeds/engine/heads.ts': [
    ['number !== known?.number', 'false', AHEAD],
    ['number + 1', 'number - 1', AHEAD],
  ],
  'lib/feeds/engine/lasting-rows.ts': [
    ['shards[shardOf(digest)]?.get', 'shards[shardOf(digest)].get', INDEXED],
  ],
  'lib/feeds/engine/paging.ts': [
    ['[]', '["Stryker was here"]', 'no digest is equal to it'],
    [
      'each < page',
      'each <= page',
      'the page that was read last is not to be read next, unless it is the only one',
    ],
  ],
  'lib/feeds/engine/refresh.ts': [["'stored'", '""', 'what was stored is read again']],
  'lib/feeds/engine/snapshot-format.ts': [
    ['text === null', 'false', 'what is no text throws, and counts as absent too'],
  ],
  'lib/feeds/engine/snapshot.ts': [
    ['[]', '["Stryker was here"]', 'a key that holds nothing is deleted'],
    [
      '(head: SnapshotHead) => format.safeParse(head.state).data',
      '() => undefined',
      'the process has kept this function since before the change',
    ],
  ],
  'lib/feeds/account.ts': [
    ['used >= budget.limit', 'true', 'a lost card counts as used up, so it only saves a read'],
    ['renewBy === undefined', 'false', 'a time that is not known is near no notice'],
    [
      'convert(accountAlert, rawAlert(seller, alert, now), now)?.values',
      'convert(accountAlert, rawAlert(seller, alert, now), now).values',
      'an alert has every field that its record requires',
    ],
  ],
  'lib/feeds/products.ts': [["''", '"Stryker was here!"', NO_TIME]],
  'lib/feeds/report-schedule.ts': [['at <= now', 'at < now', A_MILLISECOND]],
};
