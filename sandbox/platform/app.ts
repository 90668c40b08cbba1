/** The Zapier app, as the platform's thread loads it. */

import { createApp } from '../../index.ts';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import type { AppModule } from './app-event.ts';
import { prepareOnce } from './core.ts';

prepareOnce();

export const openApp: AppModule['openApp'] = (runtime) => createAppHandler(createApp(runtime));
