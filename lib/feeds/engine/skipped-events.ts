/** Events that may have been skipped, remembered until the account feed has reported them. */

import * as z from 'zod';
import { fail } from '../../problems.ts';
import { DAY, SECOND } from '../../runtime.ts';
import { readStored, stored } from '../../stores/stored.ts';
import type { FeedTypes, Visit } from './design.ts';
import type { FeedServices } from './feed.ts';
import type { FeedKey } from './feed-status.ts';
import type { LastingRows, WrittenShards } from './lasting-rows.ts';
import { underLease } from './lease.ts';
import { fewSpans, MAX_SPANS, type Skipped, type SkippedSpan, spanFormat } from './skipped-spans.ts';

/** For how long a span is reported. */
const TTL_MS = 7 * DAY;
/** AliExpress may count what it never lists. */
const REPEAT_INCOMPLETE_MS = DAY;

const format = stored(() => ({ spans: z.array(spanFormat).default([]) }));

type Services = Pick<FeedServices, 'seller' | 'store' | 'clock' | 'random'> & {
  memo: { alerts: Map<string, unknown> };
};
type NewSpan = Skipped & { feed?: FeedKey };

/** While another caller reports. */
const WAIT_MS = SECOND / 2;
const MAX_WAITS = 8;

const keyOf = (seller: string) => `skipped:1:${seller}`;

/** The newest ones. Rejects when the store does. */
export async function skippedSpans({ seller, store, clock }: Services): Promise<SkippedSpan[]> {
  const spans = readStored(format, await store.get(keyOf(seller)))?.spans ?? [];
  return spans.filter(({ at }) => clock.now() - at < TTL_MS);
}

/**
 * One caller at a time, because all workflows find at the same moment that the store has lost data.
 * @returns whether it was stored. An alert that cannot be stored must not keep events from being emitted
 */
export async function reportSkipped(services: Services, span: NewSpan): Promise<boolean> {
  const { seller, store, clock, random, memo } = services;
  memo.alerts.delete(seller);
  const add = () => addSpan(services, span);
  for (let waits = 0; waits < MAX_WAITS; waits += 1) {
    const isStored = await underLease(store, random, `lease:skipped:${seller}`, add).catch(() => false);
    if (isStored !== undefined) return isStored;
    await clock.sleep(WAIT_MS * (0.5 + random()));
  }
  // The holder of the lease was killed.
  return add();
}

/**
 * Reports a span, and then writes what hides it from the next poll. The store may lose the report in between, so it is
 * repeated if it is gone.
 * @returns whether it was stored
 */
export async function reportBefore(
  services: Services,
  span: NewSpan,
  write: () => Promise<void>,
): Promise<boolean> {
  if (!(await reportSkipped(services, span))) return false;
  await write();
  const known = await skippedSpans(services).catch(() => undefined);
  const isGone = known && !known.some(({ from, to }) => from <= span.from && to >= span.to);
  return isGone ? reportSkipped(services, span) : true;
}

/** Whether the span was stored with this end. */
const isEndOf = (end: number, { to }: NewSpan): boolean => end >= to && end <= to + MAX_SPANS;

/** The end of the span, at which no alert is known that would hide a part of it: the end is in the id of the alert. */
function freeEnd({ from, to, feed }: NewSpan, known: readonly SkippedSpan[]): number {
  const isHidden = (end: number) =>
    known.some((span) => span.feed === feed && span.to === end && span.from > from);
  let end = to;
  while (isHidden(end)) end += 1;
  return end;
}

async function addSpan(services: Services, span: NewSpan): Promise<boolean> {
  const { seller, store, clock } = services;
  const known = await skippedSpans(services).catch(() => undefined);
  // Spans that cannot be read must not be replaced by this one.
  if (!known) return false;
  const isReported = ({ from, to, feed, workflow, isIncompleteList, at }: SkippedSpan) =>
    feed === span.feed &&
    (span.isIncompleteList
      ? isIncompleteList && clock.now() - at < REPEAT_INCOMPLETE_MS
      : !isIncompleteList && from === span.from && isEndOf(to, span) && workflow === span.workflow);
  if (known.some(isReported)) return true;
  const to = freeEnd(span, known);
  const spans = fewSpans([...known, { isHeld: false, ...span, to, at: clock.now() }]);
  return store.set(keyOf(seller), JSON.stringify({ spans }), TTL_MS / SECOND).catch(() => false);
}

/** Forgets a span, because its events are announced after all. @returns whether it was stored */
export async function forgetSkipped(services: Services, { from, to, feed }: NewSpan): Promise<boolean> {
  const { seller, store, random, memo } = services;
  memo.alerts.delete(seller);
  const forget = async () => {
    const spans = (await skippedSpans(services)).filter(
      (span) => span.from !== from || span.to !== to || span.feed !== feed,
    );
    return store.set(keyOf(seller), JSON.stringify({ spans }), TTL_MS / SECOND);
  };
  return (await underLease(store, random, `lease:skipped:${seller}`, forget).catch(() => false)) ?? false;
}

/** @returns those that were not stored */
export async function reportAll(
  services: Services,
  feed: FeedKey,
  spans: readonly Skipped[],
): Promise<SkippedSpan[]> {
  const left: SkippedSpan[] = [];
  const at = services.clock.now();
  for (const span of fewSpans(spans.map((each) => ({ isHeld: false, ...each, at }))))
    if (!(await reportSkipped(services, { ...span, feed }))) left.push({ ...span, at: services.clock.now() });
  return left;
}

/**
 * Loads what a feed remembers of single records. If some of it was lost, an alert says so.
 * @returns whether it was
 * @throws Problem `budget_unavailable` if the store does not answer
 */
export async function loadRows(
  visit: Pick<Visit<FeedTypes>, 'now' | 'report'>,
  rows: Pick<LastingRows<unknown>, 'load'>,
  written: WrittenShards,
): Promise<boolean> {
  const missingSince = await rows.load(written).catch(() => fail('budget_unavailable', {}));
  if (missingSince === undefined) return false;
  visit.report({ from: missingSince, to: visit.now });
  return true;
}
