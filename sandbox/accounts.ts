/**
 * Apps, authorization codes and tokens, with strict redirect URIs, single use, lifetimes and rotation. See
 * docs/aliexpress.md#connecting-a-shop.
 */

import { randomBytes } from 'node:crypto';
import { type Clock, MINUTE } from '../lib/runtime.ts';

export interface AppRegistration {
  appKey: string;
  appSecret: string;
  /** A redirect URI must equal the callback URL exactly. */
  callbackUrl: string;
}

export interface Lifetimes {
  codeSeconds: number;
  accessSeconds: number;
  refreshSeconds: number;
}

/** Lifetimes of an app in test status. AliExpress's error text names the 3 minutes of a code. */
export const TEST_STATUS: Lifetimes = { codeSeconds: 180, accessSeconds: 86_400, refreshSeconds: 172_800 };

/** What becomes of a refresh token that was used. AliExpress does not document it. */
export const oldRefreshTokens = {
  stays_valid: 'it stays valid, with new tokens each time',
  valid_5_minutes: 'it stays valid for 5 minutes, with the same answer',
  ends_at_once: 'it ends at once',
} as const;

export type OldRefreshToken = keyof typeof oldRefreshTokens;

const GRACE_MS = 5 * MINUTE;

interface Grant {
  refreshToken: string;
  /** Refresh tokens that were used, with the first answer to each. */
  used: Map<string, { at: number; answer: TokenAnswer }>;
  /** Fixed at sign-in; a refresh does not extend it. */
  refreshUntil: number;
  accessTokens: Map<string, number>;
}

export interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_expires_in: number;
  [field: string]: unknown;
}

export class Accounts {
  readonly sellerId: string;
  refreshes = 0;
  /** The answers to so many of the next refreshes are lost. */
  lostAnswers = 0;
  /** Runs before a refresh. */
  beforeRefresh: () => Promise<void> = async () => {};
  /** Every token issued. */
  readonly issued: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #grants: Grant[] = [];
  readonly #clock: Clock;
  readonly #lifetimes: Lifetimes;
  readonly #oldRefreshToken: OldRefreshToken;

  constructor(
    clock: Clock,
    lifetimes: Lifetimes,
    sellerId: string,
    oldRefreshToken: OldRefreshToken = 'ends_at_once',
  ) {
    this.#clock = clock;
    this.#lifetimes = lifetimes;
    this.#oldRefreshToken = oldRefreshToken;
    this.sellerId = sellerId;
  }

  issueCode(): string {
    const code = `3_500102_${randomBytes(12).toString('base64url')}`;
    this.#codes.set(code, this.#clock.now() + this.#lifetimes.codeSeconds * 1000);
    return code;
  }

  /** Undefined where the code is unknown, used or expired. */
  redeem(code: string): TokenAnswer | undefined {
    const until = this.#codes.get(code);
    this.#codes.delete(code);
    if (until === undefined || until <= this.#clock.now()) return undefined;
    const grant: Grant = {
      refreshToken: '',
      used: new Map(),
      refreshUntil: this.#clock.now() + this.#lifetimes.refreshSeconds * 1000,
      accessTokens: new Map(),
    };
    this.#grants.push(grant);
    return this.#issue(grant);
  }

  /** Undefined where the refresh token is unknown, is no longer accepted, or has expired. */
  refresh(refreshToken: string): TokenAnswer | undefined {
    const now = this.#clock.now();
    const grant = this.#grants.find(
      (candidate) => candidate.refreshToken === refreshToken || candidate.used.has(refreshToken),
    );
    if (!grant || grant.refreshUntil <= now) return undefined;
    const use = grant.used.get(refreshToken);
    if (use && this.#oldRefreshToken === 'ends_at_once') return undefined;
    if (use && this.#oldRefreshToken === 'valid_5_minutes' && now >= use.at + GRACE_MS) return undefined;
    this.refreshes += 1;
    if (use && this.#oldRefreshToken === 'valid_5_minutes') return use.answer;
    const answer = this.#issue(grant);
    grant.used.set(refreshToken, { at: now, answer });
    return answer;
  }

  /** Whether the answer to this refresh is lost. */
  losesAnswer(): boolean {
    if (this.lostAnswers === 0) return false;
    this.lostAnswers -= 1;
    return true;
  }

  isValid(accessToken: string): boolean {
    const now = this.#clock.now();
    return this.#grants.some((grant) => (grant.accessTokens.get(accessToken) ?? 0) > now);
  }

  /** Invalidates every access token, as if it had expired. */
  expireAccess(): void {
    for (const grant of this.#grants) grant.accessTokens.clear();
  }

  /** Invalidates every refresh token too, so that the seller has to sign in again. */
  revoke(): void {
    this.expireAccess();
    this.#grants.length = 0;
  }

  #issue(grant: Grant): TokenAnswer {
    const now = this.#clock.now();
    const accessToken = `50000${randomBytes(24).toString('hex')}`;
    grant.refreshToken = `50001${randomBytes(24).toString('hex')}`;
    const expiresAt = now + this.#lifetimes.accessSeconds * 1000;
    grant.accessTokens.set(accessToken, expiresAt);
    this.issued.push(accessToken, grant.refreshToken);
    return {
      access_token: accessToken,
      refresh_token: grant.refreshToken,
      expires_in: this.#lifetimes.accessSeconds,
      refresh_expires_in: Math.floor((grant.refreshUntil - now) / 1000),
      expire_time: expiresAt,
      refresh_token_valid_time: grant.refreshUntil,
      account: 'canary-account@example.com',
      account_platform: 'seller_center',
      account_id: null,
      user_id: this.sellerId,
      seller_id: this.sellerId,
      user_nick: 'canarynick',
      locale: 'zh_CN',
      sp: 'ae',
      code: '0',
    };
  }
}
