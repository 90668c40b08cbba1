/** Says new alerts on the terminal, where somebody may be looking who has set no alert channel. */

import { SECOND } from '../../../runtime.ts';
import type { Terminal } from '../../../terminal.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { HubRuntime } from '../runtime.ts';
import { startLoop } from '../schedule/loop.ts';

const LOOK_EVERY_MS = 10 * SECOND;
const MAX_AT_ONCE = 20;

/** @returns what ends it */
export function sayAlerts(runtime: HubRuntime, terminal: Terminal): () => Promise<void> {
  const alerts = alertsIn(runtime.database);
  let lastId = alerts.latest(1)[0]?.id ?? 0;
  const loop = startLoop(runtime, 'terminal', () => {
    const fresh = alerts.latest(MAX_AT_ONCE).filter(({ id }) => id > lastId);
    for (const { id, text } of fresh.reverse()) {
      terminal.say(text);
      lastId = id;
    }
    return LOOK_EVERY_MS;
  });
  return loop.stop;
}
