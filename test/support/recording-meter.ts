/** A meter that records its calls, and can refuse to pay. */

import type { Meter } from '../../lib/aliexpress/gateway.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { fail, Problem } from '../../lib/problems.ts';

export interface RecordingMeter extends Meter<Lane> {
  /** In order: "polling paid", "limit reached", "address paused until 1517820394000". */
  heard: string[];
}

export const usedUp = () =>
  new Problem('budget_used_up', { limit: 200, resetsAt: 3_600_000, now: 0, zone: 'Asia/Shanghai' });

/** When every call is claimed, epoch milliseconds. */
const CLAIMED_AT = 1_790_000_000_000;

/** @param refusal that `spend` throws instead of paying */
export function recordingMeter(refusal?: Error): RecordingMeter {
  const heard: string[] = [];
  return {
    heard,
    spend: async (lane) => {
      if (refusal) throw refusal;
      heard.push(`${lane} paid`);
      return CLAIMED_AT;
    },
    limitReached: async (claimedAt) => {
      heard.push(claimedAt === CLAIMED_AT ? 'limit reached' : 'limit reached at another call');
    },
    paused: async (pause) => {
      heard.push(`${pause.limit} paused until ${pause.until}`);
      return pause;
    },
    denied: async (method, code) => {
      heard.push(`${method} denied by ${code}`);
    },
    failUsedUp: () => fail('budget_used_up', usedUp().facts),
  };
}
