/** From when on a workflow counts as turned on, where its host could not know the time. */

import { MINUTE } from '../lib/runtime.ts';
import type { Activation } from './platform.ts';
import { clockErrorAt } from './process.ts';
import type { Outcome } from './run-history.ts';

/** A smaller error of a clock is not corrected. */
const CORRECTED_MS = 2 * MINUTE;

/**
 * A host learns AliExpress's time from answers alone. Where none came back since its clock fell behind, the mark is what
 * the clock says, but not before the last answer that any process got.
 * @returns epoch milliseconds
 */
export function startOf(
  { process, turnedOnFrom, turnedOnAt }: Pick<Activation, 'process' | 'turnedOnFrom' | 'turnedOnAt'>,
  { readings }: Pick<Outcome, 'readings'>,
): number {
  const corrected = readings.findLast(({ at, corrects }) => at < turnedOnAt && corrects === process.host);
  const known = corrected ? clockErrorAt(process, corrected.at) : 0;
  const unknown = clockErrorAt(process, turnedOnFrom) - known;
  if (unknown >= -CORRECTED_MS) return turnedOnFrom;
  const answered = readings.findLast(({ at, isReceived }) => at < turnedOnFrom && isReceived);
  return Math.max(answered?.at ?? Number.NEGATIVE_INFINITY, turnedOnFrom + unknown);
}
