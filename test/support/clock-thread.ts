/** A thread that moves a clock shared with its parent thread. */

import { workerData } from 'node:worker_threads';
import { virtualClock } from '../../sandbox/virtual-clock.ts';

const { shared, at } = workerData as { shared: SharedArrayBuffer; at: number };
virtualClock(shared).advanceTo(at);
