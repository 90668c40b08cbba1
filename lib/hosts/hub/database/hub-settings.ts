/** Settings of the hub itself. They may contain addresses of bots, so they are encrypted. */

import type { Vault } from '../../../vault.ts';
import type { Database } from './database.ts';

export interface HubSettingsStore {
  read(key: string): unknown;
  keep(key: string, value: unknown): void;
  remove(key: string): void;
}

export function hubSettingsIn({ prepare }: Database, vault: Vault): HubSettingsStore {
  const context = (key: string) => `setting ${key}`;
  return {
    read: (key) => {
      const row = prepare('SELECT value_sealed AS sealed FROM settings WHERE key = ?').get(key);
      const text = vault.decrypt(String(row?.sealed ?? ''), context(key));
      return text === null ? undefined : JSON.parse(text);
    },
    keep: (key, value) => {
      prepare(
        `INSERT INTO settings (key, value_sealed) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET value_sealed = excluded.value_sealed`,
      ).run(key, vault.encrypt(JSON.stringify(value), context(key)));
    },
    remove: (key) => {
      prepare('DELETE FROM settings WHERE key = ?').run(key);
    },
  };
}
