/** Short digests stand for ids in stored sets, which need no more than to be told apart. */

import { hash } from 'node:crypto';

/** @param length in characters of 6 bits each */
export const shortDigest = (text: string, length: number): string =>
  hash('sha256', text, 'base64url').slice(0, length);
