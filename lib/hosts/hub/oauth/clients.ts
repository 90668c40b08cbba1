/** Clients: programs, such as Make, that sellers may allow to act for their shops. The publisher registers them. */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { hashOf, newSecret } from '../access/keys.ts';
import type { Database } from '../database/database.ts';

export interface Client {
  id: string;
  name: string;
  /** A client without a secret proves itself by the code verifier alone. */
  hasSecret: boolean;
  /** Full addresses. A sign-in must name one of them exactly. */
  redirectUris: string[];
  createdAt: number;
}

export interface NewClient {
  name: string;
  redirectUris: readonly string[];
  hasSecret: boolean;
}

export interface Clients {
  /** The secret cannot be shown again. */
  register(client: NewClient, now: number): { id: string; secret?: string };
  all(): Client[];
  find(id: string): Client | undefined;
  /** Whether the secret is that of the client. A client without a secret must give none. */
  isSecret(id: string, secret: string): boolean;
  /** Its grants and their tokens go with it. Returns whether there was one. */
  remove(id: string): boolean;
}

interface Columns {
  id: string;
  name: string;
  secret_hash: string | null;
  redirect_uris: string;
  created_at: number;
}

const toClient = ({ id, name, secret_hash, redirect_uris, created_at }: Columns): Client => ({
  id,
  name,
  hasSecret: secret_hash !== null,
  redirectUris: JSON.parse(redirect_uris),
  createdAt: created_at,
});

export function clientsIn({ prepare }: Database): Clients {
  const select = (id: string) => prepare('SELECT * FROM clients WHERE id = ?').get(id) as Columns | undefined;
  return {
    register: ({ name, redirectUris, hasSecret }, now) => {
      const id = `client_${randomBytes(12).toString('base64url')}`;
      const secret = hasSecret ? newSecret('secret') : undefined;
      prepare(
        'INSERT INTO clients (id, name, secret_hash, redirect_uris, created_at) VALUES (?, ?, ?, ?, ?)',
      ).run(id, name, secret === undefined ? null : hashOf(secret), JSON.stringify(redirectUris), now);
      return { id, ...(secret && { secret }) };
    },
    all: () =>
      (prepare('SELECT * FROM clients ORDER BY created_at, id').all() as unknown as Columns[]).map(toClient),
    find: (id) => {
      const columns = select(id);
      return columns && toClient(columns);
    },
    isSecret: (id, secret) => {
      const columns = select(id);
      if (!columns) return false;
      if (columns.secret_hash === null) return secret === '';
      return timingSafeEqual(Buffer.from(columns.secret_hash), Buffer.from(hashOf(secret)));
    },
    remove: (id) => Number(prepare('DELETE FROM clients WHERE id = ?').run(id).changes) === 1,
  };
}
