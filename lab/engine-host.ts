/** Runs polls through the engine, with transport, store and clock of the lab. */

import { readSettings } from '../lib/settings.ts';
import { randomSource } from '../sandbox/random.ts';
import { aliExpress } from './aliexpress.ts';
import { storeOf } from './faulty-store.ts';
import { type Host, type HostOptions, type LabEvent, type PollRequest, SELLER } from './host.ts';
import { openInvocation, type Process } from './process.ts';
import type { Release } from './release.ts';

type ZObject = Parameters<Release['openShop']>[1];
type Bundle = Parameters<Release['openShop']>[2];

const APP_KEY = { appKey: '512345', appSecret: 'secret-of-the-lab' };

export async function engineHost({
  time,
  shop,
  store,
  faults,
  onLog,
  dailyLimit,
  variants,
  seed,
  trackerKey,
  ...others
}: HostOptions): Promise<Host> {
  const { store: through, transport: via, events: seen, forgetsStart } = others.damage ?? {};
  const model = aliExpress({ time, shop, dailyLimit, variants });
  const settings = readSettings({ DAILY_CALL_LIMIT: String(dailyLimit) });
  const z = { console: { log: (...line: unknown[]) => onLog(JSON.stringify(line)) } } as unknown as ZObject;
  const connectedAt = new Date(time.now()).toISOString();
  const authData = {
    access_token: 'token',
    seller_id: SELLER,
    connected_at: connectedAt,
    ...(trackerKey && { tracker_key: trackerKey }),
  };
  const bundle = { authData } as unknown as Bundle;

  return {
    calls: model,
    poll: async (request: PollRequest, process: Process): Promise<readonly LabEvent[]> => {
      const { pollTrigger, openShop, operations } = process.release;
      const trigger = operations.triggers.find(({ key }) => key === request.trigger);
      if (!trigger) throw new Error(`no trigger ${request.trigger}`);
      const invocation = openInvocation(time, process, faults, request.address, seed);
      const random = randomSource(seed, `engine/${request.address}`);
      const opened = await openShop(
        {
          clock: invocation.clock,
          random: random.next,
          settings,
          language: 'both',
          appKey: () => APP_KEY,
          memo: process.memo,
          openStore: () => (through ?? same)(storeOf(store, invocation)),
          storeTimer: invocation.timer,
          openTransport: () => (via ?? same)(model.transportOf(invocation)),
        },
        z,
        bundle,
      );
      const events = await pollTrigger(trigger, opened, {
        inputs: request.inputs,
        workflow: request.workflow,
        purpose: request.isTurningOn || forgetsStart ? 'turn_on' : 'poll',
      });
      return seen ? seen(events) : events;
    },
    close: async () => {},
  };
}

const same = <T>(part: T): T => part;
