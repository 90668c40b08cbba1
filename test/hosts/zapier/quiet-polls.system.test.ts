import { DAY, SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { triggers } from '../../../triggers/index.ts';
import { type ConnectedApp, connectApp, NOON } from '../../support/connected-app.ts';

/** Counts the commands of a store, and can hold the first one of a poll until another one arrives. */
function countedStore(store: Store) {
  const keys: string[] = [];
  let next: PromiseWithResolvers<void> | undefined;
  const counted =
    <A extends [string, ...unknown[]], R>(command: (...request: A) => Promise<R>) =>
    async (...request: A): Promise<R> => {
      keys.push(request[0]);
      if (next && keys.length === 2) next.resolve();
      await next?.promise;
      return command(...request);
    };
  const { get, set, add } = store;
  return {
    store: { get: counted(get), set: counted(set), add: counted(add), delete: counted(store.delete) },
    begin: (isHeld: boolean) => {
      keys.length = 0;
      next = isHeld ? Promise.withResolvers() : undefined;
    },
    keys,
  };
}

const INPUTS: Record<string, (app: ConnectedApp) => object> = {
  low_stock: ({ sandbox }) => ({ product_ids: [String(sandbox.shop.products[0]?.id)] }),
};

describe('Quiet poll', () => {
  let app: ConnectedApp;
  let counted: ReturnType<typeof countedStore>;
  afterEach(() => app.close());

  async function turnOn(trigger: string) {
    app = await connectApp({
      historyDays: 20,
      to: NOON + DAY,
      store: (clock) => {
        counted = countedStore(memoryStore(clock));
        return counted.store;
      },
    });
    const inputs = INPUTS[trigger]?.(app);
    const meta = { zap: { id: '1' } };
    await app.poll(trigger, inputs, { ...meta, isPopulatingDedupe: true });
    return async (isHeld = false) => {
      app.clock.advanceTo(app.clock.now() + 10 * SECOND);
      counted.begin(isHeld);
      const calls = app.calls();
      const events = await app.poll(trigger, inputs, meta);
      return { isQuiet: app.calls() === calls && events.length === 0, keys: [...counted.keys] };
    };
  }

  test.each(triggers.map(({ key }) => key))('A quiet poll of %s takes at most two commands', async (key) => {
    const poll = await turnOn(key);
    // After a visit each event is returned at three polls, and alerts are read again for a minute.
    let [quiet, commands] = [0, 0];
    for (let n = 0; n < 80 && quiet < 9; n += 1) {
      // Of the last ones, the first command waits for a second one.
      const { isQuiet, keys } = await poll(quiet >= 7);
      [quiet, commands] = isQuiet ? [quiet + 1, keys.length] : [0, 0];
    }
    expect(quiet).toBe(9);
    expect(commands).toBeLessThanOrEqual(2);
  });
});
