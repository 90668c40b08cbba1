/** Takes the steps of a plan, one after another, through Make's client. */

import type { JSONValue } from '@makehq/sdk';
import * as z from 'zod';
import type { ModuleFields } from './app-files.ts';
import type { Doubt, MakeApi } from './make-api.ts';
import { describe, type Plan, type Step } from './plan.ts';
import { PushError } from './push-error.ts';
import { NEW_APP, VERSION } from './remote.ts';

export interface Deployment {
  api: MakeApi;
  plan: Plan;
  /** Left out where the plan creates the app. */
  appId: string | undefined;
  onCreated: (appId: string) => void;
  onDone: (step: Step, number: number) => void;
}

/** @throws PushError at the first step that fails; the steps before it stay done */
export async function deploy({ api, plan, appId, onCreated, onDone }: Deployment): Promise<void> {
  const state: State = { appId, connections: new Map(plan.connections) };
  for (const [index, step] of plan.steps.entries()) {
    await take(step, state, api);
    if (step.do === 'create app') onCreated(appOf(state));
    onDone(step, index + 1);
  }
}

interface State {
  appId: string | undefined;
  /** Id in the manifest → name at Make. */
  connections: Map<string, string>;
}

const Named = z.object({ name: z.string().min(1) });

/** What the server says about common data may repeat it. */
const COMMON: Doubt = { secret: 'its reason is not shown; the common data of an approved app is locked' };

async function take(step: Step, state: State, api: MakeApi): Promise<void> {
  const ask = <T>(request: Parameters<typeof api.ask<T>>[1], doubt?: Doubt) =>
    api.ask(describe(step), request, doubt);
  switch (step.do) {
    case 'create app':
      state.appId = (await ask(async (make) => Named.parse(await make.sdk.apps.create(NEW_APP)))).name;
      return;
    case 'set app section':
      return ask((make) => make.sdk.apps.setSection(appOf(state), VERSION, step.section, step.text));
    case 'set readme':
      await ask((make) => make.sdk.apps.setDocs(appOf(state), VERSION, step.text));
      return;
    case 'set app common': {
      const common = asJson(step.common);
      await ask((make) => make.sdk.apps.setCommon(appOf(state), VERSION, common), COMMON);
      return;
    }
    case 'create connection': {
      const { type, label } = step;
      const created = await ask(async (make) =>
        Named.parse(await make.sdk.connections.create(appOf(state), { type, label })),
      );
      state.connections.set(step.connection, created.name);
      return;
    }
    case 'rename connection': {
      const name = connectionOf(state, step.connection);
      await ask((make) => make.sdk.connections.update(name, { label: step.label }));
      return;
    }
    case 'set connection section': {
      const name = connectionOf(state, step.connection);
      return ask((make) => make.sdk.connections.setSection(name, step.section, step.text));
    }
    case 'set connection common': {
      const name = connectionOf(state, step.connection);
      const common = asJson(step.common);
      await ask((make) => make.sdk.connections.setCommon(name, common), COMMON);
      return;
    }
    case 'create module': {
      const { typeId, label, description } = step.fields;
      // The API takes crud and connection as well, as Make's editor sends them; the client's type does not say so.
      const body = { name: step.module, typeId, label, description, ...references(step.fields, state) };
      await ask((make) =>
        make.sdk.modules.create(appOf(state), VERSION, { ...body, moduleInitMode: 'blank' as const }),
      );
      return;
    }
    case 'change module': {
      // Not `sdk.modules.update`, whose type has neither crud nor a connection that is taken away.
      const body = { ...step.fields, ...references(step.fields, state) };
      const path = `/sdk/apps/${appOf(state)}/${VERSION}/modules/${step.module}`;
      await ask((make) => make.fetch(path, { method: 'PATCH', body }));
      return;
    }
    case 'set module section':
      return ask((make) =>
        make.sdk.modules.setSection(appOf(state), VERSION, step.module, step.section, step.text),
      );
  }
}

function references({ crud, connection }: Partial<ModuleFields>, state: State) {
  return {
    ...(crud !== undefined && { crud }),
    ...(connection !== undefined && {
      connection: connection === null ? null : connectionOf(state, connection),
    }),
  };
}

function appOf({ appId }: State): string {
  if (appId === undefined) throw new PushError('The plan does not begin with the app.');
  return appId;
}

function connectionOf({ connections }: State, id: string): string {
  const name = connections.get(id);
  if (name === undefined) {
    throw new PushError(`make/makecomapp.json has a module with connection "${id}", and no such connection.`);
  }
  return name;
}

const asJson = (common: object): Record<string, JSONValue> => z.record(z.string(), z.json()).parse(common);
