/** What the bundle and the stage agree on. */

import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the bundle leaves out: Zapier must find zapier-platform-core, and axios is loaded only when it is needed. */
export const external = ['zapier-platform-core', 'axios'];
