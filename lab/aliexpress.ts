/**
 * AliExpress in memory: the methods of the sandbox, without HTTP and signatures, with its limits, and with the oddities
 * of single records. It fails as a fault tells it to.
 */

import type { HttpAnswer, HttpRequest, Transport } from '../lib/http/transport.ts';
import { HOUR, MINUTE, SECOND } from '../lib/runtime.ts';
import { methods } from '../sandbox/methods/index.ts';
import { Refusal } from '../sandbox/methods/query.ts';
import { toWire } from '../sandbox/methods/wire.ts';
import { beijingDay } from '../sandbox/pacific.ts';
import type { Variants } from '../sandbox/variants.ts';
import type { FaultName, Struck } from './faults.ts';
import { drawCallLag } from './lag.ts';
import type { Invocation } from './process.ts';
import { listIn, shownIn } from './shown-names.ts';
import type { LabShop } from './story.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the answer to a call shows, whether or not a fault has kept it from the caller. */
export interface Reading {
  /** Epoch milliseconds. */
  at: number;
  /** The records in the answer, each under every name by which a condition may look for it. */
  shown: ReadonlySet<string>;
  /** The caller got it as it was. */
  isIntact: boolean;
  /** The caller got it, whole or in part. */
  isReceived: boolean;
  /** Reviews were missing. Nothing in the answer says how many there are, so nobody can tell it from a whole one. */
  isCut?: boolean;
  /** The host that has called. */
  host: string;
}

/** An answer that came back, if only an error. It says what time it is. */
export interface DatedAnswer {
  /** When it came, epoch milliseconds. */
  at: number;
  host: string;
}

/** What a history shows of the calls. */
export interface CallRecord {
  /** Calls that arrived, by Beijing day. */
  callsByDay: Map<string, number>;
  readings: Reading[];
  datedAnswers: DatedAnswer[];
}

export interface AliExpress extends CallRecord {
  transportOf(invocation: Invocation): Transport;
}

export interface AliExpressOptions {
  time: VirtualTime;
  shop: LabShop;
  dailyLimit: number;
  variants: Variants;
}

const BAN_MS = 15 * MINUTE;
const MAX_CALLS_A_SECOND = 5;
const MAX_CLOCK_SKEW_MS = 2 * HOUR;
/** How long the connector waits for an answer. */
const TIME_LIMIT_MS = 10 * SECOND;

const REVIEWS = 'aliexpress.evaluation.listorderevaluation.get';

const WITH_ROWS: readonly FaultName[] = ['slow', 'half_page', 'reordered', 'moving_list'];

/** Whether the caller gets rows of an answer that a fault has struck. */
export const isReceivedUnder = (struck: Struck | undefined): boolean =>
  !struck || WITH_ROWS.includes(struck.fault);

const WITHOUT_ANSWER: readonly FaultName[] = ['timeout', 'cut_before', 'cut_after', 'killed_in_call'];

/** Whether an answer comes back under a fault, if only an error. */
export const isAnsweredUnder = (struck: Struck | undefined): boolean =>
  !struck || !WITHOUT_ANSWER.includes(struck.fault);

type Payload = Record<string, unknown>;

export function aliExpress({ time, shop, dailyLimit, variants }: AliExpressOptions): AliExpress {
  const callsByDay = new Map<string, number>();
  const readings: Reading[] = [];
  const datedAnswers: DatedAnswer[] = [];
  let recent: number[] = [];
  let bannedUntil = 0;

  function refusal(code: string, msg: string): HttpAnswer {
    return { status: 200, body: JSON.stringify({ error_response: { type: 'ISV', code, msg } }) };
  }

  function ban(): HttpAnswer {
    bannedUntil = Math.max(bannedUntil, time.now() + BAN_MS);
    return banned();
  }

  const banned = () =>
    refusal(
      'ApiCallLimit',
      `Api access frequency exceeds the limit. this ban will last ${Math.ceil((bannedUntil - time.now()) / SECOND)} seconds`,
    );

  /** Counts a call that arrives. @returns the refusal, if a limit is exceeded */
  function count(): HttpAnswer | undefined {
    const now = time.now();
    if (bannedUntil > now) return banned();
    recent = [...recent.filter((at) => at > now - SECOND), now];
    if (recent.length > MAX_CALLS_A_SECOND) return ban();
    const day = beijingDay(now);
    const calls = (callsByDay.get(day) ?? 0) + 1;
    callsByDay.set(day, calls);
    if (calls > dailyLimit)
      return refusal('SellerCallLimit', 'The daily call limit of this seller is reached');
    return undefined;
  }

  function answer(request: HttpRequest, struck: Struck | undefined, invocation: Invocation): HttpAnswer {
    // It asks only for the time, and is no call.
    if (request.method === 'GET') return { status: 404, body: '' };
    const params = Object.fromEntries(new URLSearchParams(request.body));
    const { method: name = '', timestamp } = params;
    if (Math.abs(Number(timestamp) - time.now()) > MAX_CLOCK_SKEW_MS)
      return refusal('IllegalTimestamp', 'The specified timestamp is more than 7200 seconds away');
    const refused = count();
    if (refused) return refused;
    const method = methods.get(name);
    if (!method) return refusal('InvalidApiPath', 'The specified API does not exist');
    const now = time.now();
    try {
      const payload = method({ shop: shop.shownAt(now), now, params, variants });
      shop.disguise(name, payload, now);
      readings.push({
        at: now,
        shown: shownIn(name, payload, params, variants),
        isIntact: !struck || struck.fault === 'slow',
        isReceived: isReceivedUnder(struck),
        host: invocation.process.host,
        isCut: struck?.fault === 'half_page' && name === REVIEWS,
      });
      const failure = struck && failureOf(struck, ban);
      if (failure) return failure;
      if (struck) distort(name, payload, struck, () => shop.moveList(now, struck.random));
      return { status: 200, body: toWire({ ...payload, code: '0', request_id: '1' }, true) };
    } catch (error) {
      if (error instanceof Refusal) return refusal(error.code, error.message);
      throw error;
    }
  }

  return {
    callsByDay,
    readings,
    datedAnswers,
    transportOf:
      (invocation: Invocation): Transport =>
      async (request) => {
        const struck = invocation.draw('call');
        if (struck?.fault === 'cut_before') {
          await invocation.pass(struck.random.between(50, 2000));
          throw new invocation.process.release.TransportFailure('not_sent');
        }
        const { timeoutMs: limitMs = TIME_LIMIT_MS } = request;
        const lag = drawCallLag(invocation.lagOf('call'), limitMs);
        await invocation.pass(struck ? struck.random.between(30, 300) : lag.toArrival);
        const answered = {
          ...answer(request, struck, invocation),
          headers: { date: new Date(time.now()).toUTCString() },
        };
        await invocation.pass(struck ? struck.random.between(30, 600) : lag.toAnswer);
        if (struck) await afterwards(struck, invocation, limitMs);
        datedAnswers.push({ at: time.now(), host: invocation.process.host });
        return answered;
      },
  };
}

/** What happens to an answer on its way back. */
async function afterwards({ fault, random }: Struck, invocation: Invocation, limitMs: number): Promise<void> {
  switch (fault) {
    case 'slow':
    case 'timeout': {
      const lateMs = fault === 'slow' ? random.between(200, 5000) : Number.POSITIVE_INFINITY;
      await invocation.pass(Math.min(lateMs, limitMs));
      if (lateMs > limitMs) throw new invocation.process.release.TransportFailure('timeout');
      return;
    }
    case 'cut_after':
      throw new invocation.process.release.TransportFailure('cut');
    case 'killed_in_call':
      await invocation.kill();
  }
}

/** The answer without a payload, where a fault makes one. */
function failureOf({ fault, random }: Struck, ban: () => HttpAnswer): HttpAnswer | undefined {
  switch (fault) {
    case 'http_5xx':
      return { status: 503, body: '<html>Service Unavailable</html>' };
    case 'http_429':
      return { status: 429, body: '<html>Too Many Requests</html>' };
    case 'busy':
      return { status: 200, body: JSON.stringify(random.pick(BUSY)) };
    case 'ban':
      return ban();
    default:
      return undefined;
  }
}

const BUSY = [
  { error_response: { code: 15, msg: 'Remote service error', sub_code: 'isp.service-unavailable' } },
  { result: { success: false, error_code: 'F00-00-10001', error_message: 'system busy' } },
];

function distort(method: string, payload: Payload, { fault, random }: Struck, moveList: () => void): void {
  const list = listIn(payload);
  const kept = (values: unknown[]) => list?.values.splice(0, Number.POSITIVE_INFINITY, ...values);
  if (fault === 'moving_list') moveList();
  if (!list || list.values.length === 0) return;
  const share = random.pick([0, 0.5, 0.8]);
  // The events of a parcel are a part of one record, as are the titles of a product.
  if (fault === 'half_page' && (method === REVIEWS || hasTotal(payload)))
    kept(list.values.filter(() => random.next() < share));
  if (fault === 'reordered') kept([...list.values].sort(() => random.next() - 0.5));
}

/** Whether an answer says how many rows the list has. */
const hasTotal = (payload: Payload): boolean =>
  [payload, ...Object.values(payload)].some(
    (part) =>
      typeof part === 'object' &&
      part !== null &&
      Object.keys(part).some((name) => /^total_(count|item|page)$/.test(name)),
  );
