/**
 * Make's own client, as a push needs it: one request at a time, patient with the rate limit, and with errors that say
 * what to change.
 *
 * A plan allows 60 to 1,000 requests a minute, and a first push sends more; so a refusal for the rate is waited out,
 * for about two and a half minutes. Nothing else is sent twice: a server error may have created something.
 */

import { Make, MakeError } from '@makehq/sdk';
import * as z from 'zod';
import { PushError } from './push-error.ts';
import type { Account } from './settings.ts';

export interface MakeApi {
  zone: string;
  /**
   * @param what what is being asked or done, for an error
   * @throws PushError
   */
  ask<T>(what: string, request: (make: Make) => Promise<T>, doubt?: Doubt): Promise<T>;
  /**
   * Undefined where Make has no such thing.
   * @throws PushError
   */
  look<T>(what: string, request: (make: Make) => Promise<T>): Promise<T | undefined>;
}

/** What is known about a request that explains its failure better than its answer does. */
export interface Doubt {
  /** What to change if Make says there is no such thing. */
  ifMissing?: string;
  /** What is sent is secret, so the server's words, which may repeat it, are not shown. */
  secret?: string;
}

export interface MakeApiOptions {
  account: Account;
  /** What the server's words are searched for before they are shown. */
  secrets: readonly string[];
  /** Waits because Make asked for it. */
  pause: (ms: number) => Promise<void>;
}

const RETRY = { onRateLimit: true, maxRetries: 5, baseDelay: 5_000, maxDelay: 120_000 };
const TIMEOUT_MS = 60_000;

export function makeApi({ account, secrets, pause }: MakeApiOptions): MakeApi {
  const make = new PatientMake(account, pause);
  // The longest first, so that no rest of one is left where another is a part of it.
  const hidden = secrets.toSorted((a, b) => b.length - a.length);
  const failed = (what: string, error: unknown, doubt: Doubt = {}) =>
    new PushError(`${what}: ${reason(error, account.zone, hidden, doubt)}`);
  return {
    zone: account.zone,
    ask: async (what, request, doubt) => {
      try {
        return await request(make);
      } catch (error) {
        throw failed(what, error, doubt);
      }
    },
    look: async (what, request) => {
      try {
        return await request(make);
      } catch (error) {
        if (error instanceof MakeError && error.statusCode === 404) return undefined;
        throw failed(what, error);
      }
    },
  };
}

class PatientMake extends Make {
  readonly #pause: (ms: number) => Promise<void>;

  constructor({ apiKey, zone, protocol }: Account, pause: (ms: number) => Promise<void>) {
    super(apiKey, zone, { retry: RETRY });
    this.protocol = protocol;
    this.#pause = pause;
  }

  protected override sleep(ms: number): Promise<void> {
    return this.#pause(ms);
  }

  protected override handleRequest(url: string, options?: RequestInit): Promise<Response> {
    return super.handleRequest(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}

const AGAIN = 'The next push goes on where this one stopped.';
const KEY =
  'Create a key at Make under Profile → API, with the scopes sdk-apps:read and sdk-apps:write, in the zone of MAKE_ZONE';

function reason(error: unknown, zone: string, secrets: readonly string[], doubt: Doubt): string {
  if (!(error instanceof MakeError)) return reasonWithoutAnswer(error, zone);
  const status = error.statusCode ?? 0;
  const words = doubt.secret ?? said(error.message, secrets);
  if (status === 401) return `Make refuses MAKE_API_KEY (401). ${KEY} (${zone}).`;
  if (status === 403) {
    return `Make allows this to another key only (403, ${words}). ${KEY} (${zone}), in the account that owns MAKE_APP_ID.`;
  }
  if (status === 404) return doubt.ifMissing ?? `Make does not find it (404, ${words}).`;
  if (status === 429) {
    return `Make still refuses for the rate of requests (429), after ${RETRY.maxRetries} pauses. Wait a few minutes. ${AGAIN}`;
  }
  if (status >= 500) return `Make fails (${status}). Nothing needs to change here; try again later. ${AGAIN}`;
  return `Make refuses it (${status}): ${words}`;
}

const Failure = z.object({
  name: z.string(),
  cause: z.object({ code: z.string() }).optional().catch(undefined),
});

function reasonWithoutAnswer(error: unknown, zone: string): string {
  const failure = Failure.safeParse(error).data;
  const code = failure?.name === 'TimeoutError' ? 'no answer in a minute' : failure?.cause?.code;
  return code
    ? `${zone} cannot be reached (${code}). Check the network and MAKE_ZONE. ${AGAIN}`
    : `${zone} does not answer as Make's API does. Check MAKE_ZONE.`;
}

/** The server's words, without secrets, in one line of bounded length. */
const said = (message: string, secrets: readonly string[]): string =>
  secrets
    .reduce((words, secret) => words.replaceAll(secret, '…'), message)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300) || 'no reason given';
