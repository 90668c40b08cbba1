/**
 * The set-up token, with which the first admin key is made. The hub shows it where only its owner reads: on its
 * terminal.
 */

import { fail } from '../../../problems.ts';
import type { Database } from '../database/database.ts';
import { keysIn } from './keys.ts';

/**
 * Replaces the set-up token of the last start.
 * @returns undefined once there is an admin key
 */
export function renewSetUpToken(database: Database, now: number): string | undefined {
  const keys = keysIn(database);
  return database.transaction(() => {
    keys.revokeAll('set_up');
    if (keys.all().some(({ kind }) => kind === 'admin')) return undefined;
    return keys.create({ kind: 'set_up', name: 'set-up' }, now);
  });
}

/** Whether the token still gives an admin key. */
export function isSetUpToken(database: Database, token: string): boolean {
  const keys = keysIn(database);
  const id = keys.idOf(token);
  return keys.all().some((key) => key.kind === 'set_up' && key.id === id);
}

/**
 * Turns the set-up token into an admin key, which cannot be shown again.
 * @throws Problem `set_up_refused`
 */
export function useSetUpToken(database: Database, token: string, now: number): string {
  const keys = keysIn(database);
  return database.transaction(() => {
    if (!keys.take(token, 'set_up', now)) return fail('set_up_refused', {});
    return keys.create({ kind: 'admin', name: 'set-up' }, now);
  });
}

/** For an owner who has lost the key. */
export function createAdminKey(database: Database, now: number): string {
  const keys = keysIn(database);
  return database.transaction(() => {
    keys.revokeAll('set_up');
    return keys.create({ kind: 'admin', name: 'admin-key' }, now);
  });
}
