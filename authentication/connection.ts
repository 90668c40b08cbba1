/** The data of a connection, as platforms store it: flat strings. The account's e-mail address is left out. */

import * as z from 'zod';

export const connectionSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  /** Part of the keys of budget and snapshots. From the token answer, never from user input. */
  seller_id: z.string(),
  /** ISO 8601 in UTC. */
  access_expires_at: z.string(),
  /** ISO 8601 in UTC; afterwards the seller must connect again. Empty where AliExpress leaves it out. */
  refresh_expires_at: z.string(),
  /** When the seller signed in, ISO 8601 in UTC. Empty in connections that lack it. */
  connected_at: z.string(),
});

export type Connection = z.output<typeof connectionSchema>;
