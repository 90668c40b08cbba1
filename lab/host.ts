/** What runs the polls of a history: the engine alone, or a whole host. */

import type { Transport } from '../lib/http/transport.ts';
import type { Store } from '../lib/stores/store.ts';
import type { Variants } from '../sandbox/variants.ts';
import type { CallRecord } from './aliexpress.ts';
import type { FaultSource } from './faults.ts';
import type { SharedStore } from './faulty-store.ts';
import type { Process } from './process.ts';
import type { LabShop } from './story.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface PollRequest {
  /** Its faults are drawn from it. */
  address: string;
  workflow: string;
  trigger: string;
  inputs: Record<string, unknown>;
  isTurningOn: boolean;
}

export type LabEvent = Readonly<Record<string, unknown>> & { id: string };

export const SELLER = '2201234567890';

export interface Host {
  /** The calls that arrived, and what their answers show. */
  calls: CallRecord;
  /** The events of a poll. Rejects with what the step throws. A killed process fails the step, or never answers. */
  poll(request: PollRequest, process: Process): Promise<readonly LabEvent[]>;
  close(): Promise<void>;
}

/** What a test breaks on purpose, to see that the lab notices. */
export interface Damage {
  store?: (store: Store) => Store;
  transport?: (transport: Transport) => Transport;
  events?: (events: readonly LabEvent[]) => readonly LabEvent[];
  /** Every poll returns what a poll returns that turns a workflow on. */
  forgetsStart?: true;
}

/** Opens a host. */
export type OpenHost = (options: HostOptions) => Promise<Host>;

export interface HostOptions {
  time: VirtualTime;
  shop: LabShop;
  store: SharedStore;
  faults: FaultSource;
  onLog: (line: string) => void;
  dailyLimit: number;
  /** How AliExpress behaves where that is not known. */
  variants: Variants;
  seed: number;
  /** Of the parcel tracker. */
  trackerKey?: string;
  damage?: Damage;
}
