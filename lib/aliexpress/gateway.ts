/**
 * Every call to AliExpress: check the request → pay → sign → send → read → take off the envelope → check the answer.
 * Every error becomes a Problem.
 *
 * The gateway knows no platform and no store: the meter pays from the budget, and the transport sends.
 */

import type { z } from 'zod';
import { type FailureReason, type HttpAnswer, type Transport, TransportFailure } from '../http/transport.ts';
import { type Bilingual, busyReason, fail, isProblem, type ProblemFacts, REASONS } from '../problems.ts';
import { clockError, readAnswer } from './answer.ts';
import type { WireError } from './envelope.ts';
import { meaningOf, pauseFor, type RefusalKind } from './errors.ts';
import { toJson } from './json.ts';
import { appDayEnd, failPaused, type Pause } from './limits.ts';
import type { Method } from './method.ts';
import { answerTime, type CorrectableClock, MAX_CLOCK_ERROR_MS, refusedAt } from './server-time.ts';
import { sign } from './sign.ts';

/** Pays for every call before it is sent, and learns what AliExpress answers about limits. */
export interface Meter<Lane> {
  /** @returns when the call was claimed, epoch milliseconds */
  spend(lane: Lane, method: string): Promise<number>;
  /** The shop's calls of the day are used up. */
  limitReached(claimedAt: number): Promise<void>;
  /** @returns the pause that is kept, which may be longer */
  paused(pause: Pause, method: string): Promise<Pause>;
  /** The shop has no permission for the method. */
  denied(method: string, code: string): Promise<void>;
  /** Throws the problem of a budget that is used up. */
  failUsedUp(claimedAt: number): never;
}

/** What a request passes that is no call of a shop, and so costs none. */
export interface Gate {
  /** @throws the Problem of a pause; then nothing may be sent */
  pass(method: string): Promise<void>;
  /** @returns the pause that is kept, which may be longer */
  paused(pause: Pause, method: string): Promise<Pause>;
}

export interface GatewayOptions<Lane> {
  /** "https://api-sg.aliexpress.com"; checked by `readGatewayUrl`. */
  baseUrl: string;
  appKey: string;
  appSecret: string;
  transport: Transport;
  /** A transport that no platform logs, for requests that name a buyer; by default `transport`. */
  unlogged?: Transport;
  clock: CorrectableClock;
  /** Left out at sign-in, when the shop is not known yet. */
  shop?: { accessToken: string; meter: Meter<Lane> };
  /** What a request of sign-in passes. Left out where nothing else is sent. */
  gate?: Gate;
}

export interface CallOptions<Lane> {
  /** The lane of the budget that pays. */
  lane: Lane;
  /** How often a call is sent again, and paid again, after a transient error. */
  retries?: number;
  /** Called for every call that was paid, also if it fails. */
  onPaid?: () => void;
}

export interface Gateway<Lane> {
  /**
   * @returns the checked answer, and when it came, epoch milliseconds
   * @throws Problem
   */
  call<R extends z.ZodType, A extends z.ZodType>(
    method: Method<R, A>,
    request: z.input<R>,
    options: CallOptions<Lane>,
  ): Promise<{ answer: z.output<A>; answeredAt: number }>;
}

/** One request and its answer. */
interface Exchange {
  http: HttpAnswer;
  /** Epoch milliseconds. */
  sentAt: number;
  /** Epoch milliseconds; 0 if nobody has paid for the call. */
  claimedAt: number;
}

export function createGateway<Lane>(options: GatewayOptions<Lane>): Gateway<Lane> {
  const { baseUrl, appKey, appSecret, transport, unlogged = transport, clock, shop, gate } = options;

  async function send(method: Method, business: Record<string, string>): Promise<HttpAnswer> {
    const params: Record<string, string> = {
      ...business,
      app_key: appKey,
      sign_method: 'sha256',
      timestamp: String(clock.now()),
    };
    const isSystem = method.family === 'system';
    if (!isSystem) {
      params.method = method.name;
      params.simplify = 'true';
      if (shop) params.session = shop.accessToken;
    }
    params.sign = sign(params, appSecret, isSystem ? method.name : '');
    // All parameters are sent in the body, because URLs with a token would be logged.
    return (method.namesBuyer ? unlogged : transport)({
      method: 'POST',
      url: isSystem ? `${baseUrl}/rest${method.name}` : `${baseUrl}/sync`,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams(params).toString(),
    });
  }

  async function attempt<A extends z.ZodType>(
    method: Method<z.ZodType, A>,
    business: Record<string, string>,
    claimedAt: number,
  ) {
    const sentAt = clock.now();
    const http = await send(method, business).catch((error: unknown) => {
      if (error instanceof TransportFailure)
        fail('aliexpress_unreachable', { reason: TRANSPORT_REASONS[error.reason] });
      throw error;
    });
    const answeredAt = answerTime(http, clock.now());
    const unwrapped = readAnswer(method.name, http, answeredAt);
    if (!unwrapped.ok) return refuse(method, unwrapped.error, { http, sentAt, claimedAt });
    const checked = method.answer.safeParse(unwrapped.payload);
    if (!checked.success) {
      const field = checked.error.issues[0]?.path.join('.') || 'answer';
      return fail('answer_changed', { method: method.name, field });
    }
    return { answer: checked.data, answeredAt };
  }

  async function refuse(method: Method, error: WireError, exchange: Exchange): Promise<never> {
    const { http, sentAt, claimedAt } = exchange;
    const meaning = meaningOf(error);
    if ('limit' in meaning) {
      correctTo(clock, answerTime(http, clock.now()));
      const exceeded = pauseFor(meaning, error, sentAt, clock.now());
      const call = { method: method.name, claimedAt, now: () => clock.now() };
      return failExceeded({ meter: shop?.meter, gate }, exceeded, call);
    }
    if (meaning.problem === 'clock_wrong') correctTo(clock, refusedAt(http, clock.now()));
    const code = error.subCode || error.code;
    if (meaning.problem === 'permission_missing') await shop?.meter.denied(method.name, code).catch(() => {});
    return failRefused(meaning.problem, {
      method: method.name,
      code,
      clock: () => clockError(http, sentAt),
    });
  }

  return {
    call: async (method, request, { lane, retries = 0, onPaid }) => {
      const business = encode(method, request);
      let canCorrect = true;
      for (let left = retries; ; left -= 1) {
        let claimedAt = 0;
        if (method.family === 'business') {
          if (shop) claimedAt = await shop.meter.spend(lane, method.name);
          onPaid?.();
        } else {
          await gate?.pass(method.name);
        }
        const startedAt = clock.now();
        try {
          return await attempt(method, business, claimedAt);
        } catch (error) {
          if (canCorrect && isProblem(error, 'clock_wrong') && isCorrected(clock, startedAt)) {
            canCorrect = false;
            left += 1;
            continue;
          }
          if (left <= 0 || !isProblem(error, 'aliexpress_unreachable')) throw error;
        }
      }
    },
  };
}

/** Also after a refusal that pauses the calls: the pause is kept by this clock, and until its end no answer corrects it. */
function correctTo(clock: CorrectableClock, at: number): void {
  if (Math.abs(at - clock.now()) > MAX_CLOCK_ERROR_MS) clock.correct?.(at);
}

/** The refusal is reported also if the budget cannot be written to. Sign-in has no budget. */
async function failExceeded(
  { meter, gate }: { meter: Meter<never> | undefined; gate: Gate | undefined },
  exceeded: Pause | 'shop_day',
  { method, claimedAt, now }: { method: string; claimedAt: number; now(): number },
): Promise<never> {
  if (exceeded !== 'shop_day') {
    const pause = await (meter ?? gate)?.paused(exceeded, method).catch(() => exceeded);
    return failPaused(pause ?? exceeded, now());
  }
  await meter?.limitReached(claimedAt).catch(() => {});
  return meter?.failUsedUp(claimedAt) ?? failPaused({ limit: 'app_day', until: appDayEnd(now()) }, now());
}

/** Whether the clock was corrected by the answer that refused its time. */
const isCorrected = (clock: CorrectableClock, startedAt: number): boolean =>
  Math.abs(clock.now() - startedAt) > MAX_CLOCK_ERROR_MS;

function failRefused(
  problem: RefusalKind,
  { method, code, clock }: { method: string; code: string; clock(): ProblemFacts['clock_wrong'] },
): never {
  switch (problem) {
    case 'aliexpress_unreachable':
      return fail(problem, { reason: busyReason(code) });
    case 'clock_wrong':
      return fail(problem, clock());
    case 'code_refused':
      return fail(problem, { code, redirectUri: '' });
    case 'app_key_refused':
      return fail(problem, { code });
    case 'permission_missing':
    case 'method_retired':
    case 'method_changed':
    case 'request_refused':
      return fail(problem, { method, code });
    default:
      return fail(problem, {});
  }
}

/** @throws Problem `bad_input`, which names the parameter */
function encode(method: Method, request: unknown): Record<string, string> {
  const checked = method.request.safeParse(request);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const allowed = { en: issue?.message ?? 'see the docs', zh: '速卖通接受的值' };
    return fail('bad_input', { field: issue?.path.join('.') || method.name, allowed });
  }
  const params = checked.data as Record<string, unknown>;
  if (method.requestKey) return { [method.requestKey]: toJson(params) };
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}

const TRANSPORT_REASONS: Readonly<Record<FailureReason, Bilingual>> = {
  timeout: REASONS.timeout,
  cut: REASONS.connection_cut,
  too_large: REASONS.answer_too_large,
  not_sent: REASONS.not_connected,
};
