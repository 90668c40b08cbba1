/** Steps for connections, webhooks, remote procedures and modules. */

import * as z from 'zod';
import { both } from '../../../lib/language.ts';
import type { Account } from './account.ts';
import { type Component, keyOf } from './app-folder.ts';
import { canonical, fileKey } from './comparison.ts';
import { type Fields, KINDS, type KindName, REFERENCES, type RemoteComponent, VERSION } from './kinds.ts';
import { hasCommon, listOf, type Remote } from './remote.ts';
import { fileLine, type State, type Step, simple, type Wanted } from './step.ts';

export function componentSteps(component: Component, wanted: Wanted, remote: Remote | undefined): Step[] {
  const { kind, id, sections } = component;
  const key = keyOf(component);
  const held = remote?.paired.get(key);
  return [
    ...(held ? changeStep(component, held, remote) : [creation(component)]),
    ...sections
      .filter(({ file }) => !(held && remote?.same.has(fileKey(key, file))))
      .map(({ file, text }) =>
        simple(fileLine(`${kind} ${id}: ${file}`, text), (make, state) =>
          KINDS[kind].of(make, state.app).write(nameIn(state, key), file, text),
        ),
      ),
    ...(hasCommon(component) ? commonStep(key, wanted.client, remote?.common.get(key) ?? {}) : []),
    ...(kind === 'module' && wanted.visible && !held?.isVisible
      ? [
          simple({ en: `${key}: show`, zh: `${key}：显示` }, (make, state) =>
            make.sdk.modules.makePublic(state.app, VERSION, id),
          ),
        ]
      : []),
  ];
}

function nameIn({ names }: State, key: string): string {
  const name = names.get(key);
  if (name === undefined) throw new Error(`no step has created ${key}`);
  return name;
}

/** References are names at Make, which a step before may have given. */
const resolved = (fields: Fields, state: State): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const kind = REFERENCES[name];
      return [name, kind && typeof value === 'string' ? nameIn(state, keyOf({ kind, id: value })) : value];
    }),
  );

const withoutNulls = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const UNIVERSAL = 12;

function creation({ kind, id, fields }: Component): Step {
  const line = { en: `${kind} ${id}: create "${fields.label}"`, zh: `${kind} ${id}：创建“${fields.label}”` };
  const key = keyOf({ kind, id });
  return {
    line,
    async take(account, state) {
      const isNamed = kind === 'rpc' || kind === 'module';
      const body = {
        ...(isNamed && { name: id }),
        ...withoutNulls(resolved(fields, state)),
        ...(kind === 'module' && { moduleInitMode: 'blank' }),
        ...(fields.typeId === UNIVERSAL && { subtype: 'Universal' }),
      };
      const answer = await account.request(line, (make) => KINDS[kind].of(make, state.app).create(body));
      state.names.set(key, isNamed ? id : await createdName(account, state, kind, answer, fields.label));
    },
  };
}

const createdSchema = z.looseObject({ name: z.string().min(1) });
const answerSchema = z.record(z.string(), createdSchema);
const listSchema = z.array(z.object({ name: z.string(), label: z.string() }));

/** Make gives connections and webhooks their names. Where the answer does not tell it, the list does. */
async function createdName(
  account: Account,
  { app, names }: State,
  kind: KindName,
  answer: unknown,
  label: unknown,
): Promise<string> {
  const [created] = Object.values(answerSchema.safeParse(answer).data ?? {});
  if (created) return created.name;
  const known = new Set([...names].flatMap(([key, name]) => (key.startsWith(`${kind} `) ? [name] : [])));
  return account.request(listOf(kind), async (make) => {
    const listed = listSchema.parse(await KINDS[kind].of(make, app).list());
    return createdSchema.parse(listed.find((entry) => entry.label === label && !known.has(entry.name))).name;
  });
}

function changeStep(
  { kind, id, fields }: Component,
  held: RemoteComponent,
  remote: Remote | undefined,
): Step[] {
  const nameOf = (name: string, value: unknown) => {
    const of = REFERENCES[name];
    return of && typeof value === 'string' ? remote?.paired.get(keyOf({ kind: of, id: value }))?.name : value;
  };
  const changed = Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) =>
        name !== 'type' && canonical(nameOf(name, value)) !== canonical(held.fields[name] ?? null),
    ),
  );
  if (Object.keys(changed).length === 0) return [];
  return [
    simple(both(`${kind} ${id}: ${Object.keys(changed).join(', ')}`), (make, state) =>
      KINDS[kind].of(make, state.app).update(held.name, resolved(changed, state)),
    ),
  ];
}

/** Common data is written as a whole, so whatever else is in it is sent back. */
function commonStep(key: string, client: Wanted['client'], held: Fields): Step[] {
  if (!client || canonical({ ...held, ...client }) === canonical(held)) return [];
  return [
    simple(
      both(`${key}: common data (${Object.keys(client).join(', ')})`),
      (make, state) => make.sdk.connections.setCommon(nameIn(state, key), { ...held, ...client }),
      { isSecret: true },
    ),
  ];
}

/** What refers to others goes first. */
const REMOVAL_ORDER: readonly KindName[] = ['module', 'webhook', 'rpc', 'connection'];

/** Of a published app, which Make keeps as it is, modules are only hidden from new scenarios. */
export function pruningOf(
  remote: Remote | undefined,
  prune: boolean,
): { steps: Step[]; left: RemoteComponent[] } {
  if (!remote) return { steps: [], left: [] };
  const others = REMOVAL_ORDER.flatMap((kind) =>
    remote.others.filter((component) => component.kind === kind),
  );
  if (!prune) return { steps: [], left: others };
  if (!remote.isPublished) return { steps: others.map(removal), left: [] };
  return { steps: others.filter(({ isVisible }) => isVisible).map(hiding), left: others };
}

const removal = ({ kind, name, fields }: RemoteComponent): Step =>
  simple(
    { en: `${kind} ${name}: remove "${fields.label}"`, zh: `${kind} ${name}：删除“${fields.label}”` },
    (make, { app }) => KINDS[kind].of(make, app).remove(name),
  );

const hiding = ({ name, fields }: RemoteComponent): Step =>
  simple(
    { en: `module ${name}: hide "${fields.label}"`, zh: `module ${name}：隐藏“${fields.label}”` },
    (make, { app }) => make.sdk.modules.makePrivate(app, VERSION, name),
  );
