/** `npm run hub`. */

import './lib/hosts/hub/service/small-heap.ts';
import { catchSignals } from './lib/hosts/hub/service/stop-signals.ts';

catchSignals();
const { main } = await import('./hub-commands.ts');
process.exitCode = await main();
