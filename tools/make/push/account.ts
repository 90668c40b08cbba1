/** Make's own client, with patience for the rate limit, and with errors that say what to change. */

import { Make, MakeError } from '@makehq/sdk';
import * as z from 'zod';
import type { Bilingual } from '../../../lib/problems.ts';
import { PushError } from './push-error.ts';

export interface Account {
  zone: string;
  /**
   * @param what is read or done, for an error
   * @throws PushError
   */
  request<T>(what: Bilingual, send: (make: Make) => Promise<T>, options?: RequestOptions): Promise<T>;
  /**
   * Undefined where Make has no such thing.
   * @throws PushError
   */
  find<T>(what: Bilingual, send: (make: Make) => Promise<T>): Promise<T | undefined>;
}

export interface RequestOptions {
  /** What is wrong if Make has no such thing. */
  ifMissing?: Bilingual;
  /** What is sent is secret. Make's words, which may repeat it, are not shown. */
  isSecret?: boolean;
}

export interface AccountOptions {
  token: string;
  /** Host name of Make's servers, or an address on this machine. */
  zone: string;
  /** Waits because Make has asked for it. */
  pause: (ms: number) => Promise<void>;
}

/** A plan allows 60 to 1,000 requests a minute. Nothing else is sent twice: a server error may have created something. */
const RETRY = {
  onRateLimit: true,
  onServerError: false,
  maxRetries: 6,
  baseDelay: 10_000,
  maxDelay: 120_000,
};
const TIMEOUT_MS = 60_000;

class WaitingMake extends Make {
  readonly #pause: (ms: number) => Promise<void>;

  constructor({ token, zone, pause }: AccountOptions) {
    super(token, zone, { retry: RETRY });
    if (isLoopback(zone)) this.protocol = 'http';
    this.#pause = pause;
  }

  protected override sleep(ms: number): Promise<void> {
    return this.#pause(ms);
  }

  protected override handleRequest(url: string, options?: RequestInit): Promise<Response> {
    return super.handleRequest(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}

export const isLoopback = (zone: string): boolean => /^(127\.0\.0\.1|localhost):\d+$/.test(zone);

export function openAccount({ token, zone, pause }: AccountOptions): Account {
  const make = new WaitingMake({ token, zone, pause });
  const failed = (what: Bilingual, error: unknown, options: RequestOptions = {}) => {
    const reason = reasonOf(error, zone, token, options);
    return new PushError({ en: `${what.en}: ${reason.en}`, zh: `${what.zh}：${reason.zh}` });
  };
  return {
    zone,
    request: (what, send, options) =>
      send(make).catch((error: unknown) => {
        throw failed(what, error, options);
      }),
    find: (what, send) =>
      send(make).catch((error: unknown) => {
        if (error instanceof MakeError && error.statusCode === 404) return undefined;
        throw failed(what, error);
      }),
  };
}

const CONTINUES: Bilingual = {
  en: 'The next push continues from here.',
  zh: '下次推送从此处继续。',
};
const TOKEN: Bilingual = {
  en: 'an API token with the scopes sdk-apps:read and sdk-apps:write (at Make: Profile > API access)',
  zh: '有 sdk-apps:read 和 sdk-apps:write 权限的 API token（在 Make 的 Profile > API access 创建）',
};

function reasonOf(
  error: unknown,
  zone: string,
  token: string,
  { ifMissing, isSecret }: RequestOptions,
): Bilingual {
  if (!(error instanceof MakeError)) return reasonWithoutAnswer(error, zone);
  const { statusCode: status = 0 } = error;
  const words = isSecret ? SECRET_WORDS : wordsOf(error, token);
  if (status === 401)
    return {
      en: `Make refuses the token (401). Set MAKE_API_TOKEN to ${TOKEN.en}. A token is valid in one zone; --zone is ${zone}.`,
      zh: `Make 拒绝了 token（401）。请把 MAKE_API_TOKEN 设为${TOKEN.zh}。token 只在一个区域有效，当前 --zone 为 ${zone}。`,
    };
  if (status === 403)
    return {
      en: `The token may not do this (403: ${words.en}). Set MAKE_API_TOKEN to ${TOKEN.en}, of the account that owns the app.`,
      zh: `token 没有权限（403：${words.zh}）。请用应用所属的账号，把 MAKE_API_TOKEN 设为${TOKEN.zh}。`,
    };
  if (status === 404)
    return (
      ifMissing ?? {
        en: `Make has no such thing (404: ${words.en}).`,
        zh: `Make 中没有此内容（404：${words.zh}）。`,
      }
    );
  if (status === 429)
    return {
      en: `Make still receives too many requests (429) after ${RETRY.maxRetries} pauses. Wait a few minutes. ${CONTINUES.en}`,
      zh: `等待 ${RETRY.maxRetries} 次后，Make 仍提示请求过多（429）。请等几分钟。${CONTINUES.zh}`,
    };
  if (status >= 500)
    return {
      en: `Make has a fault (${status}). Try again later. ${CONTINUES.en}`,
      zh: `Make 出现故障（${status}）。请稍后重试。${CONTINUES.zh}`,
    };
  return {
    en: `Make refuses this (${status}): ${words.en}`,
    zh: `Make 拒绝了请求（${status}）：${words.zh}`,
  };
}

const SECRET_WORDS: Bilingual = {
  en: 'the answer is not shown, because it may repeat a secret',
  zh: '响应可能含密钥，因此不显示',
};

const failureSchema = z.object({
  name: z.string(),
  cause: z.object({ code: z.string() }).optional().catch(undefined),
});

function reasonWithoutAnswer(error: unknown, zone: string): Bilingual {
  const failure = failureSchema.safeParse(error).data;
  const isLate = failure?.name === 'TimeoutError';
  const code = failure?.cause?.code;
  if (!isLate && code === undefined)
    return {
      en: `${zone} does not answer like Make's API. Check --zone.`,
      zh: `${zone} 的响应不是 Make 的 API。请检查 --zone。`,
    };
  return {
    en: `${zone} is not reachable (${isLate ? 'no answer within a minute' : code}). Check the network and --zone. ${CONTINUES.en}`,
    zh: `无法连接 ${zone}（${isLate ? '一分钟内没有响应' : code}）。请检查网络和 --zone。${CONTINUES.zh}`,
  };
}

/** Make's words in one line, without the token. */
function wordsOf({ message }: MakeError, token: string): Bilingual {
  const words = message.replaceAll(token, '…').replace(/\s+/g, ' ').trim().slice(0, 300);
  return { en: words || 'no reason given', zh: words || '未说明原因' };
}
