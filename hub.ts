/** `npm run hub`. */

import './lib/hosts/hub/service/small-heap.ts';
import { catchSignalsInContainer } from './lib/hosts/hub/service/stop-signals.ts';

catchSignalsInContainer();
const { main } = await import('./hub-commands.ts');
process.exitCode = await main();
