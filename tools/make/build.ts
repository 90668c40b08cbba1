/**
 * `npm run make:build`: writes the Make app to `make/`.
 *   --hub https://…   the public address of the publisher's hub
 */

import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { appFiles, makeApp } from '../../lib/hosts/make/app.ts';
import { operations } from '../../operations.ts';
import { EXAMPLE_HUB } from './options.ts';

const folder = fileURLToPath(new URL('../../make/', import.meta.url));

const { values } = parseArgs({ options: { hub: { type: 'string', default: EXAMPLE_HUB } } });

rmSync(folder, { recursive: true, force: true });
for (const [path, text] of appFiles(makeApp(operations, values.hub))) {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
