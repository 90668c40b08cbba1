/** The settings in a file `.env`. */

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Some editors on Windows begin a file with a byte order mark; it is not part of the first setting's name. */
export const readEnvFile = (file: string): NodeJS.Dict<string> =>
  existsSync(file) ? parseEnv(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')) : {};
