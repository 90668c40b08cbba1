/** What Make's review asks for and no other test shows. docs/make-publishing.md lists all of it, with the tests. */

import * as z from 'zod';
import { makeApp } from '../../../lib/hosts/make/app.ts';
import type { Component } from '../../../lib/hosts/make/component.ts';
import { EXAMPLE, makeRegistry } from '../../../tools/make/options.ts';

const app = makeApp(makeRegistry, EXAMPLE);
const ofType = (type: Component['type']) => app.components.filter((component) => component.type === type);
const modules = ofType('module');

const fieldSchema = z.object({
  name: z.string(),
  type: z.string(),
  label: z.string(),
  required: z.boolean().optional(),
  advanced: z.boolean().optional(),
  validate: z.object({ min: z.number().optional() }).optional(),
  default: z.unknown().optional(),
});
type Field = z.infer<typeof fieldSchema>;
const isBanner = (content: unknown) => (content as { type?: string }).type === 'banner';
/** Those of a form or of an interface, without banners, which have no label. */
const fieldsOf = ({ files }: Component, file: string): Field[] =>
  z.array(fieldSchema).parse(
    z
      .array(z.unknown())
      .parse(files[file] ?? [])
      .filter((each) => !isBanner(each)),
  );
const FORMS = ['params', 'staticParams', 'mappableParams'];
const inputs = app.components.flatMap((component) =>
  FORMS.flatMap((file) => fieldsOf(component, file).map((field) => ({ ...field, of: component.name }))),
);

describe('Review of the Make app: connections', () => {
  test('No connection asks for an address, so that a token goes to the hub alone', () => {
    const addresses = ofType('connection').flatMap(({ files }) =>
      [...JSON.stringify(files).matchAll(/"(?:url|baseUrl)":"([^"]*)"/g)].map(([, address = '']) => address),
    );
    expect(addresses.filter((address) => !address.startsWith(`${EXAMPLE.hub}/`))).toEqual([]);
    const asked = ofType('connection').flatMap((connection) => fieldsOf(connection, 'params'));
    expect(asked.map(({ name, type }) => [name, type])).toEqual([['apiKey', 'password']]);
  });

  test('Each kind of connection names the kind in its label, the shop in its name, and has errors of its own', () => {
    expect(ofType('connection').map(({ label }) => label)).toEqual([
      'AliExpress Shop',
      'AliExpress Shop (API Key)',
    ]);
    for (const { files } of ofType('connection')) {
      const text = JSON.stringify(files.communication);
      for (const part of ['"metadata"', '"uid"', '"error"', '"sanitize"']) expect(text).toContain(part);
    }
  });
});

describe('Review of the Make app: modules', () => {
  test('The verb of a label fits the type of the module', () => {
    const VERBS: Readonly<Record<string, RegExp>> = {
      trigger: /^Watch /,
      instant_trigger: /^Watch /,
      search: /^Search /,
      action: /^(Get|Send|Prepare|Summarize) /,
      universal: /^Make an API Call$/,
    };
    const wrong = modules.filter(({ label, manifest }) => !VERBS[manifest.moduleType ?? '']?.test(label));
    expect(wrong.map(({ label }) => label)).toEqual([]);
    expect(modules.filter(({ manifest }) => manifest.moduleType === 'universal')).toHaveLength(1);
  });

  test('A name is short, unique, and no word that JavaScript reserves', () => {
    const names = modules.map(({ name }) => name);
    expect(names.filter((name) => !/^[a-z][0-9a-zA-Z]{2,47}$/.test(name))).toEqual([]);
    expect(names.filter((name) => ['delete', 'import', 'export', 'return', 'switch'].includes(name))).toEqual(
      [],
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test('Triggers stand in the first group, and the universal module alone in the last', () => {
    const groups = z.array(z.object({ label: z.string(), modules: z.array(z.string()) })).parse(app.groups);
    const first = groups[0]?.modules.map((name) => modules.find((module) => module.name === name)?.label);
    expect(first?.filter((label) => !label?.startsWith('Watch '))).toEqual([]);
    expect(groups.at(-1)).toEqual({ label: 'Other', modules: ['makeApiCall'] });
  });

  test('Every module that makes a request, and every webhook, says which scope it needs', () => {
    const requests = modules.filter(({ manifest }) => manifest.moduleType !== 'instant_trigger');
    const scopes = [
      ...requests.map(({ name, files }) => ({ name, scope: files.scope })),
      ...ofType('webhook').map(({ name, files }) => ({ name, scope: files.requiredScope })),
    ];
    expect(scopes.filter(({ scope }) => !Array.isArray(scope) || scope.length === 0)).toEqual([]);
  });

  test('Every module, webhook and dropdown that makes a request takes both kinds of connections', () => {
    const requests = app.components.filter(
      ({ type, manifest }) => type !== 'connection' && manifest.moduleType !== 'instant_trigger',
    );
    expect(requests.filter(({ manifest }) => !manifest.connection || !manifest.altConnection)).toEqual([]);
  });
});

describe('Review of the Make app: fields', () => {
  test('A limit is the last input, optional with 10 in searches and required in scheduled triggers', () => {
    for (const module of modules) {
      const type = module.manifest.moduleType ?? '';
      if (!['search', 'trigger'].includes(type)) continue;
      const last = fieldsOf(module, type === 'search' ? 'mappableParams' : 'staticParams').at(-1);
      expect({ of: module.name, ...last }).toEqual({
        of: module.name,
        name: 'limit',
        type: 'uinteger',
        label: 'Limit',
        default: 10,
        validate: { min: 1 },
        ...(type === 'trigger' && { required: true }),
      });
    }
  });

  test('Every dropdown has a limit', () => {
    const limited = ofType('rpc').filter(({ files }) =>
      /"limit":\d+/.test(JSON.stringify(files.communication)),
    );
    expect(limited).toHaveLength(ofType('rpc').length);
  });

  /** Also the name of the input on Zapier. */
  const WITH_ARTICLE = ['Hour of the Day'];

  test('The label of an input is at most five words, without articles', () => {
    const wrong = inputs.filter(
      ({ label }) =>
        label.split(' ').length > 5 || (/\b(a|an|the)\b/i.test(label) && !WITH_ARTICLE.includes(label)),
    );
    expect(wrong.map(({ of, label }) => `${of}: ${label}`)).toEqual([]);
  });

  test('Times, numbers and yes-or-no values have their types in every interface', () => {
    const wrong = modules.flatMap((module) =>
      fieldsOf(module, 'interface')
        .filter(
          ({ name, type }) =>
            (/_at$/.test(name) && type !== 'date') ||
            (/^is_/.test(name) && type !== 'boolean') ||
            (/_count$/.test(name) && !['integer', 'uinteger', 'number'].includes(type)),
        )
        .map(({ name, type }) => `${module.name}: ${name} is ${type}`),
    );
    expect(wrong).toEqual([]);
  });

  test('The scheduled trigger lets a seller choose where to start', () => {
    const [trigger, ...more] = modules.filter(({ manifest }) => manifest.moduleType === 'trigger');
    expect(more).toEqual([]);
    expect(
      z
        .object({ response: z.object({ output: z.object({ label: z.string(), date: z.string() }) }) })
        .safeParse(trigger?.files.epoch).success,
    ).toBe(true);
  });

  test('The address of a webhook, which is its password, and its secret are left out of the log', () => {
    const request = z.object({ log: z.object({ sanitize: z.array(z.string()) }) });
    for (const { files } of ofType('webhook'))
      expect(request.parse(files.attach).log.sanitize).toEqual(
        expect.arrayContaining(['request.body.url', 'response.body.secret']),
      );
  });
});
