/**
 * What the platform stores about one machine's workflows: the connection, the dedupe tables and the queue of steps. It
 * is a SQLite file, so it survives a restart.
 *
 * An event is stored until its steps have run, 48 hours at most.
 */

import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fail } from '../../problems.ts';
import { type Clock, HOUR } from '../../runtime.ts';
import { inTransaction } from '../../stores/sqlite.ts';
import type { Vault } from '../../vault.ts';

/** What a trigger emits. */
export type TriggerEvent = Record<string, unknown> & { id: string };

/** One step of a workflow, for one event. */
export interface QueuedStep {
  workflow: string;
  eventId: string;
  /** Position among the recipe's steps, from 0 on. */
  step: number;
  event: Record<string, unknown>;
  /** True where running the step twice delivers once. */
  repeatable: boolean;
  attempts: number;
  /** Where the last attempt began to write, for a step that writes a file; null before the first attempt. */
  fileOffset: number | null;
}

export interface PlatformMemory {
  connection(): Record<string, string> | undefined;
  /** Stores a connection, or removes it. */
  keepConnection(connection: Record<string, string> | undefined): void;
  /** True once a first poll has filled the workflow's dedupe table. */
  isSeeded(workflow: string): boolean;
  seed(workflow: string, ids: string[]): void;
  /**
   * Puts events that are new to the workflow into its dedupe table and their steps into its queue, in one transaction.
   * Returns these events, the oldest first.
   * @param repeatable for each step of the recipe
   */
  enqueue<E extends TriggerEvent>(workflow: string, events: E[], repeatable: readonly boolean[]): E[];
  /** Steps that are due, the oldest first. */
  due(workflow: string): QueuedStep[];
  /** When the next step is due, epoch milliseconds. */
  nextDueAt(): number | undefined;
  /** Records the attempt before a step runs, so that it is known if the process ends during the attempt. */
  started(step: QueuedStep, fileOffset?: number): void;
  done(step: QueuedStep): void;
  /** @param at epoch milliseconds */
  retryAt(step: QueuedStep, at: number): void;
  /**
   * Returns and removes the steps that ran when a process ended and that cannot be repeated: they may have been
   * delivered. Those that can be repeated are due again when the file is opened.
   */
  takeUncertain(): QueuedStep[];
  /** The number of queued steps. */
  waiting(): number;
  close(): void;
}

const RETENTION_MS = 48 * HOUR;

const SQLITE_BUSY = 5;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS connection (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS seeded (workflow TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS seen (workflow TEXT, id TEXT, PRIMARY KEY (workflow, id)) STRICT;
  CREATE TABLE IF NOT EXISTS steps (
    workflow TEXT, id TEXT, step INTEGER, event TEXT NOT NULL, repeatable INTEGER NOT NULL,
    queued_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    started INTEGER NOT NULL DEFAULT 0, file_offset INTEGER, PRIMARY KEY (workflow, id, step)
  ) STRICT;
  UPDATE steps SET started = 0 WHERE repeatable = 1;
`;

const STATEMENTS = {
  prune: 'DELETE FROM steps WHERE queued_at <= ?',
  connection: 'SELECT value FROM connection',
  connect: 'INSERT OR REPLACE INTO connection VALUES (1, ?)',
  disconnect: 'DELETE FROM connection',
  isSeeded: 'SELECT 1 AS yes FROM seeded WHERE workflow = ?',
  seed: 'INSERT OR IGNORE INTO seeded VALUES (?)',
  see: 'INSERT OR IGNORE INTO seen VALUES (?, ?)',
  push: 'INSERT INTO steps (workflow, id, step, event, repeatable, queued_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  // A step that was interrupted while it wrote has the highest offset: it comes before others write after it.
  due: 'SELECT * FROM steps WHERE workflow = ? AND due_at <= ? AND started = 0 ORDER BY file_offset DESC, rowid',
  next: 'SELECT MIN(due_at) AS at FROM steps WHERE started = 0',
  start:
    'UPDATE steps SET started = 1, attempts = attempts + 1, file_offset = ? WHERE workflow = ? AND id = ? AND step = ?',
  remove: 'DELETE FROM steps WHERE workflow = ? AND id = ? AND step = ?',
  retry: 'UPDATE steps SET started = 0, due_at = ? WHERE workflow = ? AND id = ? AND step = ?',
  uncertain: 'SELECT * FROM steps WHERE started = 1',
  forget: 'DELETE FROM steps WHERE started = 1',
  waiting: 'SELECT COUNT(*) AS n FROM steps',
};

/**
 * @throws Problem `already_running` when another process has the file open
 * @param path of the file, or ":memory:"
 * @param vault that encrypts the connection's tokens in the file
 */
export function platformMemory(path: string, clock: Clock, vault: Vault): PlatformMemory {
  const db = openExclusively(path);
  db.exec(SCHEMA);
  const sql = prepareAll(db);
  return {
    connection: () => {
      const row = sql.connection.get() as { value: string } | undefined;
      const text = row && vault.decrypt(row.value);
      return text ? JSON.parse(text) : undefined;
    },
    keepConnection: (connection) => {
      if (connection) sql.connect.run(vault.encrypt(JSON.stringify(connection)));
      else sql.disconnect.run();
    },
    isSeeded: (workflow) => sql.isSeeded.get(workflow) !== undefined,
    seed: (workflow, ids) =>
      inTransaction(db, () => {
        for (const id of ids) sql.see.run(workflow, id);
        sql.seed.run(workflow);
      }),
    enqueue: (workflow, events, repeatable) =>
      inTransaction(db, () => {
        // A trigger emits the newest first.
        const newEvents = events.toReversed().filter(({ id }) => sql.see.run(workflow, id).changes === 1);
        const now = clock.now();
        for (const event of newEvents) {
          const text = JSON.stringify(event);
          for (const [step, isRepeatable] of repeatable.entries())
            sql.push.run(workflow, event.id, step, text, Number(isRepeatable), now, now);
        }
        return newEvents;
      }),
    due: (workflow) => {
      sql.prune.run(clock.now() - RETENTION_MS);
      return sql.due.all(workflow, clock.now()).map(toStep);
    },
    nextDueAt: () => (sql.next.get() as { at: number | null }).at ?? undefined,
    started: ({ workflow, eventId, step }, fileOffset) =>
      void sql.start.run(fileOffset ?? null, workflow, eventId, step),
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

/** Opens the file for this process alone; the lock ends with the process, however it ends. */
function openExclusively(path: string): DatabaseSync {
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

const prepareAll = (db: DatabaseSync) =>
  Object.fromEntries(
    Object.entries(STATEMENTS).map(([name, statement]) => [name, db.prepare(statement)]),
  ) as Record<keyof typeof STATEMENTS, StatementSync>;

function toStep(row: unknown): QueuedStep {
  const { id, event, repeatable, file_offset, workflow, step, attempts } = row as StepRow;
  return {
    workflow,
    eventId: id,
    step,
    event: JSON.parse(event),
    repeatable: repeatable === 1,
    attempts,
    fileOffset: file_offset,
  };
}

interface StepRow {
  workflow: string;
  id: string;
  step: number;
  event: string;
  repeatable: number;
  attempts: number;
  file_offset: number | null;
}
