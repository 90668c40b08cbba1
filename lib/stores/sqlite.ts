/**
 * A store in one SQLite file, shared by any number of processes on one machine. Each method is one statement or one
 * transaction, so the locking of SQLite makes it atomic.
 */

import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import type { Clock } from '../runtime.ts';
import { claimOnCard } from './card.ts';
import type { Store } from './store.ts';

export interface SqliteStore extends Store {
  close(): void;
}

const BUSY_MS = 10_000;
const SQLITE_BUSY = 5;

/**
 * A connection. SQLite keeps its temporary files in memory: where no folder can be written, as in a container, it would
 * refuse some changes ("disk I/O error").
 */
export function connectTo(path: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  const db = new DatabaseSync(path, options);
  db.exec('PRAGMA temp_store = MEMORY');
  return db;
}

/** A change of the journal mode ignores the busy timeout of SQLite, so processes that open a new file retry here. */
function useWriteAheadLog(db: DatabaseSync): void {
  for (const giveUpAt = Date.now() + BUSY_MS; ; ) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY || Date.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** @param path of the file, which is created if it does not exist */
export function sqliteStore(path: string, clock: Clock): SqliteStore {
  const db = connectTo(path, { timeout: BUSY_MS });
  useWriteAheadLog(db);
  db.exec(`PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; ${ENTRIES}`);
  return { ...entriesStore(db, clock), close: () => db.close() };
}

/** The table of a store. */
export const ENTRIES = `
  CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS entries_by_expiry ON entries (expires_at);
`;

/** A store in the table `entries` of an open database. */
export function entriesStore(db: DatabaseSync, clock: Clock): Store {
  const select = db.prepare('SELECT value FROM entries WHERE key = ? AND expires_at > ?');
  const upsert = db.prepare(
    `INSERT INTO entries (key, value, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
  );
  const insert = db.prepare(
    `INSERT INTO entries (key, value, expires_at) VALUES (?1, ?2, ?3)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
     WHERE entries.expires_at <= ?4`,
  );
  const remove = db.prepare('DELETE FROM entries WHERE key = ? AND expires_at > ?');
  const sweep = db.prepare('DELETE FROM entries WHERE expires_at <= ?');
  sweep.run(clock.now());

  const expiry = (ttlSeconds: number) => clock.now() + ttlSeconds * 1000;
  let writes = 0;
  const countWrite = () => {
    writes += 1;
    if (writes % 500 === 0) sweep.run(clock.now());
  };

  const get = (key: string) => (select.get(key, clock.now()) as { value: string } | undefined)?.value ?? null;
  const set = (key: string, value: string, ttlSeconds: number) => {
    upsert.run(key, value, expiry(ttlSeconds));
    countWrite();
  };

  return {
    get: async (key) => get(key),
    set: async (key, value, ttlSeconds) => {
      set(key, value, ttlSeconds);
      return true;
    },
    add: async (key, value, ttlSeconds) => {
      const { changes } = insert.run(key, value, expiry(ttlSeconds), clock.now());
      countWrite();
      return Number(changes) === 1;
    },
    delete: async (key) => Number(remove.run(key, clock.now()).changes) === 1,
    claim: async (claim) => inTransaction(db, () => claimOnCard({ get, set }, claim)),
  };
}

/** Runs `work`, in which nothing waits, in one transaction. Inside another transaction it is part of that. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself rolls back after some errors, such as a full disk.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
