/** Sign-ins under way: each is a row that the return from AliExpress deletes, so it returns once. */

import * as z from 'zod';
import { MINUTE } from '../../../runtime.ts';
import { hashOf, newSecret } from '../access/keys.ts';
import type { Database } from '../database/database.ts';
import { authorizationSchema } from '../oauth/requests.ts';

/** For the page, or for a client that the seller lets act for the shop. */
const purposeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('page') }),
  z.object({ kind: z.literal('client'), request: authorizationSchema }),
]);
export type Purpose = z.output<typeof purposeSchema>;

export interface SignIn {
  purpose: Purpose;
  /** The secret of the browser that must come back; empty where another one may. */
  browser: string;
  createdAt: number;
}

export interface SignIns {
  /** Returns the state that AliExpress sends back. */
  begin(signIn: SignIn): string;
  /** Undefined where there is none, because it has returned, or is older than ten minutes. */
  take(state: string, browser: string, now: number): SignIn | undefined;
  /** Whether it can still return to this browser. */
  isUnderWay(state: string, browser: string, now: number): boolean;
  /** After a transient failure it may return once more. */
  putBack(state: string, signIn: SignIn): void;
  /** Deletes those that can no longer return. */
  sweep(now: number): void;
}

/** By the machine's clock: the first sign-in begins before AliExpress has told its time. */
const MAX_AGE_MS = 10 * MINUTE;

/** Anybody may begin one for a client. The oldest of too many are deleted. */
const MAX_OF_CLIENTS = 1000;

export function signInsIn({ prepare, transaction }: Database): SignIns {
  const keep = (state: string, { purpose, browser, createdAt }: SignIn) =>
    prepare('INSERT INTO sign_ins (state_hash, purpose, created_at) VALUES (?, ?, ?)').run(
      hashOf(`${state} ${browser}`),
      JSON.stringify(purpose),
      createdAt,
    );
  return {
    begin: (signIn) => {
      const state = newSecret('state');
      transaction(() => {
        keep(state, signIn);
        prepare(
          `DELETE FROM sign_ins WHERE rowid IN (SELECT rowid FROM sign_ins WHERE purpose ->> 'kind' = 'client'
             ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?)`,
        ).run(MAX_OF_CLIENTS);
      });
      return state;
    },
    take: (state, browser, now) => {
      const row = prepare(
        'DELETE FROM sign_ins WHERE state_hash = ? AND created_at > ? RETURNING purpose, created_at',
      ).get(hashOf(`${state} ${browser}`), now - MAX_AGE_MS);
      if (!row) return undefined;
      const purpose = purposeSchema.parse(JSON.parse(String(row.purpose)));
      return { purpose, browser, createdAt: Number(row.created_at) };
    },
    isUnderWay: (state, browser, now) =>
      prepare('SELECT 1 FROM sign_ins WHERE state_hash = ? AND created_at > ?').get(
        hashOf(`${state} ${browser}`),
        now - MAX_AGE_MS,
      ) !== undefined,
    putBack: (state, signIn) => {
      keep(state, signIn);
    },
    sweep: (now) => {
      prepare('DELETE FROM sign_ins WHERE created_at <= ?').run(now - MAX_AGE_MS);
    },
  };
}
