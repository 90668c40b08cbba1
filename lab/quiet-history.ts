/** A history in which nothing goes wrong, for what is added to it. */

import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import { randomSource } from '../sandbox/random.ts';
import { callsOf, type History } from './history.ts';
import type { Schedule } from './schedule.ts';
import { subjects } from './subjects/index.ts';

const INTERVAL_MS = 5 * MINUTE;
/** What happens in these feeds happens days after an order was shipped, so the orders are as much older. */
const OLDER_MS: Partial<Record<FeedKey, number>> = { parcels: 12 * DAY, reviews: 4 * DAY };

/** Polls every few minutes by two processes, without faults and pauses. What is lost counts. */
export function drawQuietHistory(feed: FeedKey, seed: number, hours: number): History {
  const stream = (name: string) => randomSource(seed, `${feed}/quiet/${name}`);
  const from = Date.parse('2026-10-06T16:00:00Z') + stream('start').integer(0, 24) * HOUR;
  const to = from + hours * HOUR;
  const rounds = [];
  for (let at = from; at < to; at += INTERVAL_MS) rounds.push({ at, turnsOn: at === from ? 1 : 0 });
  const schedule: Schedule = { from, faultsEnd: to, to, rounds, intervalMs: INTERVAL_MS, processes: 2 };
  const subject = subjects[feed];
  return {
    seed,
    feed,
    subject,
    schedule,
    story: subject.draw(stream('story'), earlier(schedule, OLDER_MS[feed] ?? 0)),
    ...callsOf(feed),
    isTransactional: stream('store').next() < 0.5,
    rates: {},
    whole: new Set(),
    clockErrors: [[], []],
  };
}

const earlier = (schedule: Schedule, ms: number): Schedule => ({
  ...schedule,
  from: schedule.from - ms,
  faultsEnd: schedule.faultsEnd - ms,
  to: schedule.to - ms,
  rounds: schedule.rounds.map((round) => ({ ...round, at: round.at - ms })),
});
