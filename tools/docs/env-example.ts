/** Writes the part of .env.example that lists the messengers. The rest of the file is written by hand. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { channels } from '../../channels/index.ts';
import type { ChannelDeclaration } from '../../lib/channels/channel.ts';
import { channelSettings } from '../../lib/channels/settings.ts';
import type { Page } from './page.ts';

const FILE = '.env.example';
const BEGIN = '# --- Messengers. Written by `npm run docs`. ---';
const END = '# --- End of messengers. ---';

const INTRO = [
  '# The webhook URL of a bot in your group, for recipes that send messages. Set one messenger or several. They are filled in',
  '# for the first shop; on the page you can change them.',
  '# 群机器人的 Webhook 地址，发消息的流程模板需要。可设置一个或多个，会自动填入第一个店铺，之后可在页面上修改。',
];

function settingsOf(channel: ChannelDeclaration): string {
  const { name, address, signing } = channel;
  const { url, secret } = channelSettings(channel);
  return [
    '',
    `# ${name.en}. ${address.help.en}`,
    `# ${name.zh}：${address.help.zh}`,
    `${url}=`,
    ...(signing && secret ? [`# ${signing.help.en} / ${signing.help.zh}`, `${secret}=`] : []),
  ].join('\n');
}

/** @param root the folder of the project */
export function envExample(root: string): Page {
  const text = readFileSync(join(root, FILE), 'utf8');
  const [before, rest] = text.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`${FILE} lacks "${BEGIN}" or "${END}"`);
  const part = [BEGIN, ...INTRO, ...channels.map(settingsOf), END].join('\n');
  return { path: FILE, text: before + part + after };
}
