/** Compares what workflows were announced with what happened in the shop. */

import { RETENTION_MS } from '../lib/feeds/engine/snapshot.ts';
import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import { beijingDay, toPacific } from '../sandbox/pacific.ts';
import { faults } from './faults.ts';
import type { History } from './history.ts';
import type { Activation } from './platform.ts';
import { clockErrorAt } from './process.ts';
import type { Outcome } from './run-history.ts';
import { forgets, isOfWrongTime, startOf } from './start-marks.ts';
import type { Between, Condition } from './story.ts';

export const findingKinds = [
  'lost',
  'doubled',
  'false',
  'early',
  'over',
  'leaked',
  'unnamed',
  'still',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  kind: FindingKind;
  text: string;
}

export interface Comparison {
  findings: Finding[];
  /** Events that were taken. */
  events: number;
  /** Conditions that had to be announced. */
  due: number;
}

/** How far the moment at which a workflow was turned on, and the moment of a fact, are blurred. */
const BLUR_MS = 3 * MINUTE;
/** The last hours of a history may be announced after it. */
const END_MS = 12 * HOUR;
/** So long after the last fault, the orders on hold are known. */
const SETTLED_MS = 3 * HOUR;

/** @param twin the same history without faults */
export function findingsOf(history: History, outcome: Outcome, twin: Outcome): Comparison {
  const findings: Finding[] = [];
  const add = (kind: FindingKind, text: string) => findings.push({ kind, text });
  let [events, due] = [0, 0];

  for (const activation of outcome.activations) {
    if (activation.workflow.trigger === 'account_alert') continue;
    const conditions = history.story.conditionsOf(activation.workflow);
    const byAbout = Map.groupBy(conditions, ({ about }) => about);
    const announced = takenByAbout(history, activation);
    events += activation.taken.length;
    for (const [about, taken] of announced)
      checkTaken(activation, outcome, byAbout.get(about) ?? [], taken, add);
    if (!history.countsLosses || hasForgotten(history, outcome)) continue;
    for (const condition of conditions) {
      if (!isDue(history, condition, activation, outcome, twin)) continue;
      if (condition.between && !isSeenBetween(history, condition, condition.between, activation, outcome))
        continue;
      if (isUnknown(condition, outcome)) continue;
      const isBeforeSettled = condition.from < history.schedule.faultsEnd + SETTLED_MS;
      // What a whole baseline would have shown. Without faults it must have been read by then.
      if (isBeforeSettled && isDatedBefore(condition, activation, outcome)) continue;
      if (isBeforeSettled && countsAsOld(condition, outcome)) continue;
      if (!isSeenWithout(condition, byAbout.get(condition.about) ?? [], outcome)) continue;
      if (hasForgottenEntry(condition, announced.get(condition.about) ?? [], outcome)) continue;
      due += 1;
      const isAnnounced = announced.get(condition.about)?.some(({ at }) => at > condition.from - BLUR_MS);
      if (!isAnnounced && !isNamed(history, condition, outcome))
        add('lost', `${describe(condition)} ${clock(condition.from)}`);
    }
  }
  for (const [day, calls] of outcome.callsByDay) {
    if (calls > history.dailyLimit && !isBegunAgain(history, outcome, day))
      add('over', `${calls} calls on ${day}`);
  }
  for (const still of stillIn(history, twin)) add('still', still);
  for (const leak of outcome.leaks) add('leaked', leak);
  for (const message of outcome.unnamed) add('unnamed', message);
  return { findings, events, due };
}

type Taken = Activation['taken'];

const takenByAbout = ({ subject }: History, { workflow, taken }: Activation): Map<string, Taken> =>
  Map.groupBy(taken, ({ event }) => subject.aboutOf(workflow.trigger, event));

/** The events about one thing: no more than what had become true after the workflow was turned on. */
function checkTaken(
  activation: Activation,
  outcome: Outcome,
  conditions: readonly Condition[],
  taken: Taken,
  add: (kind: FindingKind, text: string) => void,
): void {
  let last: Taken[number] | undefined;
  let right = 0;
  for (const each of taken) {
    const { at, event } = each;
    const mark = startOf(activation, outcome, at) - BLUR_MS;
    const what = `${activation.workflow.trigger} ${event.id} at ${clock(at)}`;
    const begun = conditions.filter(({ from }) => from <= at + BLUR_MS);
    const fresh = begun.filter(
      (condition) =>
        condition.from + repeatedMs(condition.from) + shownLateMs(outcome, condition) >=
          sinceOf(outcome, mark, condition) ||
        isChanged(outcome, mark, at, condition) ||
        isLeftOut(outcome, mark, at, condition),
    );
    if (begun.length === 0) {
      const next = conditions.find(({ from }) => from > at);
      add(next ? 'early' : 'false', next ? `${what}, true only at ${clock(next.from)}` : what);
    } else if (fresh.length === 0) {
      const since = clock(begun.at(-1)?.from ?? 0);
      add('false', `${what}, true since ${since}, before ${clock(activation.turnedOnAt)}`);
    } else if (right >= fresh.length) {
      add('doubled', `${what} after ${last?.event.id} at ${clock(last?.at ?? 0)}`);
    } else {
      right += 1;
    }
    last = each;
  }
}

/**
 * A fact without a time of its own counts from the first answer that could have shown it. Where it is not certain that
 * any answer was stored, the first one may have been the only one.
 */
function sinceOf(outcome: Outcome, mark: number, { isUndated, listedBy, lateMs = 0 }: Condition): number {
  if (!isUndated) return mark;
  const known =
    keptBefore(outcome, mark, listedBy).at(-1) ??
    outcome.readings.find(({ at, shown, isReceived }) => isReceived && at < mark && shown.has(listedBy));
  return Math.min(mark, (known?.at ?? mark) - lateMs);
}

/**
 * The answers before a moment that showed a name and were stored, as far as the faults tell.
 * @param until when the store must still have them, epoch milliseconds
 */
function keptBefore(outcome: Outcome, before: number, name: string, until = before): Outcome['readings'] {
  const { readings, strikes } = outcome;
  const isKept = (at: number) =>
    !strikes.some(
      (strike) => keepsFromStoring(strike, at) || (forgets(strike) && strike.at >= at && strike.at < until),
    );
  return readings.filter(
    (reading) =>
      reading.isIntact &&
      reading.at < before &&
      reading.shown.has(name) &&
      isKept(reading.at) &&
      !isOfWrongTime(reading, outcome),
  );
}

/** A visit stores what it has read within the 30 seconds of its step, unless the store or the process fails. */
const keepsFromStoring = ({ fault, at }: Outcome['strikes'][number], readAt: number): boolean =>
  (faults[fault].at !== 'call' || fault === 'killed_in_call') && at >= readAt && at < readAt + MINUTE;

/** A dated fact counts from when AliExpress shows it, if its record was shown without it in the meantime. */
function shownLateMs({ readings }: Outcome, condition: Condition): number {
  const { from, isUndated, shownAs, enteredAs = shownAs, lateMs = 0 } = condition;
  const isShownWithout = readings.some(
    ({ at, shown, isIntact }) =>
      isIntact && at >= from && at < from + lateMs && shown.has(recordOf(shownAs)) && !shown.has(enteredAs),
  );
  return !isUndated && isShownWithout ? lateMs : 0;
}

/** "order/82017394016214774/FINISH" → "order/82017394016214774" */
const recordOf = (shownAs: string): string => shownAs.split('/').slice(0, 2).join('/');

/** Whether a record says that it became true before the workflow was turned on, and no answer has told otherwise. */
function isDatedBefore(
  { from, lateMs = 0, dated }: Condition,
  { turnedOnAt }: Activation,
  outcome: Outcome,
): boolean {
  if (!dated || dated.at > turnedOnAt + BLUR_MS) return false;
  return !keptBefore(outcome, from + lateMs, dated.disprovedBy).some(({ at }) => at >= dated.at);
}

/** The store forgets what a feed knows after eight days without a visit. */
const FORGOTTEN_MS = 8 * DAY;

/** Whether no answer has shown what would let the connector look for it, or the store has lost that. */
function isUnknown({ knownAs, from, shownAs }: Condition, outcome: Outcome): boolean {
  if (knownAs === undefined) return false;
  const known = keptBefore(outcome, from, knownAs, Number.POSITIVE_INFINITY)[0];
  const shown = outcome.readings.find(({ at, shown: names }) => at >= from && names.has(shownAs));
  if (!known || !shown) return true;
  const visits = outcome.readings.map(({ at }) => at).filter((at) => at >= known.at && at <= shown.at);
  return visits.some((at, n) => at - (visits[n - 1] ?? at) > FORGOTTEN_MS);
}

const countsAsOld = ({ oldWithout, from }: Condition, outcome: Outcome): boolean =>
  oldWithout !== undefined && keptBefore(outcome, from, oldWithout).length === 0;

/** Whether enough answers in a row, right before the condition became true, showed that it was not. */
function isSeenWithout(condition: Condition, ofSame: readonly Condition[], outcome: Outcome): boolean {
  const { from: since, listedBy, answersWithout = 0 } = condition;
  if (answersWithout === 0) return true;
  const last = keptBefore(outcome, since, listedBy).slice(-answersWithout);
  const [first] = last;
  const showsIt = (at: number) => ofSame.some(({ from, until }) => from <= at && at < until);
  // One that came in part, or may not have been stored, may have been the last that counts.
  const mayCount = outcome.readings.filter(
    ({ at, shown, isReceived }) =>
      isReceived && first !== undefined && at >= first.at && at < since && shown.has(listedBy),
  );
  return last.length === answersWithout && !mayCount.some(({ at }) => showsIt(at));
}

/**
 * Where the store has lost which entry into a state it is, the number starts at 1 again: the event has the id of one that
 * was announced, and is missed. An alert says that something may be.
 */
function hasForgottenEntry({ from }: Condition, announced: Taken, outcome: Outcome): boolean {
  const alertsAt = skippedAlerts(outcome).map(({ at }) => at);
  const alertFollows = (since: number) => alertsAt.some((at) => at >= since);
  return announced.some((before) =>
    outcome.strikes.some(
      (strike) => forgets(strike) && strike.at > before.at && strike.at < from && alertFollows(strike.at),
    ),
  );
}

/** A Pacific time that occurs twice in autumn may be read as the second of the two. */
const repeatedMs = (at: number): number => (toPacific(at) === toPacific(at + HOUR) ? HOUR : 0);

/**
 * Whether a record was changed before the connector could see in which state it was, or when it no longer knew that: then
 * the last change is all that it knows.
 */
function isChanged(
  outcome: Outcome,
  mark: number,
  at: number,
  { isUndated, edits = [], shownAs, from }: Condition,
): boolean {
  if (!isUndated) return false;
  const record = recordOf(shownAs);
  const moved = outcome.moves.filter((move) => move.record === record).map((move) => move.at);
  return [...edits, ...moved]
    .filter((edit) => edit > from && edit + repeatedMs(edit) >= mark && edit <= at + BLUR_MS)
    .some((edit) => !isKnownAt(outcome, { shownAs, from }, edit, at));
}

/**
 * Whether a fact without a time of its own was missing from an answer that could not be told from a whole one, and no
 * answer had shown it before, as far as the connector still knows.
 */
const isLeftOut = (
  outcome: Outcome,
  mark: number,
  at: number,
  { isUndated = false, listedBy, shownAs, from }: Condition,
): boolean =>
  isUndated &&
  outcome.readings.some(
    (cut) =>
      cut.isCut &&
      cut.at >= mark &&
      cut.at <= at &&
      cut.shown.has(listedBy) &&
      !isKnownAt(outcome, { shownAs, from }, cut.at),
  );

/** Whether an answer that showed the fact was stored, and is not forgotten yet. */
const isKnownAt = (
  outcome: Outcome,
  { shownAs, from }: Pick<Condition, 'shownAs' | 'from'>,
  at: number,
  until = at,
): boolean =>
  keptBefore(outcome, at, shownAs, until).some(
    (reading) => reading.at >= from && reading.at > until - RETENTION_MS,
  );

/** On the day on which the shop was connected, a store that was emptied looks as one that has not heard of it yet. */
const isBegunAgain = ({ schedule }: History, { strikes }: Outcome, day: string): boolean =>
  beijingDay(schedule.from) === day &&
  strikes.some(({ fault, at }) => fault === 'store_emptied' && beijingDay(at) === day);

/**
 * A store that has lost the card of a day pays for no call until that day ends, which may be too late to catch up. If
 * nothing polls before midnight, the next day is lost: without its marker, the store does not know the shop. A clock that
 * is ahead may have begun the card of the next day already.
 */
const hasForgotten = ({ schedule, clockErrors }: History, outcome: Outcome): boolean => {
  const errors = clockErrors.flat().flatMap((error) => {
    const errorAt = (at: number) => clockErrorAt({ clockErrors: [error] }, at);
    return [errorAt(error.from), errorAt(error.to - 1)];
  });
  const aheadMs = Math.max(0, ...errors);
  const lastDay = beijingDay(schedule.faultsEnd);
  // Evictions may take the card, or the marker before the next day begins. An alert then says that the day is lost.
  const isAlerted = alertsOf(outcome, 'store_forgot').some(({ at }) => beijingDay(at) === lastDay);
  return outcome.strikes.some(({ fault, at, evicted }) => {
    const next = schedule.rounds.find((round) => round.at > at)?.at ?? at;
    const times = [at, next, at + aheadMs, next + aheadMs];
    const isLost = fault === 'store_emptied' || (isAlerted && evicted?.startsWith('slots:'));
    return isLost && times.map(beijingDay).includes(lastDay);
  });
};

/**
 * No feed plans to go without a call for so long: those of disputes do for up to three hours. With few calls, a visit of
 * many may be paid off for longer.
 */
const STILL_MS = 4 * HOUR;
/** A poll has its answers within this time. */
const POLL_MS = MINUTE;

/**
 * Polls in a row that made no call, although calls were left. Only a run without faults is looked at: with them, a feed may
 * have good reasons, such as a store that has lost the card of the day.
 */
function stillIn(
  { countsLosses, dailyLimit }: History,
  { activations, readings, callsByDay }: Outcome,
): string[] {
  if (!countsLosses) return [];
  const polls = activations
    .filter(({ workflow }) => workflow.trigger !== 'account_alert')
    .flatMap((each) => [each.turnedOnFrom, ...each.polls.map(({ at }) => at)])
    .sort((a, b) => a - b);
  const found: string[] = [];
  const bounds = [Number.NEGATIVE_INFINITY, ...readings.map(({ at }) => at), Number.POSITIVE_INFINITY];
  for (const [n, read] of bounds.slice(1).entries()) {
    const since = bounds[n] as number;
    const idle = polls.filter((at) => at > since && at + POLL_MS < read);
    const [first = 0, last = 0] = [idle[0], idle.at(-1)];
    const used = callsByDay.get(beijingDay(last)) ?? 0;
    if (last - first > STILL_MS && used < dailyLimit / 2)
      found.push(
        `no call of ${idle.length} polls from ${clock(first)} to ${clock(last)}, ${used} calls that day`,
      );
  }
  return found;
}

/** Whether a poll without faults was made while a fact of the clock was true. */
const isDueByClock = ({ schedule }: History, { from, until }: Condition, activation: Activation): boolean =>
  from > activation.turnedOnAt + BLUR_MS &&
  activation.polls.some(
    ({ at }) => at > Math.max(from, schedule.faultsEnd) + BLUR_MS && at < until - BLUR_MS,
  );

/** Whether a workflow had to be announced of a condition. */
function isDue(
  history: History,
  condition: Condition,
  activation: Activation,
  outcome: Outcome,
  twin: Outcome,
): boolean {
  return condition.isOfClock
    ? isDueByClock(history, condition, activation)
    : isShown(history, condition, activation, outcome, twin);
}

/** Whether it was shown in time. */
function isShown(
  { schedule, isOneByOne, whole }: History,
  { from, until, shownAs, shownFrom: earliest = from, shownUntil, lateMs = 0, readEveryMs = 0 }: Condition,
  { turnedOnAt, offAt, polls }: Activation,
  outcome: Outcome,
  twin: Outcome,
): boolean {
  const lastAt = schedule.to - END_MS;
  const isNew = from > turnedOnAt + BLUR_MS;
  // What ends earlier may have been true only while faults kept it from being seen.
  const lasts = until > schedule.faultsEnd + END_MS;
  const stays = offAt > schedule.to && from < lastAt;
  if (!isNew || !lasts || !stays) return false;
  // A feed that reads one record at a time does so at other moments than its twin, and so does one that reads a list
  // rarely: what ends soon may be true between two of its readings.
  const isAtOtherMoments = isOneByOne || until - from < 2 * readEveryMs;
  const readings = isAtOtherMoments ? outcome.readings : [...outcome.readings, ...twin.readings];
  // The twin sees at once what is late in this history, and may be over before the next poll.
  const shownFrom = Math.max(earliest, from + (whole.has('late_row') ? lateMs : 0));
  // An answer that another workflow got is good for this one if it is still good at its next poll.
  const isGood = (at: number) => (polls.find((poll) => poll.at > at)?.at ?? schedule.to) < shownUntil;
  const mayShow = readings.filter(({ at, isCut }) => at >= shownFrom && at < lastAt && !isCut);
  return mayShow.some(({ at, shown }) => shown.has(shownAs) && isGood(at));
}

/**
 * Whether a feed knows that a record has left its state and entered it again: it has announced the state in between, or
 * read it when nothing could go wrong any more.
 */
function isSeenBetween(
  { schedule, subject }: History,
  { from, lateMs = 0 }: Condition,
  between: Between,
  { workflow, taken }: Activation,
  { readings }: Outcome,
): boolean {
  return between.states.some(({ about, shownAs }) => {
    const shownIn = readings.filter(
      ({ at, shown, isIntact }) =>
        isIntact && at >= between.from && at <= from + lateMs && shown.has(shownAs),
    );
    const isAnnounced = taken.some(
      ({ at, event }) =>
        at >= (shownIn[0]?.at ?? Number.POSITIVE_INFINITY) &&
        subject.aboutOf(workflow.trigger, event) === about,
    );
    return isAnnounced || shownIn.some(({ at }) => at >= schedule.faultsEnd);
  });
}

const alertsOf = ({ activations }: Outcome, type: string): Taken =>
  activations
    .filter(({ workflow }) => workflow.trigger === 'account_alert')
    .flatMap(({ taken }) => taken)
    .filter(({ event }) => event.alert_type === type);

const skippedAlerts = (outcome: Outcome): Taken => alertsOf(outcome, 'events_skipped');

/** Whether an alert names the time of a condition as skipped. */
function isNamed({ feed }: History, { from, lateMs = 0 }: Condition, outcome: Outcome): boolean {
  return skippedAlerts(outcome)
    .map(({ at, event }) => spanNamed(String(event.headline), at))
    .filter(({ of }) => of === undefined || of === feed)
    .some((span) => from + lateMs >= span.from && from - repeatedMs(from) <= span.to);
}

const SPAN =
  /^(?:Orders|Events(?: about ([\w ]+?))?) from (?:(\d{4})-)?(\S+ \S+) to (?:(\d{4})-)?(\S+ \S+) were not announced$/;

/** The feed and its span as a user reads them, to the minute in Beijing and without the year of the alert. */
function spanNamed(headline: string, at: number): { of: string | undefined; from: number; to: number } {
  const [, of, fromYear, from, toYear, to] = SPAN.exec(headline) ?? [];
  if (from === undefined) throw new Error(`no span in "${headline}"`);
  const read = (year = beijingDay(at).slice(0, 4), time = '') =>
    Date.parse(`${year}-${time.replace(' ', 'T')}+08:00`);
  return { of: of?.replaceAll(' ', '_'), from: read(fromYear, from), to: read(toYear, to) + MINUTE };
}

const describe = ({ trigger, about }: Condition) => `${trigger} ${about}`;
export const clock = (at: number): string => new Date(at).toISOString().slice(5, 19).replace('T', ' ');
