/**
 * The platform, as Zapier is one: a workflow that is turned on polls once to learn which events are old, and from then
 * on takes every event whose id it has not seen. It forgets the ids when the workflow is turned off. A step is over
 * after 30 seconds.
 */

import { SECOND } from '../lib/runtime.ts';
import type { FaultSource, Struck } from './faults.ts';
import type { Host, LabEvent } from './host.ts';
import { type Process, restart } from './process.ts';
import type { LabWorkflow } from './story.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One time that a workflow is on. */
export interface Activation {
  workflow: LabWorkflow;
  /** In which the poll ran that turned it on. */
  process: Pick<Process, 'host' | 'clockErrors'>;
  /** When that poll began and ended, epoch milliseconds. */
  turnedOnFrom: number;
  turnedOnAt: number;
  /** Infinite while it is on. */
  offAt: number;
  /** The events that were taken, in order. */
  taken: { at: number; event: LabEvent }[];
  /** When each poll but the first began, epoch milliseconds, and on which host it ran. */
  polls: { at: number; host: string }[];
}

/** One poll of a schedule. */
export interface Turn {
  process: Process;
  /** The poll's faults are drawn from it. */
  address: string;
}

export interface Platform {
  activations: Activation[];
  /** Errors that a user would have seen, with how often. */
  errors: Map<string, number>;
  /** The messages of those that are no Problem, and the kind of those that blame inputs, because no workflow has a wrong one. */
  unnamed: Set<string>;
  turnOff(workflow: LabWorkflow): void;
  /** Polls a workflow, or turns it on if it is off. */
  poll(workflow: LabWorkflow, turn: Turn): Promise<void>;
}

const STEP_LIMIT_MS = 30 * SECOND;
/** Answers with the same event that get lost: it is returned at three polls, so that two of them may. */
const MAX_LOST_ANSWERS = 2;
const TIMED_OUT = Symbol('the step took too long');

export interface PlatformOptions {
  time: VirtualTime;
  host: Host;
  faults: FaultSource;
  /** The events do not come with the answer to a poll. */
  isPushed?: boolean;
  /** Receives everything that a step returns. */
  onEvents: (events: readonly LabEvent[]) => void;
}

export function openPlatform({ time, host, faults, isPushed = false, onEvents }: PlatformOptions): Platform {
  const activations: Activation[] = [];
  const current = new Map<string, { activation: Activation; seen: Set<string> }>();
  const errors = new Map<string, number>();
  const unnamed = new Set<string>();
  /** By workflow and event. */
  const lostAnswers = new Map<string, number>();

  /** Whether the answer to a poll gets lost. */
  function isLost(workflow: LabWorkflow, struck: Struck | undefined, events: readonly LabEvent[]): boolean {
    if (struck?.fault !== 'poll_lost' || isPushed) return false;
    const lost = events.map(({ id }) => {
      const key = `${workflow.id}/${id}`;
      return [key, (lostAnswers.get(key) ?? 0) + 1] as const;
    });
    if (lost.some(([, times]) => times > MAX_LOST_ANSWERS)) return false;
    for (const [key, times] of lost) lostAnswers.set(key, times);
    return true;
  }

  /** What a step returns; undefined where it fails. */
  async function run(workflow: LabWorkflow, { process, address }: Turn, isTurningOn: boolean) {
    const struck = faults.draw(['poll'], `${address}/poll`, time.now());
    if (struck?.fault === 'restart') restart(process);
    const { id, trigger, inputs } = workflow;
    const startedAt = time.now();
    const step = host.poll({ address, workflow: id, trigger, inputs, isTurningOn }, process);
    const outcome = await Promise.race([step, time.limit(STEP_LIMIT_MS).then(() => TIMED_OUT)]).catch(
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    const isOver = outcome === TIMED_OUT || time.now() > startedAt + STEP_LIMIT_MS;
    if (isOver || outcome instanceof Error) {
      const kind = outcome instanceof Error ? nameOf(outcome) : 'step over';
      errors.set(kind, (errors.get(kind) ?? 0) + 1);
      if (outcome instanceof Error && (!('kind' in outcome) || kind === 'bad_input')) unnamed.add(kind);
      return undefined;
    }
    const events = outcome as readonly LabEvent[];
    onEvents(events);
    return isLost(workflow, struck, events) ? undefined : events;
  }

  function endActivation({ id }: LabWorkflow): void {
    const on = current.get(id);
    if (on) on.activation.offAt = time.now();
    current.delete(id);
  }

  /** Of two steps that turn a workflow on at the same time, the one that ends later counts. */
  async function turnOn(workflow: LabWorkflow, turn: Turn): Promise<void> {
    const turnedOnFrom = time.now();
    const events = await run(workflow, turn, true);
    if (!events) return;
    const activation: Activation = {
      workflow,
      process: turn.process,
      turnedOnFrom,
      turnedOnAt: time.now(),
      offAt: Number.POSITIVE_INFINITY,
      taken: [],
      polls: [],
    };
    endActivation(workflow);
    activations.push(activation);
    current.set(workflow.id, { activation, seen: new Set(events.map(({ id }) => id)) });
  }

  return {
    activations,
    errors,
    unnamed,
    turnOff: endActivation,
    poll: async (workflow, turn) => {
      const on = current.get(workflow.id);
      if (!on) return turnOn(workflow, turn);
      on.activation.polls.push({ at: time.now(), host: turn.process.host });
      const events = await run(workflow, turn, false);
      if (!events || current.get(workflow.id) !== on) return;
      for (const event of events) {
        if (on.seen.has(event.id)) continue;
        on.seen.add(event.id);
        on.activation.taken.push({ at: time.now(), event });
      }
    },
  };
}

const nameOf = (error: Error): string => ('kind' in error ? String(error.kind) : error.message.slice(0, 80));
