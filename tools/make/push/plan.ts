/**
 * From what `make/` says and what stands at Make to the steps between them. Each step finds what it refers to: the app
 * before its components, connections before what uses them, modules before the groups that list them.
 */

import { keyOf } from './app-folder.ts';
import { appFile, appSteps, iconStep, readmeStep } from './app-steps.ts';
import { componentSteps, pruningOf } from './component-steps.ts';
import type { Fields, KindName, RemoteComponent } from './kinds.ts';
import { hasCommon, type Remote } from './remote.ts';
import type { State, Step, Wanted } from './step.ts';

export interface Plan {
  steps: readonly Step[];
  state: State;
  /** Stand at Make, are not in `make/`, and stay. */
  left: readonly RemoteComponent[];
  isPublished: boolean;
  /** Sellers cannot sign in, because Make has no client of the hub. */
  lacksClient: boolean;
}

export function planOf(wanted: Wanted, remote: Remote | undefined): Plan {
  const { app, client } = wanted;
  const ofKind = (kind: KindName) =>
    app.components
      .filter((component) => component.kind === kind)
      .flatMap((component) => componentSteps(component, wanted, remote));
  const { steps: pruning, left } = pruningOf(remote, wanted.prune);
  return {
    steps: [
      ...appSteps(remote),
      ...ofKind('connection'),
      ...appFile(app.base, 'base', remote),
      ...ofKind('rpc'),
      ...ofKind('webhook'),
      ...ofKind('module'),
      ...appFile(app.groups, 'groups', remote),
      ...pruning,
      ...readmeStep(app.readme, remote),
      ...iconStep(wanted.icon, wanted.newIcon, remote),
    ],
    state: {
      app: remote?.name ?? '',
      names: new Map([...(remote?.paired ?? [])].map(([key, { name }]) => [key, name])),
    },
    left,
    isPublished: remote?.isPublished ?? false,
    lacksClient: app.components
      .filter(hasCommon)
      .some((component) => !isClient({ ...remote?.common.get(keyOf(component)), ...client })),
  };
}

/** Make fills in "ENTER_CLIENT_ID_HERE" and the like. */
const isClient = ({ clientId, clientSecret }: Fields): boolean =>
  [clientId, clientSecret].every((value) => typeof value === 'string' && !/^(ENTER_|$)/.test(value));
