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
  calls_paused: { until: number; now: number };
  aliexpress_unreachable: { reason: Bilingual };
  first_check_incomplete: Record<never, never>;
  store_write_failed: Record<never, never>;
  token_expired: Record<never, never>;
  reconnect_needed: Record<never, never>;
  app_key_refused: { code: string };
  permission_missing: { method: string; code: string };
  ip_not_allowed: Record<never, never>;
  /** What a search asked for. */
  request_refused: { method: string; code: string };
  /** What a trigger asked for. */
  aliexpress_rejected: { method: string; code: string };
  answer_changed: { method: string; field: string };
  /** `field`: the label of the input. */
  bad_input: { field: string | Bilingual; allowed: Bilingual };
  unknown_time_zone: { value: string };
  bad_setting: { setting: string; expected: Bilingual };
  already_running: { folder: string };
  redirect_uri_mismatch: { given: string; registered: string };
  state_lost: Record<never, never>;
  code_refused: { code: string; redirectUri: string };
  authorization_denied: Record<never, never>;
  authorization_code_missing: Record<never, never>;
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
    en: "Today's {limit} AliExpress calls are used up. New calls are available at {resetsAt|clock} (in {resetsAt|in}).",
    zh: '今日 {limit} 次速卖通接口调用已用完，{resetsAt|clock} 起可再次调用（还有 {resetsAt|in}）。',
  },
  budget_unavailable: {
    en: 'The call counter is not reachable, so no call was made. Try again in a few minutes.',
    zh: '调用计数服务无响应，未发起调用。请几分钟后重试。',
  },
  calls_paused: {
    en: 'AliExpress paused this account because of too many requests. Calls resume in {until|in}; no action is needed.',
    zh: '因请求过多，速卖通暂停了该账号的接口调用，{until|in}后自动恢复，无需操作。',
  },
  aliexpress_unreachable: {
    en: 'AliExpress did not respond correctly ({reason}). Try again in a few minutes.',
    zh: '速卖通响应异常（{reason}）。请几分钟后重试。',
  },
  first_check_incomplete: {
    en: 'The first check of this shop is still running. Test the trigger again in a minute.',
    zh: '首次查询尚未完成。请一分钟后重新测试触发器。',
  },
  store_write_failed: {
    en: 'The result could not be saved, so it is not shown. Try again in a few minutes.',
    zh: '查询结果未能保存，因此未显示。请几分钟后重试。',
  },
  token_expired: {
    en: 'The AliExpress access token has expired and is being renewed. If this error repeats, reconnect the shop.',
    zh: '速卖通授权令牌已过期，正在自动续期。如反复出现，请重新连接店铺。',
  },
  reconnect_needed: {
    en: 'The connection to this AliExpress shop has expired or was revoked. Reconnect the shop.',
    zh: '该店铺的授权已到期或被取消。请重新连接店铺。',
  },
  app_key_refused: {
    en: 'AliExpress rejected the app key or the signature (code {code}). Compare App Key and App Secret with the App Console.',
    zh: '速卖通拒绝了 App Key 或签名（代码 {code}）。请对照应用控制台检查 App Key 和 App Secret。',
  },
  permission_missing: {
    en: 'This app has no permission for {method} (code {code}). Request the matching API group in the App Console, then reconnect the shop.',
    zh: '该应用没有调用 {method} 的权限（代码 {code}）。请在应用控制台申请相应的接口权限组，然后重新连接店铺。',
  },
  ip_not_allowed: {
    en: 'The app only accepts listed IP addresses. Turn off the IP allowlist in the App Console.',
    zh: '该应用开启了 IP 白名单。请在应用控制台关闭。',
  },
  request_refused: {
    en: 'AliExpress rejected the request (code {code}). Check that the number belongs to this shop.',
    zh: '速卖通拒绝了该请求（代码 {code}）。请确认编号属于本店铺。',
  },
  aliexpress_rejected: {
    en: 'AliExpress rejected {method} (code {code}). It will be tried again; if it continues for a day, tell the publisher.',
    zh: '速卖通拒绝了 {method}（代码 {code}），稍后自动重试。如持续一天，请告知发布者。',
  },
  answer_changed: {
    en: 'The response of {method} has an unexpected format at "{field}". Please report this to the publisher.',
    zh: '接口 {method} 返回的 “{field}” 格式异常。请告知发布者。',
  },
  bad_input: {
    en: '"{field}" has an invalid value. Allowed: {allowed}.',
    zh: '“{field}” 的值无效。应为：{allowed}。',
  },
  unknown_time_zone: {
    en: '"{value}" is not a time zone. Choose one from the list, such as Asia/Shanghai.',
    zh: '“{value}” 不是有效时区。请从列表中选择，例如 Asia/Shanghai。',
  },
  bad_setting: {
    en: '{setting} is missing or invalid. Expected: {expected}.',
    zh: '配置项 {setting} 缺失或无效。应为：{expected}。',
  },
  already_running: {
    en: 'Another process is using {folder}. Stop it first, otherwise every message is sent twice.',
    zh: '另一个进程正在使用 {folder}。请先停止它，否则消息会重复发送。',
  },
  redirect_uri_mismatch: {
    en: 'The redirect URI "{given}" differs from the registered callback URL "{registered}". Both must be identical, including a trailing slash.',
    zh: '回调地址 “{given}” 与登记的 “{registered}” 不一致。两者必须完全相同，包括末尾的斜杠。',
  },
  state_lost: {
    en: 'The sign-in could not be verified because the "state" parameter is missing. Connect the shop again in one browser window.',
    zh: '授权无法验证（缺少 “state” 参数）。请在同一浏览器窗口中重新连接店铺。',
  },
  code_refused: {
    en: 'AliExpress rejected the authorization code (code {code}). It is valid once for about 3 minutes; connect the shop again. If it repeats, check that the callback URL is exactly "{redirectUri}".',
    zh: '速卖通拒绝了授权码（代码 {code}）。授权码约 3 分钟内有效且只能用一次，请重新连接店铺。如反复出现，请检查回调地址是否为 “{redirectUri}”。',
  },
  authorization_denied: {
    en: 'The authorization was declined on AliExpress. Connect again and choose Agree.',
    zh: '授权被取消。请重新连接并同意授权。',
  },
  authorization_code_missing: {
    en: 'AliExpress returned no authorization code. Connect the shop again.',
    zh: '速卖通没有返回授权码。请重新连接店铺。',
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

/** Why an answer was not usable: the words that may stand in a sentence as `{reason}`. */
export const REASONS = {
  timeout: { en: 'timeout', zh: '超时' },
  not_json: { en: 'not JSON', zh: '返回内容不是 JSON' },
  redirected: { en: 'redirect refused', zh: '拒绝重定向' },
  too_slow: { en: 'not enough time left in this step', zh: '本步骤剩余时间不足' },
  connection_cut: { en: 'connection cut', zh: '连接中断' },
  not_connected: { en: 'no connection', zh: '无法连接' },
  answer_too_large: { en: 'answer too large', zh: '返回内容过大' },
} as const satisfies Record<string, Bilingual>;

export const httpReason = (status: number): Bilingual => ({ en: `HTTP ${status}`, zh: `HTTP ${status}` });
/** @param code of AliExpress, for a service that is busy or down */
export const busyReason = (code: string): Bilingual => ({
  en: `busy, code ${code}`,
  zh: `繁忙，代码 ${code}`,
});

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
  const values: Record<string, string | number | Bilingual> = { ...facts };
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
