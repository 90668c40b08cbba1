/** A store that fails as a test says, and otherwise is the store below it. */

import type { Store } from '../../lib/stores/store.ts';

export function switchableStore() {
  const fails: Partial<Store> = {};
  const through = (store: Store): Store => ({
    get: (...request) => (fails.get ?? store.get)(...request),
    set: (...request) => (fails.set ?? store.set)(...request),
    add: (...request) => (fails.add ?? store.add)(...request),
    delete: (...request) => (fails.delete ?? store.delete)(...request),
  });
  return {
    /** What replaces the commands of the store. */
    fails,
    through,
  };
}
