/** Bundles the app for Zapier into `dist/`. */

import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';
import { external, root } from './project.ts';

/** A comment that stays in the bundle names the file of what follows. */
const named = (path: string, code: string) => `/*! ${relative(root, path).replaceAll('\\', '/')} */\n${code}`;

/**
 * The names of packages are shortened. Whitespace and annotations stay until the whole is bundled, because without the
 * annotations unused parts would not be left out.
 */
const shortenPackages: Plugin = {
  name: 'shorten-packages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), {
        minifyIdentifiers: true,
        minifySyntax: true,
      });
      return { contents: named(path, code), loader: 'js' };
    });
  },
};

/** The project's own code keeps its names, so that a stack trace can be read. */
const namePaths: Plugin = {
  name: 'name-paths',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: named(path, readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
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
    minifyWhitespace: true,
    legalComments: 'inline',
    plugins: [shortenPackages, namePaths],
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
}
