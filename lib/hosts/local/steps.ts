/**
 * Runs the queued steps of workflows, and decides what happens to a step that failed.
 *
 * Every step of an event runs once and does not wait for the others. Where a process ends, or a reply is lost, while a
 * step runs: a row is looked for and a ticket is submitted again under the same id, so neither is delivered
 * twice. A card could be delivered twice, so it is not sent again, and the user is notified.
 */

import { type ActionStep, type RecipeDeclaration, type SheetStep, valueIn } from '../../pack/recipe.ts';
import { type Clock, SECOND } from '../../runtime.ts';
import type { AppClient } from './app-client.ts';
import type { PlatformMemory, QueuedStep } from './memory.ts';
import { StepError } from './step-error.ts';
import type { Ticket } from './tickets.ts';
import { destinationOf, type Failure, type Outbox, type Workflow } from './workflow.ts';

export interface StepOptions {
  app: AppClient;
  memory: PlatformMemory;
  outbox: Outbox;
  clock: Clock;
  onFailure: (failure: Failure) => void;
  onDelivered?: (step: QueuedStep) => void;
  /** Aborted when the user stops the host: the running step is finished, the others wait for the next start. */
  stop?: AbortSignal;
}

const RETRY_SECONDS = [300, 1800, 3600, 3 * 3600, 6 * 3600];

/** Errors that end a step: it may have been delivered, or never will be. */
const FINAL = ['channel_answer_lost', 'TicketRefused'];
/** The destination is limiting requests or is not reachable, so the same step of the next event would fail too. */
const UNAVAILABLE = ['ThrottledError', 'TicketUnreachable'];

/** Runs the steps of a workflow that are due. Errors go to `onFailure`. */
export async function runDueSteps(workflow: Workflow, options: StepOptions): Promise<void> {
  const { memory, clock, onDelivered, stop } = options;
  const unavailable = new Set<number>();
  for (const queued of memory.due(workflow.recipe.key)) {
    if (stop?.aborted) return;
    if (unavailable.has(queued.step)) continue;
    try {
      await runStep(workflow, queued, options);
      memory.done(queued);
      onDelivered?.(queued);
    } catch (error) {
      const failure = reportFailure(
        workflow,
        error,
        options,
        String(queued.event.title_zh ?? queued.eventId),
      );
      if (isFinal(failure, queued)) memory.done(queued);
      else memory.retryAt(queued, clock.now() + retrySeconds(failure, queued) * SECOND);
      if (UNAVAILABLE.includes(failure.kind)) unavailable.add(queued.step);
    }
  }
}

/** Reports an error to the user; an expired connection is forgotten. */
export function reportFailure(
  { recipe }: Workflow,
  error: unknown,
  { memory, clock, onFailure }: StepOptions,
  subject?: string,
): StepError {
  const failure = error instanceof StepError ? error : new StepError('Error', String(error));
  if (failure.kind === 'ExpiredAuthError') memory.keepConnection(undefined);
  onFailure({
    at: clock.now(),
    workflow: recipe.key,
    kind: failure.code ?? failure.kind,
    message: failure.message,
    ...(subject && { subject }),
  });
  return failure;
}

function isFinal(failure: StepError, { repeatable }: QueuedStep): boolean {
  const mayBeDelivered = failure.kind === 'ProcessExited' && !repeatable;
  return mayBeDelivered || FINAL.includes(failure.code ?? failure.kind);
}

function retrySeconds({ delaySeconds }: StepError, { attempts }: QueuedStep): number {
  return delaySeconds ?? RETRY_SECONDS[attempts] ?? Number(RETRY_SECONDS.at(-1));
}

async function runStep(
  { recipe, fixed }: Workflow,
  queued: QueuedStep,
  { app, memory, outbox }: StepOptions,
): Promise<void> {
  const step = recipe.steps[queued.step];
  // A step that was removed from the recipe after the event was queued counts as done.
  if (!step) return;
  if ('sheet' in step) return addRow(recipe, step, queued, memory, outbox);
  memory.started(queued);
  const output = await runAction(step, queued.event, fixed[step.action.key], app);
  if (destinationOf(step) === 'ticket') await outbox.tickets.submit(output);
}

function addRow(
  recipe: RecipeDeclaration,
  { sheet: { columns } }: SheetStep,
  queued: QueuedStep,
  memory: PlatformMemory,
  outbox: Outbox,
): void {
  const sheet = outbox.sheetOf(recipe);
  const header = columns.map(({ title }) => `${title.zh} / ${title.en}`);
  const row = columns.map(({ value }) => valueIn(value, queued.event));
  if (queued.fileOffset !== null && sheet.has(header, row, queued.fileOffset)) return;
  memory.started(queued, sheet.end());
  sheet.append(header, row);
}

async function runAction(
  { action, map }: ActionStep,
  event: QueuedStep['event'],
  fixed: Record<string, string> | undefined,
  app: AppClient,
): Promise<Ticket> {
  const mapped = Object.fromEntries(
    Object.entries(map).map(([key, template]) => [key, valueIn(template, event)]),
  );
  const inputs = { ...mapped, ...fixed };
  return (await app.runRenewing(`creates.${action.key}.operation.perform`, inputs)) as Ticket;
}
