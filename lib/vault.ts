/**
 * Encrypts tokens with AES-256-GCM, under a key derived from the app secret, which only the environment contains. With
 * another app secret nothing can be read, and the shop is connected again.
 */

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export interface Vault {
  /** @param context that `decrypt` must be given too; it is not part of the result */
  encrypt(text: string, context?: string): string;
  /** Null when the text was encrypted under another key or in another context, or is damaged. */
  decrypt(encrypted: string, context?: string): string | null;
  /** For comparing tokens. Without the app secret it cannot be computed. */
  digest(text: string): string;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const DIGEST_LENGTH = 22;

/** @param purpose that keeps the keys of different uses apart */
export function createVault(appSecret: string, purpose: string): Vault {
  const keyFor = (use: string) => Buffer.from(hkdfSync('sha256', appSecret, '', use, 32));
  const key = keyFor(purpose);
  return {
    encrypt: (text, context = '') => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(context));
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64');
    },
    decrypt: (encrypted, context = '') => {
      const bytes = Buffer.from(encrypted, 'base64');
      const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
      // Node accepts tags that are shorter.
      if (tag.length < TAG_BYTES) return null;
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES));
        decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
        return (
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        return null;
      }
    },
    digest: (text) =>
      createHmac('sha256', keyFor(`${purpose}, digest`))
        .update(text)
        .digest('base64url')
        .slice(0, DIGEST_LENGTH),
  };
}
