/** Stores that fail in the same ways as real ones. */

import type { Store } from '../../lib/stores/store.ts';

const rejected = async () => {
  throw new Error('no answer');
};

/** A store that does not answer. */
export const silentStore: Store = { get: rejected, set: rejected, add: rejected, delete: rejected };

/** `store`, but its answers to `verb` are lost. */
export const losingAnswers = (store: Store, verb: 'set' | 'add' | 'delete'): Store => ({
  ...store,
  [verb]: async (...request: Parameters<Store['add']>) => {
    await store[verb](...request);
    throw new Error('the answer was lost');
  },
});

/** `store`, but it declines to write keys that begin with one of `prefixes` while `isDeclining`. */
export function decliningStore(isDeclining: boolean, ...prefixes: string[]) {
  const switches = { isDeclining };
  const unlessDeclined =
    (write: Store['set']): Store['set'] =>
    async (...request) => {
      const [key] = request;
      return switches.isDeclining && prefixes.some((prefix) => key.startsWith(prefix))
        ? false
        : write(...request);
    };
  const through = (store: Store): Store => ({
    ...store,
    set: unlessDeclined(store.set),
    add: unlessDeclined(store.add),
  });
  return { switches, through };
}
