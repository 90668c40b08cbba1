/**
 * HTTP as a port. A transport sends one request once: no retries, no redirects, a time limit, a size limit.
 * Any status is an answer; only the absence of an answer rejects, with a TransportFailure.
 */

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** How long its caller waits, milliseconds, where that is less than the limit of the transport. */
  timeoutMs?: number;
}

/** The headers that are read. */
const HEADERS = ['date', 'retry-after'] as const;
export type AnswerHeaders = Partial<Record<(typeof HEADERS)[number], string>>;

export interface HttpAnswer {
  status: number;
  body: string;
  /** Left out where the transport does not see them. */
  headers?: AnswerHeaders;
}

/** Statuses of refusals after which the same request may succeed later. */
export const TEMPORARY_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** The headers that are read, by their names in lower case. */
export const readHeaders = (find: (name: string) => unknown): AnswerHeaders =>
  Object.fromEntries(
    HEADERS.map((name) => [name, find(name)]).filter(([, value]) => typeof value === 'string'),
  );

export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;

export interface TransportLimits {
  timeoutMs: number;
  maxBytes: number;
}

export const DEFAULT_LIMITS: TransportLimits = { timeoutMs: 10_000, maxBytes: 5 * 1024 * 1024 };

/** Why there was no answer. `not_sent`: the other side has certainly not seen the request. */
export type FailureReason = 'timeout' | 'cut' | 'too_large' | 'not_sent';

export class TransportFailure extends Error {
  readonly reason: FailureReason;
  /** Of an answer that is too large, or that accepts the request and breaks off, where the transport knows it. */
  readonly status: number | undefined;

  constructor(reason: FailureReason, status?: number) {
    super(`no answer: ${reason}`);
    this.name = 'TransportFailure';
    this.reason = reason;
    this.status = status;
  }
}

/** The program is being stopped, and does not wait for the answer. */
export class Interrupted extends Error {
  /** Whether the other side may have seen the request. */
  readonly isSent: boolean;

  constructor(isSent: boolean) {
    super('the program is being stopped');
    this.name = 'Interrupted';
    this.isSent = isSent;
  }
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPROTO',
]);
/** The names of what is wrong with the other side's certificate. */
const TLS_ERROR = /CERT|^ERR_TLS|^ERR_SSL|VERIFY|^DEPTH_ZERO/;

/** What a socket's error code says about the request. */
export const failureFromCode = (code: string | undefined): FailureReason =>
  code !== undefined && (NEVER_CONNECTED.has(code) || TLS_ERROR.test(code)) ? 'not_sent' : 'cut';
