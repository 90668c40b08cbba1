/** The Zapier app, as the local host's thread loads it. */

import { createApp } from '../index.ts';
import type { AppModule } from '../lib/hosts/local/app-event.ts';
import { createAppHandler } from '../lib/hosts/zapier/handler.ts';

export const openApp: AppModule['openApp'] = (runtime) => createAppHandler(createApp(runtime));
