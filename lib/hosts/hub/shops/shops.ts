/** The connected shops. A shop's tokens are encrypted. */

import { type Connection, connectionSchema } from '../../../../authentication/connection.ts';
import { fail } from '../../../problems.ts';
import type { Vault } from '../../../vault.ts';
import type { Database } from '../database/database.ts';
import { isShopId } from './shop-id.ts';

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
  hasTrackerKey: boolean;
}

export interface Shops {
  all(): ShopRow[];
  /** Ids of the shops that need not be connected again. */
  connected(): string[];
  find(id: string): ShopRow | undefined;
  /** @throws Problem `not_found` */
  get(id: string): ShopRow;
  /** Undefined where the tokens cannot be read, because they were encrypted under another key. */
  connectionOf(id: string): Connection | undefined;
  /** Of the parcel tracker; undefined where there is none, or it cannot be read. */
  trackerKeyOf(id: string): string | undefined;
  keepTrackerKey(id: string, key: string | undefined): void;
  /** Connected shops whose access tokens expire before `at`, epoch milliseconds. */
  expiringBefore(at: number): string[];
  /** Stores the tokens of a shop that was connected, or connected again. */
  keep(connection: Connection): void;
  /** Stores renewed tokens, unless the shop was removed meanwhile. */
  renew(connection: Connection): void;
  rename(id: string, name: string): void;
  needsReconnect(id: string): void;
  /**
   * Deletes everything that the tables hold of the shop, and marks it to be erased from the files. Its calls of today, and
   * those of searches, stay counted until the day ends, because AliExpress counts them too.
   * @param dayEnd epoch milliseconds
   * @returns whether there was one
   */
  remove(id: string, dayEnd: number): boolean;
}

interface Columns {
  id: string;
  name: string;
  connection_sealed: string;
  tracker_key_sealed: string | null;
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
  hasTrackerKey: columns.tracker_key_sealed !== null,
});

const timeOrNull = (iso: string): number | null => (iso === '' ? null : Date.parse(iso));

export function shopsIn({ prepare, transaction, eraseLater }: Database, vault: Vault): Shops {
  const select = (id: string) =>
    prepare('SELECT * FROM shops WHERE id = ?').get(id) as unknown as Columns | undefined;
  const find = (id: string): ShopRow | undefined => {
    const columns = select(id);
    return columns && toRow(columns);
  };
  const sealed = (connection: Connection) =>
    vault.encrypt(JSON.stringify(connection), `shop ${connection.seller_id}`);
  return {
    all: () =>
      (prepare('SELECT * FROM shops ORDER BY connected_at, id').all() as unknown as Columns[]).map(toRow),
    connected: () =>
      prepare("SELECT id FROM shops WHERE state = 'connected' ORDER BY connected_at, id")
        .all()
        .map((row) => String(row.id)),
    find,
    get: (id) => find(id) ?? fail('not_found', { what: { en: 'The shop', zh: '该店铺' } }),
    connectionOf: (id) => {
      const text = vault.decrypt(select(id)?.connection_sealed ?? '', `shop ${id}`);
      return text === null ? undefined : connectionSchema.parse(JSON.parse(text));
    },
    trackerKeyOf: (id) => vault.decrypt(select(id)?.tracker_key_sealed ?? '', `tracker ${id}`) ?? undefined,
    keepTrackerKey: (id, key) => {
      const keySealed = key === undefined ? null : vault.encrypt(key, `tracker ${id}`);
      prepare('UPDATE shops SET tracker_key_sealed = ? WHERE id = ?').run(keySealed, id);
    },
    expiringBefore: (at) =>
      prepare(
        "SELECT id FROM shops WHERE state = 'connected' AND access_expires_at < ? ORDER BY access_expires_at",
      )
        .all(at)
        .map((row) => String(row.id)),
    keep: (connection) => {
      const { seller_id: id } = connection;
      prepare(
        `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state)
         VALUES (?, ?, ?, ?, ?, ?, 'connected')
         ON CONFLICT (id) DO UPDATE SET connection_sealed = excluded.connection_sealed,
           access_expires_at = excluded.access_expires_at, renew_by = excluded.renew_by, state = 'connected'`,
      ).run(
        id,
        `Shop ${id}`,
        sealed(connection),
        Date.parse(connection.access_expires_at),
        timeOrNull(connection.refresh_expires_at),
        Date.parse(connection.connected_at),
      );
    },
    renew: (connection) => {
      prepare('UPDATE shops SET connection_sealed = ?, access_expires_at = ?, renew_by = ? WHERE id = ?').run(
        sealed(connection),
        Date.parse(connection.access_expires_at),
        timeOrNull(connection.refresh_expires_at),
        connection.seller_id,
      );
    },
    rename: (id, name) => {
      prepare('UPDATE shops SET name = ? WHERE id = ?').run(name, id);
    },
    needsReconnect: (id) => {
      prepare("UPDATE shops SET state = 'reconnect_needed' WHERE id = ?").run(id);
    },
    remove: (id, dayEnd) =>
      transaction(() => {
        // In a pattern, another text may stand for every shop.
        if (!isShopId(id)) return false;
        const { changes } = prepare('DELETE FROM shops WHERE id = ?').run(id);
        const counted = [`slots:${id}:%`, `searches:${id}:%`] as const;
        // Every key of the engine's store contains the shop it belongs to.
        const entries = prepare(
          "DELETE FROM entries WHERE ':' || key || ':' LIKE ? AND NOT (key LIKE ? OR key LIKE ?)",
        ).run(`%:${id}:%`, ...counted);
        if (Number(changes) + Number(entries.changes) > 0) eraseLater();
        prepare('UPDATE entries SET expires_at = min(expires_at, ?) WHERE key LIKE ? OR key LIKE ?').run(
          dayEnd,
          ...counted,
        );
        return Number(changes) === 1;
      }),
  };
}
