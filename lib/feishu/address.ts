/**
 * A bot's webhook address is a credential and a target the user types in, so only Feishu's own hosts and the
 * exact form of a bot address are let through.
 */

import { fail } from '../problems.ts';

const ORIGINS = ['https://open.feishu.cn', 'https://open.larksuite.com', 'https://open.larkoffice.com'];
const PATH = '/open-apis/bot/v2/hook/';
const TOKEN = /^[A-Za-z0-9._~-]{8,128}$/;

export const BOT_ADDRESS = {
  en: 'the webhook address of a Feishu custom bot, https://open.feishu.cn/open-apis/bot/v2/hook/…',
  zh: '飞书自定义机器人的 webhook 地址，https://open.feishu.cn/open-apis/bot/v2/hook/…',
};

/**
 * The address must be one to the letter: no user, no port, no query, no detour in the path.
 * @param extraOrigin an origin on this machine that is allowed as well: the sandbox
 * @throws Problem `bad_input`
 */
export function readBotAddress(text: string, extraOrigin?: string): string {
  const address = text.trim();
  const start = [...ORIGINS, ...(extraOrigin ? [extraOrigin] : [])]
    .map((origin) => origin + PATH)
    .find((prefix) => address.startsWith(prefix));
  const token = start && address.slice(start.length);
  return token && TOKEN.test(token)
    ? address
    : fail('bad_input', { field: { en: 'Webhook URL', zh: 'Webhook 地址' }, allowed: BOT_ADDRESS });
}
