/**
 * Plays Zapier's part on one machine: polls triggers, keeps a dedupe table per workflow, runs the steps of the recipe
 * for every new event, renews the token when a step asks for it, and runs failed steps again later.
 *
 * Every step of an event is run exactly once, and waits for no other. Where a process dies, or an answer is lost, while
 * a step runs: a row or a ticket is looked for or handed over again, which doubles nothing; a card might be doubled, so
 * it is not sent again, and somebody is told.
 */

import {
  type ActionStep,
  type RecipeDeclaration,
  type RecipeStep,
  type SheetStep,
  valueIn,
} from '../../pack/recipe.ts';
import type { Clock } from '../../runtime.ts';
import { type AppEvent, type AppThread, StepError } from './app-thread.ts';
import type { PlatformMemory, QueuedStep, TriggerEvent } from './memory.ts';
import type { Sheet } from './sheets.ts';
import type { Ticket, TicketDesk } from './tickets.ts';

export interface Workflow {
  recipe: RecipeDeclaration;
  /** Inputs of the trigger that the seller fills in by hand, beside those of the recipe. */
  inputs?: Record<string, unknown>;
  /** Inputs of actions that the seller fills in by hand, by the action's key: the bot's address, say. */
  fixed: Record<string, Record<string, string>>;
}

/** Where a step delivers to. */
export const destinationOf = (step: RecipeStep): 'card' | 'sheet' | 'ticket' =>
  'sheet' in step ? 'sheet' : step.output === 'ticket' ? 'ticket' : 'card';

const headerOf = ({ sheet }: SheetStep): string[] =>
  sheet.columns.map(({ title }) => `${title.zh} / ${title.en}`);

/** Where steps deliver that are no part of the pack. */
export interface Outbox {
  sheetOf(recipe: RecipeDeclaration): Sheet;
  tickets: TicketDesk;
}

/** Something the person at the machine should see. */
export interface Failure {
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
  /** One poll of a workflow's trigger, then its steps. Returns the events that were new. */
  poll(workflow: Workflow): Promise<TriggerEvent[]>;
  /** Runs the workflow's steps whose time has come. */
  runDue(workflow: Workflow): Promise<void>;
}

export interface AuthorizationAnswer {
  code: string;
}

const RETRY_SECONDS = [300, 1800, 3600, 3 * 3600, 6 * 3600];

/** The step is over, though it failed: it may have arrived, or never will. */
const FINAL = ['feishu_answer_lost', 'TicketRefused'];
/** The other side asks for patience, or is not there: the same step of the next event would only hear the same. */
const PATIENCE = ['ThrottledError', 'TicketUnreachable'];

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
  outbox: Outbox;
  clock: Clock;
  onFailure: (failure: Failure) => void;
  onDelivered?: (step: QueuedStep) => void;
  /** Aborted when the person wants to stop: the step that runs is finished, the others wait for the next start. */
  stop?: AbortSignal;
}): Platform {
  const { thread, memory, outbox, clock, onFailure, onDelivered, stop } = options;
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
    onFailure({
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
    const patient = new Set<number>();
    for (const queued of memory.due(workflow.recipe.key)) {
      if (stop?.aborted) return;
      if (patient.has(queued.step)) continue;
      try {
        await runStep(workflow, queued);
        memory.done(queued);
        onDelivered?.(queued);
      } catch (error) {
        const failure = report(workflow, error, String(queued.event.title_zh ?? queued.eventId));
        const mayHaveArrived = failure.kind === 'ProcessExited' && !queued.repeatable;
        if (mayHaveArrived || FINAL.includes(failure.code ?? failure.kind)) memory.done(queued);
        else {
          const wait =
            failure.delaySeconds ?? RETRY_SECONDS[Math.min(queued.attempts, RETRY_SECONDS.length - 1)] ?? 300;
          memory.retryAt(queued, clock.now() + wait * 1000);
          if (PATIENCE.includes(failure.kind)) patient.add(queued.step);
        }
      }
    }
  }

  async function runStep({ recipe, fixed }: Workflow, queued: QueuedStep): Promise<void> {
    const step = recipe.steps[queued.step];
    // The recipe has lost this step since the event was queued.
    if (!step) return;
    if ('sheet' in step) {
      const sheet = outbox.sheetOf(recipe);
      const header = headerOf(step);
      const row = step.sheet.columns.map(({ value }) => valueIn(value, queued.event));
      if (queued.mark !== null && sheet.has(header, row, queued.mark)) return;
      memory.started(queued, sheet.end());
      sheet.append(header, row);
      return;
    }
    memory.started(queued);
    const output = await runAction(step, queued.event, fixed[step.action.key]);
    if (destinationOf(step) === 'ticket') await outbox.tickets.submit(output);
  }

  async function runAction(
    { action, map }: ActionStep,
    event: QueuedStep['event'],
    fixed: Record<string, string> = {},
  ): Promise<Ticket> {
    const mapped = Object.fromEntries(Object.entries(map).map(([key, text]) => [key, valueIn(text, event)]));
    return (await runRefreshing(`creates.${action.key}.operation.perform`, {
      ...mapped,
      ...fixed,
    })) as Ticket;
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
      const { key, trigger, inputs, steps } = workflow.recipe;
      const method = `triggers.${trigger.key}.operation.perform`;
      const given = { ...inputs, ...workflow.inputs };
      let fresh: TriggerEvent[] = [];
      try {
        const isFirst = !memory.isSeeded(key);
        const meta = { isPopulatingDedupe: isFirst, zap: { id: key } };
        const events = (await runRefreshing(method, given, meta)) as TriggerEvent[];
        if (isFirst)
          memory.seed(
            key,
            events.map((event) => event.id),
          );
        else fresh = memory.enqueue(key, events, steps.map(isRepeatable));
      } catch (error) {
        report(workflow, error);
      }
      await runDue(workflow);
      return fresh;
    },
    runDue,
  };
}

/** A row that stands there is seen, and a ticket has an id by which the other side knows it. */
const isRepeatable = (step: RecipeStep): boolean => destinationOf(step) !== 'card';
