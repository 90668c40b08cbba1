/** DingTalk (钉钉): a custom robot of a group. [docs/channels.md#dingtalk] */

import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { channel } from '../lib/channels/channel.ts';

const filled = () => z.string().min(1);

const markdown = () =>
  z.strictObject({
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ title: filled(), text: filled() }),
    at: z.strictObject({ isAtAll: z.literal(true) }).optional(),
  });
/** A card with one button. It cannot mention anyone. */
const actionCard = () =>
  z.strictObject({
    msgtype: z.literal('actionCard'),
    actionCard: z.strictObject({
      title: filled(),
      text: filled(),
      singleTitle: filled(),
      singleURL: z.url(),
    }),
  });

/** DingTalk's Markdown has no escape character: full-width forms look alike and mean nothing. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '[': '［',
  ']': '］',
  '(': '（',
  ')': '）',
  '<': '＜',
  '>': '＞',
  '*': '＊',
  _: '＿',
  '#': '＃',
  '!': '！',
  '|': '｜',
  '~': '～',
  '`': '｀',
  '\\': '＼',
  '&': '＆',
  '-': '－',
  '+': '＋',
  '=': '＝',
  '.': '．',
  '@': '＠',
};
const lookAlike = (mark: string): string => LOOK_ALIKES[mark] ?? mark;

const literal = (text: string): string =>
  text
    .replace(/[[\]()<>*_#!|~`\\@]|&(?=#?\w+;)/g, lookAlike)
    // Links that are recognized by their look.
    .replace(/:\/\//g, '：／／')
    .replace(/www\./gi, (start) => start.replace('.', '．'))
    // What begins a list or a ruled line.
    .replace(/^(?:[-+=](?=\s|[-+=]|$)|\d{1,9}\.(?=\s|$))/, (start) => start.replace(/[-+=.]/, lookAlike));

export default channel({
  key: 'dingtalk',
  name: { en: 'DingTalk', zh: '钉钉' },
  description: { en: 'Sends a message to a DingTalk group.', zh: '向钉钉群发送消息。' },
  address: {
    origins: ['https://oapi.dingtalk.com'],
    path: '/robot/send?access_token=',
    token: /[0-9a-fA-F]{32,128}/,
    help: {
      en: 'In the group: Group Settings > Bots > Add > Custom. Anyone who has it can post to the group.',
      zh: '群设置 → 机器人 → 添加机器人 → 自定义。请勿外传，持有者可向群里发消息。',
    },
  },
  signing: {
    help: {
      en: 'The secret starts with SEC. Only if "Sign" is on for the bot.',
      zh: '以 SEC 开头，仅当机器人开启“加签”时填写。',
    },
    place: 'query',
    // The key is the secret, the message is `timestamp + "\n" + secret`. [docs/channels.md#dingtalk-signature]
    sign: (secret, now) => ({
      timestamp: String(now),
      sign: createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64'),
    }),
  },
  severity: { shownAs: 'emoji', marks: { info: '🔵', warning: '🟠', urgent: '🔴' } },
  markup: {
    escape: literal,
    bold: (escaped) => `**${escaped}**`,
    italic: (escaped) => `*${escaped}*`,
    lineBreak: '  \n',
  },
  form: z.lazy(() => z.discriminatedUnion('msgtype', [markdown(), actionCard()])),
  build: ({ title, text, mark, link, openLabel, mention }) => {
    const headed = `### ${mark} ${literal(title)}\n\n${text}`;
    if (link !== undefined && mention === 'nobody')
      return {
        msgtype: 'actionCard',
        actionCard: { title, text: headed, singleTitle: openLabel, singleURL: link },
      };
    const linked =
      link === undefined ? headed : `${headed}\n\n[${openLabel}](${link.replace(/[()]/g, encodeBracket)})`;
    return {
      msgtype: 'markdown',
      markdown: { title, text: linked },
      ...(mention === 'everyone' && { at: { isAtAll: true } }),
    };
  },
  limits: { bytes: 20_000, perMinute: 20 },
  answers: {
    form: z.lazy(() =>
      z
        .object({ errcode: z.number(), errmsg: z.string().catch('') })
        .transform(({ errcode, errmsg }) => ({ code: errcode, text: errmsg })),
    ),
    rules: [
      { code: 0, is: 'delivered' },
      { code: -1, is: 'busy' },
      // The robot is silenced for ten minutes. [docs/channels.md#dingtalk-limits]
      { code: [130101, 410100], is: 'busy', pauseMs: 600_000 },
      // One code for four causes; older robots answer in English, newer ones in Chinese.
      { code: 310000, text: /whitelist|白名单/i, is: 'ip' },
      { code: 310000, text: /keyword|关键词/i, is: 'keyword' },
      { code: 310000, text: /sign|timestamp|签名|时间戳/i, is: 'signature' },
      { code: [300001, 400013, 400101, 400102, 400106], is: 'address' },
      { code: [460101, 101002], is: 'too_long' },
      { code: [430101, 430102, 430103, 430104], is: 'message', reason: 'blocked_content' },
      { code: [40035, 43004, 400105], is: 'message', reason: 'bad_format' },
    ],
  },
});

const encodeBracket = (bracket: string): string => (bracket === '(' ? '%28' : '%29');
