/** A disk of a few hundred kilobytes, for what happens when a disk is full. Only root can make one, on Linux. */

import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export interface SmallDisk {
  path: string;
  /** Leaves no space. */
  fill(): void;
  free(): void;
  remove(): void;
}

export const canMakeDisks = process.platform === 'linux' && process.getuid?.() === 0;

/** @param kilobytes of the whole disk */
export function smallDisk(kilobytes: number): SmallDisk {
  const folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder.path]);
  if (mounted.status !== 0) throw new Error(`no disk could be made: ${mounted.stderr}`);
  const filler = join(folder.path, 'filler');
  return {
    path: folder.path,
    fill: () => {
      try {
        writeFileSync(filler, Buffer.alloc(kilobytes * 1024));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    free: () => rmSync(filler, { force: true }),
    remove: () => {
      spawnSync('umount', ['-l', folder.path]);
      folder.remove();
    },
  };
}
