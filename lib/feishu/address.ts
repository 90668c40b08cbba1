/**
 * A bot's webhook address is a credential and a target the user types in, so only Feishu's own hosts and the
 * exact form of a bot address are let through.
 */

import { fail } from '../problems.ts';

const HOSTS = new Set(['open.feishu.cn', 'open.larksuite.com', 'open.larkoffice.com']);
const PATH = /^\/open-apis\/bot\/v2\/hook\/[A-Za-z0-9._~-]{8,128}$/;

export const BOT_ADDRESS = {
  en: 'the webhook address of a Feishu custom bot, https://open.feishu.cn/open-apis/bot/v2/hook/…',
  zh: '飞书自定义机器人的 webhook 地址，https://open.feishu.cn/open-apis/bot/v2/hook/…',
};

/**
 * @param extraOrigin an origin on this machine that is allowed as well: the sandbox
 * @throws Problem `bad_input`
 */
export function readBotAddress(text: string, extraOrigin?: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const knownHost = url && ((url.protocol === 'https:' && HOSTS.has(url.host)) || url.origin === extraOrigin);
  if (!knownHost || !PATH.test(url.pathname) || url.search || url.hash || url.username) {
    return fail('bad_input', { field: 'Bot Address', allowed: BOT_ADDRESS });
  }
  return url.href;
}
