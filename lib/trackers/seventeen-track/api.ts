/**
 * Requests to 17TRACK: POST only, JSON, the key in a header, at most 3 a second. What is wrong with a whole request comes
 * as a status, as a code, or as a list of errors inside of a success.
 */

import * as z from 'zod';
import type { HttpAnswer, Transport } from '../../http/transport.ts';
import { TransportFailure } from '../../http/transport.ts';
import { fail } from '../../problems.ts';
import { type Clock, type Random, SECOND } from '../../runtime.ts';
import { steadyNow } from '../../steady-now.ts';
import { INTERNAL_ERROR, IP_NOT_LISTED, KEY_REFUSED } from './codes.ts';

export const NAME = { en: '17TRACK', zh: '17TRACK' };
export const API_URL = 'https://api.17track.net/track/v2.4';

/** A little more than a third of a second, because requests overtake each other on their way. */
const SPACING_MS = 350;
const MAX_TRIES = 4;
/** A longer wait is left to the next visit. */
const MAX_WAIT_MS = 5 * SECOND;
const DEFAULT_PAUSE_MS = 60 * SECOND;

/** When a key may be used next. What is opened with one spacing waits for each other. */
export interface Spacing {
  /** By `now`. */
  nextAt: number;
  /** Never goes back: the spacing may last as long as the process. */
  now(): number;
}
export const newSpacing = (clock: Clock): Spacing => ({ nextAt: 0, now: steadyNow(clock) });

export interface ApiServices {
  key: string;
  /** Of the key; left out where nothing else uses it in this process. */
  spacing?: Spacing;
  transport: Transport;
  clock: Clock;
  random: Random;
  /** The address before the endpoint. */
  url?: string;
}

const code = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const envelope = z.object({
  code,
  data: z
    .looseObject({ errors: z.array(z.object({ code })).nullish() })
    .nullish()
    .catch(null),
});

export type Endpoint = 'register' | 'gettrackinfo' | 'gettracklist' | 'retrack' | 'getquota';

export interface Api {
  requestsLeft(): number;
  limitTo(requests: number): void;
  /**
   * Sends one request, and repeats it where 17TRACK is busy.
   * @returns the whole answer, because pages stand beside the data
   * @throws Problem
   */
  post<T>(endpoint: Endpoint, body: unknown, schema: z.ZodType<T>): Promise<T>;
}

export function openApi(services: ApiServices): Api {
  const { key, transport, clock, random, spacing = newSpacing(clock), url = API_URL } = services;
  let requestsLeft = Number.POSITIVE_INFINITY;

  async function send(endpoint: Endpoint, body: unknown): Promise<HttpAnswer> {
    if (requestsLeft <= 0) {
      return fail('tracker_rate_limited', { tracker: NAME, retryIn: DEFAULT_PAUSE_MS });
    }
    const now = spacing.now();
    const at = Math.max(now, spacing.nextAt);
    spacing.nextAt = at + SPACING_MS;
    requestsLeft -= 1;
    if (at > now) await clock.sleep(at - now);
    try {
      return await transport({
        method: 'POST',
        url: `${url}/${endpoint}`,
        headers: { 'content-type': 'application/json', '17token': key },
        body: JSON.stringify(body),
      });
    } catch (error) {
      if (error instanceof TransportFailure) return fail('tracker_unreachable', { tracker: NAME });
      throw error;
    }
  }

  async function post<T>(endpoint: Endpoint, body: unknown, schema: z.ZodType<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      const answer = await send(endpoint, body);
      if (answer.status !== 429) return read(endpoint, answer, schema);
      const stated = secondsIn(answer.headers?.['retry-after']);
      const wait = (stated ?? 2 ** (tried - 1)) * SECOND;
      if (tried === MAX_TRIES || wait > MAX_WAIT_MS) {
        return fail('tracker_rate_limited', { tracker: NAME, retryIn: stated ? wait : DEFAULT_PAUSE_MS });
      }
      await clock.sleep(wait + random() * SECOND);
    }
  }

  const limitTo = (requests: number) => {
    requestsLeft = requests;
  };

  return { requestsLeft: () => requestsLeft, limitTo, post };
}

const secondsIn = (header = ''): number | undefined => (/^\d+$/.test(header) ? Number(header) : undefined);

/** @throws Problem */
function read<T>(endpoint: Endpoint, { status, body }: HttpAnswer, schema: z.ZodType<T>): T {
  const json = parse(body);
  const head = envelope.safeParse(json).data;
  const refusal = head?.data?.errors?.[0]?.code ?? head?.code ?? 0;
  if (refusal === IP_NOT_LISTED) return fail('tracker_ip_not_allowed', { tracker: NAME });
  if (KEY_REFUSED.includes(refusal)) return refuseKey(String(refusal));
  if (status === 401) return refuseKey('HTTP 401');
  if (status !== 200 || !head || refusal === INTERNAL_ERROR) {
    return fail('tracker_unreachable', { tracker: NAME });
  }
  if (refusal !== 0) return fail('tracker_rejected', { tracker: NAME, code: String(refusal) });
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const field = read.error.issues[0]?.path.join('.') ?? '';
  return fail('answer_changed', { method: `${NAME.en} ${endpoint}`, field });
}

const refuseKey = (refusal: string) => fail('tracker_key_refused', { tracker: NAME, code: refusal });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
