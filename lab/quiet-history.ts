/** A history in which nothing goes wrong, for what is added to it. */

import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import { HOUR, MINUTE } from '../lib/runtime.ts';
import { randomSource } from '../sandbox/random.ts';
import { callsOf, type History } from './history.ts';
import type { Schedule } from './schedule.ts';
import type { Story } from './story.ts';
import { subjects } from './subjects/index.ts';

const INTERVAL_MS = 5 * MINUTE;
/** What happens in these feeds happens days after an order was shipped, and little of it on any day. */
const SLOW_FEEDS: readonly FeedKey[] = ['parcels', 'reviews'];

/** Polls every few minutes by two processes, without faults and pauses. What is lost counts. */
export function drawQuietHistory(feed: FeedKey, seed: number, hours: number): History {
  const stream = (name: string) => randomSource(seed, `${feed}/quiet/${name}`);
  const from = Date.parse('2026-10-06T16:00:00Z') + stream('start').integer(0, 24) * HOUR;
  const to = from + hours * HOUR;
  const rounds = [];
  for (let at = from; at < to; at += INTERVAL_MS) rounds.push({ at, turnsOn: at === from ? 1 : 0 });
  const schedule: Schedule = { from, faultsEnd: to, to, rounds, intervalMs: INTERVAL_MS, processes: 2 };
  const subject = subjects[feed];
  const drawStory = (olderMs = 0) => subject.draw(stream('story'), earlier(schedule, olderMs));
  const story = drawStory();
  return {
    seed,
    feed,
    subject,
    schedule,
    story: SLOW_FEEDS.includes(feed) ? drawStory(busiestAfterMs(story, schedule)) : story,
    ...callsOf(feed),
    isTransactional: stream('store').next() < 0.5,
    rates: {},
    whole: new Set(),
    clockErrors: [[], []],
  };
}

/** How long after its beginning a story has as many events in the span of a schedule as it ever has. */
function busiestAfterMs({ workflows, conditionsOf }: Story, { from, to }: Schedule): number {
  const begins = workflows
    .flatMap((workflow) => conditionsOf(workflow))
    .map(({ from: begin }) => begin - HOUR)
    .filter((begin) => begin >= from);
  const eventsFrom = (start: number) =>
    begins.filter((begin) => begin >= start && begin < start + to - from - 4 * HOUR).length;
  const busiest = begins.reduce((best, each) => (eventsFrom(each) > eventsFrom(best) ? each : best), from);
  return busiest - from;
}

const earlier = (schedule: Schedule, ms: number): Schedule => ({
  ...schedule,
  from: schedule.from - ms,
  faultsEnd: schedule.faultsEnd - ms,
  to: schedule.to - ms,
  rounds: schedule.rounds.map((round) => ({ ...round, at: round.at - ms })),
});
