/** AliExpress's time, by which the hub goes where a wrong clock of the machine would lose, delete or refuse something. */

import { type ServerTime, serverTime } from '../../../aliexpress/server-time.ts';
import { DAY } from '../../../runtime.ts';
import type { HubRuntime } from '../runtime.ts';

type Runtime = Pick<HubRuntime, 'clock' | 'memo'>;

export const serverTimeOf = ({ clock, memo }: Runtime): ServerTime => serverTime(clock, memo.time);

/** AliExpress's time as far as it is known, epoch milliseconds. */
export const serverNow = (runtime: Runtime): number => serverTimeOf(runtime).clock.now();

/**
 * Deletes what is old, or does nothing where the time is not certain: a wrong clock deletes too early. Where AliExpress does
 * not answer, the time is believed after a day. What fails is done again at the next call.
 * @param everyMs how often the returned function is called
 */
export function deletionGate(runtime: Runtime, everyMs: number): <T>(remove: () => T) => T | undefined {
  const { isConfirmed } = serverTimeOf(runtime);
  let waited = 0;
  return (remove) => {
    waited += everyMs;
    if (!isConfirmed() && waited < DAY) return undefined;
    const removed = remove();
    waited = 0;
    return removed;
  };
}
