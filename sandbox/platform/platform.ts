/**
 * Plays Zapier's part: connects the shop, polls triggers, keeps a dedupe table for each workflow, runs the steps of the
 * recipe for every new event, renews the tokens, and runs failed steps again later. It remembers nothing between runs.
 */

import type { AppEvent } from './app-event.ts';
import type { AppThread } from './app-thread.ts';
import { StepError } from './step-error.ts';
import { runDueSteps } from './steps.ts';
import type { Failure, QueuedStep, Run, Surroundings, TriggerEvent, Workflow } from './workflow.ts';

export interface Platform {
  /**
   * @param authorize opens the sign-in page, and returns the code of the callback
   * @param fields of the connection, which the user fills in
   * @returns the label of the connection: the shop's name
   */
  connect(
    authorize: (url: string) => Promise<string>,
    redirectUri: string,
    fields?: Record<string, string>,
  ): Promise<string>;
  /** Polls a workflow's trigger, then runs its steps that are due. Returns the events that were new, the oldest first. */
  poll(workflow: Workflow): Promise<TriggerEvent[]>;
  /** Runs the workflow's steps that are due. */
  runDue(workflow: Workflow): Promise<void>;
  /** How many steps are still to be run. */
  waiting(): number;
}

export interface PlatformOptions extends Surroundings {
  thread: AppThread;
  onFailure: (failure: Failure) => void;
}

/** What Zapier says of an invocation, as for a poll or a step. */
const META = {
  isLoadingSample: false,
  isFillingDynamicDropdown: false,
  isPopulatingDedupe: false,
  limit: -1,
  page: 0,
};

export function createPlatform(options: PlatformOptions): Platform {
  const { thread, clock } = options;
  /** Ids of the events of each workflow; a workflow that was never polled has none. */
  const seen = new Map<string, Set<string>>();
  const queues = new Map<string, QueuedStep[]>();
  let connection: Record<string, string> = {};
  let renewal: Promise<void> | undefined;

  const run: Run = (method, inputData, meta = {}) => {
    const bundle = { authData: connection, inputData, meta: { ...META, ...meta } };
    return thread.execute({ command: 'execute', method, bundle, storeKey: 'local' } satisfies AppEvent);
  };
  async function renew(): Promise<void> {
    const tokens = await run('authentication.oauth2Config.refreshAccessToken', {});
    connection = { ...connection, ...(tokens as Record<string, string>) };
  }
  /** Where the function asks for a new token, it runs again after the renewal, which all waiting steps share. */
  const runRenewing: Run = async (method, inputs, meta) => {
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
  };

  function report({ recipe }: Workflow, error: StepError, subject?: string): void {
    const { code, kind, message } = error;
    options.onFailure({
      at: clock.now(),
      workflow: recipe.key,
      kind: code ?? kind,
      message,
      ...(subject !== undefined && { subject }),
    });
  }

  async function runDue(workflow: Workflow): Promise<void> {
    const { key } = workflow.recipe;
    const onFailure = (error: StepError, subject: string) => report(workflow, error, subject);
    queues.set(
      key,
      await runDueSteps(workflow, queues.get(key) ?? [], { ...options, run: runRenewing, onFailure }),
    );
  }

  /** The first poll of a workflow fills its dedupe table, and no event is new. */
  async function findNew({ recipe, inputs }: Workflow): Promise<TriggerEvent[]> {
    const { key, trigger } = recipe;
    const known = seen.get(key);
    const events = (await runRenewing(
      `triggers.${trigger.key}.operation.perform`,
      { ...recipe.inputs, ...inputs },
      { isPopulatingDedupe: !known, zap: { id: key } },
    )) as TriggerEvent[];
    // A trigger emits the newest first.
    const found = known ? events.toReversed().filter(({ id }) => !known.has(id)) : [];
    seen.set(key, new Set([...(known ?? []), ...events.map(({ id }) => id)]));
    return found;
  }

  return {
    connect: async (authorize, redirectUri, fields = {}) => {
      const inputs = { redirect_uri: redirectUri };
      const state = 'state-of-the-platform';
      const url = await run('authentication.oauth2Config.authorizeUrl', { ...inputs, state });
      const code = await authorize(String(url));
      const tokens = await run('authentication.oauth2Config.getAccessToken', { ...inputs, code });
      connection = { ...fields, ...(tokens as Record<string, string>) };
      const { shop_name } = (await runRenewing('authentication.test', {})) as { shop_name: string };
      return shop_name;
    },
    poll: async (workflow) => {
      const { key, steps } = workflow.recipe;
      const events = await findNew(workflow).catch((error: unknown): TriggerEvent[] => {
        if (!(error instanceof StepError)) throw error;
        report(workflow, error);
        return [];
      });
      const dueAt = clock.now();
      const queued = events.flatMap((event) =>
        steps.map((_, step): QueuedStep => ({ workflow: key, event, step, dueAt, attempts: 0 })),
      );
      queues.set(key, [...(queues.get(key) ?? []), ...queued]);
      await runDue(workflow);
      return events;
    },
    runDue,
    waiting: () => [...queues.values()].reduce((sum, queue) => sum + queue.length, 0),
  };
}
