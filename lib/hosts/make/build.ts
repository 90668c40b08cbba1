/** `npm run make:build`: writes the Make app to `make/`, and nothing else is left there. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations } from '../../../index.ts';
import { toMakeApp } from './app.ts';

const folder = fileURLToPath(new URL('../../../make', import.meta.url));
rmSync(folder, { recursive: true, force: true });
const files = toMakeApp(operations);
for (const [file, content] of files) {
  const target = join(folder, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}
process.stdout.write(`${files.size} files in make/\n`);
