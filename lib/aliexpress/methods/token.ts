import * as z from 'zod';
import { defineMethod } from '../method.ts';
import * as wire from '../wire.ts';

/** An optional field may be absent, null or empty. */
const orNothing = <T extends z.ZodType>(schema: T) =>
  z.preprocess((raw) => (raw === '' || raw === null ? undefined : raw), schema.optional());

/** Life times are seconds from now. The account's e-mail address, which comes along, is left behind here. */
const tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish(),
  expires_in: wire.integer,
  refresh_expires_in: orNothing(wire.integer),
  seller_id: orNothing(wire.id),
  user_id: orNothing(wire.id),
});

export const tokenCreate = defineMethod({
  name: '/auth/token/create',
  family: 'system',
  request: z.strictObject({ code: z.string().min(1) }),
  answer: tokens,
  personalData: 'none',
  source: 'docs/aliexpress.md#tokens',
});

/** The refresh deadline does not move; an answer without a refresh token means that the old one stays. */
export const tokenRefresh = defineMethod({
  name: '/auth/token/refresh',
  family: 'system',
  request: z.strictObject({ refresh_token: z.string().min(1) }),
  answer: tokens,
  personalData: 'none',
  source: 'docs/aliexpress.md#tokens',
});
