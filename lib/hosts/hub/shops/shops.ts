/** The connected shops. A shop's tokens are encrypted. */

import { type Connection, connectionSchema } from '../../../../authentication/connection.ts';
import type { Vault } from '../../../vault.ts';
import type { Database } from '../database/database.ts';

export interface ShopRow {
  /** The seller ID of AliExpress's token answer. */
  id: string;
  name: string;
  /** Epoch milliseconds. */
  accessExpiresAt: number;
  connectedAt: number;
  /** Until when the connection can be renewed without the seller, epoch milliseconds; null if it is not known. */
  renewBy: number | null;
  state: 'connected' | 'reconnect_needed';
}

export interface Shops {
  all(): ShopRow[];
  find(id: string): ShopRow | undefined;
  /** Undefined where the tokens cannot be read, because they were encrypted under another key. */
  connectionOf(id: string): Connection | undefined;
  /** Stores new tokens: of a new shop, of a shop that was connected again, or renewed ones. */
  keep(connection: Connection, name?: string): void;
  rename(id: string, name: string): void;
  needsReconnect(id: string): void;
  /** Deletes everything that is stored of the shop. */
  remove(id: string): void;
}

interface Columns {
  id: string;
  name: string;
  connection_sealed: string;
  access_expires_at: number;
  renew_by: number | null;
  connected_at: number;
  state: ShopRow['state'];
}

const toRow = (columns: Columns): ShopRow => ({
  id: columns.id,
  name: columns.name,
  accessExpiresAt: columns.access_expires_at,
  connectedAt: columns.connected_at,
  renewBy: columns.renew_by,
  state: columns.state,
});

const timeOrNull = (iso: string): number | null => (iso === '' ? null : Date.parse(iso));

export function shopsIn({ prepare, transaction }: Database, vault: Vault): Shops {
  const select = (id: string) =>
    prepare('SELECT * FROM shops WHERE id = ?').get(id) as unknown as Columns | undefined;
  return {
    all: () =>
      (prepare('SELECT * FROM shops ORDER BY connected_at, id').all() as unknown as Columns[]).map(toRow),
    find: (id) => {
      const columns = select(id);
      return columns && toRow(columns);
    },
    connectionOf: (id) => {
      const text = vault.decrypt(select(id)?.connection_sealed ?? '', `shop ${id}`);
      return text === null ? undefined : connectionSchema.parse(JSON.parse(text));
    },
    keep: (connection, name) => {
      const { seller_id: id } = connection;
      prepare(
        `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state)
         VALUES (?, ?, ?, ?, ?, ?, 'connected')
         ON CONFLICT (id) DO UPDATE SET connection_sealed = excluded.connection_sealed,
           access_expires_at = excluded.access_expires_at, renew_by = excluded.renew_by, state = 'connected'`,
      ).run(
        id,
        name ?? `Shop ${id}`,
        vault.encrypt(JSON.stringify(connection), `shop ${id}`),
        Date.parse(connection.access_expires_at),
        timeOrNull(connection.refresh_expires_at),
        Date.parse(connection.connected_at),
      );
    },
    rename: (id, name) => {
      prepare('UPDATE shops SET name = ? WHERE id = ?').run(name, id);
    },
    needsReconnect: (id) => {
      prepare("UPDATE shops SET state = 'reconnect_needed' WHERE id = ?").run(id);
    },
    remove: (id) =>
      transaction(() => {
        prepare('DELETE FROM shops WHERE id = ?').run(id);
        // Every key of the engine's store contains the shop it belongs to.
        prepare("DELETE FROM entries WHERE ':' || key || ':' LIKE ?").run(`%:${id}:%`);
      }),
  };
}
