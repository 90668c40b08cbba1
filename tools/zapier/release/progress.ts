/** How far a release has come. It is kept on this machine, and holds the numbers of versions and the names of steps alone. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const schema = z.object({
  /** The version that users had before; undefined before the first release. */
  from: z.string().optional(),
  to: z.string(),
  done: z.array(z.string()),
});
export type Progress = z.infer<typeof schema>;

const fileIn = (folder: string): string => join(folder, '.local/zapier-release.json');

/** Undefined where no release of this version was begun. */
export function readProgress(folder: string, version: string): Progress | undefined {
  const file = fileIn(folder);
  if (!existsSync(file)) return undefined;
  try {
    const progress = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return progress.to === version ? progress : undefined;
  } catch {
    return undefined;
  }
}

export function saveProgress(folder: string, progress: Progress): void {
  const file = fileIn(folder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(progress, null, 2)}\n`);
}

export const forgetProgress = (folder: string): void => rmSync(fileIn(folder), { force: true });
