/** A thread that moves a clock it shares with the one who started it. */

import { workerData } from 'node:worker_threads';
import { virtualClock } from '../../lib/hosts/local/virtual-clock.ts';

const { shared, at } = workerData as { shared: SharedArrayBuffer; at: number };
virtualClock(shared).advanceTo(at);
