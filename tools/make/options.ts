/** What the Make app is built from. */

import type { MakeOptions, MakeRegistry } from '../../lib/hosts/make/app.ts';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';

export const makeRegistry: MakeRegistry = { ...operations, recipes };

/** Of the committed app. A publisher builds the app with the address of an own hub. */
export const EXAMPLE: MakeOptions = { hub: 'https://hub.example.com', appId: 'aliexpress-seller' };
