/**
 * Many shops in one hub. `HUB_BENCH` sets the sizes, as shops × hours; each is measured in a process of its own
 * (`hub-size.ts`).
 */

import { fileURLToPath } from 'node:url';
import { inNewProcess } from './new-process.ts';
import type { Table } from './table.ts';

const SIZES = process.env.HUB_BENCH ?? '100x2,300x2,1000x2,100x24,300x24';
export const ORDERS_PER_DAY = 20;
export const TRIGGERS = ['new_order', 'order_paid', 'ship_deadline', 'dispute_opened', 'bad_review'];
const ONE_SIZE = fileURLToPath(new URL('hub-size.ts', import.meta.url));

export async function benchHub(onProgress: (line: string) => void): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const size of SIZES.split(',')) {
    const [count = '', hours = ''] = size.split('x');
    onProgress(`${count} shops for ${hours} hours`);
    const flags = ['--expose-gc', ...process.execArgv.filter((flag) => flag !== '--expose-gc')];
    rows.push(await inNewProcess<(string | number)[]>([...flags, ONE_SIZE, count, hours]));
  }
  return {
    title: 'Many shops in one hub',
    head: [
      'shops',
      'hours',
      'events',
      'calls',
      'most calls of a shop a day',
      'bans',
      'wait for the address, 99th percentile (s)',
      'processor time per shop and day (s)',
      'memory per shop (MiB)',
      'disk per shop (KiB)',
    ],
    rows,
    notes: [
      `${TRIGGERS.length} subscriptions to webhooks in each shop, ${ORDERS_PER_DAY} orders a day, on virtual time. The processor time includes the simulated AliExpress and the receiver. Memory: what the process has resident at most, sampled every ten minutes, beyond what it had before the hub began; each size has a process of its own.`,
    ],
  };
}
