/** Reads an answer over HTTP: its payload, or the error in its status, its headers or its body. */

import type { HttpAnswer } from '../http/transport.ts';
import { CLOCK_DIRECTIONS, fail, httpReason, type ProblemFacts, REASONS } from '../problems.ts';
import { MINUTE, SECOND } from '../runtime.ts';
import { type Unwrapped, unwrap, type WireError } from './envelope.ts';
import { meaningOf } from './errors.ts';
import { parseJson } from './json.ts';

/** AliExpress refuses a time that is further from its own. */
const MAX_SKEW_MINUTES = 120;

/**
 * @param method its name, or the path of a system interface
 * @param now epoch milliseconds
 * @throws Problem `aliexpress_unreachable`, if the answer is neither a payload nor an error of AliExpress
 */
export function readAnswer(method: string, http: HttpAnswer, now: number): Unwrapped {
  const { status } = http;
  if (status >= 300 && status < 400) fail('aliexpress_unreachable', { reason: REASONS.redirected });
  const json = bodyOf(http);
  const reason = status >= 400 ? httpReason(status) : REASONS.not_json;
  if (status === 429) return { ok: false, error: tooManyRequests(unwrap(method, json), http, now) };
  if (json === undefined) return fail('aliexpress_unreachable', { reason });
  const unwrapped = unwrap(method, json);
  return unwrapped.ok && status >= 400 ? fail('aliexpress_unreachable', { reason }) : unwrapped;
}

function bodyOf({ body }: HttpAnswer): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

/** HTTP 429 says nothing about the limit. So an error in the body that names one is the more exact. */
function tooManyRequests(unwrapped: Unwrapped, { headers }: HttpAnswer, now: number): WireError {
  const named = unwrapped.ok ? undefined : unwrapped.error;
  const error = named && 'limit' in meaningOf(named) ? named : { code: '429', subCode: '', text: '' };
  const retryAfter = readRetryAfter(headers?.['retry-after'], Date.parse(headers?.date ?? '') || now);
  return retryAfter === undefined ? error : { ...error, retryAfter };
}

/** In whole seconds. The header has a number of seconds or a date. */
function readRetryAfter(written: string | undefined, now: number): number | undefined {
  if (written === undefined) return undefined;
  if (/^\d+$/.test(written.trim())) return Number(written);
  const at = Date.parse(written);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / SECOND));
}

/** By how much the clock of this machine is wrong, according to an answer that refuses its time. */
export function clockError({ headers }: HttpAnswer, now: number): ProblemFacts['clock_wrong'] {
  const minutes = Math.round((now - Date.parse(headers?.date ?? '')) / MINUTE);
  if (Number.isNaN(minutes)) return { minutes: MAX_SKEW_MINUTES, direction: CLOCK_DIRECTIONS.unknown };
  return {
    minutes: Math.abs(minutes),
    direction: minutes > 0 ? CLOCK_DIRECTIONS.fast : CLOCK_DIRECTIONS.slow,
  };
}
