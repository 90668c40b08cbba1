/** The registry of operations → a Zapier app. */

import type { Registry } from '../../engine/registry.ts';
import { emptyProcessMemo } from '../../engine/shop.ts';
import { toZapierAuthentication } from './authentication.ts';
import { toZapierAction, toZapierSearch, toZapierTrigger } from './operations.ts';
import type { PackRuntime } from './session.ts';

export interface AppVersions {
  /** The app's own version. */
  version: string;
  /** The version of zapier-platform-core. */
  platformVersion: string;
}

const byKey = <T extends { key: string }>(items: T[]) =>
  Object.fromEntries(items.map((item) => [item.key, item]));

export function toZapierApp(registry: Registry, versions: AppVersions, given: PackRuntime) {
  const runtime = { ...given, memo: emptyProcessMemo() };
  return {
    ...versions,
    // Blank fields are told apart by `readInputs`, not by core. [publishing check D028]
    // Core must not log what is sent past `z.request`: a Feishu bot's address is a credential.
    flags: { cleanInputData: false, skipHttpPatch: true },
    authentication: toZapierAuthentication(runtime),
    triggers: byKey(registry.triggers.map((trigger) => toZapierTrigger(trigger, runtime))),
    searches: byKey(registry.searches.map((search) => toZapierSearch(search, runtime))),
    creates: byKey(registry.actions.map((action) => toZapierAction(action, runtime))),
  };
}
