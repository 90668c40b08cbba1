/** Bundles the app for Zapier into `dist/`. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { external, root } from './project.ts';

/** @returns the project's own files that went into the bundle, by their path from the root */
export async function bundle(): Promise<string[]> {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['index.ts'],
    outdir: 'dist',
    bundle: true,
    // A part that is imported when it is needed stays a file of its own.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external,
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
}
