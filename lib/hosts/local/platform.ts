/**
 * Plays Zapier's part on one machine: connects the shop, polls triggers, keeps a dedupe table for each workflow, runs
 * the steps of the recipe for every new event, renews the tokens, and runs failed steps again later.
 */

import { isTransient } from '../../problems.ts';
import type { Clock } from '../../runtime.ts';
import { createAppClient } from './app-client.ts';
import type { AppThread } from './app-thread.ts';
import type { PlatformMemory, QueuedStep, TriggerEvent } from './memory.ts';
import { StepError } from './step-error.ts';
import { reportFailure, runDueSteps } from './steps.ts';
import { type Failure, isRepeatable, type Outbox, type Workflow } from './workflow.ts';

export interface AuthorizationAnswer {
  code: string;
}

export interface Platform {
  /** Returns the label of the new connection: the shop's name. */
  connect(
    authorize: (url: string) => Promise<AuthorizationAnswer>,
    redirectUri: string,
    state: string,
  ): Promise<string>;
  isConnected(): boolean;
  /** The label of the stored connection; undefined where there is none, or where it has expired. */
  reconnect(): Promise<string | undefined>;
  /** Polls a workflow's trigger, then runs its steps. Returns the events that were new. */
  poll(workflow: Workflow): Promise<TriggerEvent[]>;
  /** Runs the workflow's steps that are due. */
  runDue(workflow: Workflow): Promise<void>;
}

export interface PlatformOptions {
  thread: AppThread;
  memory: PlatformMemory;
  outbox: Outbox;
  clock: Clock;
  onFailure: (failure: Failure) => void;
  onDelivered?: (step: QueuedStep) => void;
  /** Aborted when the user stops the host. */
  stop?: AbortSignal;
}

export function createPlatform({ thread, ...options }: PlatformOptions): Platform {
  const { memory } = options;
  const app = createAppClient(thread, memory);
  const stepOptions = { ...options, app };
  const runDue = (workflow: Workflow) => runDueSteps(workflow, stepOptions);

  /** The name of the shop. Its number while the connection cannot be tested, which says nothing about the connection. */
  async function testConnection(): Promise<string> {
    try {
      const identity = (await app.runRenewing('authentication.test', {})) as { shop_name: string };
      return identity.shop_name;
    } catch (error) {
      const endsByItself =
        error instanceof StepError && (error.kind === 'ThrottledError' || isTransient(error.code ?? ''));
      if (!endsByItself) throw error;
      return `Shop ${memory.connection()?.seller_id}`;
    }
  }

  async function connect(
    ...[authorize, redirectUri, state]: Parameters<Platform['connect']>
  ): Promise<string> {
    const url = await app.run('authentication.oauth2Config.authorizeUrl', {
      redirect_uri: redirectUri,
      state,
    });
    const { code } = await authorize(String(url));
    const tokens = await app.run('authentication.oauth2Config.getAccessToken', {
      code,
      redirect_uri: redirectUri,
    });
    memory.keepConnection(tokens as Record<string, string>);
    return testConnection();
  }

  async function reconnect(): Promise<string | undefined> {
    if (memory.connection() === undefined) return undefined;
    try {
      return await testConnection();
    } catch (error) {
      if (!(error instanceof StepError) || error.kind !== 'ExpiredAuthError') throw error;
      memory.keepConnection(undefined);
      return undefined;
    }
  }

  /** The first poll of a workflow fills its dedupe table, and no event is new. */
  async function pollTrigger({ recipe, inputs }: Workflow): Promise<TriggerEvent[]> {
    const { key, trigger, steps } = recipe;
    const isFirst = !memory.isSeeded(key);
    const events = (await app.runRenewing(
      `triggers.${trigger.key}.operation.perform`,
      { ...recipe.inputs, ...inputs },
      { isPopulatingDedupe: isFirst, zap: { id: key } },
    )) as TriggerEvent[];
    if (!isFirst) return memory.enqueue(key, events, steps.map(isRepeatable));
    memory.seed(
      key,
      events.map(({ id }) => id),
    );
    return [];
  }

  return {
    connect,
    isConnected: () => memory.connection() !== undefined,
    reconnect,
    poll: async (workflow) => {
      const newEvents = await pollTrigger(workflow).catch((error: unknown) => {
        reportFailure(workflow, error, stepOptions);
        return [];
      });
      await runDue(workflow);
      return newEvents;
    },
    runDue,
  };
}
