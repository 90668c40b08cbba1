/** Imported first: the hub often runs for one shop on a small machine, where memory counts more than speed. */

import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--optimize-for-size');
