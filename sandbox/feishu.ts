/** A Feishu group with a custom bot: it checks the address, the signature, the size, the card and the rate. [facts C] */

import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Clock } from '../lib/runtime.ts';

export interface DeliveredCard {
  /** Epoch milliseconds on the sandbox's clock. */
  at: number;
  title: string;
  text: string;
  link?: string;
  colour: string;
  /** The body as it came. */
  body: string;
}

export interface FeishuGroup {
  clock: Clock;
  /** The last part of the webhook address. */
  token: string;
  /** Set where "signature verification" is on. */
  secret?: string;
  /** Set where the bot has a keyword. */
  keyword?: string;
  cards: DeliveredCard[];
  refusals: Map<number, number>;
  recent: number[];
}

const BODY_LIMIT = 20_480;
const colours = 'blue wathet turquoise green yellow orange red carmine violet purple indigo grey'.split(' ');

const plainText = z.strictObject({ tag: z.literal('plain_text'), content: z.string() });
const markdown = z.strictObject({ tag: z.literal('markdown'), content: z.string().min(1) });
const button = z.strictObject({
  tag: z.literal('button'),
  text: plainText,
  type: z
    .enum(['default', 'primary', 'danger', 'text', 'primary_text', 'danger_text', 'primary_filled'])
    .optional(),
  width: z.string().optional(),
  size: z.enum(['tiny', 'small', 'medium', 'large']).optional(),
  behaviors: z.array(
    z.strictObject({
      type: z.literal('open_url'),
      default_url: z.url(),
      pc_url: z.string().optional(),
      ios_url: z.string().optional(),
      android_url: z.string().optional(),
    }),
  ),
});
/** Card JSON 2.0, where an unknown property is an error. */
const card = z.strictObject({
  schema: z.literal('2.0'),
  config: z.strictObject({ update_multi: z.literal(true) }).optional(),
  header: z.strictObject({ title: plainText, template: z.enum(colours as [string, ...string[]]).optional() }),
  body: z.strictObject({
    direction: z.enum(['vertical', 'horizontal']).optional(),
    elements: z.array(z.discriminatedUnion('tag', [markdown, button])).max(200),
  }),
});

export function mountFeishu(server: FastifyInstance, group: FeishuGroup): void {
  server.post<{ Params: { token: string } }>('/open-apis/bot/v2/hook/:token', (request, reply) => {
    const code = receive(group, request.params.token, String(request.body));
    if (code !== 0) group.refusals.set(code, (group.refusals.get(code) ?? 0) + 1);
    return reply.send(
      code === 0
        ? { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }
        : { code, msg: 'refused' },
    );
  });
}

function receive(group: FeishuGroup, token: string, text: string): number {
  if (token !== group.token) return 19001;
  if (Buffer.byteLength(text) > BODY_LIMIT) return 9499;
  const now = group.clock.now();
  group.recent = group.recent.filter((at) => at > now - 60_000);
  if (group.recent.length >= 100 || group.recent.filter((at) => at > now - 1000).length >= 5) return 11232;

  let body: { msg_type?: unknown; card?: unknown; timestamp?: unknown; sign?: unknown };
  try {
    body = JSON.parse(text);
  } catch {
    return 9499;
  }
  if (group.secret !== undefined && !isSigned(body, group.secret, now)) return 19021;
  if (body.msg_type !== 'interactive') return 19002;
  const read = card.safeParse(body.card);
  if (!read.success) return 9499;
  const { header, body: content } = read.data;
  const texts = content.elements.flatMap((element) => (element.tag === 'markdown' ? [element.content] : []));
  if (group.keyword && ![header.title.content, ...texts].join('\n').includes(group.keyword)) return 19024;

  const link = content.elements.flatMap((element) => (element.tag === 'button' ? element.behaviors : []))[0]
    ?.default_url;
  group.recent.push(now);
  group.cards.push({
    at: now,
    title: header.title.content,
    text: texts.join('\n'),
    colour: header.template ?? 'blue',
    body: text,
    ...(link && { link }),
  });
  return 0;
}

function isSigned(body: { timestamp?: unknown; sign?: unknown }, secret: string, now: number): boolean {
  const timestamp = String(body.timestamp);
  if (!(Math.abs(Number(timestamp) * 1000 - now) <= 3_600_000)) return false;
  return body.sign === createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}
