/**
 * Request signing. See docs/aliexpress.md#signing.
 *
 * All text parameters but `sign`, sorted by byte order, joined as key+value without separators, raw UTF-8;
 * system interfaces put their path in front. HMAC-SHA256 with the app secret, upper-case hex.
 */

import { createHmac } from 'node:crypto';

/**
 * @param params every parameter that will be sent, system and business, without `sign`
 * @param path of a system interface ("/auth/token/create"); left out for business methods
 */
export function sign(params: Readonly<Record<string, string>>, secret: string, path = ''): string {
  const base = Object.keys(params)
    .sort()
    .map((key) => key + params[key])
    .join('');
  return createHmac('sha256', secret)
    .update(path + base, 'utf8')
    .digest('hex')
    .toUpperCase();
}
