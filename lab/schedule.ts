/**
 * When the workflows of a history are turned on and off, and when each of them polls in which process. Polls come in
 * rounds, as on a platform; between some rounds nothing polls for minutes to weeks. After the last fault the rounds go
 * on for a day.
 */

import { DAY, HOUR, MINUTE, SECOND } from '../lib/runtime.ts';
import type { RandomSource } from '../sandbox/random.ts';
import type { FaultName } from './faults.ts';

export interface Round {
  /** Epoch milliseconds. */
  at: number;
  /** Before this round some workflows were off, and are turned on: those whose share is below this one, 0 to 1. */
  turnsOn: number;
  /** All workflows poll at the same moment. */
  isAtOnce?: true;
}

export interface Schedule {
  /** Epoch milliseconds. */
  from: number;
  /** No fault strikes from then on. */
  faultsEnd: number;
  to: number;
  rounds: readonly Round[];
  /** Between two polls of a workflow, when nothing pauses. */
  intervalMs: number;
  processes: number;
}

/** Polls of each trigger; at most 60, and half a second for a history. */
const MAX_ROUNDS = 36;
/** Rounds after the last fault. */
const TAIL_ROUNDS = 10;
const TAIL_MS = DAY;
const MAX_SPAN_MS = 41 * DAY;
/** Ordinary starts: a day of October 2026. */
const ORDINARY = Date.parse('2026-10-06T16:00:00Z');
const MIDNIGHT = Date.parse('2026-10-07T16:00:00Z');
/** The changes of Pacific time in autumn 2026 and spring 2027. */
const CHANGES = ['2026-11-01T09:00:00Z', '2027-03-14T10:00:00Z'].map((time) => Date.parse(time));

/** A visit that begins so long before midnight often ends after it. */
const BRINK_MS = SECOND;

/**
 * Moves one round to right before midnight: the last one before it, or else the next one. The first one turns workflows on
 * and stays.
 */
export function onBrink({ rounds, intervalMs, ...schedule }: Schedule, random: RandomSource): Schedule {
  const at = Math.round(MIDNIGHT - random.between(0, BRINK_MS));
  const last = rounds.findLastIndex((round, n) => n > 0 && round.at < at);
  const next = rounds.findIndex((round, n) => n > 0 && round.at >= at && round.at < MIDNIGHT + intervalMs);
  const moved = last >= 0 ? last : next;
  const isLater = at > schedule.from;
  return {
    ...schedule,
    intervalMs,
    rounds: isLater
      ? rounds.map((round, n) => (n === moved ? { ...round, at, isAtOnce: true } : round))
      : rounds,
  };
}

/**
 * @param intervalsMs between two polls of a workflow, of which one is drawn
 * @param drawn takes the faults that the schedule is made of
 */
export function drawSchedule(
  random: RandomSource,
  intervalsMs: readonly number[],
  drawn: Set<FaultName>,
): Schedule {
  const intervalMs = random.pick(intervalsMs);
  const count = random.integer(6, MAX_ROUNDS - TAIL_ROUNDS);
  const spanMs = 10 ** random.between(Math.log10(HOUR), Math.log10(MAX_SPAN_MS));
  const from = drawStart(random, spanMs, drawn);
  const rounds: Round[] = [{ at: from, turnsOn: 1 }];
  const pausesMs = Math.max(0, spanMs - count * intervalMs);
  const pauses = pausesMs > 2 * MINUTE ? drawPauses(random, count, pausesMs) : new Map<number, number>();
  let at = from;
  for (let n = 1; n < count; n += 1) {
    const pause = pauses.get(n) ?? 0;
    at += intervalMs + pause;
    const turnsOn = pause > 5 * MINUTE && random.next() < 0.4 ? random.between(0.2, 1) : 0;
    if (turnsOn > 0) drawn.add('off_and_on');
    if (pause > 5 * MINUTE && turnsOn < 1) drawn.add('pause');
    rounds.push({ at, turnsOn });
  }
  const faultsEnd = at + intervalMs;
  for (let n = 1; n <= TAIL_ROUNDS; n += 1) {
    // Often at first, and then as far apart as the day requires.
    rounds.push({ at: faultsEnd + Math.round(TAIL_MS * (n / TAIL_ROUNDS) ** 1.5), turnsOn: 0 });
  }
  return {
    from,
    faultsEnd,
    to: faultsEnd + TAIL_MS + MINUTE,
    rounds,
    intervalMs,
    processes: random.integer(1, 3),
  };
}

function drawStart(random: RandomSource, spanMs: number, drawn: Set<FaultName>): number {
  const kind = random.next();
  const before = Math.round(random.between(0, Math.min(spanMs, 2 * HOUR)));
  if (kind < 0.25) {
    drawn.add('midnight');
    return MIDNIGHT - before;
  }
  if (kind < 0.5) {
    drawn.add('daylight_saving');
    return random.pick(CHANGES) - before;
  }
  return ORDINARY + Math.round(random.between(0, DAY));
}

/** Round → the pause before it, of which there are one to six. */
function drawPauses(random: RandomSource, count: number, sumMs: number): Map<number, number> {
  const weights = Array.from({ length: random.integer(1, 6) }, () => 10 ** random.between(-2, 0));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return new Map(weights.map((weight) => [random.integer(1, count - 1), Math.round((sumMs * weight) / sum)]));
}
