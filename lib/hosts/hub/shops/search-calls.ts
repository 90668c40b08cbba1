/**
 * The calls that programs may make for a shop with searches: some a day, so that a program that asks in a loop leaves
 * most calls to the triggers.
 */

import type { Budget } from '../../../budget/budget.ts';
import { fail } from '../../../problems.ts';
import { type Clock, DAY } from '../../../runtime.ts';
import type { Database } from '../database/database.ts';

/**
 * A budget that pays the searches of programs.
 * @param callsPerDay of all programs together
 * @param zone in whose days AliExpress counts
 */
export function programBudget(
  budget: Budget,
  { database, seller, clock, callsPerDay, zone }: ProgramOptions,
): Budget {
  return {
    ...budget,
    spend: async (_lane, method) => {
      const { name, end } = budget.today();
      const now = clock.now();
      const key = `searches:${seller}:${name}`;
      if (!takeOne(database, key, callsPerDay, now))
        return fail('search_calls_used_up', { limit: callsPerDay, resetsAt: end, now, zone });
      try {
        return await budget.spend('program', method);
      } catch (error) {
        giveBack(database, key);
        throw error;
      }
    },
  };
}

export interface ProgramOptions {
  database: Database;
  seller: string;
  clock: Clock;
  callsPerDay: number;
  zone: string;
}

/** The call was not made. */
function giveBack({ prepare }: Database, key: string): void {
  prepare('UPDATE entries SET value = CAST(value AS INTEGER) - 1 WHERE key = ?').run(key);
}

/** Counts one call, in one statement. @returns false if none is left */
function takeOne({ prepare }: Database, key: string, limit: number, now: number): boolean {
  const { changes } = prepare(
    `INSERT INTO entries (key, value, expires_at) VALUES (?1, '1', ?2)
     ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 WHERE CAST(value AS INTEGER) < ?3`,
  ).run(key, now + 2 * DAY, limit);
  return Number(changes) === 1 && limit > 0;
}
