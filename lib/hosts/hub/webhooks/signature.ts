/** Signs webhooks as Standard Webhooks 1.0.0 describes: https://www.standardwebhooks.com. */

import { createHmac } from 'node:crypto';
import { SECOND } from '../../../runtime.ts';

const SECRET_PREFIX = 'whsec_';

/** @param at when the attempt is made, epoch milliseconds */
export function signedHeaders(
  { id, body, secret }: { id: string; body: string; secret: string },
  at: number,
): Record<string, string> {
  const timestamp = String(Math.floor(at / SECOND));
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
