/** Exchange and refresh of tokens, which return the whole data of a connection. See docs/aliexpress.md#tokens. */

import type { z } from 'zod';
import type { Gateway } from '../lib/aliexpress/gateway.ts';
import { tokenCreate, tokenRefresh } from '../lib/aliexpress/methods/token.ts';
import { fail, isProblem } from '../lib/problems.ts';
import { type Clock, MINUTE, SECOND } from '../lib/runtime.ts';
import type { Connection } from './connection.ts';
import { type RenewalServices, renewOnce } from './renewal.ts';

type SignIn = { gateway: Gateway<'interactive'>; clock: Clock };
type TokenAnswer = z.output<typeof tokenCreate.answer>;

const MAX_ATTEMPTS = 3;
const RETRY_MS = SECOND;
/** No attempt begins later than this. Platforms end a step after 30 seconds, and an attempt may take 10. */
const LAST_ATTEMPT_MS = 12 * SECOND;

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
  return toConnection(answer, { connected_at: new Date(clock.now()).toISOString() }, clock.now());
}

/**
 * Keeps the old refresh token, seller and refresh deadline where the answer lacks them. Steps that need new tokens at the
 * same moment share one renewal.
 * @throws Problem `reconnect_needed` when the refresh token has expired or was revoked; `token_renewal_pending` when
 * another step is renewing the tokens, or when that cannot be known
 */
export async function refreshTokens(
  old: Partial<Connection>,
  services: SignIn & RenewalServices,
): Promise<Connection> {
  const refreshToken = old.refresh_token || fail('reconnect_needed', {});
  const start = services.clock.now();
  return renewOnce(old, services, async () => {
    const answer = await requestTokens(refreshToken, services, start + LAST_ATTEMPT_MS);
    return toConnection(answer, old, services.clock.now());
  });
}

/**
 * Sends the same refresh token again if the answer was lost: AliExpress may accept it once more, or may not have
 * received it.
 */
async function requestTokens(
  refreshToken: string,
  { gateway, clock }: SignIn,
  lastAttemptAt: number,
): Promise<TokenAnswer> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const { answer } = await gateway.call(tokenRefresh, { refreshToken }, { lane: 'interactive' });
      return answer;
    } catch (error) {
      if (isProblem(error, 'token_expired', 'code_refused')) return fail('reconnect_needed', {});
      const isLost = isProblem(error, 'aliexpress_unreachable');
      if (!isLost || attempts === MAX_ATTEMPTS || clock.now() + RETRY_MS > lastAttemptAt) throw error;
      await clock.sleep(RETRY_MS);
    }
  }
}

/**
 * A renewal does not move the deadline. The answer says it in whole seconds from a moment that its latency hides, and what
 * names the deadline in an ID must not change by that.
 */
function renewableUntil(stated: string, old: string): string {
  const isSame = Math.abs(Date.parse(stated) - Date.parse(old)) < MINUTE;
  return isSame || stated === '' ? old : stated;
}

function toConnection(answer: TokenAnswer, old: Partial<Connection>, now: number): Connection {
  const inSeconds = (seconds: number) => new Date(now + seconds * SECOND).toISOString();
  const missing = (field: string) => fail('answer_changed', { method: tokenCreate.name, field });
  return {
    access_token: answer.accessToken,
    refresh_token: answer.refreshToken || old.refresh_token || missing('refresh_token'),
    seller_id: old.seller_id || answer.sellerId || missing('seller_id'),
    access_expires_at: inSeconds(answer.accessSeconds),
    refresh_expires_at: renewableUntil(
      answer.refreshSeconds ? inSeconds(answer.refreshSeconds) : '',
      old.refresh_expires_at ?? '',
    ),
    connected_at: old.connected_at ?? '',
  };
}
