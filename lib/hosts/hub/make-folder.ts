/** Makes a folder, with those that it lies in. Only this user may read it. */

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Node.js's own way of making several never ends in a folder that takes no other one, such as /proc. */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
