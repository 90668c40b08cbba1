/** How long a step has run. A platform ends it after 30 seconds, but a process that was frozen may go on with it later. */

import type { FeedServices } from '../feeds/engine/feed.ts';
import { SECOND } from '../runtime.ts';

/** Of which the platform needs some for its own part. */
export const MAX_STEP_MS = 28 * SECOND;

export interface Step {
  /** In AliExpress's time as it is known now, epoch milliseconds. */
  startedAt(): number;
  /** The platform no longer waits for what the step returns. */
  isOver(): boolean;
}

/** @param isWaitedFor the platform ends no step */
export function beginStep(
  { clock, clockOffset }: Pick<FeedServices, 'clock' | 'clockOffset'>,
  isWaitedFor = false,
): Step {
  // The offset may be measured during the step.
  const offset = () => clockOffset?.() ?? 0;
  const hostNow = () => clock.now() - offset();
  const startedAt = hostNow();
  // The host's clock may be set during the step, so the one that nobody sets counts.
  const elapsed = () => clock.elapsed?.() ?? hostNow();
  const startedElapsed = elapsed();
  return {
    startedAt: () => clock.now() - (elapsed() - startedElapsed),
    isOver: () => !isWaitedFor && hostNow() - startedAt > MAX_STEP_MS,
  };
}
