/** Spares zapier-platform-core work that it repeats, for a process that plays many steps. */

import { createRequire } from 'node:module';

const coreRequire = createRequire(import.meta.url);

interface Preparing {
  prepareApp(definition: object): object;
}

const spared = new WeakSet<Preparing['prepareApp']>();

/**
 * Core copies, compiles and freezes the definition twice for every step, which takes longer than many steps themselves. What
 * it makes is frozen through and through, so one is enough for a definition.
 */
export function prepareOnce(): void {
  const schema: Preparing = coreRequire('zapier-platform-core/src/tools/schema');
  const { prepareApp } = schema;
  if (spared.has(prepareApp)) return;
  const prepared = new WeakMap<object, object>();
  schema.prepareApp = (definition) => {
    const known = prepared.get(definition) ?? prepareApp(definition);
    prepared.set(definition, known);
    return known;
  };
  spared.add(schema.prepareApp);
}

/** Core ends a process of more than 250 runs that has grown big, and would take a test runner with it. */
export function keepProcess(): void {
  coreRequire('zapier-platform-core/src/constants').KILL_MIN_LIMIT = Number.POSITIVE_INFINITY;
}
