/** Classifies an answer by HTTP status, code and text. */

import type { HttpAnswer } from '../http/transport.ts';
import type { ChannelDeclaration, Outcome } from './channel.ts';

/** `code`: the code of the answer, or the HTTP status if there is none. */
export type Classified = { code: string } & (
  | Outcome
  /** Not delivered; may be sent again. */
  | { is: 'unreachable' }
  /** The message may have been delivered. [docs/channels.md#outcomes] */
  | { is: 'unknown' }
);

export function classify(
  { answers }: Pick<ChannelDeclaration, 'answers'>,
  { status, body }: HttpAnswer,
): Classified {
  const answer = answers.form.safeParse(jsonIn(body)).data;
  const http = String(status);
  // HTTP 503 means that the request was not processed. Other server errors may come after the message was posted.
  if (status === 503 || (status >= 300 && status < 400)) return { code: http, is: 'unreachable' };
  if (status >= 500) return { code: http, is: 'unknown' };
  const code = answer ? String(answer.code) : http;
  const rule = answer && answers.rules.find((each) => matches(each, answer));
  if (status === 429 && rule?.is !== 'busy') return { code, is: 'busy' };
  if (rule && (rule.is !== 'delivered' || status < 300)) return { ...rule, code };
  if (status === 404 || status === 410) return { code: http, is: 'address' };
  return answer || status >= 400 ? { code, is: 'message', reason: 'unknown' } : { code, is: 'unknown' };
}

const matches = (
  rule: ChannelDeclaration['answers']['rules'][number],
  { code, text }: { code: number; text: string },
): boolean => [rule.code].flat().includes(code) && (rule.text?.test(text) ?? true);

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
