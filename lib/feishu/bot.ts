/** Sends a card to a Feishu custom bot and reads its answer: HTTP 200 alone says nothing, the code does. [facts C.5] */

import * as z from 'zod';
import { type HttpAnswer, type Transport, TransportFailure } from '../http/transport.ts';
import { fail } from '../problems.ts';
import type { Clock } from '../runtime.ts';
import { type CardContent, cardBody } from './card.ts';
import { signFeishu } from './sign.ts';

type Verdict = 'busy' | 'address' | 'signature' | 'ip' | 'keyword' | 'card';

const verdicts: Record<number, Verdict> = {
  9499: 'card',
  11232: 'busy',
  2200: 'busy',
  19001: 'address',
  19002: 'card',
  19021: 'signature',
  19022: 'ip',
  19024: 'keyword',
};

const MOST_RETRIES = 3;

export interface BotOptions {
  transport: Transport;
  clock: Clock;
}

/**
 * @param address checked by `readBotAddress`
 * @throws Problem; where Feishu took the card but its answer was lost, `feishu_answer_lost`, and nothing is sent again
 */
export async function sendCard(
  address: string,
  secret: string | undefined,
  content: CardContent,
  { transport, clock }: BotOptions,
): Promise<{ trimmed: boolean }> {
  for (let attempt = 0; ; attempt += 1) {
    const timestamp = String(Math.floor(clock.now() / 1000));
    const signature = secret ? { timestamp, sign: signFeishu(timestamp, secret) } : undefined;
    const { body, trimmed } = cardBody(content, signature);
    const answer = await transport({
      method: 'POST',
      url: address,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
    }).catch((error: unknown) => {
      if (!(error instanceof TransportFailure)) throw error;
      return fail(error.reason === 'not_sent' ? 'feishu_unreachable' : 'feishu_answer_lost', {});
    });
    // A gateway's error page, or a page from elsewhere: the bot has not seen the card.
    if (answer.status >= 500 || (answer.status >= 300 && answer.status < 400) || answer.status === 404) {
      return fail('feishu_unreachable', {});
    }
    const code = codeOf(answer);
    if (code === 0) return { trimmed };
    const verdict = answer.status === 429 ? 'busy' : verdicts[code];
    if (verdict !== 'busy') return refuse(verdict, code);
    if (attempt === MOST_RETRIES) return fail('feishu_busy', { code: String(code) });
    await clock.sleep(1000 * 2 ** attempt);
  }
}

const answerSchema = z.object({ code: z.number() });
/** Older bots answer these alone. */
const oldAnswerSchema = z
  .object({ code: z.undefined().optional(), StatusCode: z.number() })
  .transform((old) => ({ code: old.StatusCode }));

/** The answer's code; -1 where there is none, which is a failure too. */
function codeOf(answer: HttpAnswer): number {
  try {
    return answerSchema.or(oldAnswerSchema).parse(JSON.parse(answer.body)).code;
  } catch {
    return -1;
  }
}

function refuse(verdict: Verdict | undefined, code: number): never {
  switch (verdict) {
    case 'address':
      return fail('feishu_address_refused', { code: String(code) });
    case 'signature':
      return fail('feishu_signature_refused', {});
    case 'ip':
      return fail('feishu_ip_refused', {});
    case 'keyword':
      return fail('feishu_keyword_missing', {});
    default:
      return code === -1
        ? fail('feishu_answer_lost', {})
        : fail('feishu_card_refused', { code: String(code) });
  }
}
