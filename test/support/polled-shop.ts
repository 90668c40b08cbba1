/** A simulated shop whose workflows poll through the engine on a virtual clock, as a platform polls them. */

import type { CallRecord } from '../../lab/aliexpress.ts';
import { engineHost } from '../../lab/engine-host.ts';
import { noFaults } from '../../lab/faults.ts';
import { sharedStore } from '../../lab/faulty-store.ts';
import { SELLER } from '../../lab/host.ts';
import { type Activation, openPlatform, type Platform } from '../../lab/platform.ts';
import { newProcess } from '../../lab/process.ts';
import { thisRelease } from '../../lab/release.ts';
import type { LabWorkflow } from '../../lab/story.ts';
import { virtualTime } from '../../lab/virtual-time.ts';
import { MINUTE, type Random } from '../../lib/runtime.ts';
import { MARKER_TTL_SECONDS, markerKey, NO_DAY } from '../../lib/stores/card.ts';
import type { Shop } from '../../sandbox/shop.ts';
import { defaultVariants, type Variants } from '../../sandbox/variants.ts';
import { seededRandom } from './seeded-random.ts';

export interface PolledShop {
  now(): number;
  /** Every time that a workflow was on, with the events that it took. */
  activations: readonly Activation[];
  errors: Platform['errors'];
  /** Calls that arrived, and what their answers showed. */
  calls: CallRecord;
  /** What is stored, by key. */
  stored(key: string): string | null;
  /** Workflows that are off are turned on by their first poll. */
  pollFor(ms: number, everyMs: number, workflows: readonly LabWorkflow[]): Promise<void>;
  turnOff(workflows: readonly LabWorkflow[]): void;
  /** Nothing polls. */
  pause(ms: number): void;
}

export interface PolledShopOptions {
  shop: Shop;
  /** Epoch milliseconds. */
  from: number;
  dailyLimit?: number;
  variants?: Partial<Variants>;
  /** Called before each answer, with the name of the method and the parameters of the request. */
  onCall?: (method: string, at: number, parameters: URLSearchParams) => void;
  /** A stand-in for the parcel tracker: what it answers to a request; undefined while it is down. */
  tracker?: (clock: { now(): number }) => (endpoint: string, body: unknown) => object | undefined;
  /** Draws when within the interval each workflow polls. */
  random?: Random;
}

export async function openPolledShop({
  shop,
  from,
  dailyLimit = 200,
  variants = {},
  onCall = () => {},
  tracker,
  random = seededRandom(),
}: PolledShopOptions): Promise<PolledShop> {
  const time = virtualTime(from);
  const store = sharedStore(time, true, () => {});
  // Sign-in introduces the shop to the store.
  store.set(markerKey(SELLER), NO_DAY, MARKER_TTL_SECONDS);
  const answerTracker = tracker?.(time);
  const host = await engineHost({
    time,
    shop: { shownAt: () => shop, disguise: () => {}, moveList: () => {}, moves: [] },
    store,
    faults: noFaults(),
    onLog: () => {},
    dailyLimit,
    variants: { ...defaultVariants, ...variants },
    seed: 1,
    ...(tracker && { trackerKey: 'key-of-the-test' }),
    damage: {
      transport: (transport) => async (request) => {
        const [, endpoint] = /track\/v2\.4\/(\w+)$/.exec(request.url) ?? [];
        if (endpoint && answerTracker) {
          const answer = answerTracker(endpoint, JSON.parse(request.body ?? ''));
          return answer ? { status: 200, body: JSON.stringify(answer) } : { status: 503, body: '' };
        }
        // A request without a method asks for the time alone, and is no call.
        const parameters = new URLSearchParams(request.body);
        const method = parameters.get('method');
        if (method) onCall(method, time.now(), parameters);
        return transport(request);
      },
    },
  });
  const platform = openPlatform({ time, host, faults: noFaults(), onEvents: () => {} });
  const process = newProcess(thisRelease, 'host');
  const phases = new Map<string, number>();
  const phaseOf = (id: string, everyMs: number) => {
    const phase = phases.get(id) ?? random();
    phases.set(id, phase);
    return phase * (everyMs - MINUTE / 2);
  };
  let now = from;
  let polls = 0;
  return {
    now: () => now,
    activations: platform.activations,
    errors: platform.errors,
    calls: host.calls,
    stored: (key) => store.get(key),
    pollFor: async (ms, everyMs, workflows) => {
      for (const end = now + ms; now < end; now += everyMs) {
        for (const workflow of workflows) {
          polls += 1;
          const address = `${workflow.id}/${polls}`;
          time.at(now + phaseOf(workflow.id, everyMs), () => platform.poll(workflow, { process, address }));
        }
        await time.run();
      }
    },
    turnOff: (workflows) => {
      for (const workflow of workflows) platform.turnOff(workflow);
    },
    pause: (ms) => {
      now += ms;
    },
  };
}
