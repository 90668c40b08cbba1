/**
 * Which events a poll returns. A platform may lose the answer to a poll, so an event is returned at three polls before it
 * is left out. A platform may also hold a workflow that gets too many new events at once, so a poll returns at most 90,
 * also after a lost answer. See docs/adr/0018-returned-events.md.
 */

import { createHash } from 'node:crypto';
import type { PackEvent } from '../pack/event.ts';
import { DAY, HOUR, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';

/** Zapier holds a workflow that gets more than 100 new events in one poll. */
const MAX_EVENTS = 90;
/** While as many others are still to be returned again. */
const MAX_NEW = 60;
const POLLS_PER_EVENT = 3;
/** A younger event does not wait behind a backlog. */
const LIVE_MS = 3 * HOUR;

/** At how many polls an event was returned, by the digest of its id; those that were returned last come last. */
export type ReturnCounts = ReadonlyMap<string, number>;

export interface Selection {
  events: PackEvent[];
  counts: ReturnCounts;
  /** The counts are worth storing. */
  hasChanged: boolean;
}

/**
 * Events that were never returned come first: live ones, then the oldest. Then come those that were returned before.
 * @param eligible newest first, as are the events of the selection
 * @param now epoch milliseconds
 */
export function selectEvents(eligible: readonly PackEvent[], counts: ReturnCounts, now: number): Selection {
  const digests = new Map(eligible.map((event) => [digestOf(event.id), event]));
  const isLive = (event: PackEvent | undefined) => !(Date.parse(event?.occurred_at ?? '') < now - LIVE_MS);
  const unseen = [...digests.keys()].reverse().filter((digest) => !counts.has(digest));
  const repeated = [...counts].flatMap(([digest, count]) =>
    count < POLLS_PER_EVENT && digests.has(digest) ? [digest] : [],
  );
  const queue = [
    ...unseen.filter((digest) => isLive(digests.get(digest))),
    ...unseen.filter((digest) => !isLive(digests.get(digest))),
  ].slice(0, Math.max(MAX_NEW, MAX_EVENTS - repeated.length));
  const returned = new Set([...queue, ...repeated].slice(0, MAX_EVENTS));
  const left = [...counts].filter(([digest]) => digests.has(digest) && !returned.has(digest));
  return {
    events: [...digests].flatMap(([digest, event]) => (returned.has(digest) ? [event] : [])),
    counts: new Map([...left, ...[...returned].map((each) => [each, (counts.get(each) ?? 0) + 1] as const)]),
    hasChanged: returned.size > 0,
  };
}

const DIGEST_LENGTH = 7;
const digestOf = (id: string): string =>
  createHash('sha256').update(id).digest('base64url').slice(0, DIGEST_LENGTH);

/** No stored value is larger than 32 KB. An event beyond the limit is returned again, and the platform knows it. */
const MAX_DIGESTS = 4500;
const TTL_SECONDS = (8 * DAY) / SECOND;
const keyOf = (seller: string, workflow: string) => `returned:1:${seller}:${workflow}`;

/** The counts of a workflow; none if they were lost, and then everything is returned again. Rejects when the store does. */
export async function readReturnCounts(
  store: Store,
  seller: string,
  workflow: string,
): Promise<ReturnCounts> {
  const groups = ((await store.get(keyOf(seller, workflow))) ?? '').split('.');
  const pattern = new RegExp(`[\\w-]{${DIGEST_LENGTH}}`, 'g');
  return new Map(
    groups.flatMap((group, n) => (group.match(pattern) ?? []).map((digest) => [digest, POLLS_PER_EVENT - n])),
  );
}

/** Best effort: what is not written is returned once more. */
export function writeReturnCounts(
  store: Store,
  seller: string,
  workflow: string,
  counts: ReturnCounts,
): Promise<boolean> {
  const kept = [...counts].slice(-MAX_DIGESTS);
  const groups = Array.from({ length: POLLS_PER_EVENT }, (_, n) =>
    kept
      .flatMap(([digest, count]) =>
        Math.min(count, POLLS_PER_EVENT) === POLLS_PER_EVENT - n ? [digest] : [],
      )
      .join(''),
  );
  return store.set(keyOf(seller, workflow), groups.join('.'), TTL_SECONDS).catch(() => false);
}
