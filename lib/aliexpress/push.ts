/**
 * Messages that AliExpress pushes to the callback of an app: what they are about. They are hints, and nothing of them is
 * trusted or kept but the shop and the kind. See docs/aliexpress.md#push-messages.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { parseJson } from './json.ts';

/** `test`: sent from the App Console. */
export type PushTopic = 'orders' | 'parcels' | 'authorization' | 'test' | 'unknown';

export interface PushMessage {
  seller: string;
  topic: PushTopic;
}

/** Numbers of the topics as clients have seen them. AliExpress warns that they may change. */
export const PUSH_TYPES: Readonly<Record<number, PushTopic>> = {
  0: 'test',
  18: 'parcels',
  51: 'orders',
  53: 'orders',
  65: 'authorization',
};

/** The signature of a message: hexadecimal HMAC-SHA256 over the app key and the body as it was sent. */
export const signPush = (appKey: string, appSecret: string, body: Buffer): string =>
  createHmac('sha256', appSecret).update(appKey).update(body).digest('hex');

/** Whether AliExpress has signed the message. */
export function isSignedPush(
  { appKey, appSecret }: { appKey: string; appSecret: string },
  body: Buffer,
  signature: string,
): boolean {
  const expected = Buffer.from(signPush(appKey, appSecret, body));
  const given = Buffer.from(signature.toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const schema = z.object({
  message_type: z.coerce.number(),
  seller_id: z.union([z.string(), z.number()]).transform(String),
});

/** Undefined where the body is not a message. */
export function readPush(body: string): PushMessage | undefined {
  const parsed = schema.safeParse(tryParse(body));
  if (!parsed.success) return undefined;
  return { seller: parsed.data.seller_id, topic: PUSH_TYPES[parsed.data.message_type] ?? 'unknown' };
}

function tryParse(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}
