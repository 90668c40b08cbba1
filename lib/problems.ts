/**
 * Everything that can go wrong, as one closed set. Each problem has one sentence in English and one in
 * Chinese that tells a person without code what to do next. Hosts turn problems into what their platform
 * wants; nothing else in the pack throws on purpose.
 *
 * A problem carries codes, ids, names of settings and times. Never a token, a request body, or text that
 * AliExpress or a buyer wrote.
 */

import { Temporal } from 'temporal-polyfill';
import { MINUTE } from './runtime.ts';

/** The same thing said in both languages. */
export interface Bilingual {
  en: string;
  zh: string;
}

/** The facts each problem carries. Times are epoch milliseconds. */
export interface ProblemFacts {
  budget_used_up: { limit: number; resetsAt: number; now: number; zone: string };
  budget_unavailable: Record<never, never>;
  banned: { until: number; now: number };
  aliexpress_unreachable: { reason: string };
  token_expired: Record<never, never>;
  reconnect_needed: Record<never, never>;
  app_key_refused: { code: string };
  permission_missing: { method: string; code: string };
  ip_not_allowed: Record<never, never>;
  request_refused: { method: string; code: string };
  answer_changed: { method: string; field: string };
  /** `field`: the label of the input. */
  bad_input: { field: string | Bilingual; allowed: Bilingual };
  bad_setting: { setting: string; expected: Bilingual };
  already_running: { folder: string };
  redirect_uri_mismatch: { given: string; registered: string };
  state_lost: Record<never, never>;
  code_refused: { code: string; redirectUri: string };
  feishu_address_refused: { code: string };
  feishu_signature_refused: Record<never, never>;
  feishu_ip_refused: Record<never, never>;
  feishu_keyword_missing: Record<never, never>;
  feishu_busy: { code: string };
  feishu_card_refused: { code: string };
  feishu_unreachable: Record<never, never>;
  feishu_answer_lost: Record<never, never>;
}

export type ProblemKind = keyof ProblemFacts;

const sentences: { [K in ProblemKind]: Bilingual } = {
  budget_used_up: {
    en: "Today's {limit} AliExpress calls are used up; new calls from {resetsAt|clock} (in {resetsAt|in}).",
    zh: '今天的 {limit} 次速卖通接口调用已用完，{resetsAt|clock} 起可再次调用（还有 {resetsAt|in}）。',
  },
  budget_unavailable: {
    en: 'The counter of your daily AliExpress calls cannot be reached, so no call was made. Try again in a few minutes.',
    zh: '无法读取每日接口调用计数，因此没有发起调用。请几分钟后重试。',
  },
  banned: {
    en: 'AliExpress has paused this account for too many requests; calls go on in {until|in}. Nothing needs to be changed.',
    zh: '因请求过多，速卖通暂停了该账号的接口调用，{until|in}后自动恢复，无需任何操作。',
  },
  aliexpress_unreachable: {
    en: 'AliExpress did not answer properly ({reason}). This usually passes by itself: try again in a few minutes.',
    zh: '速卖通没有正常响应（{reason}），通常会自行恢复，请几分钟后重试。',
  },
  token_expired: {
    en: 'The AliExpress access token has expired and is being renewed. If this keeps appearing, reconnect the shop.',
    zh: '速卖通授权令牌已过期，正在续期。如果反复出现，请重新连接店铺。',
  },
  reconnect_needed: {
    en: 'The connection to this AliExpress shop has ended. Reconnect the shop to go on.',
    zh: '该速卖通店铺的授权已失效，请重新连接店铺。',
  },
  app_key_refused: {
    en: 'AliExpress refused the app key or its signature (code {code}). The publisher must check app key and app secret against the App Console.',
    zh: '速卖通拒绝了应用的 App Key 或签名（代码 {code}）。请发布者对照应用控制台检查 App Key 和 App Secret。',
  },
  permission_missing: {
    en: 'The AliExpress app may not call {method} (code {code}). In the App Console, apply for the API group that contains it, then reconnect the shop.',
    zh: '该应用没有调用 {method} 的权限（代码 {code}）。请在应用控制台申请包含它的接口权限组，然后重新连接店铺。',
  },
  ip_not_allowed: {
    en: 'The AliExpress app accepts calls from listed IP addresses only. In the App Console, turn off the IP whitelist or add the addresses of your automation platform.',
    zh: '该应用设置了 IP 白名单。请在应用控制台关闭 IP 白名单，或加入自动化平台的出口 IP。',
  },
  request_refused: {
    en: 'AliExpress refused {method} with code {code}. Check that the number you entered belongs to this shop.',
    zh: '速卖通拒绝了 {method}，代码 {code}。请确认填写的编号属于该店铺。',
  },
  answer_changed: {
    en: 'The answer of {method} no longer has the agreed shape at "{field}". Please report this to the publisher of the connector.',
    zh: '接口 {method} 的返回内容在 “{field}” 处与约定不符，请告知连接器的发布者。',
  },
  bad_input: {
    en: '"{field}" has an invalid value. Allowed: {allowed}.',
    zh: '“{field}” 的值无效。应为：{allowed}。',
  },
  bad_setting: {
    en: 'Setting {setting} is missing or malformed. Expected: {expected}.',
    zh: '配置项 {setting} 缺失或格式不对，应为：{expected}。',
  },
  already_running: {
    en: 'Another run is using {folder}. Stop it first; two would send every card twice.',
    zh: '另一个进程正在使用 {folder}，请先停止它，否则每张卡片都会发送两次。',
  },
  redirect_uri_mismatch: {
    en: 'The redirect URI "{given}" is not the callback URL registered for the app, "{registered}". They must be equal to the letter; a slash at the end counts.',
    zh: '回调地址 “{given}” 与应用登记的回调地址 “{registered}” 不一致。两者必须一字不差，末尾的斜杠也算。',
  },
  state_lost: {
    en: 'The answer to the sign-in came back without the "state" it was sent with, so it cannot be trusted. Start connecting the shop again, in one browser window, and do not reload the page.',
    zh: '授权返回时丢失了 “state” 参数，无法确认来源。请在同一个浏览器窗口中重新连接店铺，过程中不要刷新页面。',
  },
  code_refused: {
    en: 'AliExpress refused the authorization code (code {code}). It works once and for about 3 minutes, and only if the callback URL registered for the app equals "{redirectUri}" to the letter (a slash at the end counts). Connect the shop again.',
    zh: '速卖通拒绝了授权码（代码 {code}）。授权码只能使用一次，约 3 分钟内有效，且应用登记的回调地址必须与 “{redirectUri}” 一字不差（末尾的斜杠也算）。请重新连接店铺。',
  },
  feishu_address_refused: {
    en: 'Feishu does not know this bot address (code {code}). Open the group, settings, bots, and copy the webhook address again, or add a new custom bot.',
    zh: '飞书不认识这个机器人地址（代码 {code}）。请在群设置 → 群机器人中重新复制 webhook 地址，或新建自定义机器人。',
  },
  feishu_signature_refused: {
    en: 'Feishu refused the signature. Copy the signature code of the bot again ("Signature verification" in its settings), without spaces.',
    zh: '飞书签名校验失败。请在机器人的“签名校验”设置中重新复制密钥，注意不要带空格。',
  },
  feishu_ip_refused: {
    en: 'The Feishu bot accepts listed IP addresses only. Turn its IP whitelist off and use a keyword or a signature instead.',
    zh: '该飞书机器人设置了 IP 白名单。请关闭白名单，改用关键词或签名校验。',
  },
  feishu_keyword_missing: {
    en: "The Feishu bot only accepts messages with its keyword. Put the keyword into the card's title.",
    zh: '该飞书机器人设置了关键词。请把关键词写进卡片标题。',
  },
  feishu_busy: {
    en: 'Feishu is busy at the moment (code {code}). The card was not delivered; it can be sent again in a minute.',
    zh: '飞书暂时繁忙（代码 {code}），卡片未送达，一分钟后可重发。',
  },
  feishu_card_refused: {
    en: 'Feishu refused the card (code {code}). Shorten the text of the card and try again.',
    zh: '飞书拒绝了该卡片（代码 {code}）。请缩短卡片内容后重试。',
  },
  feishu_unreachable: {
    en: 'Feishu could not be reached; the card was not delivered. Try again in a few minutes.',
    zh: '无法连接飞书，卡片未送达，请几分钟后重试。',
  },
  feishu_answer_lost: {
    en: 'Feishu took the card but its answer was lost, so it is not certain that the card arrived. Look into the group before you send it again.',
    zh: '卡片已发往飞书，但没有收到回应，无法确定是否送达。重发前请先到群里查看。',
  },
};

/** Every kind of problem there is. */
export const problemKinds = Object.keys(sentences) as ProblemKind[];

/** The sentence of a problem, with its placeholders. */
export const template = (kind: ProblemKind): Bilingual => sentences[kind];

/** A problem of the closed set, thrown. Its message is the English sentence, then the Chinese one. */
export class Problem<K extends ProblemKind = ProblemKind> extends Error {
  readonly kind: K;
  readonly facts: ProblemFacts[K];

  constructor(kind: K, facts: ProblemFacts[K]) {
    super(`${sentence(kind, facts, 'en')}\n${sentence(kind, facts, 'zh')}`);
    this.name = 'Problem';
    this.kind = kind;
    this.facts = facts;
  }

  is<T extends ProblemKind>(...kinds: T[]): this is Problem<T> {
    return (kinds as ProblemKind[]).includes(this.kind);
  }
}

/** Throws the problem `kind`; an expression, so that it can stand after `??`. */
export function fail<K extends ProblemKind>(kind: K, facts: ProblemFacts[K]): never {
  throw new Problem(kind, facts);
}

/** Whether `error` is a problem, of one of `kinds` when any are given. */
export function isProblem<K extends ProblemKind = ProblemKind>(
  error: unknown,
  ...kinds: K[]
): error is Problem<K> {
  return error instanceof Problem && (kinds.length === 0 || error.is(...kinds));
}

/** The sentence of a problem in one language. */
export function sentence<K extends ProblemKind>(
  kind: K,
  facts: ProblemFacts[K],
  language: keyof Bilingual,
): string {
  const values = facts as Record<string, string | number | Bilingual>;
  return sentences[kind][language].replace(/\{(\w+)(?:\|(\w+))?\}/g, (_, name: string, form?: string) => {
    const value = values[name];
    if (form === 'clock') return clockTime(Number(value), String(values.zone), language);
    if (form === 'in') return span(Number(value) - Number(values.now), language);
    return typeof value === 'object' ? value[language] : String(value);
  });
}

function clockTime(at: number, zone: string, language: keyof Bilingual): string {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainTime();
  const hhmm = time.toString({ smallestUnit: 'minute' });
  if (zone === 'Asia/Shanghai') return language === 'en' ? `${hhmm} Beijing time` : `北京时间 ${hhmm}`;
  return `${hhmm} (${zone})`;
}

function span(ms: number, language: keyof Bilingual): string {
  const minutes = Math.max(1, Math.ceil(ms / MINUTE));
  const [h, min] = [Math.floor(minutes / 60), minutes % 60];
  if (language === 'en') return h > 0 ? `${h} h ${min} min` : `${min} min`;
  return h > 0 ? `${h} 小时 ${min} 分钟` : `${min} 分钟`;
}
