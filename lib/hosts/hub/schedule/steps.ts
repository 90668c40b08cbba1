/** What is to be done about every event of a subscription. */

import type { Subscription } from '../events/subscriptions.ts';
import type { HubRegistry } from '../runtime.ts';

/** Numbers of the steps: of a recipe, or the one of a hook. A pull subscription has none. */
export function stepsOf({ kind, owner }: Subscription, { recipes }: HubRegistry): number[] {
  if (kind === 'pull') return [];
  if (kind === 'hook') return [0];
  return (recipes.find(({ key }) => key === owner)?.steps ?? []).map((_, n) => n);
}
