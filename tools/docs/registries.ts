/** The lists of triggers, searches and actions, made from the files in their folders: who adds one adds a file. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './page.ts';

const FOLDERS = ['triggers', 'searches', 'actions'] as const;

/** "new-order.ts" → "newOrder". */
const nameOf = (file: string): string =>
  file.replace(/\.ts$/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** @param root the folder of the project */
export const registries = (root: string): Page[] =>
  FOLDERS.map((folder) => {
    const files = readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
      .sort();
    const lines = [
      `/** All ${folder}. Written by \`npm run docs\`: add a file, not a line. */`,
      '',
      ...files.map((file) => `import ${nameOf(file)} from './${file}';`),
      '',
      `export const ${folder} = [`,
      ...files.map((file) => `  ${nameOf(file)},`),
      '];',
      '',
    ];
    return { path: `${folder}/index.ts`, text: lines.join('\n') };
  });
