/**
 * Messages that 17TRACK pushes. They are hints: nothing of them is taken over but the number of the parcel, whose course is
 * then read. So a message that comes twice, late, or again after weeks changes nothing.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { trackerNumber } from '../tracker.ts';
import { isNumber } from './register.ts';

/** Whether 17TRACK has signed the message: a plain SHA-256 over the body as it was sent, a slash and the key, in hex. */
export function isSignedByTracker(key: string, body: Buffer, signature: string): boolean {
  const expected = createHash('sha256').update(body).update(`/${key}`).digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature) ? signature : '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const schema = z.object({
  event: z.enum(['TRACKING_UPDATED', 'TRACKING_STOPPED']),
  data: z.object({ number: z.string().refine(isNumber) }),
});

/** The number of the parcel that was updated; undefined where the message is of another kind. */
export function updatedNumber(body: string): string | undefined {
  try {
    const message = schema.safeParse(JSON.parse(body));
    return message.success ? trackerNumber(message.data.data.number) : undefined;
  } catch {
    return undefined;
  }
}
