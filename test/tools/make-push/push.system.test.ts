import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT, type Pushing, startPushing } from '../../support/make-api/pushing.ts';
import { shapeOfApp } from '../../support/make-api/shape.ts';

let pushing: Pushing;
afterEach(() => pushing.close());

const writes = () => pushing.api.writes().map(({ method, path }) => `${method} ${path}`);
const appId = () => pushing.app().fields.name;

describe('A push of the whole app', () => {
  beforeEach(async () => {
    pushing = await startPushing();
  });

  test('A first push creates a private app as make/ says, with icon and client', async () => {
    const { failed, output } = await pushing.push();
    expect(failed).toBeUndefined();
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
    expect(output).toContain(`The id of the app is ${appId()}.`);
    expect(output).toMatch(/\n(\d+)\/\1 {2}app: icon, 5,\d+ bytes\nDone, \1 steps\./);
    expect(pushing.app().fields.public).toBe(false);
    expect(pushing.app().icon?.subarray(1, 4).toString()).toBe('PNG');
    const connections = pushing.app().components.filter(({ kind }) => kind === 'connection');
    expect(connections.map(({ common }) => common)).toEqual([CLIENT, {}]);
  });

  test('A second push writes nothing, says so, and stays below 60 requests, a minute of the plan Core', async () => {
    await pushing.push();
    pushing.api.forget();
    const { output } = await pushing.push();
    expect(writes()).toEqual([]);
    expect(output).toContain(`Nothing to change: ${appId()} is as in make/.`);
    expect(pushing.api.sent.length).toBeLessThan(60);
  });
});

describe('A later push', () => {
  beforeEach(async () => {
    pushing = await startPushing('types');
  });

  const pushed = async () => {
    await pushing.push();
    pushing.api.forget();
  };

  test.each([
    ['has no checksums', { checksums: 'none' }],
    ['has checksums in a form that nobody expects', { checksums: 'other' }],
    ['has checksums of another form of the JSON', { checksums: 'reformatted' }],
    ['answers JSON with the keys in another order', { checksums: 'none', answersJson: true }],
    ['lists components without their connections', { listsShort: true }],
    ['does not tell the names of new webhooks', { hidesNames: true }],
  ] as const)('A second push writes nothing where Make %s', async (_, behavior) => {
    Object.assign(pushing.api, behavior);
    await pushed();
    const { output } = await pushing.push();
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
    expect(writes()).toEqual([]);
    expect(output).toContain('Nothing to change');
  });

  test('A changed file is the only one that is written', async () => {
    await pushed();
    pushing.edit('modules/find-order/find-order.samples.iml.json', (samples) => ({ ...samples, id: '1' }));
    await pushing.push();
    expect(writes()).toEqual([`PUT /apps/${appId()}/1/modules/findOrder/samples`]);
  });

  test('A list in another order is a change', async () => {
    await pushed();
    pushing.edit('modules/find-order/find-order.interface.iml.json', (fields) => fields.toReversed());
    await pushing.push();
    expect(writes()).toEqual([`PUT /apps/${appId()}/1/modules/findOrder/interface`]);
  });

  test('A changed readme is written', async () => {
    await pushed();
    writeFileSync(join(pushing.folder, 'README.md'), 'Another text.\n');
    await pushing.push();
    expect([writes(), pushing.app().readme]).toEqual([[`PUT /apps/${appId()}/1/readme`], 'Another text.\n']);
  });

  test.each([
    ['label of a module', 'module', 'findOrder', { label: 'Find an Order' }],
    ['description of a module', 'module', 'findOrder', { description: 'Finds an order.' }],
    ['kind of an action', 'module', 'findOrder', { actionCrud: 'update' }],
    ['type of a module', 'module', 'findReviews', { moduleType: 'action' }],
    ['second connection of a module', 'module', 'findOrder', { altConnection: undefined }],
    ['connection of a webhook', 'webhook', 'lowStock', { connection: 'hubKey', altConnection: 'hub' }],
    ['connection of a remote procedure', 'rpc', 'listOrders', { altConnection: undefined }],
    ['label of a webhook', 'webhook', 'lowStock', { label: 'Stock' }],
    ['label of a connection', 'connection', 'hub', { label: 'AliExpress' }],
  ])('A changed %s is changed at Make, with nothing else', async (_, kind, id, change) => {
    await pushed();
    pushing.edit('makecomapp.json', (manifest) => {
      Object.assign(manifest.components[kind][id], change);
      return manifest;
    });
    await pushing.push();
    expect(pushing.api.writes().map(({ method }) => method)).toEqual(['PATCH']);
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
  });

  test('New connections of the same type are created, also before an older one', async () => {
    await pushed();
    pushing.edit('makecomapp.json', (manifest) => {
      const { hub, hubKey } = manifest.components.connection;
      manifest.components.connection = {
        hubFirst: { ...hub, label: 'First' },
        hub: { ...hub, label: 'Second' },
        hubLast: { ...hub, label: 'Last' },
        hubKey,
      };
      return manifest;
    });
    const [before] = pushing.app().components;
    await pushing.push();
    const labels = pushing
      .app()
      .components.flatMap(({ kind, fields }) => (kind === 'connection' ? [fields.label] : []));
    expect(labels).toHaveLength(4);
    expect(new Set(labels)).toEqual(new Set(['First', 'Second', 'Last', 'AliExpress Shop (API Key)']));
    expect(before?.fields.label).toBe('First');
  });

  test('A new connection of the same type takes no older one away', async () => {
    await pushed();
    pushing.edit('makecomapp.json', (manifest) => {
      const { hub, hubKey } = manifest.components.connection;
      manifest.components.connection = { hubFirst: { ...hub, label: 'First' }, hub, hubKey };
      return manifest;
    });
    await pushing.push();
    expect(pushing.api.writes().map(({ method }) => method)).not.toContain('PATCH');
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
  });

  test('What was changed at Make is written again', async () => {
    await pushed();
    pushing.app().texts.set('base', '{ "baseUrl": "https://example.org" }');
    Object.assign(pushing.app().fields, { label: 'My App', theme: '#000000' });
    const { output } = await pushing.push();
    expect(writes()).toEqual([`PATCH /apps/${appId()}/1`, `PUT /apps/${appId()}/1/base`]);
    expect(output).toContain('app: label, theme');
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
  });

  test('The icon is sent once, and again when it is asked for', async () => {
    await pushed();
    await pushing.push();
    expect(writes()).toEqual([]);
    await pushing.push({ newIcon: true });
    expect(writes()).toEqual([`PUT /apps/${appId()}/1/icon`]);
  });

  test('Modules are shown when it is asked for, each once', async () => {
    await pushed();
    await pushing.push({ visible: true });
    await pushing.push({ visible: true });
    const modules = pushing.app().components.filter(({ kind }) => kind === 'module');
    expect(writes()).toEqual(
      modules.map(({ fields }) => `POST /apps/${appId()}/1/modules/${fields.name}/public`),
    );
    expect(modules.every(({ fields }) => fields.public)).toBe(true);
  });

  test('A push with --app-id goes to that app', async () => {
    await pushed();
    const first = appId();
    const copy = structuredClone(pushing.app());
    copy.fields.name = 'aliexpress-seller-other1';
    pushing.api.apps.push(copy);
    expect((await pushing.push()).failed).toMatch(
      /^The account has several apps that may be meant: .*, aliexpress-seller-other1\. Name one with --app-id\.$/,
    );
    const { output } = await pushing.push({ appId: first });
    expect(output).toContain(`Nothing to change: ${first}`);
  });

  test('With --new-app a push creates another app and leaves the first as it is', async () => {
    await pushed();
    const before = shapeOfApp(pushing.app());
    pushing.edit('general/base.iml.json', (base) => ({ ...base, timeout: 1000 }));
    await pushing.push({ newApp: true });
    const [first, second, ...more] = pushing.api.apps;
    if (!first || !second) throw new Error('there is no second app');
    expect(more).toEqual([]);
    expect(shapeOfApp(first)).toEqual(before);
    expect(shapeOfApp(second)).toEqual(pushing.wanted());
  });

  test('A push does not choose between two connections that may be meant', async () => {
    await pushed();
    const { components } = pushing.app();
    const [connection] = components;
    if (!connection) throw new Error('there is no connection');
    components.push({ ...connection, fields: { ...connection.fields, name: 'second' } });
    expect((await pushing.push()).failed).toContain('several connections that may be "AliExpress Shop"');
    expect(writes()).toEqual([]);
  });
});

describe('Common data', () => {
  beforeEach(async () => {
    pushing = await startPushing('types');
  });
  const common = () => pushing.app().components.find(({ kind }) => kind === 'connection')?.common;
  const CANNOT_SIGN_IN = 'Sellers cannot sign in yet';

  test('Without a client a push says that sellers cannot sign in, until there is one', async () => {
    const { output, failed } = await pushing.push({ client: undefined });
    expect([failed, output]).toEqual([undefined, expect.stringContaining(CANNOT_SIGN_IN)]);
    expect((await pushing.push({ client: undefined })).output).toContain(CANNOT_SIGN_IN);
    expect((await pushing.push()).output).not.toContain(CANNOT_SIGN_IN);
    expect((await pushing.push({ client: undefined })).output).not.toContain(CANNOT_SIGN_IN);
    expect(common()).toEqual(CLIENT);
  });

  test('A new client replaces the one before, and whatever else is there stays', async () => {
    await pushing.push();
    Object.assign(common() ?? {}, { other: 1 });
    pushing.api.forget();
    await pushing.push({ client: { ...CLIENT, clientSecret: 'another' } });
    expect(common()).toEqual({ ...CLIENT, clientSecret: 'another', other: 1 });
    expect(pushing.api.writes()).toHaveLength(1);
  });

  test('No line contains the secret or the token, even where Make repeats them', async () => {
    const output: string[] = [(await pushing.push({ dryRun: true })).output];
    const secrets = [pushing.api.token, CLIENT.clientSecret];
    for (const status of [400, 401, 403, 404, 409, 413, 429, 500])
      for (const part of ['/common', '/base', '/connections', '/apps']) {
        pushing.api.apps.length = 0;
        pushing.api.fault = ({ path, method }, body) =>
          path.endsWith(part) && (method !== 'GET' || part === '/apps')
            ? {
                status,
                detail: `${body} ${pushing.api.token} ${part === '/common' ? CLIENT.clientSecret : ''}`,
              }
            : undefined;
        const { failed } = await pushing.push();
        output.push(failed ?? `no error after ${status} of ${part}`);
      }
    expect(output.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
    expect(output.filter((text) => text.startsWith('no error'))).toEqual([]);
  });
});

describe('What make/ no longer has', () => {
  beforeEach(async () => {
    pushing = await startPushing('types');
    await pushing.push({ visible: true });
    pushing.edit('makecomapp.json', (manifest) => {
      const { module, webhook, connection, rpc } = manifest.components;
      delete module.lowStock;
      delete webhook.lowStock;
      delete rpc.listProducts;
      delete connection.hubKey;
      for (const entry of [...Object.values(module), ...Object.values(webhook), ...Object.values(rpc)])
        delete (entry as { altConnection?: string }).altConnection;
      return manifest;
    });
    pushing.edit('modules/groups.json', ([group]) => [
      { ...group, modules: group.modules.filter((name: string) => name !== 'lowStock') },
    ]);
    pushing.api.forget();
  });

  const OTHERS =
    /No longer in make\/: module lowStock "Watch Low Stock", webhook \S+ "Low Stock", rpc listProducts/;

  test('It is named and stays', async () => {
    const { output } = await pushing.push();
    expect(output).toMatch(OTHERS);
    expect(output).toContain('Remove them with: npm run make:push -- --prune');
    expect(writes().filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  test('With --prune it is removed, what refers to others first', async () => {
    const { output, failed } = await pushing.push({ prune: true });
    expect(failed).toBeUndefined();
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
    expect(output).not.toContain('No longer');
    const removals = writes().filter((line) => line.startsWith('DELETE'));
    expect(removals.map((line) => /(modules|webhooks|rpcs|connections)/.exec(line)?.[0])).toEqual([
      'modules',
      'webhooks',
      'rpcs',
      'connections',
    ]);
  });

  test('With --prune the modules of a published app are hidden, because Make removes nothing of it', async () => {
    pushing.app().fields.public = true;
    const before = pushing.app().components.length;
    const first = await pushing.push({ prune: true });
    expect(first.failed).toBeUndefined();
    expect(first.output).toMatch(OTHERS);
    expect(first.output).toContain('Make removes nothing from a published app.');
    expect(writes()).toContain(`POST /apps/${appId()}/1/modules/lowStock/private`);
    expect(pushing.app().components).toHaveLength(before);
    pushing.api.forget();
    await pushing.push({ prune: true });
    expect(writes()).toEqual([]);
  });
});

describe('The folder make/', () => {
  beforeEach(async () => {
    pushing = await startPushing('types');
  });
  const failure = async () => {
    try {
      return (await pushing.push()).failed;
    } catch (error) {
      return String(error);
    }
  };

  test.each([
    [
      'a file that is missing',
      'general/base.iml.json',
      undefined,
      'make/general/base.iml.json cannot be read.',
    ],
    ['a file that is not JSON', 'general/base.iml.json', '{', 'make/general/base.iml.json is not JSON.'],
  ])('A push refuses %s and says how to write the folder again', async (_, file, content, message) => {
    if (content === undefined)
      pushing.edit('makecomapp.json', (manifest) => {
        manifest.generalCodeFiles.base = 'general/none.json';
        return manifest;
      });
    else writeFileSync(join(pushing.folder, file), content);
    expect(await failure()).toBe(
      `${message.replace('base.iml', content === undefined ? 'none' : 'base.iml')} Write the folder again with: npm run make:build`,
    );
  });

  test.each<[string, (manifest: Record<string, Record<string, Record<string, object>>>) => void, string]>([
    [
      'a kind of component that a push leaves out',
      ({ components }) => Object.assign(components ?? {}, { function: { myFunction: {} } }),
      'components.function',
    ],
    [
      'a file that a push leaves out',
      ({ components }) =>
        Object.assign(components?.rpc?.listOrders ?? {}, { codeFiles: { epoch: 'README.md' } }),
      'components.rpc.listOrders.codeFiles.epoch',
    ],
    [
      'a name that Make refuses',
      ({ components }) => Object.assign(components?.rpc ?? {}, { 'list-x': components?.rpc?.listOrders }),
      'components.rpc.list-x',
    ],
    [
      'secrets',
      ({ generalCodeFiles }) => Object.assign(generalCodeFiles ?? {}, { common: 'common.json' }),
      'generalCodeFiles.common',
    ],
    [
      'two connections with one label',
      ({ components }) => Object.assign(components?.connection?.hubKey ?? {}, { label: 'AliExpress Shop' }),
      'two connections with the label "AliExpress Shop"',
    ],
  ])('A push refuses a manifest with %s', async (_, change, message) => {
    pushing.edit('makecomapp.json', (manifest) => {
      change(manifest);
      return manifest;
    });
    expect(await failure()).toContain(message);
    expect(pushing.api.sent).toEqual([]);
  });

  test('A push refuses the example of the repository, which names no real hub', async () => {
    const base = readFileSync(join(pushing.folder, 'general/base.iml.json'), 'utf8');
    writeFileSync(
      join(pushing.folder, 'general/base.iml.json'),
      base.replace('https://hub.my-shop.com', 'https://hub.example.com'),
    );
    expect(await failure()).toContain('npm run make:build -- --hub https://');
    expect(pushing.api.sent).toEqual([]);
  });
});
