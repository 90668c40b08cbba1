/**
 * Which events a poll returns. A platform may lose the answer to a poll, so an event is returned at three polls before it
 * is left out. A platform may also hold a workflow that gets too many new events at once, so a poll returns at most 90,
 * also after a lost answer. See docs/adr/0021-returned-events.md.
 */

import type { FeedServices } from '../feeds/engine/feed.ts';
import { remember } from '../feeds/engine/snapshot-memo.ts';
import { oncePer } from '../once-per.ts';
import type { PackEvent } from '../pack/event.ts';
import { DAY, HOUR, SECOND } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import type { Store } from '../stores/store.ts';
import type { Step } from './step.ts';

/** Zapier holds a workflow that gets more than 100 new events in one poll. */
export const MAX_EVENTS = 90;
/** While as many others are still to be returned again. */
const MAX_NEW = 60;
const POLLS_PER_EVENT = 3;
/** A younger event does not wait behind a backlog. */
const LIVE_MS = 3 * HOUR;

/** At how many polls an event was returned, by the digest of its id; those that were returned last come last. */
export type ReturnCounts = ReadonlyMap<string, number>;

/** What decides whether an event is returned. */
type Returnable = Pick<PackEvent, 'id' | 'occurred_at'>;

export interface Selection<E> {
  events: E[];
  counts: ReturnCounts;
}

/**
 * Events that were never returned come first: live ones, then the oldest. Then come those that were returned before.
 * @param eligible newest first, as are the events of the selection
 * @param now epoch milliseconds
 * @param polls at how many polls an event is returned
 */
export function selectEvents<E extends Returnable>(
  eligible: readonly E[],
  counts: ReturnCounts,
  now: number,
  polls = POLLS_PER_EVENT,
): Selection<E> {
  const digests = new Map(eligible.map((event) => [digestOf(event), event]));
  const isLive = ({ occurred_at }: E) => !(Date.parse(String(occurred_at)) < now - LIVE_MS);
  const unseen = [...digests].reverse().filter(([digest]) => !counts.has(digest));
  const repeated = [...counts].flatMap(([digest, count]) =>
    count < polls && digests.has(digest) ? [digest] : [],
  );
  const queue = [
    ...unseen.filter(([, event]) => isLive(event)),
    ...unseen.filter(([, event]) => !isLive(event)),
  ]
    .slice(0, Math.max(MAX_NEW, MAX_EVENTS - repeated.length))
    .map(([digest]) => digest);
  const returned = new Set([...queue, ...repeated].slice(0, MAX_EVENTS));
  const left = [...counts].filter(([digest]) => digests.has(digest) && !returned.has(digest));
  return {
    events: [...digests].flatMap(([digest, event]) => (returned.has(digest) ? [event] : [])),
    counts: new Map([...left, ...[...returned].map((each) => [each, (counts.get(each) ?? 0) + 1] as const)]),
  };
}

const DIGEST_LENGTH = 7;
const digestOf = oncePer(({ id }: Returnable) => shortDigest(id, DIGEST_LENGTH));

/** No stored value is larger than 32 KB. */
const MAX_VALUE_LENGTH = 4500 * DIGEST_LENGTH;
/** An event beyond the limit is returned again, and the platform knows it. */
const MAX_DIGESTS = 9000;
const TTL_SECONDS = (8 * DAY) / SECOND;

type Services = Pick<FeedServices, 'store' | 'seller' | 'clock'> & {
  memo: { returns: Map<string, ReturnCounts> };
};

const keyOf = (seller: string, workflow: string): string => `returned:1:${seller}:${workflow}`;

/** Whether this process knows that all of them were returned often enough. Then a poll needs no store. */
export const areReturned = (
  { seller, memo }: Pick<Services, 'seller' | 'memo'>,
  workflow: string,
  eligible: readonly Returnable[],
  copies = 1,
): boolean => {
  const counts = memo.returns.get(keyOf(seller, workflow));
  return eligible.every((event) => counts?.get(digestOf(event)) === POLLS_PER_EVENT * copies);
};

/** The events that a poll of the workflow returns. It is written down that they were returned. */
export async function returnEvents<E extends Returnable>(
  { store, seller, clock, memo }: Services,
  workflow: string,
  eligible: readonly E[],
  step: Pick<Step, 'isOver'>,
  copies = 1,
): Promise<E[]> {
  const polls = POLLS_PER_EVENT * copies;
  const key = keyOf(seller, workflow);
  if (areReturned({ seller, memo }, workflow, eligible, copies)) return [];
  const stored = await readText(store, key).then(
    (text) => decode(text, polls),
    () => undefined,
  );
  const { events, counts } = selectEvents(eligible, stored ?? new Map(), clock.now(), polls);
  // Without an answer the stored counts are not known, and must not be replaced by fewer. What is returned too late does
  // not count as returned.
  if (!stored || step.isOver()) return events;
  remember(memo.returns, key, counts);
  // Best effort: what is not written is returned once more, and the platform drops it.
  if (events.length > 0) await writeText(store, key, encode(counts, polls));
  return events;
}

/** What does not fit into the first value is in the second one. */
const secondKey = (key: string) => `${key}:more`;

async function readText(store: Store, key: string): Promise<string> {
  const text = (await store.get(key)) ?? '';
  return text.length < MAX_VALUE_LENGTH ? text : text + ((await store.get(secondKey(key))) ?? '');
}

async function writeText(store: Store, key: string, text: string): Promise<void> {
  const parts = [
    [key, text.slice(0, MAX_VALUE_LENGTH)],
    [secondKey(key), text.slice(MAX_VALUE_LENGTH)],
  ] as const;
  const filled = parts.filter(([, part]) => part !== '');
  await Promise.all(filled.map(([each, part]) => store.set(each, part, TTL_SECONDS).catch(() => {})));
}

const DIGESTS = new RegExp(`[\\w-]{${DIGEST_LENGTH}}`, 'g');

/** Groups of digests by the number of polls that are left, from none on. */
export function encode(counts: ReturnCounts, polls = POLLS_PER_EVENT): string {
  const kept = [...counts].slice(-MAX_DIGESTS);
  const groups = Array.from({ length: polls }, (_, n) =>
    kept.flatMap(([digest, count]) => (count === polls - n ? [digest] : [])),
  );
  return groups.map((digests) => digests.join('')).join('.');
}

/** None where the counts were lost: then everything is returned again. */
export const decode = (stored: string, polls = POLLS_PER_EVENT): ReturnCounts =>
  new Map(
    stored
      .split('.')
      .flatMap((group, n) => (group.match(DIGESTS) ?? []).map((digest) => [digest, polls - n] as const)),
  );
