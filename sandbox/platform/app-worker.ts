/** The app's own thread: loads the app and answers events. `app-thread.ts` starts it. */

import { parentPort, workerData } from 'node:worker_threads';
import { DEFAULT_LIMITS } from '../../lib/http/transport.ts';
import { systemClock } from '../../lib/runtime.ts';
import { virtualClock } from '../virtual-clock.ts';
import type { AppModule, AppReply, AppRequest, AppThreadOptions } from './app-event.ts';

const options: AppThreadOptions = workerData;
const { openApp }: AppModule = await import(options.appModule);
const handle = openApp({
  clock: options.clock ? virtualClock(options.clock) : systemClock,
  random: Math.random,
  settings: options.settings,
  appKey: () => options.appKey,
  limits: options.limits ?? DEFAULT_LIMITS,
});

async function answer({ id, event }: AppRequest): Promise<AppReply> {
  try {
    const { results } = await handle({ ...event, rpc_base: options.cacheUrl, calledFromCli: true });
    return { id, results };
  } catch (error) {
    const { name, message } = error as Error;
    return { id, error: { name, message } };
  }
}

parentPort?.on('message', async (request: AppRequest) => parentPort?.postMessage(await answer(request)));
