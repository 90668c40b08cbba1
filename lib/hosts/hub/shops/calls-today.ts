/** The calls of a shop today, as clients, assistants and the page read them. */

import * as z from 'zod';
import type { Budget } from '../../../budget/budget.ts';

export const callsAnswer = z.object({
  used: z.int().describe('AliExpress calls used today'),
  limit: z.int().describe('AliExpress calls a day'),
  resets_at: z.string().describe('When the next calls are available, ISO 8601'),
});

export async function callsToday(
  budget: Pick<Budget, 'used' | 'limit' | 'today'>,
): Promise<z.infer<typeof callsAnswer>> {
  return {
    used: await budget.used(),
    limit: budget.limit,
    resets_at: new Date(budget.today().end).toISOString(),
  };
}
