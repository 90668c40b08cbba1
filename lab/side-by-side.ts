/** Two releases that use one store for a day and a half, compared with one release on the same history. */

import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import { HOUR } from '../lib/runtime.ts';
import { type Finding, findingsOf } from './findings.ts';
import type { History } from './history.ts';
import { drawQuietHistory } from './quiet-history.ts';
import type { Release } from './release.ts';
import { type Outcome, runHistory } from './run-history.ts';

const SIDE_BY_SIDE_HOURS = 36;
/** What stays true for so long after one release announced it, two releases announce too. */
const LASTING_MS = 2 * HOUR;

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
  const history = drawQuietHistory(feed, seed, SIDE_BY_SIDE_HOURS);
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
