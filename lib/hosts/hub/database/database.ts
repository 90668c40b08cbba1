/**
 * The hub's database: one SQLite file, opened by one process. Every command is synchronous, so a transaction is a
 * function in which nothing waits, and two of them never run at once.
 */

import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { fail, isProblem } from '../../../problems.ts';
import { type Clock, DAY } from '../../../runtime.ts';
import { MARKER_TTL_SECONDS, NO_DAY } from '../../../stores/card.ts';
import { connectTo, entriesStore, inTransaction } from '../../../stores/sqlite.ts';
import type { Store } from '../../../stores/store.ts';
import { readJson, time } from '../../../stores/stored.ts';
import { makeFolder } from '../make-folder.ts';
import { asDatabaseProblem, isDatabaseError, withDatabaseProblems } from './failures.ts';
import { migrations } from './migrations.ts';

export interface Database {
  prepare(sql: string): StatementSync;
  /** Runs `work` in one transaction, which is on disk when it returns. Inside another transaction it is part of that. */
  transaction<T>(work: () => T): T;
  /** The store of the engine. */
  store: Store;
  /**
   * Empties the log of SQLite (`hub.sqlite-wal`), where pages stay as they were before a deletion.
   * @returns false where that must be tried again, as while another process reads
   */
  emptyLog(): boolean;
  /**
   * Marks that what was deleted from the tables is to be erased from the files, too. The mark is a row, and part of the
   * transaction that deletes: it is there until that has worked, also after a restart.
   */
  eraseLater(): void;
  isErasureDue(): boolean;
  /**
   * Does so. Meanwhile the hub answers nobody.
   * @returns as `emptyLog`: where that is false, only the log is left to be emptied
   * @throws Problem `database_locked`, `disk_unwritable`. The mark stays then.
   */
  eraseDeleted(): boolean;
  connection: DatabaseSync;
  /** The database file. */
  file: string;
  close(): void;
}

/** The first version without the fault that may damage a file in write-ahead mode. */
const OLDEST_SQLITE = [3, 51, 3] as const;
const BUSY_MS = 5000;
/** A file of this size is written anew in about a second, in which the hub answers nobody, and in memory. */
const MAX_REWRITTEN_BYTES = 100_000_000;
const SQLITE_BUSY = 5;
const LOCK_FILE = 'hub.lock';

/**
 * What must survive a power cut: the counter of calls, and renewed tokens. The rest of the engine's store is written
 * without waiting for the disk: what a power cut takes of it is read again.
 */
const DURABLE = /^(slots|refresh|mark):/;

/** On which days no calls are made: a restored database does not know how many were made then. */
const RESTORED_KEY = 'restored';
/** Days of AliExpress, epoch milliseconds. The clock may turn out to have been ahead. */
const restoredDays = z.array(z.object({ start: time, end: time }));
export type RestoredDays = z.output<typeof restoredDays>;

/** Stands for what is to be erased from the files. */
const ERASE_KEY = 'erase';

export const keepRestored = (store: Store, days: RestoredDays, ttlSeconds: number): Promise<boolean> =>
  store.set(RESTORED_KEY, JSON.stringify(days), ttlSeconds);

export const fileIn = (folder: string): string => join(folder, 'hub.sqlite');

/**
 * @param folder of the hub's data, which is created if it does not exist
 * @throws Problem `already_running`, `database_too_new`, `database_damaged`, `database_locked`, `disk_unwritable`,
 * `sqlite_too_old`
 */
export function openDatabase(folder: string, clock: Clock): Database {
  const unlock = lockFolder(folder);
  try {
    return open(folder, clock, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Keeps other processes out of the folder, which is created if it does not exist.
 * @returns what ends that
 * @throws Problem `already_running`, `disk_unwritable`, `sqlite_too_old`
 */
export function lockFolder(folder: string): () => void {
  checkVersion(process.versions.sqlite ?? '0.0.0');
  process.umask(0o077);
  return withDatabaseProblems(fileIn(folder), () => {
    makeFolder(folder);
    chmodSync(folder, 0o700);
    const lock = takeLock(folder);
    return () => lock.close();
  });
}

/**
 * Opens the database for a command, also while the hub runs.
 * @throws as `openDatabase`
 */
export function openBeside(folder: string, clock: Clock): Database {
  try {
    return openDatabase(folder, clock);
  } catch (error) {
    if (isProblem(error, 'already_running')) return open(folder, clock, () => {});
    throw error;
  }
}

function open(folder: string, clock: Clock, unlock: () => void): Database {
  const file = fileIn(folder);
  return withDatabaseProblems(file, () => openFile(file, clock, unlock));
}

function openFile(file: string, clock: Clock, unlock: () => void): Database {
  const db = connectTo(file, { timeout: BUSY_MS });
  db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  db.exec('PRAGMA secure_delete = ON');
  migrate(db, file);
  const lazy = connectTo(file, { timeout: BUSY_MS });
  lazy.exec('PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');

  const durable = entriesStore(db, clock);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    prepare,
    transaction: (work) => inTransaction(db, work),
    store: {
      ...byDurability(durable, entriesStore(lazy, clock)),
      ...claimOf(db, durable),
    },
    emptyLog: () => emptyLog(db),
    eraseLater: () => {
      prepare("INSERT OR REPLACE INTO entries (key, value, expires_at) VALUES (?, '', ?)").run(
        ERASE_KEY,
        Number.MAX_SAFE_INTEGER,
      );
    },
    isErasureDue: () => prepare('SELECT 1 FROM entries WHERE key = ?').get(ERASE_KEY) !== undefined,
    eraseDeleted: () => {
      withDatabaseProblems(file, () => {
        rewrite(db, file);
        prepare('DELETE FROM entries WHERE key = ?').run(ERASE_KEY);
      });
      return emptyLog(db);
    },
    connection: db,
    file,
    close: () => {
      lazy.close();
      // Without it, as on a full disk, what was written is read from the log of SQLite at the next start.
      emptyLog(db);
      db.close();
      unlock();
    },
  };
}

function checkVersion(version: string): void {
  const parts = version.split('.').map(Number);
  const first = OLDEST_SQLITE.findIndex((oldest, n) => (parts[n] ?? 0) !== oldest);
  if (first >= 0 && (parts[first] ?? 0) < (OLDEST_SQLITE[first] ?? 0))
    fail('sqlite_too_old', { version, oldest: OLDEST_SQLITE.join('.') });
}

/** A second process gets no lock. The lock of a process that was killed is free at once. */
function takeLock(folder: string): DatabaseSync {
  const lock = connectTo(join(folder, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return fail('already_running', { folder });
    throw error;
  }
}

function migrate(db: DatabaseSync, file: string): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > migrations.length) fail('database_too_new', { file });
  if (version > 0 && !isSound(db)) fail('database_damaged', { file });
  for (const [n, migration] of migrations.entries()) {
    if (n < version) continue;
    inTransaction(db, () => db.exec(`${migration}; PRAGMA user_version = ${n + 1}`));
  }
}

/** False also where the file is no database. */
export const isSound = (db: DatabaseSync): boolean => {
  try {
    return db.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok';
  } catch (error) {
    if (isProblem(asDatabaseProblem(error, ''), 'database_locked')) throw error;
    return false;
  }
};

function byDurability(durable: Store, lazy: Store): Store {
  const of = (key: string) => (DURABLE.test(key) ? durable : lazy);
  return {
    get: (key) => of(key).get(key),
    set: (key, value, ttlSeconds) => of(key).set(key, value, ttlSeconds),
    add: (key, value, ttlSeconds) => of(key).add(key, value, ttlSeconds),
    delete: (key) => of(key).delete(key),
  };
}

/**
 * Refuses every claim until the day of a restore is over, also of shops that the backup does not know. Those are known
 * from then on, so that the next day is not mistaken for one whose card is lost.
 */
function claimOf(db: DatabaseSync, { add, claim }: Store): Pick<Store, 'claim'> {
  if (!claim) return {};
  const value = db.prepare('SELECT value FROM entries WHERE key = ?').get(RESTORED_KEY)?.value;
  const days = restoredDays.safeParse(readJson(String(value ?? ''))).data ?? [];
  return {
    claim: async (wanted) => {
      const { now, keys } = wanted;
      const day = days.find(({ start, end }) => now >= start - DAY && now < end);
      if (!day) return claim(wanted);
      await add(keys.marker, NO_DAY, MARKER_TTL_SECONDS);
      return { outcome: 'used_up', until: day.end };
    },
  };
}

/** Waits for nobody: the hub would answer nobody meanwhile. */
function emptyLog(db: DatabaseSync): boolean {
  try {
    return withoutWaiting(db, () => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0);
  } catch (error) {
    // As on a full disk.
    if (!isDatabaseError(error)) throw error;
    return false;
  }
}

/**
 * What is deleted is overwritten, but a row that SQLite has moved to another page before may be left in the unused part of
 * its first one. Of a large file that is not erased.
 */
function rewrite(db: DatabaseSync, file: string): void {
  if (statSync(file).size <= MAX_REWRITTEN_BYTES) withoutWaiting(db, () => db.exec('VACUUM'));
}

function withoutWaiting<T>(db: DatabaseSync, work: () => T): T {
  try {
    db.exec('PRAGMA busy_timeout = 0');
    return work();
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  }
}
