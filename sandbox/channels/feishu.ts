/** A Feishu group with a custom bot. [docs/channels.md#feishu-and-lark] */

import { createHmac, randomUUID } from 'node:crypto';
import feishu from '../../channels/feishu.ts';
import {
  type BotAnswer,
  type BotRequest,
  type Group,
  isTooFrequent,
  isTooLong,
  type MessengerSimulator,
  parseJson,
  severityOf,
} from '../messengers.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  9499: 'Bad Request',
  11312: 'message did not pass the audit',
  19001: 'param invalid: incoming webhook access token invalid',
  19002: 'params error, msg_type need',
  19021: 'sign match fail or timestamp is not within one hour from current time',
  19022: 'Ip Not Allowed',
  19024: 'Key Words Not Found',
};

/** Nearly every answer has HTTP 200. */
const refused = (code: number, msg = MESSAGES[code] ?? '', status = 200): BotAnswer => ({
  status,
  code,
  json: { code, msg, data: {} },
});

/** An image that was not uploaded to Feishu refuses the whole card. */
const UNKNOWN_IMAGE = /!\[[^\]]*\]\(([^)]*)\)/;
/** A web address that runs on into Chinese is taken for one illegal link. */
const ILLEGAL_LINK = /https?:\/\/[\w./?=&%-]+[\u4e00-\u9fff]/;

function receive(group: Group, { token, body: text }: BotRequest): BotAnswer {
  if (token !== group.token) return refused(19001);
  if (isTooLong(text, feishu)) return refused(9499);
  if (isTooFrequent(group)) return refused(9499, 'too many request', 400);
  const body = parseJson(text);
  if (!body) return refused(9499);
  if (group.refusesThisAddress) return refused(19022);
  if (group.secret !== undefined && !isSigned(body, group.secret, group.clock.now())) return refused(19021);
  const { timestamp: _, sign: __, ...message } = body;
  if (message.msg_type !== 'interactive') return refused(19002);
  const read = feishu.form.safeParse(message);
  if (!read.success) return refused(9499);

  const { header, body: content } = read.data.card;
  const markdown = content.elements.flatMap((element) =>
    element.tag === 'markdown' ? [element.content] : [],
  );
  const image = UNKNOWN_IMAGE.exec(markdown.join('\n'));
  if (image) {
    const inner = `ErrCode: 200570; ErrMsg: card contains invalid image keys; ErrorValue: ${image[1]};`;
    return refused(11246, `Failed to create card content, ext=${inner}`);
  }
  if (ILLEGAL_LINK.test(markdown.join('\n'))) return refused(11246, 'create message content fail');
  const shown = withoutEntities(markdown.join('\n'));
  const everything = `${header.title.content}\n${shown}`;
  if (group.keyword && !everything.includes(group.keyword)) return refused(19024);
  if (group.blockedWord && everything.includes(group.blockedWord)) return refused(11312);

  const link = content.elements.flatMap((element) => (element.tag === 'button' ? element.behaviors : []))[0]
    ?.default_url;
  return {
    code: 0,
    json: { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' },
    card: {
      title: header.title.content,
      text: shown,
      severity: severityOf(feishu, (color) => color === header.template),
      mentionsEveryone: /<at id=all>/.test(markdown.join('\n')),
      ...(link && { link }),
    },
  };
}

function isSigned(body: Record<string, unknown>, secret: string, now: number): boolean {
  const timestamp = String(body.timestamp);
  if (!(Math.abs(Number(timestamp) * 1000 - now) <= 3_600_000)) return false;
  return body.sign === createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}

const withoutEntities = (markdown: string): string =>
  markdown.replace(/&#(\d{1,7});/g, (_, code: string) => String.fromCodePoint(Number(code)));

export default { channel: feishu, newToken: randomUUID, receive } satisfies MessengerSimulator;
