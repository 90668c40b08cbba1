/** Exchange and refresh of tokens, which return the whole data of a connection. See docs/aliexpress.md#tokens. */

import type { z } from 'zod';
import type { Gateway } from '../lib/aliexpress/gateway.ts';
import { tokenCreate, tokenRefresh } from '../lib/aliexpress/methods/token.ts';
import { fail, isProblem } from '../lib/problems.ts';
import type { Clock } from '../lib/runtime.ts';

/** Flat strings, because platforms store nothing else. The account's e-mail address is left out. */
export interface Connection extends Record<string, string> {
  access_token: string;
  refresh_token: string;
  /** Part of the keys of budget and snapshots. From the token answer, never from user input. */
  seller_id: string;
  /** ISO 8601 in UTC. */
  access_expires_at: string;
  /** ISO 8601 in UTC; afterwards the seller must connect again. Empty where AliExpress leaves it out. */
  refresh_expires_at: string;
}

type SignIn = { gateway: Gateway<'interactive'>; clock: Clock };
type TokenAnswer = z.output<typeof tokenCreate.answer>;

/** @throws Problem `code_refused`, which names the redirect URI, the usual cause */
export async function exchangeCode(
  code: string,
  redirectUri: string,
  { gateway, clock }: SignIn,
): Promise<Connection> {
  const { answer } = await gateway
    .call(tokenCreate, { code }, { lane: 'interactive' })
    .catch((error: unknown) => {
      if (isProblem(error, 'code_refused')) return fail('code_refused', { ...error.facts, redirectUri });
      throw error;
    });
  return toConnection(answer, {}, clock.now());
}

/**
 * Keeps the old refresh token, seller and refresh deadline where the answer lacks them.
 * @throws Problem `reconnect_needed` when the refresh token has expired or was revoked
 */
export async function refreshTokens(
  old: Partial<Connection>,
  { gateway, clock }: SignIn,
): Promise<Connection> {
  const refreshToken = old.refresh_token || fail('reconnect_needed', {});
  const { answer } = await gateway
    .call(tokenRefresh, { refreshToken }, { lane: 'interactive' })
    .catch((error: unknown) => {
      if (isProblem(error, 'token_expired', 'code_refused')) return fail('reconnect_needed', {});
      throw error;
    });
  return toConnection(answer, old, clock.now());
}

function toConnection(answer: TokenAnswer, old: Partial<Connection>, now: number): Connection {
  const inSeconds = (seconds: number) => new Date(now + seconds * 1000).toISOString();
  const missing = (field: string) => fail('answer_changed', { method: tokenCreate.name, field });
  return {
    access_token: answer.accessToken,
    refresh_token: answer.refreshToken || old.refresh_token || missing('refresh_token'),
    seller_id: old.seller_id || answer.sellerId || missing('seller_id'),
    access_expires_at: inSeconds(answer.accessSeconds),
    refresh_expires_at: answer.refreshSeconds
      ? inSeconds(answer.refreshSeconds)
      : (old.refresh_expires_at ?? ''),
  };
}
