/** `npm run hub -- backup FILE` and `restore FILE`. The key file is no part of a backup. */

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dayIn } from '../../../budget/quota-day.ts';
import { fail, isProblem } from '../../../problems.ts';
import { type Clock, DAY, SECOND } from '../../../runtime.ts';
import { cardKeys, closedKey } from '../../../stores/card.ts';
import { entriesStore } from '../../../stores/sqlite.ts';
import { fileIn, isSound, lockFolder, RESTORED_KEY } from '../database/database.ts';
import { asDatabaseProblem, isDatabaseError, withDatabaseProblems } from '../database/failures.ts';
import { migrations } from '../database/migrations.ts';

/** A copy under this name is not complete. */
const PART = '.part';
const BUSY_MS = 5000;

/**
 * Copies the database as it is at one moment, also while the hub writes to it.
 * @throws Problem `not_found` if there is no database, `file_exists`, `database_damaged`, `disk_unwritable`
 */
export function backUp(folder: string, file: string): void {
  process.umask(0o077);
  const source = fileIn(folder);
  if (!existsSync(source)) fail('not_found', { what: { en: source, zh: source } });
  if (existsSync(file)) fail('file_exists', { file });
  copyDatabase(source, file);
}

/**
 * Replaces the database by the copy of one. How many calls were made since the copy is not known, so the day counts as
 * used up. A failure leaves the database as it was.
 * @param zone in whose days AliExpress counts
 * @returns when the next day begins, epoch milliseconds
 * @throws Problem `already_running`, `backup_unusable`, `database_too_new`, `disk_unwritable`
 */
export async function restore(
  folder: string,
  file: string,
  { clock, zone }: { clock: Clock; zone: string },
): Promise<number> {
  const unlock = lockFolder(folder);
  const target = fileIn(folder);
  const copy = `${target}.restored`;
  try {
    checkBackup(file);
    rmSync(copy, { force: true });
    copyDatabase(file, copy);
    const until = await useUpToday(copy, clock, zone);
    withDatabaseProblems(target, () => replace(target, copy));
    return until;
  } finally {
    rmSync(copy, { force: true });
    unlock();
  }
}

/** A copy that failed leaves nothing. */
function copyDatabase(source: string, file: string): void {
  const part = file + PART;
  try {
    rmSync(part, { force: true });
    const db = new DatabaseSync(source, { readOnly: true, timeout: BUSY_MS });
    try {
      db.prepare('VACUUM INTO ?').run(part);
    } finally {
      db.close();
    }
    flush(part);
    renameSync(part, file);
    flush(dirname(file));
  } catch (error) {
    const problem = asDatabaseProblem(error, source);
    throw isProblem(problem, 'disk_unwritable') ? asDatabaseProblem(error, file) : problem;
  } finally {
    rmSync(part, { force: true });
  }
}

/** Windows flushes no folders. */
function flush(path: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** @throws Problem `backup_unusable`, `database_too_new` */
function checkBackup(file: string): void {
  if (versionOf(file) > migrations.length) fail('database_too_new', { file });
}

/** @returns the number of migrations that the backup has seen */
function versionOf(file: string): number {
  const unusable = () => fail('backup_unusable', { file });
  if (!existsSync(file)) return unusable();
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'grant_tokens'").get() !== undefined;
    return version > 0 && isOurs && isSound(db) ? version : unusable();
  } catch (error) {
    if (isDatabaseError(error)) return unusable();
    throw error;
  } finally {
    db?.close();
  }
}

/** Closes the cards of today, and refuses every other claim of the day. */
async function useUpToday(file: string, clock: Clock, zone: string): Promise<number> {
  const db = new DatabaseSync(file);
  try {
    const store = entriesStore(db, clock);
    const day = dayIn(zone)(clock.now() + clockErrorIn(db));
    const ttlSeconds = Math.ceil((day.end - clock.now() + DAY) / SECOND);
    for (const { id } of db.prepare('SELECT id FROM shops').all())
      await store.set(closedKey(cardKeys(String(id), day.name)), String(day.end), ttlSeconds);
    await store.set(RESTORED_KEY, String(day.end), ttlSeconds);
    return day.end;
  } finally {
    db.close();
  }
}

/** How far AliExpress's time was ahead of the machine's, milliseconds. */
const clockErrorIn = (db: DatabaseSync): number =>
  Number(db.prepare("SELECT value FROM entries WHERE key LIKE 'time:%' LIMIT 1").get()?.value ?? 0) || 0;

/** What SQLite has written beside the old file belongs to that alone. */
function replace(target: string, copy: string): void {
  foldLog(target);
  for (const beside of ['-wal', '-shm']) rmSync(target + beside, { force: true });
  flush(copy);
  renameSync(copy, target);
  flush(dirname(target));
}

/** Leaves the old database whole if the machine stops before the new one is in its place. */
function foldLog(target: string): void {
  if (!existsSync(target)) return;
  try {
    const db = new DatabaseSync(target);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
  } catch (error) {
    // A damaged file is replaced all the same.
    if (!isDatabaseError(error)) throw error;
  }
}
