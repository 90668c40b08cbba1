/**
 * Plays Zapier's part on one machine: polls triggers, keeps a dedupe table per workflow, runs the action for every
 * new event, renews the token when a step asks for it, and runs failed steps again later.
 */

import { fill } from '../../pack/evaluate.ts';
import type { RecipeDeclaration } from '../../pack/recipe.ts';
import type { Clock } from '../../runtime.ts';
import { type AppEvent, type AppThread, StepError } from './app-thread.ts';
import type { PlatformMemory, QueuedStep } from './memory.ts';

export interface Workflow {
  recipe: RecipeDeclaration;
  /** What the seller fills in by hand: the bot's address, say. */
  fixed: Record<string, string>;
}

/** Something the person at the machine should see. */
export interface Trouble {
  at: number;
  workflow: string;
  kind: string;
  message: string;
  /** What it was about: the event's title. */
  subject?: string;
}

export interface Platform {
  /** The label of the connection: the shop's name. */
  connect(
    authorize: (url: string) => Promise<AuthorizationAnswer>,
    redirectUri: string,
    state: string,
  ): Promise<string>;
  isConnected(): boolean;
  /** The label of the stored connection; undefined where there is none, or where it has ended. */
  reconnect(): Promise<string | undefined>;
  /** One poll of a workflow's trigger, then its actions. How many events were new. */
  poll(workflow: Workflow): Promise<number>;
  /** Runs the workflow's steps whose time has come. */
  runDue(workflow: Workflow): Promise<void>;
}

export interface AuthorizationAnswer {
  code: string;
}

const RETRY_SECONDS = [300, 1800, 3600, 3 * 3600, 6 * 3600];

const META = {
  isLoadingSample: false,
  isFillingDynamicDropdown: false,
  isPopulatingDedupe: false,
  limit: -1,
  page: 0,
};

export function createPlatform(options: {
  thread: AppThread;
  memory: PlatformMemory;
  clock: Clock;
  onTrouble: (trouble: Trouble) => void;
  onDelivered?: (step: QueuedStep) => void;
  /** Aborted when the person wants to stop: the step that runs is finished, the others wait for the next start. */
  stop?: AbortSignal;
}): Platform {
  const { thread, memory, clock, onTrouble, onDelivered, stop } = options;
  let refreshing: Promise<void> | undefined;

  const run = (method: string, inputData: Record<string, unknown>, meta: object = {}) => {
    const bundle = { authData: memory.connection() ?? {}, inputData, meta: { ...META, ...meta } };
    return thread.execute({ command: 'execute', method, bundle, storeKey: 'local' } satisfies AppEvent);
  };

  async function refresh(): Promise<void> {
    const renewed = (await run('authentication.oauth2Config.refreshAccessToken', {})) as Record<
      string,
      string
    >;
    memory.keepConnection({ ...memory.connection(), ...renewed });
  }

  /** Runs a step; where it asks for a fresh token, renews the token once for all who wait and runs it again. */
  async function runRefreshing(
    method: string,
    inputData: Record<string, unknown>,
    meta?: object,
  ): Promise<unknown> {
    try {
      return await run(method, inputData, meta);
    } catch (error) {
      if (!(error instanceof StepError) || error.kind !== 'RefreshAuthError') throw error;
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      await refreshing;
      return run(method, inputData, meta);
    }
  }

  function report(workflow: Workflow, error: unknown, subject?: string): StepError {
    const step = error instanceof StepError ? error : new StepError('Error', String(error));
    if (step.kind === 'ExpiredAuthError') memory.keepConnection(undefined);
    onTrouble({
      at: clock.now(),
      workflow: workflow.recipe.key,
      kind: step.code ?? step.kind,
      message: step.message,
      ...(subject && { subject }),
    });
    return step;
  }

  async function testConnection(): Promise<string> {
    const identity = (await runRefreshing('authentication.test', {})) as { shop_name: string };
    return identity.shop_name;
  }

  async function runDue(workflow: Workflow): Promise<void> {
    const { action, map } = workflow.recipe;
    for (const step of memory.due(workflow.recipe.key)) {
      if (stop?.aborted) return;
      const mapped = Object.fromEntries(
        Object.entries(map).map(([key, text]) => [key, fill(text, step.event)]),
      );
      memory.started(step);
      try {
        await runRefreshing(`creates.${action.key}.operation.perform`, { ...mapped, ...workflow.fixed });
        memory.done(step);
        onDelivered?.(step);
      } catch (error) {
        const failure = report(workflow, error, String(step.event.title_zh ?? step.eventId));
        // Sent, but nobody knows whether it arrived: sending it again might double it.
        if (failure.code === 'feishu_answer_lost' || failure.kind === 'ProcessExited') memory.done(step);
        else {
          const wait =
            failure.delaySeconds ?? RETRY_SECONDS[Math.min(step.attempts, RETRY_SECONDS.length - 1)] ?? 300;
          memory.retryAt(step, clock.now() + wait * 1000);
          // The other side asks for patience; the rest of the queue would only hear the same.
          if (failure.kind === 'ThrottledError') return;
        }
      }
    }
  }

  return {
    isConnected: () => memory.connection() !== undefined,
    reconnect: async () => {
      if (memory.connection() === undefined) return undefined;
      try {
        return await testConnection();
      } catch (error) {
        if (!(error instanceof StepError) || error.kind !== 'ExpiredAuthError') throw error;
        memory.keepConnection(undefined);
        return undefined;
      }
    },
    connect: async (authorize, redirectUri, state) => {
      const url = await run('authentication.oauth2Config.authorizeUrl', { redirect_uri: redirectUri, state });
      const { code } = await authorize(String(url));
      const tokens = await run('authentication.oauth2Config.getAccessToken', {
        code,
        redirect_uri: redirectUri,
      });
      memory.keepConnection(tokens as Record<string, string>);
      return testConnection();
    },
    poll: async (workflow) => {
      const { key, trigger, inputs } = workflow.recipe;
      const method = `triggers.${trigger.key}.operation.perform`;
      let fresh = 0;
      try {
        const isFirst = !memory.isSeeded(key);
        const events = (await runRefreshing(method, inputs, { isPopulatingDedupe: isFirst })) as {
          id: string;
        }[];
        if (isFirst)
          memory.seed(
            key,
            events.map((event) => event.id),
          );
        else fresh = memory.enqueue(key, events);
      } catch (error) {
        report(workflow, error);
      }
      await runDue(workflow);
      return fresh;
    },
    runDue,
  };
}
