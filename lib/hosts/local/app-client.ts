/** Runs functions of the app with the stored connection, and renews its tokens. */

import type { AppEvent } from './app-event.ts';
import type { AppThread } from './app-thread.ts';
import type { PlatformMemory } from './memory.ts';
import { StepError } from './step-error.ts';

type Inputs = Record<string, unknown>;

export interface AppClient {
  /** @throws StepError */
  run(method: string, inputs: Inputs, meta?: object): Promise<unknown>;
  /**
   * Like `run`. Where the function asks for a new token, it runs again after the renewal, which all waiting steps share.
   * @throws StepError
   */
  runRenewing(method: string, inputs: Inputs, meta?: object): Promise<unknown>;
}

/** What Zapier says of an invocation, as for a poll or a step. */
const META = {
  isLoadingSample: false,
  isFillingDynamicDropdown: false,
  isPopulatingDedupe: false,
  limit: -1,
  page: 0,
};

export function createAppClient(thread: AppThread, memory: PlatformMemory): AppClient {
  let renewal: Promise<void> | undefined;

  const run: AppClient['run'] = (method, inputData, meta = {}) => {
    const bundle = { authData: memory.connection() ?? {}, inputData, meta: { ...META, ...meta } };
    return thread.execute({ command: 'execute', method, bundle, storeKey: 'local' } satisfies AppEvent);
  };

  async function renew(): Promise<void> {
    const tokens = (await run('authentication.oauth2Config.refreshAccessToken', {})) as Record<
      string,
      string
    >;
    memory.keepConnection({ ...memory.connection(), ...tokens });
  }

  return {
    run,
    runRenewing: async (method, inputs, meta) => {
      try {
        return await run(method, inputs, meta);
      } catch (error) {
        if (!(error instanceof StepError) || error.kind !== 'RefreshAuthError') throw error;
        renewal ??= renew().finally(() => {
          renewal = undefined;
        });
        await renewal;
        return run(method, inputs, meta);
      }
    },
  };
}
