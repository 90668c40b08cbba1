/**
 * `npm run docs`: writes what is made from the declarations: the lists of triggers, searches and actions, and the pages.
 * Pages of what is gone are taken away.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNoArguments } from '../../sandbox/arguments.ts';
import type { Page } from './page.ts';
import { registries } from './registries.ts';

readNoArguments(
  'npm run docs',
  'npm run docs     writes the pages and lists that are made from the declarations; a test compares them',
);

const root = fileURLToPath(new URL('../../', import.meta.url));

function write(written: readonly Page[]): void {
  for (const { path, text } of written) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

write(registries(root));
// The pages are about everything in those lists, so they are made after them.
const { generatedFolders, pages } = await import('./pages.ts');
for (const folder of generatedFolders) rmSync(join(root, folder), { recursive: true, force: true });
write(pages());
