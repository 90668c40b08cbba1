/** Where the Make app lies. */

import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('../../../make', import.meta.url)).replace(/\/$/, '');
