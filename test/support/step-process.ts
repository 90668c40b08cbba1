/**
 * A process of the local host that adds rows to a sheet and writes tickets until it is killed or has finished.
 * Arguments: folder, number of events.
 */

import { join } from 'node:path';
import type { AppThread } from '../../lib/hosts/local/app-thread.ts';
import { platformMemory } from '../../lib/hosts/local/memory.ts';
import { createPlatform } from '../../lib/hosts/local/platform.ts';
import { csvSheet } from '../../lib/hosts/local/sheets.ts';
import { ticketFolder } from '../../lib/hosts/local/tickets.ts';
import { systemClock } from '../../lib/runtime.ts';
import { createVault } from '../../lib/vault.ts';
import { rowAndTicket } from './row-and-ticket.ts';

const [, , folder = '', count = '0'] = process.argv;
const memory = platformMemory(
  join(folder, 'platform.sqlite'),
  systemClock,
  createVault('secret', 'connection of the local host'),
);
const events = Array.from({ length: Number(count) }, (_, n) => ({
  id: String(n),
  order_id: String(8200 + n),
  title_zh: `订单 ${n}`,
}));
const thread: AppThread = {
  execute: async ({ method, bundle }) =>
    method.startsWith('triggers.') ? events : { external_id: `ticket-${bundle.inputData.event}` },
  close: async () => {},
};
const platform = createPlatform({
  thread,
  memory,
  outbox: {
    sheetOf: ({ key }) => csvSheet(join(folder, 'sheets', `${key}.csv`)),
    tickets: ticketFolder(join(folder, 'tickets')),
  },
  clock: systemClock,
  onFailure: ({ message }) => console.error(message),
});
if (!memory.isSeeded(rowAndTicket.key)) memory.seed(rowAndTicket.key, []);
console.log('ready');
await platform.poll({ recipe: rowAndTicket, fixed: {} });
console.log(memory.waiting() + memory.takeUncertain().length === 0 ? 'done' : 'left');
