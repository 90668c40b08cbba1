/** Sends a test message to the addresses of a recipe, which need not be kept yet. */

import { sampleEvent } from '../../../engine/samples.ts';
import { type Bilingual, isProblem } from '../../../problems.ts';
import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import { problemBodyOf } from '../api/problems.ts';
import type { HubServices } from '../api/services.ts';
import { TICKET_ADDRESS } from './fields.ts';
import { sendStep } from './send-step.ts';
import { type HubStep, type RecipeSettings, stepsWith } from './steps.ts';

export interface TestResult {
  step: string;
  name: Bilingual;
  isDelivered: boolean;
  /** Why it was not delivered, and what to change. */
  problem?: Bilingual & { kind: string };
}

/** One result for each address. Files are not written. */
export async function sendTest(
  services: Pick<HubServices, 'runtime' | 'targets'>,
  recipe: RecipeDeclaration,
  settings: RecipeSettings,
): Promise<TestResult[]> {
  const steps = stepsWith(recipe, services.runtime.registry.channels, settings).filter((step) =>
    hasAddress(step, settings),
  );
  const event = sampleEvent(recipe.trigger);
  return Promise.all(
    steps.map(async (step): Promise<TestResult> => {
      const { key, name } = step;
      try {
        await sendStep(services, step, settings, event);
        return { step: key, name, isDelivered: true };
      } catch (error) {
        if (!isProblem(error)) throw error;
        const { kind, detail, detail_zh } = problemBodyOf(error);
        return { step: key, name, isDelivered: false, problem: { kind, en: detail, zh: detail_zh } };
      }
    }),
  );
}

const hasAddress = ({ kind }: HubStep, settings: RecipeSettings): boolean =>
  kind === 'message' || (kind === 'ticket' && settings[TICKET_ADDRESS] !== undefined);
