/** Short digests stand for ids in stored sets, which need no more than to be told apart. */

import { createHash } from 'node:crypto';

/** @param length in characters of 6 bits each */
export const shortDigest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, length);
