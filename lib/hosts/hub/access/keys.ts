/** Keys of the API. Only their hashes are stored: a key has 256 random bits, so a plain SHA-256 cannot be reversed. */

import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { writeIfPossible } from '../database/failures.ts';

export type KeyKind = 'shop' | 'store' | 'admin' | 'set_up' | 'session';
export type Scope = 'read' | 'subscribe';

export interface Key {
  /** Names the key where the key itself must not be shown. */
  id: string;
  kind: KeyKind;
  /** Null where the key is not bound to one shop. */
  shop: string | null;
  scopes: Scope[];
  name: string;
  createdAt: number;
  expiresAt: number | null;
  usedAt: number | null;
}

export interface NewKey {
  kind: KeyKind;
  shop?: string;
  scopes?: readonly Scope[];
  name: string;
  /** Epoch milliseconds. */
  expiresAt?: number | null;
  /** Of a session: the id of the admin key, with which it ends. */
  signedInWith?: string;
}

export interface Keys {
  /** Returns the key, which cannot be shown again. */
  create(key: NewKey, now: number): string;
  /** Keeps a key that is known already, such as the one of a sandbox. */
  keep(secret: string, key: NewKey, now: number): void;
  /** Undefined where the key is unknown or has expired. */
  find(secret: string, now: number): Key | undefined;
  /** Empty where the key is unknown. To ask for it is no use of the key. */
  idOf(secret: string): string;
  /** Uses up a key that works once. */
  take(secret: string, kind: KeyKind, now: number): boolean;
  all(): Key[];
  revoke(id: string): boolean;
  revokeAll(kind: KeyKind): void;
  /** Those that have expired and are still stored. */
  expired(now: number): Key[];
  /** Whether the key with this id is one of them. */
  hasExpired(id: string, now: number): boolean;
}

interface Columns {
  id: string;
  kind: KeyKind;
  shop: string | null;
  scopes: string;
  name: string;
  created_at: number;
  expires_at: number | null;
  used_at: number | null;
}

const toKey = (columns: Columns): Key => ({
  id: columns.id,
  kind: columns.kind,
  shop: columns.shop,
  scopes: JSON.parse(columns.scopes),
  name: columns.name,
  createdAt: columns.created_at,
  expiresAt: columns.expires_at,
  usedAt: columns.used_at,
});

const SECRET_BYTES = 32;
/** The last use is written at most this often. */
const USE_STEP_MS = 60_000;

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
export const newSecret = (prefix: string): string =>
  `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;

export function keysIn({ prepare }: Database): Keys {
  const list = (where: string, ...values: number[]) =>
    (prepare(`SELECT * FROM keys ${where} ORDER BY created_at`).all(...values) as unknown as Columns[]).map(
      toKey,
    );
  function keep(secret: string, key: NewKey, now: number): void {
    const { kind, shop, scopes = [], name, expiresAt, signedInWith } = key;
    prepare(
      `INSERT INTO keys (hash, id, kind, shop, scopes, name, created_at, expires_at, signed_in_with)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`,
    ).run(
      hashOf(secret),
      `k_${randomBytes(6).toString('base64url')}`,
      kind,
      shop ?? null,
      JSON.stringify(scopes),
      name,
      now,
      expiresAt ?? null,
      signedInWith ?? null,
    );
  }
  return {
    keep,
    create: (key, now) => {
      const secret = newSecret(`key_${key.kind}`);
      keep(secret, key, now);
      return secret;
    },
    find: (secret, now) => {
      const row = prepare('SELECT * FROM keys WHERE hash = ?1 AND coalesce(expires_at, ?2 + 1) > ?2').get(
        hashOf(secret),
        now,
      ) as Columns | undefined;
      if (!row) return undefined;
      if (now - (row.used_at ?? 0) >= USE_STEP_MS)
        writeIfPossible(() => prepare('UPDATE keys SET used_at = ? WHERE id = ?').run(now, row.id));
      return toKey(row);
    },
    idOf: (secret) => String(prepare('SELECT id FROM keys WHERE hash = ?').get(hashOf(secret))?.id ?? ''),
    take: (secret, kind, now) =>
      Number(
        prepare('DELETE FROM keys WHERE hash = ?1 AND kind = ?2 AND coalesce(expires_at, ?3 + 1) > ?3').run(
          hashOf(secret),
          kind,
          now,
        ).changes,
      ) === 1,
    all: () => list(''),
    revoke: (id) => Number(prepare('DELETE FROM keys WHERE id = ?').run(id).changes) === 1,
    revokeAll: (kind) => {
      prepare('DELETE FROM keys WHERE kind = ?').run(kind);
    },
    expired: (now) => list('WHERE expires_at <= ?', now),
    hasExpired: (id, now) =>
      prepare('SELECT 1 FROM keys WHERE id = ? AND expires_at <= ?').get(id, now) !== undefined,
  };
}
