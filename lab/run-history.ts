/** Plays a history once, with its faults or without, and returns what came of it. */

import { UNREADABLE } from '../lib/feeds/engine/unreadable.ts';
import { MARKER_TTL_SECONDS, markerKey, NO_DAY } from '../lib/stores/card.ts';
import { randomSource } from '../sandbox/random.ts';
import { defaultVariants } from '../sandbox/variants.ts';
import type { CallRecord } from './aliexpress.ts';
import { engineHost } from './engine-host.ts';
import {
  type FaultName,
  type FaultRates,
  type FaultSource,
  faultSource,
  noFaults,
  type Strike,
} from './faults.ts';
import { sharedStore } from './faulty-store.ts';
import type { History } from './history.ts';
import { type Damage, type OpenHost, SELLER } from './host.ts';
import { hubHost } from './hub/host.ts';
import { hubRates } from './hub/rates.ts';
import { type Activation, openPlatform } from './platform.ts';
import { newProcess } from './process.ts';
import { otherRelease, type Release, thisRelease } from './release.ts';
import type { LabShop, LabWorkflow } from './story.ts';
import { unpacked } from './unpacked.ts';
import { steppedTime, type VirtualTime, virtualTime } from './virtual-time.ts';
import { zapierHost } from './zapier-host.ts';

export interface Outcome {
  activations: readonly Activation[];
  readings: CallRecord['readings'];
  datedAnswers: CallRecord['datedAnswers'];
  callsByDay: CallRecord['callsByDay'];
  strikes: readonly Strike[];
  moves: LabShop['moves'];
  /** Where a personal value was found, if any. */
  leaks: string[];
  errors: ReadonlyMap<string, number>;
  unnamed: ReadonlySet<string>;
  polls: number;
}

/** What is left of a history that is being shrunk. */
export interface Part {
  /** The only addresses at which a fault may strike. */
  only?: ReadonlySet<string>;
  /** The faults of the whole history that are left out. */
  mended?: ReadonlySet<FaultName>;
  /** Records that are left out, by their number. */
  without?: ReadonlySet<number>;
  /** The only workflow, by its id. */
  workflow?: string;
}

export interface RunOptions extends Part {
  withFaults: boolean;
  host?: HostName | undefined;
  damage?: Damage;
  /** The release of one of the processes. */
  second?: Release;
}

/**
 * Several polls run at once in the engine and in the hub; in the Zapier app one runs after the other. Of the hub, the
 * receiver of its webhooks draws the faults of polls.
 */
const hosts: Record<'engine' | 'zapier' | 'hub', HostKind> = {
  engine: { openHost: engineHost, startTime: virtualTime },
  zapier: { openHost: zapierHost, startTime: steppedTime },
  hub: { openHost: hubHost, startTime: virtualTime, ratesOf: hubRates, isPushed: true },
};

interface HostKind {
  openHost: OpenHost;
  startTime(start: number): VirtualTime;
  /** The faults that can happen to it; left out: all. */
  ratesOf?(history: History): FaultRates;
  /** The events do not come with the answer to a poll, so that no lost answer loses them. */
  isPushed?: true;
}
export type HostName = keyof typeof hosts;
export const hostNames = Object.keys(hosts) as HostName[];

/** The account alerts are polled too, because an alert may name what was skipped. */
const ALERTS: LabWorkflow = { id: 'alerts', trigger: 'account_alert', inputs: {} };
const PERSONAL = /canary/i;
const CLOCK_FAULTS = ['clock_ahead', 'clock_behind', 'clock_jump', 'clock_drift'] as const;

export async function runHistory(history: History, options: RunOptions): Promise<Outcome> {
  const { seed, schedule, story, rates, whole, dailyLimit, clockErrors, isTransactional } = history;
  const { withFaults, only, mended, without } = options;
  const isDrawn = (fault: FaultName) => whole.has(fault) && !mended?.has(fault);
  const isWhole = (fault: FaultName) => withFaults && isDrawn(fault);
  const { openHost, startTime, ratesOf, isPushed = false } = hosts[options.host ?? 'engine'];
  const time = startTime(schedule.from);
  const faults: FaultSource = withFaults
    ? faultSource({
        seed,
        rates: ratesOf?.(history) ?? rates,
        until: schedule.faultsEnd,
        ...(only && { only }),
      })
    : noFaults();
  const leaks: string[] = [];
  const unreadable = new Set<string>();
  const search = (where: string, text: string) => {
    if (leaks.length < 5 && PERSONAL.test(text))
      leaks.push(`${where}: ${PERSONAL.exec(text)?.input.slice(0, 200)}`);
  };
  const shop = story.openShop({ isLate: isWhole('late_row'), ...(without && { without }) });
  const store = sharedStore(time, isTransactional, (key, value) =>
    search(`store ${key}`, `${key} ${unpacked(value)}`),
  );
  // Sign-in introduces the shop to the store.
  store.set(markerKey(SELLER), NO_DAY, MARKER_TTL_SECONDS);
  const host = await openHost({
    time,
    shop,
    store,
    faults,
    onLog: (line) => {
      search('log', line);
      if (line.includes(UNREADABLE)) unreadable.add(line);
    },
    dailyLimit,
    // It is no fault, so the twin has it too.
    variants: {
      ...defaultVariants,
      ...(isDrawn('finish_refused') && { finishAmongOthers: 'refused' }),
      ...(isDrawn('finish_left_out') && { finishAmongOthers: 'left_out' }),
    },
    seed,
    ...(options.damage && { damage: options.damage }),
  });
  const platform = openPlatform({
    time,
    host,
    faults,
    isPushed,
    onEvents: (events) => search('event', JSON.stringify(events)),
  });
  const second = options.second ?? (isWhole('two_releases') ? await otherRelease() : thisRelease);
  const processes = Array.from({ length: schedule.processes }, (_, n) =>
    newProcess(n === 1 ? second : thisRelease, `host ${n}`, CLOCK_FAULTS.some(isWhole) ? clockErrors[n] : []),
  );
  const workflows = [...story.workflows, ALERTS];
  const isPlayed = ({ id }: LabWorkflow) => !options.workflow || [options.workflow, ALERTS.id].includes(id);
  const random = randomSource(seed, 'phases');
  const phases = workflows.map(() =>
    random.next() < 0.3 ? 0 : random.between(0, schedule.intervalMs * 0.9),
  );
  let polls = 0;
  for (const [round, { at, turnsOn, isAtOnce }] of schedule.rounds.entries()) {
    for (const [n, workflow] of workflows.entries()) {
      const process = processes[random.integer(0, processes.length - 1)] as (typeof processes)[number];
      const isTurnedOff = turnsOn > 0 && random.next() <= turnsOn && workflow !== ALERTS;
      if (!isPlayed(workflow)) continue;
      time.at(isAtOnce ? at : at + (phases[n] as number), () => {
        polls += 1;
        if (isTurnedOff) platform.turnOff(workflow);
        return platform.poll(workflow, { process, address: `${workflow.id}/${round}` });
      });
    }
  }
  await time.run();
  await host.close();
  return {
    activations: platform.activations,
    readings: host.calls.readings,
    datedAnswers: host.calls.datedAnswers,
    callsByDay: host.calls.callsByDay,
    strikes: faults.strikes,
    moves: shop.moves,
    leaks,
    errors: platform.errors,
    unnamed: new Set([...platform.unnamed, ...unreadable]),
    polls,
  };
}
