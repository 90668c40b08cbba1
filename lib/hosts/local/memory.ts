/**
 * What the platform remembers of one machine's workflows: the connection, the dedupe tables and the steps that
 * are still to run. In a SQLite file, so that it survives a restart.
 *
 * An event is stored until its steps have run, 48 hours at most.
 */

import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fail } from '../../problems.ts';
import { type Clock, HOUR } from '../../runtime.ts';
import type { Vault } from './vault.ts';

/** What a trigger hands out. */
export type TriggerEvent = Record<string, unknown> & { id: string };

/** One step of a workflow, for one event. */
export interface QueuedStep {
  workflow: string;
  eventId: string;
  /** Which of the recipe's steps, from 0 on. */
  step: number;
  event: Record<string, unknown>;
  /** It may have run, and can be run again without doubling anything. */
  repeatable: boolean;
  attempts: number;
  /** Where its first attempt began to write, for a step that writes a file; null where it has not begun. */
  mark: number | null;
}

export interface PlatformMemory {
  connection(): Record<string, string> | undefined;
  keepConnection(connection: Record<string, string> | undefined): void;
  /** Whether the workflow's dedupe table was filled by a first poll. */
  isSeeded(workflow: string): boolean;
  seed(workflow: string, ids: string[]): void;
  /**
   * Puts events the workflow has not seen into its dedupe table, and their steps into its queue, in one transaction.
   * Returns those events, the oldest first.
   * @param repeatable for each step of the recipe
   */
  enqueue<E extends TriggerEvent>(workflow: string, events: E[], repeatable: readonly boolean[]): E[];
  /** Steps whose time has come, oldest first. */
  due(workflow: string): QueuedStep[];
  /** When the next step comes due, epoch milliseconds. */
  nextDueAt(): number | undefined;
  /** Before a step is run: whoever dies now leaves a trace of it. */
  started(step: QueuedStep, mark?: number): void;
  done(step: QueuedStep): void;
  retryAt(step: QueuedStep, at: number): void;
  /**
   * Steps in which a process died and which cannot be repeated: nobody knows whether they arrived. They are forgotten
   * by this. Those that can be repeated are due again from the start.
   */
  takeUncertain(): QueuedStep[];
  waiting(): number;
  close(): void;
}

const RETENTION_MS = 48 * HOUR;

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
    CREATE TABLE IF NOT EXISTS steps (
      workflow TEXT, id TEXT, step INTEGER, event TEXT NOT NULL, repeatable INTEGER NOT NULL,
      queued_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
      started INTEGER NOT NULL DEFAULT 0, mark INTEGER, PRIMARY KEY (workflow, id, step)
    ) STRICT;
    UPDATE steps SET started = 0 WHERE repeatable = 1;
  `);
  const sql = {
    prune: db.prepare('DELETE FROM steps WHERE queued_at <= ?'),
    connection: db.prepare('SELECT value FROM connection'),
    connect: db.prepare('INSERT OR REPLACE INTO connection VALUES (1, ?)'),
    disconnect: db.prepare('DELETE FROM connection'),
    isSeeded: db.prepare('SELECT 1 AS yes FROM seeded WHERE workflow = ?'),
    seeded: db.prepare('INSERT OR IGNORE INTO seeded VALUES (?)'),
    see: db.prepare('INSERT OR IGNORE INTO seen VALUES (?, ?)'),
    push: db.prepare(
      'INSERT INTO steps (workflow, id, step, event, repeatable, queued_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    // A step that was interrupted while it wrote comes before others write after it: it has the highest mark.
    due: db.prepare(
      'SELECT * FROM steps WHERE workflow = ? AND due_at <= ? AND started = 0 ORDER BY mark DESC, rowid',
    ),
    next: db.prepare('SELECT MIN(due_at) AS at FROM steps WHERE started = 0'),
    start: db.prepare(
      'UPDATE steps SET started = 1, attempts = attempts + 1, mark = ? WHERE workflow = ? AND id = ? AND step = ?',
    ),
    remove: db.prepare('DELETE FROM steps WHERE workflow = ? AND id = ? AND step = ?'),
    retry: db.prepare('UPDATE steps SET started = 0, due_at = ? WHERE workflow = ? AND id = ? AND step = ?'),
    uncertain: db.prepare('SELECT * FROM steps WHERE started = 1'),
    forget: db.prepare('DELETE FROM steps WHERE started = 1'),
    waiting: db.prepare('SELECT COUNT(*) AS n FROM steps'),
  };
  type Row = Pick<QueuedStep, 'workflow' | 'step' | 'attempts' | 'mark'> & {
    id: string;
    event: string;
    repeatable: number;
  };
  const toStep = (row: unknown): QueuedStep => {
    const { workflow, id, step, event, repeatable, attempts, mark } = row as Row;
    return {
      workflow,
      eventId: id,
      step,
      event: JSON.parse(event),
      repeatable: repeatable === 1,
      attempts,
      mark,
    };
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
    enqueue: (workflow, events, repeatable) =>
      inTransaction(() => {
        // Oldest first: a trigger hands them out newest first.
        const fresh = events.toReversed().filter((event) => sql.see.run(workflow, event.id).changes === 1);
        const now = clock.now();
        for (const event of fresh) {
          const text = JSON.stringify(event);
          for (const [step, isRepeatable] of repeatable.entries())
            sql.push.run(workflow, event.id, step, text, Number(isRepeatable), now, now);
        }
        return fresh;
      }),
    due: (workflow) => {
      sql.prune.run(clock.now() - RETENTION_MS);
      return sql.due.all(workflow, clock.now()).map(toStep);
    },
    nextDueAt: () => (sql.next.get() as { at: number | null }).at ?? undefined,
    started: ({ workflow, eventId, step }, mark) => void sql.start.run(mark ?? null, workflow, eventId, step),
    done: ({ workflow, eventId, step }) => void sql.remove.run(workflow, eventId, step),
    retryAt: ({ workflow, eventId, step }, at) => void sql.retry.run(at, workflow, eventId, step),
    takeUncertain: () => {
      const steps = sql.uncertain.all().map(toStep);
      sql.forget.run();
      return steps;
    },
    waiting: () => Number((sql.waiting.get() as { n: number }).n),
    close: () => db.close(),
  };
}
