/** Loads modules of a release as one bundle, next to the modules of this one. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/**
 * @param folder root of the release, with its packages
 * @param entry a module at that root: what it exports is returned
 */
export async function loadRelease<T>(folder: string, entry: string, plugins: Plugin[] = []): Promise<T> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'ts' },
    absWorkingDir: folder,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    // CommonJS packages in the bundle need it.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins,
  });
  const temporary = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const file = join(temporary, 'release.mjs');
    writeFileSync(file, outputFiles[0]?.text ?? '');
    return (await import(pathToFileURL(file).href)) as T;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
