/** Reading an app's folder by its manifest. [facts/make.md §1.2, §1.3] */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TemporaryFolder, temporaryFolder } from '../temporary-folder.ts';
import { loadApp, templatesOf } from './app.ts';

const sample = fileURLToPath(new URL('./sample-app/', import.meta.url));

let temporary: TemporaryFolder;
let folder: string;

beforeEach(() => {
  temporary = temporaryFolder();
  folder = temporary.path;
  cpSync(sample, folder, { recursive: true });
});

afterEach(() => temporary.remove());

/** Rewrites a text of the manifest. */
function manifest(from: string | RegExp, to: string): void {
  const file = join(folder, 'makecomapp.json');
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`the manifest has no ${from}`);
  writeFileSync(file, changed);
}

describe('A Make app', () => {
  test('is read with all its modules', () => {
    const { modules } = loadApp(folder);
    expect([...modules].map(([name, { meta }]) => `${name} ${meta.moduleType}`)).toEqual([
      'getOrder action',
      'searchOrders search',
      'watchOrders trigger',
    ]);
  });

  test('has the code of a module parsed', () => {
    expect(loadApp(folder).modules.get('getOrder')?.code.samples).toEqual({
      orderId: '1001',
      status: 'PAID',
      amount: '23.50',
    });
  });

  test('has its base, groups and readme', () => {
    expect(loadApp(folder)).toMatchObject({
      base: { baseUrl: 'https://api.sample-shop.example' },
      groups: [{ label: 'Orders' }],
      readme: expect.stringContaining('# Sample Shop'),
    });
  });

  test('has no secrets where the manifest does not track them', () => {
    expect(loadApp(folder).common).toEqual({});
  });

  test('need not track its base, groups and readme', () => {
    manifest('"base": "general/base.iml.json"', '"base": null');
    manifest('"groups": "modules/groups.json"', '"groups": null');
    manifest('"readme": "README.md"', '"readme": null');
    expect(loadApp(folder)).toMatchObject({ base: {}, groups: undefined, readme: undefined });
  });

  test('has its secrets where the manifest tracks them', () => {
    writeFileSync(join(folder, 'general/common.json'), '{"storeToken": "CANARY"}');
    manifest('"common": null', '"common": "general/common.json"');
    expect(loadApp(folder).common).toEqual({ storeToken: 'CANARY' });
  });

  test('may have an instant trigger with a webhook', () => {
    manifest('"webhook": {}', '"webhook": { "pushed": { "webhookType": "web", "codeFiles": {} } }');
    manifest('"moduleType": "action"', '"moduleType": "instant_trigger", "webhook": "pushed"');
    expect(loadApp(folder).webhooks.get('pushed')?.meta.webhookType).toBe('web');
  });

  test('names its files', () => {
    expect(loadApp(folder).files).toContain('modules/watch-orders/watch-orders.epoch.iml.json');
  });

  test('has no orphans', () => {
    expect(loadApp(folder).orphans).toEqual([]);
  });

  test('names an orphan', () => {
    writeFileSync(join(folder, 'modules/old.iml.json'), '{}');
    expect(loadApp(folder).orphans).toEqual(['modules/old.iml.json']);
  });

  test('says where each template stands', () => {
    expect(templatesOf(loadApp(folder))).toContainEqual({
      place: 'module searchOrders communication[1].temp.pages',
      template: '{{min(5, ceil(ifempty(parameters.limit, 10) / 2))}}',
    });
  });

  test('has templates in its connection, its base and its epochs', () => {
    const places = new Set(templatesOf(loadApp(folder)).map(({ place }) => place.split('.')[0]));
    expect([...places]).toEqual(
      expect.arrayContaining(['base', 'connection sampleShop communication', 'module watchOrders epoch']),
    );
  });
});

describe('A manifest is refused', () => {
  test.each<[string, string | RegExp, string, string]>([
    [
      'with a file that is missing',
      'general/base.iml.json',
      'general/gone.json',
      'general/gone.json is named',
    ],
    ['with a file outside', 'general/base.iml.json', '../base.json', 'outside'],
    ['with a file named twice', 'modules/groups.json', 'general/base.iml.json', 'named twice'],
    ['with a key it does not have', '"fileVersion": 1', '"fileVersion": 1, "icon": "x"', 'icon'],
    ['without endpoints', '"endpoint": {},', '', 'components.endpoint'],
    ['with a reserved name', '"rpc": {}', '"rpc": {"orders": null}', 'reserved'],
    [
      'with a connection that is missing',
      /"connection": "sampleShop"/,
      '"connection": "gone"',
      'does not exist',
    ],
    [
      'with an epoch for an action',
      '"moduleType": "trigger"',
      '"moduleType": "action"',
      'only a trigger has an epoch',
    ],
    ['with a code type of another component', '"samples"', '"params"', 'a module has no params'],
    ['with scopes without OAuth', '"connectionType": "oauth"', '"connectionType": "basic"', 'only an OAuth'],
    ['without a module type', '"moduleType": "action",', '', 'has no moduleType'],
    [
      'with a type of module that does not exist',
      '"moduleType": "action"',
      '"moduleType": "do"',
      'moduleType',
    ],
    [
      'with an instant trigger without a webhook',
      '"moduleType": "action"',
      '"moduleType": "instant_trigger"',
      'webhook',
    ],
  ])('%s', (_, from, to, problem) => {
    manifest(from, to);
    expect(() => loadApp(folder)).toThrow(problem);
  });

  test('that does not exist', () => {
    expect(() => loadApp(join(folder, 'modules'))).toThrow('makecomapp.json is named');
  });

  test('with code that is no JSON', () => {
    writeFileSync(join(folder, 'general/base.iml.json'), '{');
    expect(() => loadApp(folder)).toThrow('general/base.iml.json is no JSON');
  });

  test('with a base that is no object', () => {
    writeFileSync(join(folder, 'general/base.iml.json'), '[]');
    expect(() => loadApp(folder)).toThrow('general/base.iml.json must hold an object');
  });
});
