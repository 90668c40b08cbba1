/**
 * `npm run make:build`: writes the Make app and its scenario blueprints to `make/`. With `-- --app-id` the blueprints name
 * the app as Make does, and all of it goes elsewhere, so that the committed folder stays as it is.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations } from '../../../index.ts';
import { recipes } from '../../../recipes/index.ts';
import { type Files, toMakeApp } from './app.ts';
import { blueprintFiles, toScenarios } from './blueprints/index.ts';
import { BuildUsageError, HELP, readBuildOptions } from './build-options.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What an earlier build left in the places of these files is gone; what others put beside them stays. */
function writeAll(folder: string, files: Files): void {
  const places = new Set([...files.keys()].map((file) => file.replace(/\/.*/, '')));
  for (const place of places) rmSync(join(folder, place), { recursive: true, force: true });
  for (const [file, content] of files) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

function main(args: readonly string[]): void {
  const { help, appId, folder } = readBuildOptions(args, root);
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  const files: Files = new Map([
    ...toMakeApp(operations),
    ...blueprintFiles(toScenarios(operations, recipes, appId)),
  ]);
  writeAll(folder, files);
  process.stdout.write(`${files.size} files in ${relative(process.cwd(), folder) || '.'}/\n`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BuildUsageError)) throw error;
  process.stderr.write(`${error.message}\nnpm run make:build -- --help\n`);
  process.exitCode = 2;
}
