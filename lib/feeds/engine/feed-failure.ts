/** The error with which the visits of a feed keep ending. It is part of the status of the feed, and an alert if it lasts. */

import * as z from 'zod';
import { isProblem, type ProblemKind } from '../../problems.ts';
import { stored, time } from '../../stores/stored.ts';

/** The alert about each kind of error. The user gets other errors at once, or they have alerts of their own. */
const ALERTS_BY_KIND = {
  aliexpress_unreachable: 'aliexpress_unreachable',
  request_refused: 'aliexpress_rejected',
  shop_rate_limited: 'calls_paused',
  method_retired: 'method_retired',
  method_changed: 'method_retired',
  answer_changed: 'answer_changed',
  data_unreadable: 'answer_changed',
  permission_missing: 'permission_missing',
} as const satisfies Partial<Record<ProblemKind, string>>;
type FailureKind = keyof typeof ALERTS_BY_KIND;
export type FailureAlert = (typeof ALERTS_BY_KIND)[FailureKind];

const isFailureKind = (kind: string): kind is FailureKind => Object.hasOwn(ALERTS_BY_KIND, kind);

export const failureFormat = stored(() => ({
  /** Of the error. Another release may know more kinds. */
  kind: z.string().default(''),
  /** When the first of these visits began, epoch milliseconds. */
  since: time.default(0),
  /** When the last one began, epoch milliseconds. */
  lastAt: time.default(0),
  /** Of the error: method, code, field. */
  facts: z.record(z.string(), z.string()).default({}),
}));
export type Failure = z.infer<typeof failureFormat>;

export const alertAbout = ({ kind }: Failure): FailureAlert | undefined =>
  isFailureKind(kind) ? ALERTS_BY_KIND[kind] : undefined;

/** @param error with which a visit has ended; undefined if it has not failed */
export function nextFailure(before: Failure | null | undefined, error: unknown, now: number): Failure | null {
  if (!isProblem(error) || !isFailureKind(error.kind)) return null;
  const facts = Object.entries(error.facts).flatMap(([name, fact]): [string, string][] =>
    typeof fact === 'string' ? [[name, fact]] : [],
  );
  const since = before?.kind === error.kind ? before.since : now;
  return { kind: error.kind, since, lastAt: now, facts: Object.fromEntries(facts) };
}
