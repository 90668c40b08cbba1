/** The processes in which polls run: their clocks, what they remember, and how they are frozen, killed and restarted. */

import { emptyProcessMemo, type ProcessMemo } from '../lib/engine/shop.ts';
import { type Clock, HOUR } from '../lib/runtime.ts';
import type { Timer } from '../lib/stores/time-limit.ts';
import { type RandomSource, randomSource } from '../sandbox/random.ts';
import type { FaultSource, Point, Struck } from './faults.ts';
import type { Release } from './release.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A clock that is wrong from a moment on. */
export interface ClockError {
  /** Epoch milliseconds. */
  from: number;
  to: number;
  offsetMs: number;
  /** Milliseconds gained per hour. */
  driftMsPerHour: number;
}

export interface Process {
  /** Each process runs on a host of its own. */
  host: string;
  /** Lost when the process restarts. */
  memo: ProcessMemo;
  /** Rises when the process is killed: what ran before never continues. */
  life: number;
  /** Rejects then. */
  death: PromiseWithResolvers<never>;
  clockErrors: readonly ClockError[];
  release: Release;
}

/** How far the clock of a process is ahead, milliseconds. */
export const clockErrorAt = ({ clockErrors }: Pick<Process, 'clockErrors'>, at: number): number =>
  clockErrors
    .filter(({ from, to }) => at >= from && at < to)
    .reduce(
      (sum, { from, offsetMs, driftMsPerHour }) => sum + offsetMs + (driftMsPerHour * (at - from)) / HOUR,
      0,
    );

export const newProcess = (
  release: Release,
  host: string,
  clockErrors: readonly ClockError[] = [],
): Process => ({
  host,
  memo: emptyProcessMemo(host),
  life: 0,
  death: unhandled(),
  clockErrors,
  release,
});

/** Ends every step that runs in the process. */
export function restart(process: Process): void {
  const { death } = process;
  process.memo = emptyProcessMemo(process.host);
  process.life += 1;
  process.death = unhandled();
  death.reject(new ProcessKilled());
}

/** What the platform sees of a step whose process was killed. */
export class ProcessKilled extends Error {
  readonly kind = 'killed';
  constructor() {
    super('the process was killed');
  }
}

/** A promise that may be rejected while nobody waits for it. */
function unhandled(): PromiseWithResolvers<never> {
  const resolvers = Promise.withResolvers<never>();
  resolvers.promise.catch(() => {});
  return resolvers;
}

/** One run of a step in a process. */
export interface Invocation {
  time: VirtualTime;
  clock: Clock;
  process: Process;
  /** The fault that strikes at the next await of this kind. */
  draw(point: Point, ...others: Point[]): Struck | undefined;
  /** For how long the await takes for which a fault was drawn last. Its numbers are no fault's, so the faults stay. */
  lagOf(point: Point): RandomSource;
  /** Waits; never returns once the process was killed. */
  pass(ms: number): Promise<void>;
  /** Freezes this run of the step: nothing of it continues for a while. */
  freeze(ms: number): Promise<void>;
  /** Kills the process. Never returns. */
  kill(): Promise<never>;
  /** Rejects when the process is killed. */
  killed: Promise<never>;
  /** For time limits. */
  timer: Timer;
}

const never = () => new Promise<never>(() => {});

export function openInvocation(
  time: VirtualTime,
  process: Process,
  faults: FaultSource,
  /** The poll's address: its faults are drawn from it. */
  address: string,
  seed: number,
): Invocation {
  const { life, death } = process;
  const counts: Partial<Record<Point, number>> = {};
  let frozenUntil = Number.NEGATIVE_INFINITY;
  /** Waits while the step is frozen; never returns once the process was killed. */
  const awake = async () => {
    while (time.now() < frozenUntil) await time.sleep(frozenUntil - time.now());
    if (process.life !== life) await never();
  };
  const invocation: Invocation = {
    time,
    process,
    clock: {
      now: () => Math.floor(time.now() + clockErrorAt(process, time.now())),
      elapsed: () => time.now(),
      sleep: async (ms) => {
        const struck = invocation.draw('sleep');
        await invocation.pass(struck ? ms + struck.random.between(1000, 600_000) : ms);
      },
    },
    draw: (point, ...others) => {
      const n = (counts[point] ?? 0) + 1;
      counts[point] = n;
      return faults.draw([point, ...others], `${address}/${point}/${n}`, time.now());
    },
    lagOf: (point) => randomSource(seed, `lag/${address}/${point}/${counts[point] ?? 0}`),
    pass: async (ms) => {
      if (ms > 0) await time.sleep(ms);
      await awake();
    },
    freeze: (ms) => {
      frozenUntil = time.now() + ms;
      return awake();
    },
    kill: () => {
      // A command that a step has left behind may be struck once the process has begun again.
      if (process.life === life) restart(process);
      return never();
    },
    killed: death.promise,
    timer: {
      now: () => time.now(),
      start: (ms, onEnd) => time.at(time.now() + ms, () => void awake().then(onEnd)),
    },
  };
  return invocation;
}
