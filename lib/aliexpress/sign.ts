/**
 * Request signing. See docs/aliexpress.md#signing.
 *
 * The signed text is every parameter except `sign`, sorted by the bytes of its name and joined as name and value without
 * separators. A system interface puts its path in front. The signature is HMAC-SHA256 with the app secret, in upper-case
 * hexadecimal.
 */

import { createHmac } from 'node:crypto';

/**
 * @param params every parameter that is sent, without `sign`
 * @param path of a system interface ("/auth/token/create"); empty for a business method
 */
export function sign(params: Readonly<Record<string, string>>, secret: string, path = ''): string {
  const base = Object.keys(params)
    .sort()
    .map((key) => key + params[key])
    .join('');
  return createHmac('sha256', secret)
    .update(path + base)
    .digest('hex')
    .toUpperCase();
}
