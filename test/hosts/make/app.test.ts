/** The files of the Make app: what Make's schemas and its review demand, and that they are those of the declarations. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { appFiles, makeApp } from '../../../lib/hosts/make/app.ts';
import type { Component } from '../../../lib/hosts/make/component.ts';
import { operations } from '../../../operations.ts';
import { EXAMPLE, makeRegistry } from '../../../tools/make/options.ts';
import { type Expression, isKnownFunction, parseTemplate } from '../../support/make/iml.ts';
import { makeSchemas } from '../../support/make-schemas/validator.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'make');

const app = makeApp(makeRegistry, EXAMPLE);
const files = appFiles(app);
const contents = new Map(
  [...files].filter(([path]) => path.endsWith('.json')).map(([path, text]) => [path, JSON.parse(text)]),
);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/** End of a file's name → the schema that Make's editor uses for it. */
const SCHEMAS: readonly (readonly [string, string])[] = [
  ['makecomapp.json', 'makecomapp.schema.json'],
  ['oauth-communication.iml.json', 'api-oauth.json'],
  ['communication.iml.json', 'api.json'],
  ['attach.iml.json', 'api.json'],
  ['detach.iml.json', 'api.json'],
  ['base.iml.json', 'base.json'],
  ['epoch.iml.json', 'epoch.json'],
  ['groups.json', 'groups.json'],
  ['samples.iml.json', 'samples.json'],
  ['scope-list.iml.json', 'scopes.json'],
  ['scope.iml.json', 'scope.json'],
  ['params.iml.json', 'parameters.json'],
  ['interface.iml.json', 'parameters.json'],
  ['install-spec.iml.json', 'parameters.json'],
];

/** Every text in a value, with its path. */
function textsIn(value: unknown, path = ''): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, `${path}/${key}`));
}

interface Field {
  name: string;
  spec?: Field[] | undefined;
}
/** A list of texts has one field as its specification. */
const field: z.ZodType<Field> = z.lazy(() =>
  z.object({
    name: z.string(),
    spec: z.union([z.array(field), z.object({}).transform(() => undefined)]).optional(),
  }),
);

/** Paths of the keys that no field declares. */
function undeclared(value: unknown, fields: readonly Field[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => undeclared(item, fields));
  return Object.entries(z.record(z.string(), z.unknown()).parse(value)).flatMap(([key, item]) => {
    const declared = fields.find(({ name }) => name === key);
    if (!declared) return [key];
    return declared.spec ? undeclared(item, declared.spec).map((path) => `${key}/${path}`) : [];
  });
}

/** Those that hints of this project would begin with. */
const VERB =
  /^(Add|Arrives|Choose|Enter|Exclude|Fill|Finds|Leave|Makes?|Map|Opens|Select|Sends?|Sets?|Shows|Starts|Triggers|Uses?|Write)\b/;

const functionsIn = (expression: Expression): string[] => {
  switch (expression.kind) {
    case 'call':
      return [expression.name, ...expression.args.flatMap(functionsIn)];
    case 'not':
      return functionsIn(expression.of);
    case 'binary':
      return [...functionsIn(expression.left), ...functionsIn(expression.right)];
    default:
      return [];
  }
};

const componentsOf = (type: Component['type']): Component[] =>
  app.components.filter((component) => component.type === type);

describe('The folder of the Make app', () => {
  test('The folder holds what the declarations yield, and nothing else', () => {
    const stored = new Map(filesIn(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
    const stale = [...files].filter(([path, text]) => stored.get(path) !== text).map(([path]) => path);
    const orphans = [...stored.keys()].filter((path) => !files.has(path));
    expect({ stale, orphans, mend: 'npm run make:build' }).toEqual({
      stale: [],
      orphans: [],
      mend: 'npm run make:build',
    });
  });

  test('Every path of the manifest exists, and every file stands in it', () => {
    const named = textsIn(contents.get('makecomapp.json'))
      .filter(({ path }) => /codeFiles|CodeFiles/i.test(path))
      .map(({ text }) => text);
    const ofTheApp = [...files.keys()].filter((path) => !path.startsWith('blueprints/'));
    expect(new Set(['makecomapp.json', ...named])).toEqual(new Set(ofTheApp));
  });

  test("Every file fits Make's own schema for it", () => {
    const ajv = makeSchemas();
    const wrong = [...contents].flatMap(([path, content]) => {
      if (path.startsWith('blueprints/')) return [];
      const [, schema] = SCHEMAS.find(([ending]) => path.endsWith(ending)) ?? [];
      if (schema === undefined)
        return path.endsWith('install-directives.iml.json') ? [] : [`${path}: no schema`];
      return ajv.validate(schema, content) ? [] : [`${path}: ${ajv.errorsText()}`];
    });
    expect(wrong).toEqual([]);
  });

  test('The code that writes the app has at most 900 lines', () => {
    const folder = join(root, 'lib', 'hosts', 'make');
    const lines = filesIn(folder).map(
      (path) => readFileSync(join(folder, path), 'utf8').split('\n').length - 1,
    );
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(900);
  });

  test('The whole folder is at most 400 KB', () => {
    const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeLessThanOrEqual(400_000);
  });
});

describe('Modules', () => {
  test('Every operation has its module', () => {
    const { triggers, searches, actions } = operations;
    const names = componentsOf('module').map(({ name }) => name);
    // "Watch Events" and "Make an API Call" stand for no single operation.
    expect(names.length).toBe(triggers.length + searches.length + actions.length + 2);
    expect(new Set(names).size).toBe(names.length);
  });

  test('No two modules have the same label', () => {
    const labels = componentsOf('module').map(({ label }) => label);
    expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
  });

  test('The list of currencies has its plural in its label', () => {
    const labels = componentsOf('rpc').map(({ label }) => label);
    expect(labels).toContain('List Currencies');
  });

  test('Every module stands in exactly one group', () => {
    const grouped = textsIn(app.groups)
      .filter(({ path }) => path.includes('/modules/'))
      .map(({ text }) => text);
    expect(grouped.toSorted()).toEqual(
      componentsOf('module')
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  test('No communication is larger than 3 KB', () => {
    const large = [...files]
      .filter(([path]) => /^(modules|webhooks|rpcs)\//.test(path) && /communication|attach|detach/.test(path))
      .filter(([, text]) => Buffer.byteLength(text) > 3000);
    expect(large).toEqual([]);
  });

  test('Every key of a sample stands in the interface, also in lists', () => {
    const missing = componentsOf('module').flatMap(({ name, files: { samples, interface: declared } }) =>
      undeclared(samples, z.array(field).parse(declared)).map((key) => `${name}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  test('Searches and scheduled triggers have a limit, instant triggers have none', () => {
    const withLimit = componentsOf('module').filter(({ files: { mappableParams, staticParams } }) =>
      [...((mappableParams ?? []) as { name: string }[]), ...(staticParams as { name: string }[])].some(
        ({ name }) => name === 'limit',
      ),
    );
    const expected = componentsOf('module').filter(({ manifest: { moduleType = '' } }) =>
      ['search', 'trigger'].includes(moduleType),
    );
    expect(withLimit).toEqual(expected);
  });

  test('An instant trigger names a webhook, and every webhook has a trigger', () => {
    const named = componentsOf('module').flatMap(({ manifest: { webhook } }) => (webhook ? [webhook] : []));
    expect(named.toSorted()).toEqual(
      componentsOf('webhook')
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  test('Labels are a verb and a noun in title case, descriptions say what the module does', () => {
    const wrong = componentsOf('module').filter(
      ({ label, description = '' }) =>
        !/^(Watch|Get|Search|Send|Prepare|Summarize|Make)( (a|an|the|[A-Z]\w*))+$/.test(label) ||
        !/^(Triggers when|Retrieves|Searches|Sends|Prepares|Summarizes|Performs) .*[^.]\.$/.test(description),
    );
    expect(wrong).toEqual([]);
  });

  test('Hints end with a period, and begin with no verb', () => {
    const wrong = [...contents]
      .flatMap(([, content]) => textsIn(content))
      .filter(({ path, text }) => path.endsWith('/help') && (VERB.test(text) || !text.endsWith('.')));
    expect(wrong).toEqual([]);
  });
});

describe('Expressions', () => {
  const all = [...contents].flatMap(([file, content]) =>
    textsIn(content)
      .filter(() => !file.startsWith('blueprints/'))
      .filter(({ text }) => text.includes('{{') && text !== '{{...}}')
      .map(({ path, text }) => ({ file: `${file}${path}`, text })),
  );

  test('Every expression can be read, and calls only documented functions', () => {
    const unknown = all.flatMap(({ file, text }) =>
      parseTemplate(text)
        .flatMap((part) => (typeof part === 'string' ? [] : functionsIn(part)))
        .filter((name) => !isKnownFunction(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(all.length).toBeGreaterThan(100);
    expect(unknown).toEqual([]);
  });

  test('No expression is longer than 300 characters', () => {
    const long = all.flatMap(({ file, text }) =>
      [...text.matchAll(/\{\{.*?\}\}/gs)].filter(([found]) => found.length > 300).map(() => file),
    );
    expect(long).toEqual([]);
  });

  test('Every dropdown leads to a remote procedure of the app', () => {
    const targets = [...contents.values()].flatMap((content) =>
      textsIn(content).flatMap(({ text }) =>
        text.startsWith('rpc://') ? [text.slice('rpc://'.length)] : [],
      ),
    );
    expect(new Set(targets)).toEqual(new Set(componentsOf('rpc').map(({ name }) => name)));
  });
});

describe('Blueprints', () => {
  const scenario = z.object({
    flow: z.array(z.object({ id: z.int(), module: z.string(), mapper: z.record(z.string(), z.unknown()) })),
    metadata: z.looseObject({ scenario: z.looseObject({ sequential: z.boolean() }) }),
  });
  const scenarios = [...app.blueprints].map(([recipe, content]) => ({ recipe, ...scenario.parse(content) }));

  test('Every recipe has one, which begins with an instant trigger of the app', () => {
    expect(scenarios.map(({ recipe }) => recipe)).toEqual(makeRegistry.recipes.map(({ key }) => key));
    const instant = componentsOf('module')
      .filter(({ manifest }) => manifest.moduleType === 'instant_trigger')
      .map(({ name }) => `app#${EXAMPLE.appId}:${name}`);
    for (const { flow } of scenarios) expect(instant).toContain(flow[0]?.module);
  });

  test('Every mapped field is one that the module before returns', () => {
    const unknown = scenarios.flatMap(({ recipe, flow }) =>
      flow.flatMap(({ mapper }) =>
        textsIn(mapper).flatMap(({ text }) =>
          [...text.matchAll(/(\d+)\.(\w+)/g)].flatMap(([field, id, name]) => {
            const source = flow.find((module) => module.id === Number(id))?.module.split(':')[1];
            const { files } = componentsOf('module').find((module) => module.name === source) ?? {};
            const names = ((files?.interface ?? []) as { name: string }[]).map((each) => each.name);
            return names.includes(name ?? '') ? [] : [`${recipe}: ${field}`];
          }),
        ),
      ),
    );
    expect(unknown).toEqual([]);
  });

  test('The trigger names the filters that only its webhook has', () => {
    const named = [...app.blueprints].flatMap(([recipe, content]) => {
      const [caption] = textsIn(content).filter(({ path }) => path === '/flow/0/metadata/designer/name');
      return caption ? [[recipe, caption.text]] : [];
    });
    expect(named).toEqual([
      [
        'customs_stall_to_feishu',
        '提醒类型：清关滞留 / 停滞判定规则：自定义小时数 / Alert Types: Stuck in customs / Stall Rule: Your own hours',
      ],
      [
        'stalled_parcel_to_ticket',
        '提醒类型：物流无更新 / 停滞判定规则：自定义小时数 / Alert Types: No tracking update / Stall Rule: Your own hours',
      ],
      [
        'account_alert_to_feishu',
        expect.stringMatching(/^提醒类型：接口调用被暂停, .* \/ Alert Types: Calls are paused, /),
      ],
    ]);
  });

  test('No blueprint holds back the next run', () => {
    expect(scenarios.filter(({ metadata }) => metadata.scenario.sequential)).toEqual([]);
  });
});

describe('Secrets', () => {
  test('Every secret that a request or an answer holds is left out of the log', () => {
    const open = [...contents]
      .filter(([path]) => /communication|attach|base/.test(path))
      .flatMap(([path, content]) => requestsIn(content).flatMap((request) => openSecrets(path, request)));
    expect(open).toEqual([]);
  });
});

/** Every part of a file that is a request of its own. */
function requestsIn(content: unknown): Record<string, unknown>[] {
  if (typeof content !== 'object' || content === null) return [];
  const own = content as Record<string, unknown>;
  return [own, ...Object.values(own).flatMap(requestsIn)].filter(
    (part) => 'url' in part || 'baseUrl' in part,
  );
}

const SECRET = /secret|token|password|apiKey|webhook\.url|verifier|\.code\b|webhook_url|signing/i;

function openSecrets(path: string, { headers, body, response, log }: Record<string, unknown>): string[] {
  const sanitized = new Set((log as { sanitize?: string[] } | undefined)?.sanitize ?? []);
  const sent = [
    ...Object.entries((body ?? {}) as object).map(([key, value]) => [`request.body.${key}`, key, value]),
    ...Object.entries((headers ?? {}) as object).map(([key, value]) => [
      `request.headers.${key}`,
      key,
      value,
    ]),
  ].flatMap(([name, key, value]) =>
    key !== 'grant_type' && (SECRET.test(key) || (typeof value === 'string' && SECRET.test(value)))
      ? [name]
      : [],
  );
  const kept = textsIn((response as { data?: unknown } | undefined)?.data).flatMap(({ text }) => {
    const [, field] = /\{\{body\.(\w*token\w*)\}\}/.exec(text) ?? [];
    return field === undefined ? [] : [`response.body.${field}`];
  });
  return [...sent, ...kept].filter((name) => !sanitized.has(name)).map((name) => `${path}: ${name}`);
}
