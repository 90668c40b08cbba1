/** `npm run hub -- backup FILE` and `restore FILE`. The key file is no part of a backup. */

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readOffset, timeKey } from '../../../aliexpress/server-time.ts';
import { dayIn } from '../../../budget/quota-day.ts';
import { FILE_REASONS, fail, isProblem } from '../../../problems.ts';
import { type Clock, DAY, SECOND } from '../../../runtime.ts';
import { cardKeys, closedKey } from '../../../stores/card.ts';
import { connectTo, entriesStore } from '../../../stores/sqlite.ts';
import { fileIn, isSound, keepRestored, lockFolder } from '../database/database.ts';
import { asDatabaseProblem, isDatabaseError, withDatabaseProblems } from '../database/failures.ts';
import { migrations } from '../database/migrations.ts';
import { differencesIn } from '../database/structure.ts';

/** A copy under this name is not complete. */
const PART = '.part';
const BUSY_MS = 5000;
/** What the file system answers where there is no file. */
const MISSING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);
/** The engine keeps no value for longer. */
const MAX_KEPT_MS = 180 * DAY;

/**
 * @returns its file
 * @throws Problem `not_found`
 */
export function requireDatabase(folder: string): string {
  const file = fileIn(folder);
  return existsSync(file)
    ? file
    : fail('not_found', {
        what: {
          en: `${file}, which the first start of the hub creates,`,
          zh: `${file}（首次启动中转服务时创建）`,
        },
      });
}

/**
 * Copies the database as it is at one moment, also while the hub writes to it.
 * @throws Problem `not_found` if there is no database, `file_exists`, `database_damaged`, `disk_unwritable`
 */
export function backUp(folder: string, file: string): void {
  process.umask(0o077);
  const source = requireDatabase(folder);
  if (existsSync(file)) fail('file_exists', { file });
  copyDatabase(source, file);
}

/**
 * Replaces the database by the copy of one. How many calls were made since the copy is not known, so the day counts as
 * used up. A failure leaves the database as it was.
 * @param zone in whose days AliExpress counts
 * @returns when the next day begins, epoch milliseconds
 * @throws Problem `already_running`, `file_unreadable`, `backup_unusable`, `backup_altered`, `database_too_new`,
 * `disk_unwritable`
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
    checkRows(copy, file);
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
    const db = connectTo(source, { readOnly: true, timeout: BUSY_MS });
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

/** @throws Problem `file_unreadable`, `backup_unusable`, `backup_altered`, `database_too_new` */
function checkBackup(file: string): void {
  const unusable = () => fail('backup_unusable', { file });
  requireReadable(file);
  // Whoever opens a pipe would wait for its other end.
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) unusable();
  let db: DatabaseSync | undefined;
  try {
    db = connectTo(file, { readOnly: true, timeout: BUSY_MS });
    db.exec('PRAGMA trusted_schema = OFF');
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'grant_tokens'").get() !== undefined;
    if (version <= 0 || !isOurs) unusable();
    if (version > migrations.length) fail('database_too_new', { file });
    const differences = differencesIn(db, migrations.slice(0, version));
    if (differences) fail('backup_altered', { file, differences });
    if (!isSound(db)) unusable();
  } catch (error) {
    if (isDatabaseError(error)) unusable();
    throw error;
  } finally {
    db?.close();
  }
}

/** @throws Problem `file_unreadable` */
function requireReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = MISSING.has(code) ? FILE_REASONS.missing : FILE_REASONS.not_allowed;
    fail('file_unreadable', { file, reason });
  }
}

/**
 * Every row meets the conditions of its table, and what it refers to is there.
 * @param copy of the backup, because SQLite checks no conditions of a database that it must not write
 * @throws Problem `backup_unusable`
 */
function checkRows(copy: string, file: string): void {
  const db = connectTo(copy);
  try {
    const isWhole =
      db.prepare('PRAGMA integrity_check(1)').get()?.integrity_check === 'ok' &&
      db.prepare('PRAGMA foreign_key_check').get() === undefined &&
      !hasLargeNumbers(db);
    if (!isWhole) fail('backup_unusable', { file });
  } finally {
    db.close();
  }
}

/** JavaScript cannot read them. The hub writes none. */
function hasLargeNumbers(db: DatabaseSync): boolean {
  const columns = db
    .prepare(
      `SELECT tables.name AS "table", columns.name AS "column" FROM sqlite_schema AS tables
       JOIN pragma_table_info(tables.name) AS columns
       WHERE tables.type = 'table' AND columns.type = 'INTEGER' AND tables.name NOT LIKE 'sqlite_%'`,
    )
    .all();
  return columns.some(
    ({ table, column }) =>
      db
        .prepare(`SELECT 1 FROM "${table}" WHERE "${column}" NOT BETWEEN -?1 AND ?1`)
        .get(Number.MAX_SAFE_INTEGER) !== undefined,
  );
}

/**
 * Closes the cards of today, and refuses every other claim of the day. Where this machine's clock was found to be wrong,
 * today is also the day that AliExpress has, if it still is.
 * @returns when these days are over, by the machine's clock
 */
async function useUpToday(file: string, clock: Clock, zone: string): Promise<number> {
  const db = connectTo(file);
  try {
    const store = entriesStore(db, clock);
    const now = clock.now();
    const shops = db.prepare('SELECT id FROM shops').all();
    const stored = await Promise.all(shops.map(({ id }) => store.get(timeKey(String(id), hostname()))));
    const offsets = [...new Set([0, ...stored.map((text) => readOffset(text, now))])];
    const days = offsets.map((offset) => dayIn(zone)(now + offset));
    const until = Math.max(...days.map(({ end }, n) => end - Number(offsets[n])));
    const ttlSeconds = Math.ceil((until - now + DAY) / SECOND);
    for (const { id } of shops)
      for (const { name, end } of days)
        await store.set(closedKey(cardKeys(String(id), name)), String(end), ttlSeconds);
    await keepRestored(
      store,
      days.map(({ start, end }) => ({ start, end })),
      ttlSeconds,
    );
    // Nothing is kept for longer, so a later end is false.
    db.prepare('UPDATE entries SET expires_at = min(expires_at, ?)').run(now + MAX_KEPT_MS);
    return until;
  } finally {
    db.close();
  }
}

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
    const db = connectTo(target);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
  } catch (error) {
    // A damaged file is replaced all the same.
    if (!isDatabaseError(error)) throw error;
  }
}
