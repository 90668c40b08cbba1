/** The address of AliExpress's gateway. */

import { isLoopback, isOrigin, parseAddress } from '../http/address.ts';
import { fail } from '../problems.ts';

/** "api-sg.aliexpress.com" and the hosts of other regions, but not the retired oauth. and gw.api. hosts. */
const CURRENT = /^api(-[a-z]+)?\.aliexpress\.com$/;

/**
 * Accepts the current gateway over https, and plain http on a loopback address for the sandbox.
 * @throws Problem `bad_setting`
 */
export function readGatewayUrl(text: string): string {
  const url = parseAddress(text);
  const isGateway = url && (isLoopback(url) || (url.protocol === 'https:' && CURRENT.test(url.host)));
  if (isGateway && isOrigin(url)) return url.origin;
  return fail('bad_setting', {
    setting: 'ALIEXPRESS_GATEWAY_URL',
    expected: {
      en: 'the current AliExpress gateway, https://api-sg.aliexpress.com (not the retired Taobao gateway)',
      zh: '速卖通当前网关 https://api-sg.aliexpress.com（不是已停用的淘宝网关）',
    },
  });
}

export const GATEWAY_URL = 'https://api-sg.aliexpress.com';
