/** A DingTalk group with a custom robot. [docs/channels.md#dingtalk] */

import { createHmac, randomBytes } from 'node:crypto';
import dingtalk from '../../channels/dingtalk.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
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

const SILENCE_MS = 10 * MINUTE;

const MESSAGES: Readonly<Record<number, string>> = {
  40035: '缺少参数 json',
  43004: '无效的HTTP HEADER Content-Type',
  130101: 'send too fast, exceed 20 times per minute',
  300001: 'token is not exist',
  400105: '不支持的消息类型',
  410100: '发送速度太快而限流',
  430104: '发送了不安全的内容',
  460101: 'message too long, exceed 20000 bytes',
};
/** Texts of code 310000. The last one is in the newer wording. */
const SECURITY = {
  keyword: 'keywords not in content',
  timestamp: 'invalid timestamp',
  ip: 'ip 127.0.0.1 not in whitelist',
  sign: 'description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;',
};

/** Every answer has HTTP 200. */
const refused = (errcode: number, errmsg = MESSAGES[errcode] ?? '', more: object = {}): BotAnswer => ({
  code: errcode,
  json: { errcode, errmsg, ...more },
});

function receive(group: Group, { token, query, contentType, body: text }: BotRequest): BotAnswer {
  if (token !== group.token) return refused(300001);
  if (!contentType.startsWith('application/json')) return refused(43004);
  const body = parseJson(text);
  if (!body) return refused(40035);
  const now = group.clock.now();
  if (now < group.silencedUntil) return refused(410100);
  if (isTooFrequent(group)) {
    group.silencedUntil = now + SILENCE_MS;
    return refused(130101, MESSAGES[130101], { status: 1111, wait: 5, source: 'x5', punish: 'deny' });
  }
  if (group.refusesThisAddress) return refused(310000, SECURITY.ip);
  const problem = group.secret === undefined ? undefined : signatureProblem(query, group.secret, now);
  if (problem) return refused(310000, SECURITY[problem]);
  if (isTooLong(text, dingtalk)) return refused(460101);
  if (!['markdown', 'actionCard'].includes(String(body.msgtype))) return refused(400105);
  const read = dingtalk.form.safeParse(body);
  if (!read.success) return refused(40035);

  const message = read.data;
  const { title, text: shown } = message.msgtype === 'markdown' ? message.markdown : message.actionCard;
  const everything = `${title}\n${shown}`;
  if (group.keyword && !everything.includes(group.keyword)) return refused(310000, SECURITY.keyword);
  if (group.blockedWord && everything.includes(group.blockedWord)) return refused(430104);
  const link =
    message.msgtype === 'actionCard' ? message.actionCard.singleURL : /\]\((https:[^)]+)\)/.exec(shown)?.[1];
  return {
    code: 0,
    json: { errcode: 0, errmsg: 'ok' },
    card: {
      title,
      text: shown,
      severity: severityOf(dingtalk, (emoji) => shown.startsWith(`### ${emoji}`)),
      mentionsEveryone: message.msgtype === 'markdown' && message.at !== undefined,
      ...(link && { link }),
    },
  };
}

function signatureProblem(
  { timestamp = '', sign }: Readonly<Record<string, string>>,
  secret: string,
  now: number,
): 'timestamp' | 'sign' | undefined {
  if (!(Math.abs(Number(timestamp) - now) <= HOUR)) return 'timestamp';
  const expected = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return sign === expected ? undefined : 'sign';
}

export default {
  channel: dingtalk,
  newToken: () => randomBytes(32).toString('hex'),
  receive,
} satisfies MessengerSimulator;
