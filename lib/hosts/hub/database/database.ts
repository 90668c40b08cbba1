/**
 * The hub's database: one SQLite file, opened by one process. Every command is synchronous, so a transaction is a
 * function in which nothing waits, and two of them never run at once.
 */

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fail, isProblem } from '../../../problems.ts';
import type { Clock } from '../../../runtime.ts';
import { entriesStore, inTransaction } from '../../../stores/sqlite.ts';
import type { Store } from '../../../stores/store.ts';
import { migrations } from './migrations.ts';

export interface Database {
  prepare(sql: string): StatementSync;
  /** Runs `work` in one transaction, which is on disk when it returns. Inside another transaction it is part of that. */
  transaction<T>(work: () => T): T;
  /** The store of the engine. */
  store: Store;
  /** The connection, for backups. */
  connection: DatabaseSync;
  close(): void;
}

/** The first version without the fault that may damage a file in write-ahead mode. */
const OLDEST_SQLITE = [3, 51, 3] as const;
const BUSY_MS = 5000;
const SQLITE_BUSY = 5;
const FILE = 'hub.sqlite';
const LOCK_FILE = 'hub.lock';

/**
 * What must survive a power cut: the counter of calls, and renewed tokens. The rest of the engine's store is written
 * without waiting for the disk: what a power cut takes of it is read again.
 */
const DURABLE = /^(slots|refresh|mark):/;

/**
 * @param folder of the hub's data, which is created if it does not exist
 * @throws Problem `already_running`, `database_too_new`, `database_damaged`, `sqlite_too_old`
 */
export function openDatabase(folder: string, clock: Clock): Database {
  checkVersion(process.versions.sqlite ?? '0.0.0');
  process.umask(0o077);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const lock = takeLock(folder);
  return open(folder, clock, () => lock.close());
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
  const file = join(folder, FILE);
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  db.exec('PRAGMA secure_delete = ON');
  migrate(db, file);
  const lazy = new DatabaseSync(file, { timeout: BUSY_MS });
  lazy.exec('PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');

  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    prepare,
    transaction: (work) => inTransaction(db, work),
    store: byDurability(entriesStore(db, clock), entriesStore(lazy, clock)),
    connection: db,
    close: () => {
      lazy.close();
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
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
  const lock = new DatabaseSync(join(folder, LOCK_FILE), { timeout: 0 });
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

const isSound = (db: DatabaseSync): boolean => {
  try {
    return db.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok';
  } catch {
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
    ...(durable.claim && { claim: durable.claim }),
  };
}
