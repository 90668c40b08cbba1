/** Connections, webhooks, remote procedures and modules. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { type Account, type HeldApp, type HeldComponent, type Kind, missing, Refusal } from './account.ts';
import { appOf } from './apps.ts';
import { bodyOf, checked, jsonOf, sectionAnswer } from './bodies.ts';
import {
  changedFields,
  checkContent,
  checkReferences,
  checkRemoval,
  checkSection,
  newFields,
  TRIGGER,
} from './rules.ts';

interface KindRoutes {
  kind: Kind;
  /** Name of one component in an answer; of several with an s. */
  key: string;
  /** Of all components of an app, and of one. */
  all: string;
  one: string;
}

const ROUTES: readonly KindRoutes[] = [
  {
    kind: 'connection',
    key: 'appConnection',
    all: '/apps/:app/connections',
    one: '/apps/connections/:name',
  },
  { kind: 'webhook', key: 'appWebhook', all: '/apps/:app/webhooks', one: '/apps/webhooks/:name' },
  { kind: 'rpc', key: 'appRpc', all: '/apps/:app/:version/rpcs', one: '/apps/:app/:version/rpcs/:name' },
  {
    kind: 'module',
    key: 'appModule',
    all: '/apps/:app/:version/modules',
    one: '/apps/:app/:version/modules/:name',
  },
];

const pathSchema = z.object({ name: z.string(), section: z.string().default('') });

export function componentRoutes(server: FastifyInstance, account: Account): void {
  for (const routes of ROUTES) kindRoutes(server, account, routes);
  server.get(
    '/apps/connections/:name/common',
    (request) => find(account, request, 'connection').component.common,
  );
  server.put('/apps/connections/:name/common', (request) => {
    find(account, request, 'connection').component.common = checked(
      z.record(z.string(), z.unknown()),
      jsonOf(request),
    );
    return { changed: true };
  });
  for (const [visibility, isPublic] of [
    ['public', true],
    ['private', false],
  ] as const)
    server.post(`/apps/:app/:version/modules/:name/${visibility}`, (request) => {
      find(account, request, 'module').component.fields.public = isPublic;
      return { changed: true };
    });
}

function kindRoutes(server: FastifyInstance, account: Account, { kind, key, all, one }: KindRoutes): void {
  server.get(all, (request) => ({
    [`${key}s`]: appOf(account, request)
      .components.filter((component) => component.kind === kind)
      .map(({ fields }) => (account.listsShort ? shortened(fields) : fields)),
  }));
  server.post(all, (request) => {
    const app = appOf(account, request);
    const { moduleInitMode, subtype: _, ...given } = checked(newFields[kind], jsonOf(request));
    checkReferences(app, given);
    const component = created(app, kind, given, moduleInitMode === 'blank');
    if (component.kind === 'webhook' && account.hidesNames)
      return { [key]: { label: component.fields.label, type: component.fields.type } };
    return { [key]: component.fields };
  });
  server.get(one, (request) => ({ [key]: find(account, request, kind).component.fields }));
  server.patch(one, (request) => {
    const { app, component } = find(account, request, kind);
    const before = { ...component.fields };
    const changed = checked(changedFields[kind], jsonOf(request));
    checkReferences(app, changed);
    Object.assign(component.fields, changed);
    return { [key]: before };
  });
  server.delete(one, (request) => {
    const { app, component } = find(account, request, kind);
    checkRemoval(app, component);
    app.components.splice(app.components.indexOf(component), 1);
    return { [key]: component.fields.name };
  });
  server.get(`${one}/:section`, (request, reply) => {
    const { component } = find(account, request, kind);
    const { section } = pathSchema.parse(request.params);
    checkSection(component, section);
    const text = component.texts.get(section);
    return text === undefined ? reply.send('null') : sectionAnswer(account, reply, text);
  });
  server.put(`${one}/:section`, (request) => {
    const { app, component } = find(account, request, kind);
    const { section } = pathSchema.parse(request.params);
    const text = bodyOf(request, 'application/jsonc');
    checkContent(app, component, section, text);
    component.texts.set(section, text);
    return { change: {} };
  });
}

const shortened = ({ connection: _, altConnection: __, webhook: ___, ...fields }: HeldComponent['fields']) =>
  fields;

/** Connections and webhooks are found by their names alone. */
function find(
  account: Account,
  request: FastifyRequest,
  kind: Kind,
): { app: HeldApp; component: HeldComponent } {
  const { name } = pathSchema.parse(request.params);
  const isNamed = kind === 'rpc' || kind === 'module';
  for (const app of isNamed ? [appOf(account, request)] : account.apps) {
    const component = app.components.find(
      (component) => component.kind === kind && component.fields.name === name,
    );
    if (component) return { app, component };
  }
  throw missing(`${kind} ${name}`);
}

/** A component begins with example content, unless a module is asked for blank. */
function created(app: HeldApp, kind: Kind, given: Record<string, unknown>, isBlank: boolean): HeldComponent {
  const ofKind = app.components.filter((component) => component.kind === kind);
  const name = typeof given.name === 'string' ? given.name : nameFor(app, ofKind.length);
  if (ofKind.some(({ fields }) => fields.name === name))
    throw new Refusal(400, `The ${kind} ${name} exists already.`);
  const references = kind === 'connection' ? {} : { connection: null, altConnection: null };
  const ofModule = { crud: null, webhook: null, public: false, approved: false };
  const component: HeldComponent = {
    kind,
    fields: {
      ...references,
      ...(kind === 'module' && ofModule),
      ...given,
      name,
      label: String(given.label),
    },
    texts: new Map(Object.entries(isBlank ? blank(given.typeId) : EXAMPLES[kind])),
    common:
      given.type === 'oauth'
        ? { clientId: 'ENTER_CLIENT_ID_HERE', clientSecret: 'ENTER_CLIENT_SECRET_HERE' }
        : {},
  };
  app.components.push(component);
  return component;
}

/** "app", "app2", "app3": a connection and a webhook may have the same. */
const nameFor = (app: HeldApp, count: number): string =>
  count === 0 ? app.fields.name : `${app.fields.name}${count + 1}`;

const blank = (typeId: unknown) => ({
  api: '{}',
  parameters: '[]',
  interface: '[]',
  samples: '{}',
  ...(typeId === TRIGGER && { epoch: '{}' }),
});

const EXAMPLE = '{\n\t// The relative URL to the endpoint you wish to call\n\t"url": "/api/example"\n}';
const EXAMPLES: Readonly<Record<Kind, Record<string, string>>> = {
  connection: { api: EXAMPLE, parameters: '[]' },
  webhook: { api: EXAMPLE, parameters: '[]', attach: EXAMPLE, detach: EXAMPLE },
  rpc: { api: EXAMPLE },
  module: { api: EXAMPLE, interface: '[{ "name": "id", "type": "text", "label": "ID" }]' },
};
