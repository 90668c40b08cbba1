import { UNREADABLE } from '../../lib/feeds/engine/unreadable.ts';
import type { Log } from '../../lib/runtime.ts';

/** Fails the test at a value that could not be read again. In production the log alone tells of it. */
export const strictLog: Log = (message, facts) => {
  if (message === UNREADABLE) throw new Error(`${message}: ${JSON.stringify(facts)}`);
};
