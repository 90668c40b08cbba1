/** What the platform and the app's thread exchange: the events of zapier-platform-core's handler, and their results. */

import type { TransportLimits } from '../../lib/http/transport.ts';
import type { Clock, Random } from '../../lib/runtime.ts';
import type { AppKey, Settings } from '../../lib/settings.ts';

/** What core's handler takes. */
export interface AppEvent {
  command: 'execute';
  /** Path of the function in the app definition: "triggers.new_order.operation.perform". */
  method: string;
  bundle: {
    authData: Record<string, string>;
    inputData: Record<string, unknown>;
    meta: Record<string, unknown>;
  };
  storeKey: string;
}

/** What the app gets from the thread. */
export interface AppRuntime {
  clock: Clock;
  random: Random;
  settings: Settings;
  appKey: () => AppKey;
  limits: TransportLimits;
}

/**
 * The module that the thread loads. The host's caller names it by its address, because `lib` imports neither
 * declarations nor another host.
 */
export interface AppModule {
  /** The app's handler; `createAppHandler` of zapier-platform-core makes it. */
  openApp(runtime: AppRuntime): (event: object) => Promise<{ results: unknown }>;
}

/** Data for the thread: it can be cloned. */
export interface AppThreadOptions {
  /** Address of an `AppModule`. */
  appModule: string;
  settings: Settings;
  appKey: AppKey;
  /** Left out for the machine's own time. */
  clock?: SharedArrayBuffer;
  limits?: TransportLimits;
  cacheUrl: string;
  deployKey: string;
}

export interface AppRequest {
  id: number;
  event: AppEvent;
}

export type AppReply =
  | { id: number; results: unknown }
  | { id: number; error: { name: string; message: string } };
