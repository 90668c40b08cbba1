/**
 * One attempt to run a step of a recipe. A message that may have arrived is not sent again: a person decides. A row and a
 * ticket have an id by which they are recognized, so they can be repeated.
 */

import { Interrupted, type Transport } from '../../../http/transport.ts';
import type { PackEvent } from '../../../pack/event.ts';
import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import { type Bilingual, isProblem, type Problem, sentencesOf } from '../../../problems.ts';
import { HOUR, MINUTE } from '../../../runtime.ts';
import type { HubServices } from '../api/services.ts';
import { waitingKey } from '../deliveries/alert-keys.ts';
import type { Delivery, DeliveryResult } from '../deliveries/deliveries.ts';
import { eventsIn } from '../events/events.ts';
import { subscriptionsIn } from '../events/subscriptions.ts';
import { fileReason, isFileError, type Reason, reasonOfProblem, wordsOf } from '../reasons.ts';
import type { Sheets } from '../sheets/sheets.ts';
import type { Pacer } from './pacer.ts';
import { type StepWork, sendMessage, sendTicket } from './send-step.ts';
import { recipeSettingsIn } from './settings.ts';
import { droppedAlert, parkedAlert, type StepFacts, uncertainAlert, waitingAlert } from './step-alerts.ts';
import { addressKey, type HubStep, type MessageStep, type RowStep, stepsWith } from './steps.ts';

export interface StepServices extends Pick<HubServices, 'runtime' | 'targets'> {
  sheets: Sheets;
  pacer: Pacer;
}

interface Attempt extends StepWork<HubStep>, StepFacts {
  recipe: RecipeDeclaration;
  step: HubStep;
  event: PackEvent;
  /** Epoch milliseconds. */
  foundAt: number;
}

/** Pauses before the next attempts while the other side cannot be reached, or the hub errs; the last one is repeated. */
const PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR];
/** From this attempt on an alert is raised. */
const ALERT_AFTER = 4;
/** What must be changed first is tried so often. */
const REFUSED_MS = HOUR;
const PARKED_MS = 6 * HOUR;
const UNWRITABLE_MS = MINUTE;

export async function runStep(services: StepServices, delivery: Delivery): Promise<DeliveryResult> {
  const attempt = find(services, delivery);
  if (typeof attempt === 'string')
    return {
      outcome: { state: 'dead', reason: attempt },
      // Others that still wait for it end as well.
      ...(attempt === 'step_removed' && { ends: waitingKey(delivery) }),
    };
  const { step } = attempt;
  try {
    switch (step.kind) {
      case 'message':
        return await runMessage(services, { ...attempt, step });
      case 'ticket':
        await sendTicket(services, { ...attempt, step });
        return delivered(attempt);
      case 'sheet':
        return addRow(services, { ...attempt, step });
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return isProblem(error)
      ? afterProblem(attempt, error, services.runtime.clock.now())
      : afterError(services, attempt, error);
  }
}

/** What is to be done, or why it cannot be done any more. */
function find({ runtime }: StepServices, delivery: Delivery): Attempt | Reason {
  const { database, vault, registry } = runtime;
  const subscription = subscriptionsIn(database, vault).find(delivery.subscription);
  const { event, createdAt: foundAt = 0 } = eventsIn(database).find(delivery.event) ?? {};
  const recipe = registry.recipes.find(({ key }) => key === subscription?.owner);
  if (!subscription || !event || !recipe) return 'not_stored';
  const { shop } = subscription;
  const settings = recipeSettingsIn(database, vault).read(shop, recipe.key);
  const step = stepsWith(recipe, registry.channels, settings).find(({ key }) => key === delivery.step);
  if (!step) return 'step_removed';
  const title = { en: event.title, zh: event.title_zh };
  return { delivery, recipe, step, shop, settings, event, title, foundAt };
}

const delivered = ({ delivery }: StepFacts): DeliveryResult => ({
  outcome: { state: 'delivered' },
  ends: waitingKey(delivery),
});

const uncertain = (attempt: Attempt, reason: Reason): DeliveryResult => ({
  outcome: { state: 'unknown', reason },
  alert: uncertainAlert(attempt, wordsOf(reason)),
});

async function runMessage(
  { runtime, pacer }: StepServices,
  attempt: Attempt & { step: MessageStep },
): Promise<DeliveryResult> {
  const { delivery, settings, step } = attempt;
  const { channel } = step;
  const address = String(settings[addressKey(channel)]);
  const delay = pacer.delay(address, channel.limits);
  const now = () => runtime.clock.now();
  if (delay > 0) {
    const dueAt = now() + delay;
    return { outcome: { state: delivery.state, dueAt, reason: 'bot_full', isPostponed: true } };
  }
  let mayHaveArrived = false;
  const messengers: Transport = (request) => {
    mayHaveArrived = true;
    return runtime.messengers(request);
  };
  try {
    await sendMessage({ ...runtime, messengers }, attempt);
    return delivered(attempt);
  } catch (error) {
    if (isProblem(error, 'channel_busy')) pacer.pause(address, now() + busyFor(error));
    if (!mayHaveArrived || isProblem(error) || error instanceof Interrupted) throw error;
    runtime.log('a delivery failed', { delivery: delivery.id, because: String(error) });
    return uncertain(attempt, 'hub_error');
  }
}

function addRow({ sheets }: StepServices, attempt: Attempt & { step: RowStep }): DeliveryResult {
  const { shop, recipe, step, event, foundAt } = attempt;
  // An example is no row for a program that reads the sheet.
  if (event.is_example) return delivered(attempt);
  sheets.addRow({ shop, recipe, step: step.declared, event, foundAt });
  return delivered(attempt);
}

/** A file that cannot be written, or a mistake of the hub, which may concern this event alone. */
function afterError(
  { runtime: { clock, log } }: StepServices,
  attempt: Attempt,
  error: unknown,
): DeliveryResult {
  const { delivery } = attempt;
  const sentenceOf = (reason: Reason): Bilingual => {
    const { en, zh } = wordsOf(reason);
    return { en: `${en}.`, zh: `${zh}。` };
  };
  if (isFileError(error)) {
    const reason = fileReason(error);
    const dueAt = clock.now() + UNWRITABLE_MS;
    const alert = waitingAlert(attempt, sentenceOf(reason));
    return { outcome: { state: delivery.state, dueAt, reason }, alert };
  }
  log('a delivery failed', { delivery: delivery.id, because: String(error) });
  const reason: Reason = 'hub_error';
  const dueAt = clock.now() + pauseAfter(delivery);
  if (!isLasting(delivery)) return { outcome: { state: delivery.state, dueAt, reason } };
  return { outcome: { state: 'parked', dueAt, reason }, alert: parkedAlert(attempt, sentenceOf(reason)) };
}

const pauseAfter = ({ attempts }: Delivery): number => PAUSES_MS[attempts] ?? Number(PAUSES_MS.at(-1));
const isLasting = ({ attempts }: Delivery): boolean => attempts + 1 >= ALERT_AFTER;

function afterProblem(attempt: Attempt, problem: Problem, now: number): DeliveryResult {
  const { delivery } = attempt;
  const reason = reasonOfProblem(problem);
  const why = sentencesOf(problem);
  const again = (pause: number) => ({ state: delivery.state, dueAt: now + pause, reason });
  switch (problem.kind) {
    case 'channel_answer_lost':
      return uncertain(attempt, reason);
    case 'channel_message_refused':
    case 'channel_message_too_long':
    case 'ticket_refused':
      return { outcome: { state: 'dead', reason }, alert: droppedAlert(attempt, why) };
    // Something of this event is not accepted, or the address is not any more.
    case 'bad_input':
      return {
        outcome: { state: 'parked', dueAt: now + PARKED_MS, reason },
        alert: parkedAlert(attempt, why),
      };
    case 'channel_busy':
      return { outcome: again(busyFor(problem)) };
    case 'channel_unreachable':
    case 'ticket_unreachable':
      return {
        outcome: again(pauseAfter(delivery)),
        ...(isLasting(delivery) && { alert: waitingAlert(attempt, why) }),
      };
    default:
      return { outcome: again(REFUSED_MS), alert: waitingAlert(attempt, why) };
  }
}

const busyFor = (problem: Problem): number => (problem.is('channel_busy') ? problem.facts.retryIn : 0);
