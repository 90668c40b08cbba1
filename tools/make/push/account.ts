/** Make's own client, with patience for the rate limit, and with errors that say what to change. */

import { Make, MakeError } from '@makehq/sdk';
import * as z from 'zod';
import { PushError } from './push-error.ts';

export interface Account {
  zone: string;
  /**
   * @param what is read or done, for an error
   * @throws PushError
   */
  request<T>(what: string, send: (make: Make) => Promise<T>, options?: RequestOptions): Promise<T>;
  /**
   * Undefined where Make has no such thing.
   * @throws PushError
   */
  find<T>(what: string, send: (make: Make) => Promise<T>): Promise<T | undefined>;
}

export interface RequestOptions {
  /** What is wrong if Make has no such thing. */
  ifMissing?: string;
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
  const failed = (what: string, error: unknown, options: RequestOptions = {}) =>
    new PushError(`${what}: ${reasonOf(error, zone, token, options)}`);
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

const CONTINUES = 'The next push continues from here.';
const TOKEN = 'an API token with the scopes sdk-apps:read and sdk-apps:write (at Make: Profile > API access)';

function reasonOf(
  error: unknown,
  zone: string,
  token: string,
  { ifMissing, isSecret }: RequestOptions,
): string {
  if (!(error instanceof MakeError)) return reasonWithoutAnswer(error, zone);
  const { statusCode: status = 0 } = error;
  const words = isSecret ? 'the answer is not shown, because it may repeat a secret' : wordsOf(error, token);
  if (status === 401)
    return `Make refuses the token (401). Set MAKE_API_TOKEN to ${TOKEN}. A token is valid in one zone; --zone is ${zone}.`;
  if (status === 403)
    return `The token may not do this (403: ${words}). Set MAKE_API_TOKEN to ${TOKEN}, of the account that owns the app.`;
  if (status === 404) return ifMissing ?? `Make has no such thing (404: ${words}).`;
  if (status === 429)
    return `Make still receives too many requests (429) after ${RETRY.maxRetries} pauses. Wait a few minutes. ${CONTINUES}`;
  if (status >= 500) return `Make has a fault (${status}). Try again later. ${CONTINUES}`;
  return `Make refuses this (${status}): ${words}`;
}

const failureSchema = z.object({
  name: z.string(),
  cause: z.object({ code: z.string() }).optional().catch(undefined),
});

function reasonWithoutAnswer(error: unknown, zone: string): string {
  const failure = failureSchema.safeParse(error).data;
  const code = failure?.name === 'TimeoutError' ? 'no answer within a minute' : failure?.cause?.code;
  return code === undefined
    ? `${zone} does not answer like Make's API. Check --zone.`
    : `${zone} is not reachable (${code}). Check the network and --zone. ${CONTINUES}`;
}

/** Make's words in one line, without the token. */
const wordsOf = ({ message }: MakeError, token: string): string =>
  message.replaceAll(token, '…').replace(/\s+/g, ' ').trim().slice(0, 300) || 'no reason given';
