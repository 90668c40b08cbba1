import * as z from 'zod';
import { defineMethod } from '../method.ts';
import * as wire from '../wire.ts';

/** An optional field may be missing, null or empty. */
const orNothing = <T extends z.ZodType>(schema: T) =>
  z.preprocess((raw) => (raw === '' || raw === null ? undefined : raw), schema.optional());

/** Lifetimes in seconds. The account's e-mail address is in the answer too, and is not returned. */
const tokens = z
  .object({
    access_token: z.string().min(1),
    refresh_token: z.string().nullish(),
    expires_in: wire.integer,
    refresh_expires_in: orNothing(wire.integer),
    seller_id: orNothing(wire.id),
    user_id: orNothing(wire.id),
  })
  .transform((answer) => ({
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    accessSeconds: answer.expires_in,
    refreshSeconds: answer.refresh_expires_in,
    sellerId: answer.seller_id || answer.user_id,
  }));

/** Redeems an authorization code. See docs/aliexpress.md#tokens. */
export const tokenCreate = defineMethod({
  name: '/auth/token/create',
  family: 'system',
  request: () => z.strictObject({ code: z.string().min(1) }),
  answer: () => tokens,
  personalData: 'none',
  source: 'docs/aliexpress.md#tokens',
});

/**
 * The refresh deadline does not move. If the answer has no refresh token, the old one stays valid.
 * See docs/aliexpress.md#token-lifetimes.
 */
export const tokenRefresh = defineMethod({
  name: '/auth/token/refresh',
  family: 'system',
  request: () =>
    z
      .strictObject({ refreshToken: z.string().min(1) })
      .transform(({ refreshToken }) => ({ refresh_token: refreshToken })),
  answer: () => tokens,
  personalData: 'none',
  source: 'docs/aliexpress.md#tokens',
});
