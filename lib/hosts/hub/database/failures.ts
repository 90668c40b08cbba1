/** What SQLite and the file system report, as problems that say what to do. */

import { dirname } from 'node:path';
import { DISK_REASONS, Problem } from '../../../problems.ts';

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const LOCKED = new Set([5, 6]);
const DAMAGED = new Set([11, 26]);
const REASONS: Readonly<Record<number, keyof typeof DISK_REASONS>> = {
  3: 'not_allowed',
  8: 'not_allowed',
  10: 'failed',
  13: 'full',
  14: 'not_allowed',
  23: 'not_allowed',
};
const PRIMARY_CODE = 0xff;

const FILE_SYSTEM: Readonly<Record<string, keyof typeof DISK_REASONS>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EACCES: 'not_allowed',
  EPERM: 'not_allowed',
  EROFS: 'not_allowed',
  EEXIST: 'not_allowed',
  ENOENT: 'not_allowed',
  ENOTDIR: 'not_allowed',
  EIO: 'failed',
};

export const isDatabaseError = (error: unknown): error is Error & { errcode: number } =>
  typeof (error as { errcode?: unknown } | null)?.errcode === 'number';

/** @returns the problem, or `error` where it is something else */
export function asDatabaseProblem(error: unknown, file: string): unknown {
  const unwritable = (reason: keyof typeof DISK_REASONS) =>
    new Problem('disk_unwritable', { folder: dirname(file), reason: DISK_REASONS[reason] });
  if (isDatabaseError(error)) {
    const code = error.errcode & PRIMARY_CODE;
    if (LOCKED.has(code)) return new Problem('database_locked', { file });
    if (DAMAGED.has(code)) return new Problem('database_damaged', { file });
    const reason = REASONS[code];
    return reason ? unwritable(reason) : error;
  }
  const reason = FILE_SYSTEM[(error as NodeJS.ErrnoException | null)?.code ?? ''];
  return reason ? unwritable(reason) : error;
}

/** Does what a reader is not refused for if it cannot be written, as on a full disk. */
export function writeIfPossible(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
  }
}

/** @throws what `work` throws, as a problem where it is one of the database or the disk */
export function withDatabaseProblems<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asDatabaseProblem(error, file);
  }
}
