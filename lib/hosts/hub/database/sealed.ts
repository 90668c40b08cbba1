/** The encrypted values of the database, with the contexts in which they were encrypted. */

import type { Database } from './database.ts';

export interface Sealed {
  value: string;
  context: string;
}

export const sealedIn = ({ prepare }: Database): Sealed[] =>
  prepare(
    `SELECT connection_sealed AS value, 'shop ' || id AS context FROM shops
     UNION ALL SELECT tracker_key_sealed, 'tracker ' || id FROM shops WHERE tracker_key_sealed IS NOT NULL
     UNION ALL SELECT target_sealed, 'target ' || id FROM subscriptions WHERE target_sealed IS NOT NULL
     UNION ALL SELECT settings_sealed, 'recipe ' || shop || ' ' || key FROM recipes
     UNION ALL SELECT value_sealed, 'setting ' || key FROM settings`,
  ).all() as unknown as Sealed[];
