/** A time that never goes back. A machine's clock that was wrong may be set back by hours. */

import type { Clock } from './runtime.ts';

/** The clock's time; after the clock was set back, as far ahead of it as it was set back. */
export function steadyNow({ now }: Pick<Clock, 'now'>): () => number {
  let ahead = 0;
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    ahead += Math.max(0, last - (now() + ahead));
    last = now() + ahead;
    return last;
  };
}
