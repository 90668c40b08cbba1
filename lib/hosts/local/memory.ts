/**
 * What the platform remembers of one machine's workflows: the connection, the dedupe tables and the steps that
 * are still to run. In a SQLite file, so that it survives a restart.
 *
 * An event is stored only until its action has run, 48 hours at most.
 */

import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fail } from '../../problems.ts';
import type { Clock } from '../../runtime.ts';
import type { Vault } from './vault.ts';

export interface QueuedStep {
  workflow: string;
  eventId: string;
  event: Record<string, unknown>;
  attempts: number;
}

export interface PlatformMemory {
  connection(): Record<string, string> | undefined;
  keepConnection(connection: Record<string, string> | undefined): void;
  /** Whether the workflow's dedupe table was filled by a first poll. */
  isSeeded(workflow: string): boolean;
  seed(workflow: string, ids: string[]): void;
  /** Puts events the workflow has not seen into its dedupe table and its queue, in one transaction. How many. */
  enqueue(workflow: string, events: (Record<string, unknown> & { id: string })[]): number;
  /** Steps whose time has come, oldest first. */
  due(workflow: string): QueuedStep[];
  /** When the next step comes due, epoch milliseconds. */
  nextDueAt(): number | undefined;
  /** Before an action is run: whoever dies now leaves a trace of it. */
  started(step: QueuedStep): void;
  done(step: QueuedStep): void;
  retryAt(step: QueuedStep, at: number): void;
  /** Steps that were started and never finished: nobody knows whether they arrived. They are forgotten by this. */
  takeUncertain(): QueuedStep[];
  waiting(): number;
  close(): void;
}

const KEPT_MS = 48 * 3_600_000;

const SQLITE_BUSY = 5;

/** Opens the file for this process alone; the lock goes with the process, however it ends. */
function openAlone(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; BEGIN IMMEDIATE; COMMIT',
    );
    return db;
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY)
      return fail('already_running', { folder: dirname(path) });
    throw error;
  }
}

/**
 * @throws Problem `already_running` when another process has the file open
 * @param path of the file, or ":memory:"
 * @param vault that keeps the connection's tokens unreadable in it
 */
export function platformMemory(path: string, clock: Clock, vault: Vault): PlatformMemory {
  const db = openAlone(path);
  db.exec(`
    CREATE TABLE IF NOT EXISTS connection (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS seeded (workflow TEXT PRIMARY KEY) STRICT;
    CREATE TABLE IF NOT EXISTS seen (workflow TEXT, id TEXT, PRIMARY KEY (workflow, id)) STRICT;
    CREATE TABLE IF NOT EXISTS queue (
      workflow TEXT, id TEXT, event TEXT NOT NULL, queued_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, started INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (workflow, id)
    ) STRICT;
  `);
  const sql = {
    prune: db.prepare('DELETE FROM queue WHERE queued_at <= ?'),
    connection: db.prepare('SELECT value FROM connection'),
    connect: db.prepare('INSERT OR REPLACE INTO connection VALUES (1, ?)'),
    disconnect: db.prepare('DELETE FROM connection'),
    isSeeded: db.prepare('SELECT 1 AS yes FROM seeded WHERE workflow = ?'),
    seeded: db.prepare('INSERT OR IGNORE INTO seeded VALUES (?)'),
    see: db.prepare('INSERT OR IGNORE INTO seen VALUES (?, ?)'),
    push: db.prepare('INSERT INTO queue (workflow, id, event, queued_at, due_at) VALUES (?, ?, ?, ?, ?)'),
    due: db.prepare('SELECT * FROM queue WHERE workflow = ? AND due_at <= ? AND started = 0 ORDER BY rowid'),
    next: db.prepare('SELECT MIN(due_at) AS at FROM queue WHERE started = 0'),
    start: db.prepare('UPDATE queue SET started = 1, attempts = attempts + 1 WHERE workflow = ? AND id = ?'),
    remove: db.prepare('DELETE FROM queue WHERE workflow = ? AND id = ?'),
    retry: db.prepare('UPDATE queue SET started = 0, due_at = ? WHERE workflow = ? AND id = ?'),
    uncertain: db.prepare('SELECT * FROM queue WHERE started = 1'),
    forget: db.prepare('DELETE FROM queue WHERE started = 1'),
    waiting: db.prepare('SELECT COUNT(*) AS n FROM queue'),
  };
  type Row = { workflow: string; id: string; event: string; attempts: number };
  const toStep = (row: unknown): QueuedStep => {
    const { workflow, id, event, attempts } = row as Row;
    return { workflow, eventId: id, event: JSON.parse(event), attempts };
  };
  const inTransaction = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };

  return {
    connection: () => {
      const row = sql.connection.get() as { value: string } | undefined;
      const opened = row && vault.open(row.value);
      return opened ? JSON.parse(opened) : undefined;
    },
    keepConnection: (connection) => {
      if (connection) sql.connect.run(vault.seal(JSON.stringify(connection)));
      else sql.disconnect.run();
    },
    isSeeded: (workflow) => sql.isSeeded.get(workflow) !== undefined,
    seed: (workflow, ids) =>
      inTransaction(() => {
        for (const id of ids) sql.see.run(workflow, id);
        sql.seeded.run(workflow);
      }),
    enqueue: (workflow, events) =>
      inTransaction(() => {
        // Oldest first: a trigger hands them out newest first.
        const fresh = events.toReversed().filter((event) => sql.see.run(workflow, event.id).changes === 1);
        const now = clock.now();
        for (const event of fresh) sql.push.run(workflow, event.id, JSON.stringify(event), now, now);
        return fresh.length;
      }),
    due: (workflow) => {
      sql.prune.run(clock.now() - KEPT_MS);
      return sql.due.all(workflow, clock.now()).map(toStep);
    },
    nextDueAt: () => (sql.next.get() as { at: number | null }).at ?? undefined,
    started: (step) => void sql.start.run(step.workflow, step.eventId),
    done: (step) => void sql.remove.run(step.workflow, step.eventId),
    retryAt: (step, at) => void sql.retry.run(at, step.workflow, step.eventId),
    takeUncertain: () => {
      const steps = sql.uncertain.all().map(toStep);
      sql.forget.run();
      return steps;
    },
    waiting: () => Number((sql.waiting.get() as { n: number }).n),
    close: () => db.close(),
  };
}
