/** The registry: every trigger, search and action of the connector. It knows no platform and reads no environment. */

import { actions } from './actions/index.ts';
import { searches } from './searches/index.ts';
import { triggers } from './triggers/index.ts';

export const operations = { triggers, searches, actions };
