/** What Make refuses in the parts of an app. */

import * as z from 'zod';
import { makeSchemas } from '../make-schemas/validator.ts';
import { type HeldApp, type HeldComponent, type Kind, missing, Refusal } from './account.ts';

export const TRIGGER = 1;
export const INSTANT_TRIGGER = 10;
const UNIVERSAL = 12;

const label = z.string().min(1).max(128);
const reference = z.string().nullable().optional();
const accounts = { connection: reference, altConnection: reference };

/** Names that JavaScript reserves. */
const RESERVED = [
  'await',
  'class',
  'delete',
  'export',
  'function',
  'import',
  'new',
  'return',
  'switch',
  'this',
];
const name = z
  .string()
  .regex(/^[a-zA-Z][0-9a-zA-Z]{2,63}$/)
  .refine((name) => !RESERVED.includes(name));

const moduleFields = {
  label,
  description: z.string().min(1),
  typeId: z.literal([1, 4, 9, 10, 11, 12]),
  crud: z.enum(['create', 'read', 'update', 'delete']).nullable().optional(),
  webhook: reference,
  ...accounts,
};

export const appFields = z.strictObject({
  name: z.string().regex(/^[a-z][0-9a-z-]{1,28}[0-9a-z]$/),
  label,
  description: z.string(),
  theme: z.string().regex(/^#[0-9a-f]{6}$/i),
  language: z.string().length(2),
  audience: z.enum(['global', 'countries']),
  countries: z.array(z.string()).optional(),
  private: z.boolean().optional(),
});

export const changedAppFields = appFields.omit({ name: true, private: true }).partial();

/** What a new component is created with. */
export const newFields: Readonly<Record<Kind, z.ZodType<Record<string, unknown>>>> = {
  connection: z.strictObject({ label, type: z.enum(['basic', 'oauth']) }),
  webhook: z.strictObject({ label, type: z.enum(['web', 'web-shared']), ...accounts }),
  rpc: z.strictObject({ name, label, ...accounts }),
  module: z
    .strictObject({
      name,
      ...moduleFields,
      subtype: z.enum(['Universal', 'UniversalGraphQL']).optional(),
      moduleInitMode: z.enum(['blank', 'example', 'module']).optional(),
    })
    .refine(
      ({ typeId, webhook }) => typeId !== INSTANT_TRIGGER || webhook,
      'An instant trigger needs a webhook.',
    )
    .refine(({ typeId, subtype }) => typeId !== UNIVERSAL || subtype, 'A universal module needs a subtype.'),
};

export const changedFields: Readonly<Record<Kind, z.ZodType<Record<string, unknown>>>> = {
  connection: z.strictObject({ label }).partial(),
  webhook: z.strictObject({ label, ...accounts }).partial(),
  rpc: z.strictObject({ label, ...accounts }).partial(),
  module: z.strictObject(moduleFields).partial(),
};

/** Section → Make's schema for it; null where it publishes none. */
const SECTIONS: Readonly<Record<Kind, Readonly<Record<string, string | null>>>> = {
  connection: {
    api: 'api.json',
    parameters: 'parameters.json',
    scopes: 'scopes.json',
    scope: 'scope.json',
    install: null,
    installSpec: 'parameters.json',
  },
  webhook: {
    api: 'api.json',
    parameters: 'parameters.json',
    attach: 'api.json',
    detach: 'api.json',
    update: 'api.json',
    scope: 'scope.json',
  },
  rpc: { api: 'api.json', parameters: 'parameters.json' },
  module: {
    api: 'api.json',
    epoch: 'epoch.json',
    parameters: 'parameters.json',
    expect: 'parameters.json',
    interface: 'parameters.json',
    samples: 'samples.json',
    scope: 'scope.json',
  },
};
const APP_SECTIONS: Readonly<Record<string, string>> = { base: 'base.json', groups: 'groups.json' };

const ajv = makeSchemas();
const groupsSchema = z.array(z.object({ modules: z.array(z.string()) }));

/** @throws Refusal where the text is not what may stand in the section */
export function checkAppSection(app: HeldApp, section: string, text: string): void {
  const schema = APP_SECTIONS[section];
  if (schema === undefined) throw missing(`Section ${section}`);
  const content = checkText(schema, text);
  if (section !== 'groups') return;
  for (const module of groupsSchema.parse(content).flatMap(({ modules }) => modules))
    if (!app.components.some(({ kind, fields }) => kind === 'module' && fields.name === module))
      throw new Refusal(400, `Module ${module} does not exist.`);
}

/** @throws Refusal where the component has no such section */
export function checkSection({ kind, fields }: HeldComponent, section: string): void {
  const { typeId } = fields;
  const isTriggers = kind === 'module' && (typeId === TRIGGER || typeId === INSTANT_TRIGGER);
  const isAbsent =
    !Object.hasOwn(SECTIONS[kind], section) ||
    (section === 'epoch' && typeId !== TRIGGER) ||
    (section === 'expect' && isTriggers) ||
    (section === 'scope' && typeId === INSTANT_TRIGGER);
  if (isAbsent) throw missing(`Section ${section}`);
}

/** @throws Refusal where the text is not what may stand in the section */
export function checkContent(app: HeldApp, component: HeldComponent, section: string, text: string): void {
  checkSection(component, section);
  const { kind, fields } = component;
  const isOauth = kind === 'connection' && fields.type === 'oauth' && section === 'api';
  checkText(isOauth ? 'api-oauth.json' : (SECTIONS[kind][section] ?? null), text);
  for (const [, rpc] of text.matchAll(/"rpc:\/\/(\w+)/g))
    if (!app.components.some(({ kind, fields }) => kind === 'rpc' && fields.name === rpc))
      throw new Refusal(400, `RPC ${rpc} does not exist.`);
}

function checkText(schema: string | null, text: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Source code is not valid JSON.');
  }
  if (schema !== null && !ajv.validate(schema, content)) throw new Refusal(400, ajv.errorsText());
  return content;
}

/** @throws Refusal where the fields name what the app does not have */
export function checkReferences(app: HeldApp, fields: Readonly<Record<string, unknown>>): void {
  for (const [field, kind] of [
    ['connection', 'connection'],
    ['altConnection', 'connection'],
    ['webhook', 'webhook'],
  ] as const) {
    const name = fields[field];
    if (typeof name !== 'string') continue;
    if (!app.components.some((component) => component.kind === kind && component.fields.name === name))
      throw new Refusal(400, `The app has no ${kind} ${name}.`);
  }
}

/** @throws Refusal where Make keeps the component */
export function checkRemoval(app: HeldApp, { kind, fields }: HeldComponent): void {
  if (app.fields.public) throw new Refusal(400, 'Components of a public app cannot be deleted.');
  const uses = (component: HeldComponent): boolean => {
    switch (kind) {
      case 'rpc':
        return [...component.texts.values()].some((text) => text.includes(`"rpc://${fields.name}"`));
      case 'connection':
        return [component.fields.connection, component.fields.altConnection].includes(fields.name);
      case 'webhook':
        return component.fields.webhook === fields.name;
      case 'module':
        return false;
    }
  };
  const isUsed = app.components.some(uses);
  if (isUsed) throw new Refusal(400, `The ${kind} is used by the app.`);
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_ICON_BYTES = 500_000;

/** @throws Refusal where the icon is not a square PNG of 512 to 2048 pixels and at most 500 kB */
export function checkIcon(icon: Buffer): void {
  if (!icon.subarray(0, 8).equals(SIGNATURE)) throw new Refusal(400, 'Icon must be a PNG file.');
  const [width, height] = [icon.readUInt32BE(16), icon.readUInt32BE(20)];
  if (width !== height || width < 512 || width > 2048)
    throw new Refusal(400, 'Icon must be square, from 512 to 2048 pixels.');
  if (icon.length > MAX_ICON_BYTES) throw new Refusal(400, 'Icon must have at most 500 kB.');
}
