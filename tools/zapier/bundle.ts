/** Bundles the app for Zapier into `dist/`. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';
import { external, root } from './project.ts';

/** Packages are minified; the project's own code keeps its lines and names, so that a stack trace can be read. */
const minifyPackages: Plugin = {
  name: 'minify-packages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { minify: true });
      return { contents: code, loader: 'js' };
    });
  },
};

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
    minifySyntax: true,
    plugins: [minifyPackages],
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
}
