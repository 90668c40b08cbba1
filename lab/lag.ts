/**
 * How long calls and commands take where no fault strikes: mostly as long as usual, sometimes seconds, rarely almost as long
 * as anybody waits for them. What takes longer is a fault.
 */

import { SECOND } from '../lib/runtime.ts';
import type { RandomSource } from '../sandbox/random.ts';

/** Of the answers that take a share of all, from the shortest to the longest, milliseconds. */
interface Span {
  share: number;
  from: number;
  to: number;
}

/** The connector waits 10 seconds for AliExpress. */
const CALL: readonly Span[] = [
  { share: 0.93, from: 40, to: 500 },
  { share: 0.06, from: 500, to: 3 * SECOND },
  { share: 0.01, from: 3 * SECOND, to: 9.8 * SECOND },
];
/** The connector waits 3 seconds for a command, and 6 for all commands of a step that take longer than one. */
const COMMAND: readonly Span[] = [
  { share: 0.97, from: 2, to: 60 },
  { share: 0.0285, from: 60, to: 0.95 * SECOND },
  { share: 0.0015, from: 0.95 * SECOND, to: 2.9 * SECOND },
];
/** A request is on its way for at most so long, as its place in the limit of a second requires. AliExpress takes the rest. */
const MAX_ARRIVAL_MS = 150;
/** The connector waits less for an answer that it could do without. */
const LIMIT_SHARE = 0.95;

/** Milliseconds until a request arrives, and from then on until its answer does. */
export interface CallLag {
  toArrival: number;
  toAnswer: number;
}

/** @param limitMs how long the connector waits */
export function drawCallLag(random: RandomSource, limitMs: number): CallLag {
  const total = Math.min(drawFrom(CALL, random), limitMs * LIMIT_SHARE);
  const toArrival = random.between(0, Math.min(total, MAX_ARRIVAL_MS));
  return { toArrival, toAnswer: total - toArrival };
}

/** @returns milliseconds */
export const drawCommandLag = (random: RandomSource): number => drawFrom(COMMAND, random);

/** Each power of ten within a span is as likely as another. */
function drawFrom(spans: readonly Span[], random: RandomSource): number {
  let left = random.next();
  const span = spans.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  const { from, to } = span ?? (spans[0] as Span);
  return 10 ** random.between(Math.log10(from), Math.log10(to));
}
