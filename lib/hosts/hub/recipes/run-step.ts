/**
 * One attempt to run a step of a recipe. A message that may have arrived is not sent again: a person decides. A row and a
 * ticket have an id by which they are recognized, so they can be repeated.
 */

import { isProblem, type Problem } from '../../../problems.ts';
import { HOUR, MINUTE } from '../../../runtime.ts';
import type { HubServices } from '../api/services.ts';
import { eventsIn } from '../events/events.ts';
import { subscriptionsIn } from '../events/subscriptions.ts';
import type { Delivery, Outcome } from '../webhooks/deliveries.ts';
import { sendMessage, sendTicket } from './send-step.ts';
import { recipeSettingsIn } from './settings.ts';
import { stepsWith } from './steps.ts';

/** Pauses before the next attempts while the other side cannot be reached; the last one is repeated. */
const PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR];
/** What somebody must change first is tried so often. */
const REFUSED_MS = HOUR;

export async function runStep(
  services: Pick<HubServices, 'runtime' | 'targets'>,
  delivery: Delivery,
): Promise<Outcome> {
  const { runtime } = services;
  const { database, vault, registry } = runtime;
  const subscription = subscriptionsIn(database, vault).find(delivery.subscription);
  const { event } = eventsIn(database).find(delivery.event) ?? {};
  const recipe = registry.recipes.find(({ key }) => key === subscription?.owner);
  if (!subscription || !event || !recipe) return { state: 'dead', reason: 'no longer stored' };
  const { shop } = subscription;
  const settings = recipeSettingsIn(database, vault).read(shop, recipe.key);
  const step = stepsWith(recipe, registry.channels, settings).find(({ key }) => key === delivery.step);
  if (!step) return { state: 'dead', reason: 'the step is not set up any more' };
  const work = { shop, settings, event };
  try {
    if (step.kind === 'message') await sendMessage(runtime, { step, ...work });
    if (step.kind === 'ticket') await sendTicket(services, { step, ...work });
    return { state: 'delivered' };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return afterProblem(error, delivery, runtime.clock.now());
  }
}

function afterProblem(problem: Problem, delivery: Delivery, now: number): Outcome {
  const reason = problem.kind;
  switch (problem.kind) {
    case 'channel_answer_lost':
      return { state: 'unknown', reason };
    case 'channel_message_refused':
    case 'channel_message_too_long':
    case 'ticket_refused':
    case 'bad_input':
      return { state: 'dead', reason };
    case 'channel_busy':
    case 'channel_unreachable':
    case 'ticket_unreachable':
      return {
        state: delivery.state,
        dueAt: now + (PAUSES_MS[delivery.attempts] ?? Number(PAUSES_MS.at(-1))),
        reason,
      };
    default:
      return { state: delivery.state, dueAt: now + REFUSED_MS, reason };
  }
}
