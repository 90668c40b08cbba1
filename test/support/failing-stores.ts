/** Stores that fail in the ways real ones do. */

import type { Store } from '../../lib/stores/store.ts';

const rejected = async () => {
  throw new Error('no answer');
};

/** Nobody answers. */
export const silentStore: Store = { get: rejected, set: rejected, add: rejected, delete: rejected };

/** `store`, but the answers to `verb` are lost on the way back. */
export const losingAnswers = (store: Store, verb: 'set' | 'add' | 'delete'): Store => ({
  ...store,
  [verb]: async (...request: Parameters<Store['add']>) => {
    await store[verb](...request);
    throw new Error('the answer was lost');
  },
});
