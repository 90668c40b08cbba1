/** A store without its claims in one round trip, as Zapier's cache is. */

import type { Store } from '../../lib/stores/store.ts';

export const singleCommands = ({ get, set, add, delete: remove }: Store): Store => ({
  get,
  set,
  add,
  delete: remove,
});
