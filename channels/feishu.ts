/** Feishu (飞书) and Lark: a custom bot of a group. [docs/channels.md#feishu-and-lark] */

import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { channel } from '../lib/channels/channel.ts';

const COLORS = ['blue', 'orange', 'red'] as const;

const plainText = () => z.strictObject({ tag: z.literal('plain_text'), content: z.string().min(1) });
const markdown = () => z.strictObject({ tag: z.literal('markdown'), content: z.string().min(1) });
const button = () =>
  z.strictObject({
    tag: z.literal('button'),
    text: plainText(),
    type: z.literal('primary'),
    behaviors: z.array(z.strictObject({ type: z.literal('open_url'), default_url: z.url() })).length(1),
  });

/** Card JSON 2.0, where an unknown property is an error. */
const card = () =>
  z.strictObject({
    schema: z.literal('2.0'),
    config: z.strictObject({ update_multi: z.literal(true) }),
    header: z.strictObject({ title: plainText(), template: z.enum(COLORS) }),
    body: z.strictObject({
      direction: z.literal('vertical'),
      elements: z.array(z.discriminatedUnion('tag', [markdown(), button()])).max(200),
    }),
  });

const openButton = (link: string, label: string): z.infer<ReturnType<typeof button>> => ({
  tag: 'button',
  text: { tag: 'plain_text', content: label },
  type: 'primary',
  behaviors: [{ type: 'open_url', default_url: link }],
});

export default channel({
  key: 'feishu',
  name: { en: 'Feishu', zh: '飞书' },
  description: {
    en: 'Sends a message card to a Feishu or Lark group.',
    zh: '向飞书或 Lark 群发送消息卡片。',
  },
  address: {
    origins: ['https://open.feishu.cn', 'https://open.larksuite.com'],
    path: '/open-apis/bot/v2/hook/',
    token: /[A-Za-z0-9._~-]{8,128}/,
    help: {
      en: 'In the group: Settings > Bots > Add Bot > Custom Bot. Anyone who has it can post to the group.',
      zh: '群设置 → 群机器人 → 添加机器人 → 自定义机器人。请勿外传，持有者可向群里发消息。',
    },
  },
  signing: {
    help: {
      en: 'Only if "Signature verification" is on for the bot.',
      zh: '仅当机器人开启“签名校验”时填写。',
    },
    place: 'body',
    // The key is `timestamp + "\n" + secret`, the message is empty. [docs/channels.md#feishu-signature]
    sign: (secret, now) => {
      const timestamp = String(Math.floor(now / 1000));
      return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') };
    },
  },
  severity: { shownAs: 'color', marks: { info: 'blue', warning: 'orange', urgent: 'red' } },
  markup: {
    // Every character that may begin markup, as a numeric entity. [docs/channels.md#feishu-cards]
    escape: (text) => text.replace(/[&<>*_~[\]()#!|\\:$+\-=."'`]/g, (mark) => `&#${mark.charCodeAt(0)};`),
    bold: (escaped) => `**${escaped}**`,
    italic: (escaped) => `*${escaped}*`,
    lineBreak: '\n',
  },
  form: z.lazy(() => z.strictObject({ msg_type: z.literal('interactive'), card: card() })),
  build: ({ title, text, mark, link, openLabel, mention }) => ({
    msg_type: 'interactive',
    card: {
      schema: '2.0',
      config: { update_multi: true },
      header: { title: { tag: 'plain_text', content: title }, template: mark },
      body: {
        direction: 'vertical',
        elements: [
          { tag: 'markdown', content: mention === 'everyone' ? `<at id=all></at>\n${text}` : text },
          ...(link === undefined ? [] : [openButton(link, openLabel)]),
        ],
      },
    },
  }),
  limits: { bytes: 20_480, perMinute: 100, perSecond: 5 },
  answers: {
    // Older bots answer StatusCode and StatusMessage alone.
    form: z.lazy(() =>
      z.union([
        z
          .object({ code: z.number(), msg: z.string().catch('') })
          .transform(({ code, msg }) => ({ code, text: msg })),
        z
          .object({ StatusCode: z.number(), StatusMessage: z.string().catch('') })
          .transform(({ StatusCode, StatusMessage }) => ({ code: StatusCode, text: StatusMessage })),
      ]),
    ),
    rules: [
      { code: 0, is: 'delivered' },
      { code: 9499, text: /too many request/i, is: 'busy' },
      { code: [11232, 2200], is: 'busy' },
      { code: 11246, text: /Service Internal Error/i, is: 'busy' },
      { code: 11246, text: /ErrCode:\s*200570\b/, is: 'message', reason: 'invalid_image' },
      { code: 11312, is: 'message', reason: 'blocked_content' },
      { code: [9499, 19002, 11246, 11311], is: 'message', reason: 'bad_format' },
      { code: 19036, is: 'too_long' },
      { code: 19001, is: 'address' },
      { code: 19021, is: 'signature' },
      { code: 19022, is: 'ip' },
      { code: 19024, is: 'keyword' },
    ],
  },
});
