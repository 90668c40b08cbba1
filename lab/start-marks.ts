/** From when on a workflow counts as turned on, where its host could not know the time. */

import { MINUTE } from '../lib/runtime.ts';
import { MAX_RATE_WAIT_MS } from '../lib/stores/card.ts';
import type { Activation } from './platform.ts';
import { clockErrorAt, type Process } from './process.ts';
import type { Outcome } from './run-history.ts';

/** A smaller error of a clock is not corrected. */
const CORRECTED_MS = 2 * MINUTE;

/** Within this time a poll has its answers and stores what they say. */
const POLL_MS = MINUTE;

type Start = Pick<Activation, 'process' | 'turnedOnFrom' | 'turnedOnAt' | 'polls'>;
type Seen = Pick<Outcome, 'readings' | 'datedAnswers' | 'strikes'> & {
  activations: readonly Pick<Activation, 'process'>[];
};

/**
 * A host learns AliExpress's time from answers alone. Where none came back since its clock fell behind, the mark is what
 * the clock says, but not before the last answer that any process got. An answer to a later poll puts it right.
 * @param at when an event was taken, epoch milliseconds
 * @returns epoch milliseconds
 */
export function startOf(start: Start, seen: Seen, at: number): number {
  const { process, turnedOnFrom, turnedOnAt } = start;
  const { readings, datedAnswers, strikes, activations } = seen;
  // Without its mark a workflow starts at the last visit, which a clock that was behind may have dated.
  if (strikes.some((strike) => forgets(strike) && strike.at >= turnedOnFrom && strike.at <= at))
    return turnedOnFrom + Math.min(0, ...activations.map((each) => clockErrorAt(each.process, turnedOnFrom)));
  const unknown = clockErrorAt(process, turnedOnFrom) - knownErrorAt(process, datedAnswers, turnedOnAt);
  if (unknown >= -CORRECTED_MS || isPutRight(start, seen, at)) return turnedOnFrom;
  const answered = readings.findLast((reading) => reading.at < turnedOnFrom && reading.isReceived);
  return Math.max(answered?.at ?? Number.NEGATIVE_INFINITY, turnedOnFrom + unknown);
}

/** How far a host's clock was ahead when an answer last told it, milliseconds; 0 if none has. */
const knownErrorAt = (
  process: Pick<Process, 'host' | 'clockErrors'>,
  datedAnswers: Outcome['datedAnswers'],
  before: number,
): number => {
  const dated = datedAnswers.findLast(({ at, host }) => at < before && host === process.host);
  return dated ? clockErrorAt(process, dated.at) : 0;
};

/**
 * Whether the answer told its host that the clock was wrong. The visit then begins again with the right time, and keeps
 * nothing of that answer. The visit may have begun before another answer told the time, and have waited for its
 * rate slot.
 */
export const isOfWrongTime = (
  { at, host }: Outcome['readings'][number],
  { datedAnswers, activations }: Pick<Seen, 'datedAnswers' | 'activations'>,
): boolean =>
  activations.some(({ process }) => {
    const error = clockErrorAt(process, at) - knownErrorAt(process, datedAnswers, at - MAX_RATE_WAIT_MS);
    return process.host === host && Math.abs(error) > CORRECTED_MS;
  });

/** Keys under which nothing of a shop is known: calls that were paid, leases, pauses, and events that were returned. */
const KNOWS_NOTHING = /^(?:slots|rate|lease|pause|limit|probe|denied|searches|returned):/;

/** Whether the store has lost everything, or a value that may hold what a feed knows. */
export const forgets = ({ fault, evicted }: Outcome['strikes'][number]): boolean =>
  fault === 'store_emptied' || (evicted !== undefined && !KNOWS_NOTHING.test(evicted));

/** Whether a poll on the same host had an answer and met no fault, while the clock was still as wrong. */
function isPutRight(
  { process, turnedOnFrom, polls }: Start,
  { datedAnswers, strikes }: Seen,
  at: number,
): boolean {
  const error = clockErrorAt(process, turnedOnFrom);
  return polls.some((poll) => {
    const isDuring = (each: { at: number }) => each.at >= poll.at && each.at < poll.at + POLL_MS;
    const isAnswered = datedAnswers.some((each) => isDuring(each) && each.host === process.host);
    const isAsWrong = Math.abs(clockErrorAt(process, poll.at) - error) < CORRECTED_MS;
    return poll.at <= at && poll.host === process.host && isAsWrong && isAnswered && !strikes.some(isDuring);
  });
}
