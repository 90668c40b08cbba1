/** Stored values as text. */

import { inflateRawSync } from 'node:zlib';

/** Snapshots are base64 of deflated JSON, and in Zapier's cache JSON text around that. */
export function unpacked(value: string): string {
  const packed = value.replaceAll('"', '');
  if (packed.length < 16 || !/^[\w+/=]+$/.test(packed)) return value;
  try {
    return inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8');
  } catch {
    return value;
  }
}
