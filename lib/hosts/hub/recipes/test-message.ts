/** Sends a test message to the addresses of a recipe, which need not be kept yet. */

import { sampleEvent } from '../../../engine/samples.ts';
import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import { type Bilingual, isProblem, type Problem } from '../../../problems.ts';
import type { HubServices } from '../api/services.ts';
import { TICKET_ADDRESS } from './fields.ts';
import { sendMessage, sendTicket } from './send-step.ts';
import { type MessageStep, type RecipeSettings, stepsWith, type TicketStep } from './steps.ts';

export interface TestResult {
  step: string;
  name: Bilingual;
  isDelivered: boolean;
  /** Why it was not delivered. */
  problem?: Problem;
}

/** One result for each address. Files are not written. */
export async function sendTest(
  services: Pick<HubServices, 'runtime' | 'targets'>,
  shop: string,
  recipe: RecipeDeclaration,
  settings: RecipeSettings,
): Promise<TestResult[]> {
  const { runtime } = services;
  const steps = stepsWith(recipe, runtime.registry.channels, settings).filter(
    (step): step is MessageStep | TicketStep =>
      step.kind === 'message' || (step.kind === 'ticket' && TICKET_ADDRESS in settings),
  );
  const event = sampleEvent(recipe.trigger);
  return Promise.all(
    steps.map(async (step): Promise<TestResult> => {
      const { key, name } = step;
      try {
        const work = { shop, settings, event };
        await (step.kind === 'message'
          ? sendMessage(runtime, { step, ...work })
          : sendTicket(services, { step, ...work }));
        return { step: key, name, isDelivered: true };
      } catch (error) {
        if (!isProblem(error)) throw error;
        return { step: key, name, isDelivered: false, problem: error };
      }
    }),
  );
}
