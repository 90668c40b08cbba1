/**
 * Why something was paused, has ended or did not arrive. A code is stored; its words are looked up where they are shown. Of
 * a problem without a code, its sentences are stored.
 */

import type { FailureReason } from '../../http/transport.ts';
import { type Bilingual, httpReason, isProblem, type Problem, type ProblemKind } from '../../problems.ts';

const OF_HUB = {
  paused_by_owner: { en: 'paused by hand', zh: '已手动暂停' },
  access_given_up: {
    en: 'the client has given up its access to the shop',
    zh: '客户端已放弃对店铺的访问授权',
  },
  token_used_twice: {
    en: 'a token of the client was used twice; the seller has to connect the client again',
    zh: '客户端的令牌被重复使用，卖家须重新连接该客户端',
  },
  key_expired: { en: 'the key of the client has expired', zh: '客户端的密钥已过期' },
  recipe_switched_off: { en: 'the recipe was switched off', zh: '模板已停用' },
  step_removed: { en: 'the channel was removed', zh: '该渠道已移除' },
  interrupted: { en: 'the hub was stopped while it was sent', zh: '发送过程中服务被停止' },
  not_stored: { en: 'no longer stored', zh: '内容已不再保存' },
  nobody_there: { en: 'nobody took the events for a week', zh: '一周内无人接收事件' },
  nobody_reads: { en: 'no client read the events for 31 days', zh: '连续 31 天没有客户端读取事件' },
  bot_full: { en: 'the bot takes no more messages at the moment', zh: '机器人暂时不能接收更多消息' },
  hub_error: { en: 'an error in the hub', zh: '服务内部出错' },
} as const satisfies Record<string, Bilingual>;

const OF_TRANSPORT: Record<FailureReason, Bilingual> = {
  timeout: { en: 'no reply in time', zh: '等待回复超时' },
  cut: { en: 'the connection was cut', zh: '连接中断' },
  too_large: { en: 'the reply is too large', zh: '返回内容过大' },
  not_sent: { en: 'no connection', zh: '无法连接' },
};

const OF_PROBLEMS = {
  channel_answer_lost: { en: 'no reply arrived', zh: '未收到回复' },
  channel_address_refused: { en: 'the webhook URL is not accepted', zh: 'Webhook 地址不被接受' },
  channel_signature_refused: { en: 'the signature was rejected', zh: '签名校验失败' },
  channel_ip_refused: { en: 'the bot only accepts listed IP addresses', zh: '机器人开启了 IP 白名单' },
  channel_keyword_missing: { en: 'the keyword of the bot is missing', zh: '缺少机器人的自定义关键词' },
  channel_busy: { en: 'the channel limits messages', zh: '渠道限流' },
  channel_message_refused: { en: 'the message was rejected', zh: '消息被拒绝' },
  channel_message_too_long: { en: 'the message is too long', zh: '消息过长' },
  channel_unreachable: { en: 'not reachable', zh: '无法连接' },
  ticket_unreachable: { en: 'the ticket system does not answer', zh: '工单系统无响应' },
  ticket_refused: { en: 'the ticket system rejected the ticket', zh: '工单系统拒绝了工单' },
} as const satisfies { [K in ProblemKind]?: Bilingual };

const WORDS = { ...OF_HUB, ...OF_TRANSPORT, ...OF_PROBLEMS };

type Code = keyof typeof WORDS;
export type Reason = Code | `http_${number}` | `file_${string}` | `${string}\n${string}`;

const isCode = (text: string): text is Code => Object.hasOwn(WORDS, text);

export const reasonOfProblem = (problem: Problem): Reason =>
  isCode(problem.kind) ? problem.kind : (problem.message as `${string}\n${string}`);

/** What the error of a step means; one that is no problem is a mistake of the hub. */
export const reasonOfError = (error: unknown): Reason =>
  isProblem(error) ? reasonOfProblem(error) : 'hub_error';

export const isFileError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;

/** @param error of the file system */
export const fileReason = (error: unknown): Reason =>
  `file_${(error as NodeJS.ErrnoException | null)?.code ?? 'unknown'}`;

const OF_ANSWER = /^http_(\d+)$/;
const OF_FILE = /^file_(\w+)$/;

export function wordsOf(reason: Reason): Bilingual {
  if (isCode(reason)) return WORDS[reason];
  const [, status] = OF_ANSWER.exec(reason) ?? [];
  if (status !== undefined) return httpReason(Number(status));
  const [, code] = OF_FILE.exec(reason) ?? [];
  if (code !== undefined)
    return { en: `the file cannot be written (${code})`, zh: `无法写入文件（${code}）` };
  const [en = '', zh = en] = reason.split('\n');
  return { en, zh };
}
