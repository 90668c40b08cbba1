/**
 * The rules of codes and tokens. A code works once. A refresh token works once too, but for two minutes longer: parallel
 * refreshes of one client each get tokens of their own. A later use means that the token is in two hands, and ends them
 * all (RFC 9700, section 4.14.2).
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { DAY, HOUR, MINUTE, SECOND } from '../../../runtime.ts';
import type { Scope } from '../access/keys.ts';
import { alertsIn } from '../alerts/alerts.ts';
import { subscriptionsIn } from '../events/subscriptions.ts';
import type { Reason } from '../reasons.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { shopsIn } from '../shops/shops.ts';
import { clientsIn } from './clients.ts';
import { type Grants, grantsIn, type Token } from './grants.ts';

const CODE_MS = 60 * SECOND;
const ACCESS_MS = HOUR;
const REFRESH_MS = 180 * DAY;
const GRACE_MS = 2 * MINUTE;
/** Why the subscriptions of a client are paused. A new consent of the seller resumes them. */
const ENDED = { given_up: 'access_given_up', used_twice: 'token_used_twice' } as const satisfies Record<
  string,
  Reason
>;
const isEnded = (reason: Reason | null): boolean => Object.values<Reason | null>(ENDED).includes(reason);

const alertKey = (grant: string): string => `token ${grant}`;

/** The answer to a token request, as RFC 6749 names it. */
export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  /** Seconds. */
  expires_in: number;
  refresh_token: string;
  scope: string;
}

/** What the seller has allowed. */
export interface Consent {
  client: string;
  shop: string;
  scopes: readonly Scope[];
  redirectUri: string;
  challenge?: string | undefined;
}

export interface Tokens {
  /** A code for the client. */
  allow(consent: Consent): string;
  /** Undefined where the code is refused. */
  redeem(
    code: string,
    by: { client: string; redirectUri: string; verifier: string },
  ): TokenAnswer | undefined;
  /** Undefined where the token is refused, or where the shop must be connected again. */
  refresh(token: string, client: string): TokenAnswer | undefined;
  /** Ends the connection that a token of the client belongs to. */
  revoke(token: string, client: string): void;
  /** Ends what the seller has allowed. */
  removeGrant(id: string): boolean;
}

export function tokensIn(runtime: HubRuntime): Tokens {
  const { database, vault, clock } = runtime;
  const grants = grantsIn(database);
  const subscriptions = subscriptionsIn(database, vault);

  /** Whoever has subscribed with the tokens gets no more events, unless the client has others. */
  function end({ grant, family }: Token, why: keyof typeof ENDED): void {
    grants.revokeFamily(grant.id, family);
    if (grants.hasTokens(grant.id, serverNow(runtime))) return;
    for (const { id } of subscriptions.ofOwner(grant.id)) subscriptions.pause(id, ENDED[why], clock.now());
  }

  function endUsedTwice(token: Token): void {
    end(token, 'used_twice');
    const { id, client, shop } = token.grant;
    const name = clientsIn(database).find(client)?.name ?? client;
    const text = {
      en: `A token of "${name}" was used twice, so somebody else may have it. It is no longer valid. Remove subscriptions of "${name}" whose address you do not know, then connect it again.`,
      zh: `“${name}”的令牌被重复使用，可能已泄露，现已失效。请先删除“${name}”名下地址不明的订阅，再重新连接。`,
    };
    alertsIn(database).raise({ key: alertKey(id), shop, text }, clock.now());
  }

  function redeem(
    code: string,
    { client, redirectUri, verifier }: { client: string; redirectUri: string; verifier: string },
  ): TokenAnswer | undefined {
    const now = serverNow(runtime);
    const token = grants.find(code, 'code');
    if (token?.grant.client !== client) return undefined;
    if (token.usedAt !== null) {
      endUsedTwice(token);
      return undefined;
    }
    const isRight = token.redirectUri === redirectUri && isVerified(token.challenge, verifier);
    if (token.expiresAt <= now || !isRight) return undefined;
    grants.use(code, now);
    return issuePair(grants, token, now);
  }

  function refresh(secret: string, client: string): TokenAnswer | undefined {
    const now = serverNow(runtime);
    const token = grants.find(secret, 'refresh');
    if (token?.grant.client !== client || token.expiresAt <= now) return undefined;
    if (token.usedAt !== null && now - token.usedAt > GRACE_MS) {
      endUsedTwice(token);
      return undefined;
    }
    if (shopsIn(database, vault).find(token.grant.shop)?.state !== 'connected') return undefined;
    grants.use(secret, now);
    return issuePair(grants, token, now);
  }

  return {
    allow: ({ client, shop, scopes, redirectUri, challenge }) =>
      database.transaction(() => {
        const now = serverNow(runtime);
        const grant = grants.allow(client, shop, now);
        for (const { id, reason } of subscriptions.ofOwner(grant))
          if (isEnded(reason)) subscriptions.resume(id);
        alertsIn(database).clear(alertKey(grant));
        return grants.issue(grant, {
          kind: 'code',
          scopes,
          redirectUri,
          ...(challenge && { challenge }),
          expiresAt: now + CODE_MS,
        });
      }),
    redeem: (code, by) => database.transaction(() => redeem(code, by)),
    refresh: (token, client) => database.transaction(() => refresh(token, client)),
    revoke: (secret, client) =>
      database.transaction(() => {
        const token = grants.findAny(secret);
        if (token?.grant.client !== client) return;
        end(token, 'given_up');
      }),
    removeGrant: (id) =>
      database.transaction(() => {
        for (const subscription of subscriptions.ofOwner(id)) subscriptions.remove(subscription.id);
        alertsIn(database).clear(alertKey(id));
        return grants.remove(id);
      }),
  };
}

function issuePair(grants: Grants, { grant, family, scopes }: Token, now: number): TokenAnswer {
  const issue = (kind: 'access' | 'refresh', lasts: number) =>
    grants.issue(grant.id, { kind, family, scopes, expiresAt: now + lasts });
  return {
    access_token: issue('access', ACCESS_MS),
    token_type: 'Bearer',
    expires_in: ACCESS_MS / SECOND,
    refresh_token: issue('refresh', REFRESH_MS),
    scope: scopes.join(' '),
  };
}

/** A verifier without a challenge is refused as well: the challenge was taken out on the way (RFC 9700, section 2.1.1). */
function isVerified(challenge: string | null, verifier: string): boolean {
  if (challenge === null) return verifier === '';
  const computed = createHash('sha256').update(verifier).digest('base64url');
  return (
    computed.length === challenge.length && timingSafeEqual(Buffer.from(computed), Buffer.from(challenge))
  );
}
