/**
 * `npm run make:build`: writes the Make app to `make/`.
 *   --hub https://…   the public address of the publisher's hub
 *   --app-id ID       the id that Make has given to the publisher's app, for the blueprints
 */

import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { appFiles, makeApp } from '../../lib/hosts/make/app.ts';
import { EXAMPLE, makeRegistry } from './options.ts';

const folder = fileURLToPath(new URL('../../make/', import.meta.url));

const { values } = parseArgs({
  options: {
    hub: { type: 'string', default: EXAMPLE.hub },
    'app-id': { type: 'string', default: EXAMPLE.appId },
  },
});

rmSync(folder, { recursive: true, force: true });
const app = makeApp(makeRegistry, { hub: values.hub.replace(/\/+$/, ''), appId: values['app-id'] });
for (const [path, text] of appFiles(app)) {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
