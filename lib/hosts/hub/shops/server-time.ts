/** AliExpress's time, by which the hub goes where a wrong clock of the machine would lose, delete or refuse something. */

import { type ServerTime, serverTime } from '../../../aliexpress/server-time.ts';
import type { HubRuntime } from '../runtime.ts';

export const serverTimeOf = ({ clock, memo }: Pick<HubRuntime, 'clock' | 'memo'>): ServerTime =>
  serverTime(clock, memo.time);
