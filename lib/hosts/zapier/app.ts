/** The registry of operations → a Zapier app. */

import type { Method } from '../../aliexpress/method.ts';
import { emptyMemo } from '../../feeds/engine/snapshot.ts';
import type { ActionDeclaration, SearchDeclaration, TriggerDeclaration } from '../../pack/operation.ts';
import { toZapierAuthentication } from './authentication.ts';
import { type ActionServices, toZapierAction, toZapierSearch, toZapierTrigger } from './operations.ts';
import type { PackRuntime } from './session.ts';

export interface Registry {
  version: string;
  platformVersion: string;
  triggers: readonly TriggerDeclaration[];
  searches: readonly SearchDeclaration<Method>[];
  actions: readonly ActionDeclaration<ActionServices>[];
}

const byKey = <T extends { key: string }>(items: T[]) =>
  Object.fromEntries(items.map((item) => [item.key, item]));

export function toZapierApp(registry: Registry, given: PackRuntime) {
  const runtime = { ...given, memo: emptyMemo() };
  return {
    version: registry.version,
    platformVersion: registry.platformVersion,
    // Blank fields are told apart by `readInputs`, not by core. [publishing check D028]
    // Core must not log what is sent past `z.request`: a Feishu bot's address is a credential.
    flags: { cleanInputData: false, skipHttpPatch: true },
    authentication: toZapierAuthentication(runtime),
    triggers: byKey(registry.triggers.map((trigger) => toZapierTrigger(trigger, runtime))),
    searches: byKey(registry.searches.map((search) => toZapierSearch(search, runtime))),
    creates: byKey(registry.actions.map((action) => toZapierAction(action, runtime))),
  };
}
