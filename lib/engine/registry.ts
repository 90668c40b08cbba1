/** The declared operations that a host runs. The host's caller passes them in, because `lib` imports no declarations. */

import type { ListMethod } from '../aliexpress/method.ts';
import type { ActionDeclaration, SearchDeclaration, TriggerDeclaration } from '../pack/operation.ts';
import type { ActionServices } from './deliver.ts';

export interface Registry {
  triggers: readonly TriggerDeclaration[];
  searches: readonly SearchDeclaration<ListMethod>[];
  actions: readonly ActionDeclaration<ActionServices>[];
}
