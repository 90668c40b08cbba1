/** The registry of operations → the definition of a Zapier app. */

import { hostname } from 'node:os';
import type { Registry } from '../../engine/registry.ts';
import { emptyProcessMemo } from '../../engine/shop.ts';
import type { ListDeclaration } from '../../pack/list.ts';
import { onlyReads } from '../../pack/operation.ts';
import { toZapierAuthentication } from './authentication.ts';
import {
  toZapierAction,
  toZapierList,
  toZapierReading,
  toZapierSearch,
  toZapierTrigger,
} from './operations.ts';
import type { AppRuntime, HostRuntime } from './session.ts';

export interface AppVersions {
  /** The app's own version. */
  version: string;
  /** The version of zapier-platform-core. */
  platformVersion: string;
}

const byKey = <T extends { key: string }>(items: readonly T[]) =>
  Object.fromEntries(items.map((item) => [item.key, item]));

/** The lists that the inputs of all operations name. */
const dropdownsOf = ({ triggers, searches, actions }: Registry): ListDeclaration[] =>
  [...triggers, ...searches, ...actions].flatMap(({ inputs }) =>
    Object.values(inputs).flatMap((input) => ('dropdown' in input && input.dropdown ? [input.dropdown] : [])),
  );

export function toZapierApp(registry: Registry, versions: AppVersions, appRuntime: AppRuntime) {
  const runtime: HostRuntime = {
    ...appRuntime,
    language: appRuntime.language ?? 'both',
    memo: emptyProcessMemo(appRuntime.host ?? hostname()),
  };
  return {
    ...versions,
    // `cleanInputData` is off because `readInputs` handles blank values (publishing check D028). `skipHttpPatch` is on
    // because core would log requests sent without `z.request`, and a bot's address is a credential.
    flags: { cleanInputData: false, skipHttpPatch: true },
    authentication: toZapierAuthentication(runtime),
    triggers: {
      ...byKey(registry.triggers.map((trigger) => toZapierTrigger(trigger, runtime))),
      ...byKey(dropdownsOf(registry).map((list) => toZapierList(list, runtime))),
    },
    searches: {
      ...byKey(registry.searches.map((search) => toZapierSearch(search, runtime))),
      ...byKey(registry.actions.filter(onlyReads).map((action) => toZapierReading(action, runtime))),
    },
    creates: byKey(
      registry.actions
        .filter((action) => !onlyReads(action))
        .map((action) => toZapierAction(action, runtime)),
    ),
  };
}
