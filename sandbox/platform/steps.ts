/**
 * Runs the queued steps of workflows. Every step of an event runs once and does not wait for the others. A step that
 * failed runs again later, unless it may have delivered already.
 */

import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keepTicket } from '../../lib/hosts/hub/recipes/tickets.ts';
import { toLine } from '../../lib/hosts/hub/sheets/workbook.ts';
import { onlyReads } from '../../lib/pack/operation.ts';
import { type ActionStep, type SheetStep, valueIn } from '../../lib/pack/recipe.ts';
import { SECOND } from '../../lib/runtime.ts';
import { StepError } from './step-error.ts';
import type { QueuedStep, Run, Surroundings, TriggerEvent, Workflow } from './workflow.ts';

const RETRY_SECONDS = [300, 1800, 3600, 3 * 3600, 6 * 3600];

interface StepOptions extends Surroundings {
  run: Run;
  onFailure: (error: StepError, subject: string) => void;
}

/** Runs the steps that are due. @returns those that are still to be run */
export async function runDueSteps(
  workflow: Workflow,
  queue: readonly QueuedStep[],
  options: StepOptions,
): Promise<QueuedStep[]> {
  const { clock, onDelivered, onFailure } = options;
  /** Their destination is limiting requests, so the same step of the next event would fail too. */
  const busy = new Set<number>();
  const left: QueuedStep[] = [];
  for (const queued of queue) {
    if (queued.dueAt > clock.now() || busy.has(queued.step)) {
      left.push(queued);
      continue;
    }
    try {
      await runStep(workflow, queued, options);
      onDelivered?.(queued);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      onFailure(error, String(queued.event.title_zh ?? queued.event.id));
      if (error.kind === 'ThrottledError') busy.add(queued.step);
      if (mayHaveDelivered(error)) continue;
      const { attempts } = queued;
      const pause = error.delaySeconds ?? RETRY_SECONDS[attempts] ?? Number(RETRY_SECONDS.at(-1));
      left.push({ ...queued, attempts: attempts + 1, dueAt: clock.now() + pause * SECOND });
    }
  }
  return left;
}

const mayHaveDelivered = ({ code, kind }: StepError): boolean =>
  code === 'channel_answer_lost' || kind === 'ProcessExited';

async function runStep(
  { recipe, fixed }: Workflow,
  { step, event }: QueuedStep,
  { run, folder }: StepOptions,
): Promise<void> {
  const declared = recipe.steps[step];
  if (!declared) return;
  if ('sheet' in declared) return addRow(join(folder, 'sheets', `${recipe.key}.csv`), declared, event);
  const output = await runAction(declared, event, fixed[declared.action.key], run);
  if (declared.output === 'ticket') keepTicket(join(folder, 'tickets'), output);
}

/** The part of a service for sheets. */
function addRow(path: string, { sheet: { columns } }: SheetStep, event: TriggerEvent): void {
  mkdirSync(dirname(path), { recursive: true });
  const header = columns.map(({ title }) => `${title.zh} / ${title.en}`);
  if (!existsSync(path)) appendFileSync(path, `\ufeff${toLine(header)}`);
  appendFileSync(path, toLine(columns.map(({ value }) => valueIn(value, event))));
}

async function runAction(
  { action, map }: ActionStep,
  event: TriggerEvent,
  fixed: Record<string, string> | undefined,
  run: Run,
): Promise<Record<string, unknown>> {
  const mapped = Object.fromEntries(
    Object.entries(map).map(([key, template]) => [key, valueIn(template, event)]),
  );
  const kind = onlyReads(action) ? 'searches' : 'creates';
  const output = await run(`${kind}.${action.key}.operation.perform`, { ...mapped, ...fixed });
  return [output].flat()[0] as Record<string, unknown>;
}
