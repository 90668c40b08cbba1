/** Two releases that use one store for a day and a half, compared with one release on the same history. */

import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import { randomSource } from '../sandbox/random.ts';
import { type Finding, findingsOf } from './findings.ts';
import { callsOf, type History } from './history.ts';
import type { Release } from './release.ts';
import { type Outcome, runHistory } from './run-history.ts';
import type { Schedule } from './schedule.ts';
import { subjects } from './subjects/index.ts';

export const SIDE_BY_SIDE_HOURS = 36;
const INTERVAL_MS = 5 * MINUTE;
/** What stays true for so long after one release announced it, two releases announce too. */
const LASTING_MS = 2 * HOUR;
/** What happens in these feeds happens days after an order was shipped, so the orders are as much older. */
const OLDER_MS: Partial<Record<FeedKey, number>> = { parcels: 12 * DAY, reviews: 4 * DAY };

export interface SideBySide {
  /** Calls of one release, and of two on the same history. */
  calls: { alone: number; together: number };
  /** What is wrong where two releases run; `lost` is what one release announces of the history. */
  findings: readonly Finding[];
  /** Events that two releases announced, and those that they had to announce. */
  events: number;
  due: number;
}

/** @param second runs every second poll or so, next to this release */
export async function playSideBySide(feed: FeedKey, seed: number, second: Release): Promise<SideBySide> {
  const history = drawQuietHistory(feed, seed);
  const alone = await runHistory(history, { withFaults: false });
  const together = await runHistory(history, { withFaults: false, second });
  const { findings, events } = findingsOf(history, together, alone);
  const lasting = lastingEvents(history, alone);
  const lost = lostOf(lasting, countsOf(history, together));
  return {
    findings: [...findings.filter(({ kind }) => kind !== 'lost'), ...lost],
    events,
    due: lasting.length,
    calls: { alone: callsIn(alone), together: callsIn(together) },
  };
}

const callsIn = ({ callsByDay }: Outcome): number =>
  [...callsByDay.values()].reduce((sum, calls) => sum + calls, 0);

/** What each event that was taken is about. */
const takenIn = ({ subject }: History, { activations }: Outcome) =>
  activations.flatMap(({ workflow, taken }) =>
    taken.map(({ at, event }) => ({ workflow, at, about: subject.aboutOf(workflow.trigger, event) })),
  );

/** What was announced in time for two releases to announce it. */
const lastingEvents = (history: History, outcome: Outcome): string[] =>
  takenIn(history, outcome).flatMap(({ workflow, at, about }) => {
    const { until = 0 } =
      history.story.conditionsOf(workflow).findLast((each) => each.about === about && each.from <= at) ?? {};
    return Math.min(until, history.schedule.to) - at > LASTING_MS ? [`${workflow.id} ${about}`] : [];
  });

const countsOf = (history: History, outcome: Outcome): Map<string, number> =>
  countsIn(takenIn(history, outcome).map(({ workflow, about }) => `${workflow.id} ${about}`));

const countsIn = (list: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(list, (each) => each)].map(([each, all]) => [each, all.length]));

const lostOf = (lasting: readonly string[], announced: ReadonlyMap<string, number>): Finding[] =>
  [...countsIn(lasting)]
    .filter(([what, count]) => (announced.get(what) ?? 0) < count)
    .map(([text]) => ({ kind: 'lost', text }));

/** Polls every few minutes by two processes in turn, without a fault. */
function drawQuietHistory(feed: FeedKey, seed: number): History {
  const stream = (name: string) => randomSource(seed, `${feed}/side by side/${name}`);
  const from = Date.parse('2026-10-06T16:00:00Z') + stream('start').integer(0, 24) * HOUR;
  const to = from + SIDE_BY_SIDE_HOURS * HOUR;
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
