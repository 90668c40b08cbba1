/** Grants: which client may act for which shop. Their tokens are stored as hashes. */

import { randomBytes } from 'node:crypto';
import { DAY } from '../../../runtime.ts';
import { hashOf, newSecret, type Scope } from '../access/keys.ts';
import type { Database } from '../database/database.ts';

/** A token that is used up or expired is known for so long, to recognize its second use. */
const MEMORY_MS = 7 * DAY;

export interface Grant {
  id: string;
  client: string;
  shop: string;
  createdAt: number;
}

/** A client that may act for a shop. */
export interface GrantHolder extends Grant {
  /** Of the client. */
  name: string;
  /** Of the token: a later consent changes nothing for the tokens of an earlier one. */
  scopes: Scope[];
}

export type TokenKind = 'code' | 'access' | 'refresh';

export interface Token {
  grant: Grant;
  /** Names everything that came from one code. */
  family: string;
  scopes: Scope[];
  /** Of a code: what its redemption must repeat. */
  redirectUri: string | null;
  challenge: string | null;
  expiresAt: number;
  usedAt: number | null;
}

export interface NewToken {
  kind: TokenKind;
  /** A new one by default. */
  family?: string;
  scopes: readonly Scope[];
  redirectUri?: string;
  challenge?: string;
  expiresAt: number;
}

export interface Grants {
  all(): Grant[];
  ofClient(client: string): Grant[];
  /** A client has one grant for a shop. */
  allow(client: string, shop: string, now: number): string;
  /** What the tokens of a grant may do, taken together. */
  scopesOf(grant: string, now: number): Scope[];
  remove(id: string): boolean;
  /** Returns the token, which cannot be shown again. */
  issue(grant: string, token: NewToken): string;
  find(secret: string, kind: TokenKind): Token | undefined;
  /** A token of any kind. */
  findAny(secret: string): Token | undefined;
  /** Remembers the first use. */
  use(secret: string, now: number): void;
  revokeFamily(grant: string, family: string): void;
  /** Whether one of its tokens is still valid. */
  hasTokens(grant: string, now: number): boolean;
  holderOf(accessToken: string, now: number): GrantHolder | undefined;
  /** Deletes tokens that expired, and refresh tokens that were used, more than a week ago. */
  sweep(now: number): void;
}

interface GrantColumns {
  id: string;
  client: string;
  shop: string;
  created_at: number;
}

interface TokenColumns extends GrantColumns {
  family: string;
  scopes: string;
  redirect_uri: string | null;
  challenge: string | null;
  expires_at: number;
  used_at: number | null;
}

const toGrant = ({ id, client, shop, created_at }: GrantColumns): Grant => ({
  id,
  client,
  shop,
  createdAt: created_at,
});

const toToken = (columns: TokenColumns): Token => ({
  grant: toGrant(columns),
  family: columns.family,
  scopes: JSON.parse(columns.scopes),
  redirectUri: columns.redirect_uri,
  challenge: columns.challenge,
  expiresAt: columns.expires_at,
  usedAt: columns.used_at,
});

const PREFIXES: Record<TokenKind, string> = { code: 'code', access: 'at', refresh: 'rt' };
const TOKENS =
  'SELECT grants.*, grant_tokens.* FROM grant_tokens JOIN grants ON grants.id = grant_tokens.grant_id';
const newId = (prefix: string): string => `${prefix}_${randomBytes(9).toString('base64url')}`;

export function grantsIn({ prepare, transaction }: Database): Grants {
  const rows = (where: string, ...values: string[]) =>
    (
      prepare(`SELECT * FROM grants ${where} ORDER BY created_at, id`).all(
        ...values,
      ) as unknown as GrantColumns[]
    ).map(toGrant);
  const token = (where: string, ...values: (string | number)[]) => {
    const columns = prepare(`${TOKENS} WHERE ${where}`).get(...values) as TokenColumns | undefined;
    return columns && toToken(columns);
  };
  return {
    all: () => rows(''),
    ofClient: (client) => rows('WHERE client = ?', client),
    allow: (client, shop, now) => {
      const row = prepare(
        `INSERT INTO grants (id, client, shop, created_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (client, shop) DO UPDATE SET client = client RETURNING id`,
      ).get(newId('grant'), client, shop, now);
      return String(row?.id);
    },
    scopesOf: (grant, now) => {
      const lists = prepare(
        'SELECT DISTINCT scopes FROM grant_tokens WHERE grant_id = ? AND expires_at > ? ORDER BY scopes',
      ).all(grant, now) as { scopes: string }[];
      return [...new Set(lists.flatMap(({ scopes }): Scope[] => JSON.parse(scopes)))];
    },
    remove: (id) => Number(prepare('DELETE FROM grants WHERE id = ?').run(id).changes) === 1,
    issue: (grant, { kind, family = newId('family'), scopes, redirectUri, challenge, expiresAt }) => {
      const secret = newSecret(PREFIXES[kind]);
      prepare(
        `INSERT INTO grant_tokens (hash, grant_id, family, kind, scopes, redirect_uri, challenge, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        hashOf(secret),
        grant,
        family,
        kind,
        JSON.stringify(scopes),
        redirectUri ?? null,
        challenge ?? null,
        expiresAt,
      );
      return secret;
    },
    find: (secret, kind) => token('hash = ? AND kind = ?', hashOf(secret), kind),
    findAny: (secret) => token('hash = ?', hashOf(secret)),
    use: (secret, now) => {
      prepare('UPDATE grant_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL').run(
        now,
        hashOf(secret),
      );
    },
    revokeFamily: (grant, family) => {
      prepare('DELETE FROM grant_tokens WHERE grant_id = ? AND family = ?').run(grant, family);
    },
    hasTokens: (grant, now) =>
      prepare('SELECT 1 FROM grant_tokens WHERE grant_id = ? AND expires_at > ? LIMIT 1').get(grant, now) !==
      undefined,
    holderOf: (accessToken, now) => {
      const columns = prepare(
        `SELECT grants.*, grant_tokens.scopes, clients.name FROM grant_tokens
         JOIN grants ON grants.id = grant_tokens.grant_id JOIN clients ON clients.id = grants.client
         WHERE hash = ? AND kind = 'access' AND expires_at > ?`,
      ).get(hashOf(accessToken), now) as (GrantColumns & { name: string; scopes: string }) | undefined;
      return columns && { ...toGrant(columns), name: columns.name, scopes: JSON.parse(columns.scopes) };
    },
    sweep: (now) =>
      transaction(() => {
        const before = now - MEMORY_MS;
        prepare('DELETE FROM grant_tokens WHERE expires_at < ?').run(before);
        prepare("DELETE FROM grant_tokens WHERE kind = 'refresh' AND used_at < ?").run(before);
      }),
  };
}
