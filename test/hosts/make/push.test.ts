import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { push } from '../../../lib/hosts/make/push/push.ts';
import { type MakeApiStandIn, startMakeApi } from '../../support/make-api/server.ts';
import { shapeOfApp, shapeOfFolder } from '../../support/make-api/shape.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { FOLDER } from './folder.ts';

const SECRETS = {
  QUOTA_REDIS_URL: 'https://canary-redis.example.com',
  QUOTA_REDIS_TOKEN: 'CANARY-redis-token',
  MAKE_CLIENT_ID: '987650123',
  MAKE_CLIENT_SECRET: 'CANARY-app-secret',
};
/** Set but empty, so that nothing of the machine the tests run on counts. */
const NOTHING = Object.fromEntries(
  [
    'MAKE_API_KEY',
    'MAKE_ZONE',
    'MAKE_APP_ID',
    'DAILY_CALL_LIMIT',
    'QUOTA_DAY_ZONE',
    'ALIEXPRESS_GATEWAY_URL',
    'ALIEXPRESS_CALLBACK_URL',
    'FEISHU_TEST_ORIGIN',
    ...Object.keys(SECRETS),
  ].map((name) => [name, '']),
);

let api: MakeApiStandIn;
let folder: TemporaryFolder;
beforeEach(async () => {
  api = await startMakeApi();
  folder = temporaryFolder();
});
afterEach(async () => {
  await api.close();
  folder.remove();
});

const wholeApp = () => cpSync(FOLDER, folder.path, { recursive: true });

/** Three modules of the app, one of each type. */
function smallApp(): void {
  wholeApp();
  const names = ['newOrder', 'findOrder', 'sendFeishuCard'];
  edit('makecomapp.json', (manifest) => ({
    ...manifest,
    components: {
      ...manifest.components,
      module: Object.fromEntries(names.map((name) => [name, manifest.components.module[name]])),
    },
  }));
  writeFileSync(join(folder.path, 'modules/groups.json'), JSON.stringify([{ label: 'All', modules: names }]));
}

// biome-ignore lint/suspicious/noExplicitAny: a file of the app, which has no type here
function edit(file: string, change: (content: any) => unknown): void {
  const path = join(folder.path, file);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8'))), null, 2));
}

interface Pushing {
  env?: Record<string, string>;
  dryRun?: boolean;
  onPause?: (ms: number) => void;
}

/** What a push said; its error, if any, is the last line. */
async function pushed({ env = {}, dryRun = false, onPause }: Pushing = {}) {
  const lines: string[] = [];
  const failed = await push({
    folder: folder.path,
    env: { MAKE_API_KEY: api.apiKey, MAKE_ZONE: api.zone, ...env },
    dryRun,
    say: (line) => lines.push(line),
    sleep: async (ms) => onPause?.(ms),
  }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { failed, said: [...lines, ...(failed === undefined ? [] : [failed])].join('\n') };
}

const appId = () => api.apps[0]?.fields.name ?? '';
const onlyApp = () => {
  expect(api.apps).toHaveLength(1);
  return shapeOfApp(api.apps[0]);
};

describe('A push', () => {
  test('to an empty account leaves there what make/ says, section by section', async () => {
    wholeApp();
    await pushed();
    expect(onlyApp()).toEqual(shapeOfFolder(folder.path));
  });

  test('right after another sends no write, and says so', async () => {
    wholeApp();
    await pushed({ env: SECRETS });
    api.forget();
    const { said } = await pushed({ env: { ...SECRETS, MAKE_APP_ID: appId() } });
    expect([api.writes(), said]).toEqual([[], expect.stringContaining('Nothing to change')]);
  });

  test('sends one write where one file has changed', async () => {
    smallApp();
    await pushed();
    edit('modules/find-order/find-order.samples.iml.json', (samples) => ({ ...samples, order_id: '1' }));
    api.forget();
    await pushed();
    expect(api.writes()).toEqual([
      { method: 'PUT', path: `/api/v2/sdk/apps/${appId()}/1/modules/findOrder/samples` },
    ]);
  });

  test('sees a change in the order of a list', async () => {
    smallApp();
    await pushed();
    edit('modules/find-order/find-order.interface.iml.json', (fields) => fields.toReversed());
    api.forget();
    await pushed();
    expect(api.writes()).toHaveLength(1);
  });

  test('changes the label of a module, and nothing else, where that is what has changed', async () => {
    smallApp();
    await pushed();
    edit('makecomapp.json', (manifest) => {
      manifest.components.module.findOrder.label = 'Find an Order';
      return manifest;
    });
    api.forget();
    await pushed();
    expect([api.writes().map(({ method }) => method), onlyApp()]).toEqual([
      ['PATCH'],
      shapeOfFolder(folder.path),
    ]);
  });

  test('takes the connection away from a module that needs none any more', async () => {
    smallApp();
    await pushed();
    edit('makecomapp.json', (manifest) => {
      manifest.components.module.findOrder.connection = null;
      return manifest;
    });
    await pushed();
    expect(onlyApp()).toEqual(shapeOfFolder(folder.path));
  });

  test('changes the type of a module', async () => {
    smallApp();
    await pushed();
    edit('makecomapp.json', (manifest) => {
      manifest.components.module.findOrder.moduleType = 'action';
      return manifest;
    });
    await pushed();
    expect(onlyApp()).toEqual(shapeOfFolder(folder.path));
  });

  test('changes the crud of an action', async () => {
    smallApp();
    await pushed();
    edit('makecomapp.json', (manifest) => {
      manifest.components.module.sendFeishuCard.actionCrud = 'update';
      return manifest;
    });
    await pushed();
    expect(onlyApp()).toEqual(shapeOfFolder(folder.path));
  });

  test('knows its connection again under a new label', async () => {
    smallApp();
    await pushed();
    edit('makecomapp.json', (manifest) => {
      manifest.components.connection.aliexpress.label = 'AliExpress';
      return manifest;
    });
    await pushed();
    expect(onlyApp()).toEqual(shapeOfFolder(folder.path));
  });

  test('writes anew what somebody has changed at Make', async () => {
    smallApp();
    await pushed();
    const [app] = api.apps;
    if (app) app.sections.base = { baseUrl: 'https://example.com' };
    await pushed();
    expect(onlyApp()).toEqual(shapeOfFolder(folder.path));
  });

  test('reads sections that are answered as text as well', async () => {
    smallApp();
    api.answersText = true;
    await pushed();
    api.forget();
    await pushed();
    expect(api.writes()).toEqual([]);
  });

  test('writes a section, and common data, that Make says it does not have', async () => {
    smallApp();
    await pushed({ env: SECRETS });
    api.forget();
    api.trouble = ({ method, path }) =>
      method === 'GET' && /findOrder\/samples$|\/1\/common$/.test(path) ? { answer: 404 } : undefined;
    await pushed({ env: SECRETS });
    expect(api.writes().map(({ path }) => path.split('/').at(-1))).toEqual(['common', 'samples']);
  });

  test('takes a section that was never set for an empty one', async () => {
    smallApp();
    await pushed();
    delete api.apps[0]?.modules[0]?.sections.scope;
    api.forget();
    await pushed();
    expect(api.writes()).toEqual([]);
  });

  test('asks about each module where the list of modules leaves out their connections', async () => {
    smallApp();
    api.listsShort = true;
    await pushed();
    api.forget();
    await pushed();
    expect(api.writes()).toEqual([]);
  });

  test('names a module that make/ does not have, and leaves it alone', async () => {
    smallApp();
    await pushed();
    const [app] = api.apps;
    const stranger = structuredClone(app?.modules[0]);
    if (!app || !stranger) throw new Error('no module');
    stranger.fields.name = 'somethingElse';
    app.modules.push(stranger);
    const before = structuredClone(app.modules);
    const { said } = await pushed();
    expect([said, app.modules]).toEqual([expect.stringContaining('somethingElse'), before]);
  });

  test('creates the app private, and says which MAKE_APP_ID to set', async () => {
    smallApp();
    const { said } = await pushed();
    expect([api.apps[0]?.fields.private, said]).toEqual([
      true,
      expect.stringContaining(`set MAKE_APP_ID=${appId()}`),
    ]);
  });

  test('does not choose between two apps that may be meant', async () => {
    smallApp();
    await pushed();
    const [app] = api.apps;
    if (app) api.apps.push({ ...app, fields: { ...app.fields, name: 'aliexpress-seller-second' } });
    expect((await pushed()).failed).toMatch(/several apps.*aliexpress-seller-second.*Set MAKE_APP_ID/);
  });

  test('does not choose between two connections that may be meant', async () => {
    smallApp();
    await pushed();
    const [app] = api.apps;
    const [connection] = app?.connections ?? [];
    if (app && connection) app.connections.push(structuredClone(connection));
    expect((await pushed()).failed).toMatch(/2 connections that may be "AliExpress Seller"/);
  });

  test('refuses a manifest with a component it would leave out', async () => {
    smallApp();
    edit('makecomapp.json', (manifest) => {
      manifest.components.rpc = { listStores: {} };
      return manifest;
    });
    expect((await pushed()).failed).toMatch(/components\.rpc/);
  });

  test('ignores blueprints', async () => {
    smallApp();
    cpSync(join(folder.path, 'modules/groups.json'), join(folder.path, 'blueprints/orders.json'));
    await pushed();
    expect(onlyApp()).toEqual(shapeOfFolder(folder.path));
  });
});

describe('Common data', () => {
  test('is set where the environment gives it', async () => {
    smallApp();
    await pushed({ env: { ...SECRETS, DAILY_CALL_LIMIT: '400', QUOTA_DAY_ZONE: 'UTC' } });
    const [app] = api.apps;
    expect([app?.common, app?.connections[0]?.common]).toEqual([
      {
        redisUrl: SECRETS.QUOTA_REDIS_URL,
        redisToken: SECRETS.QUOTA_REDIS_TOKEN,
        dailyCallLimit: 400,
        quotaDayZone: 'UTC',
      },
      expect.objectContaining({ appKey: SECRETS.MAKE_CLIENT_ID, appSecret: SECRETS.MAKE_CLIENT_SECRET }),
    ]);
  });

  test('stays where the environment gives none', async () => {
    smallApp();
    await pushed({ env: SECRETS });
    api.forget();
    await pushed();
    expect([api.apps[0]?.common, api.writes()]).toEqual([
      { redisUrl: SECRETS.QUOTA_REDIS_URL, redisToken: SECRETS.QUOTA_REDIS_TOKEN },
      [],
    ]);
  });

  test('keeps what else is in it when a part of it is set', async () => {
    smallApp();
    await pushed({ env: SECRETS });
    await pushed({ env: { DAILY_CALL_LIMIT: '400' } });
    expect(api.apps[0]?.common).toEqual({
      redisUrl: SECRETS.QUOTA_REDIS_URL,
      redisToken: SECRETS.QUOTA_REDIS_TOKEN,
      dailyCallLimit: 400,
    });
  });

  test('that the app cannot work without is asked for until it is there', async () => {
    smallApp();
    const before = await pushed();
    const after = await pushed({ env: SECRETS });
    expect([before.said, after.said].map((said) => said.includes(Object.keys(SECRETS).join(', ')))).toEqual([
      true,
      false,
    ]);
  });

  test('and the key appear in no line and no error, even where Make repeats them', async () => {
    smallApp();
    const everything: string[] = [];
    everything.push((await pushed({ env: SECRETS, dryRun: true })).said);
    for (const status of [400, 401, 403, 404, 409, 429, 500]) {
      for (const path of ['/common', '/base', '/connections', '/apps']) {
        api.trouble = (sent, body) =>
          sent.path.endsWith(path) && (sent.method !== 'GET' || path === '/apps')
            ? { answer: status, message: `${body} ${api.apiKey} ${Object.values(SECRETS).join(' ')}` }
            : undefined;
        api.apps.length = 0;
        everything.push((await pushed({ env: SECRETS })).said);
      }
    }
    const shown = [api.apiKey, ...Object.values(SECRETS)].filter((secret) =>
      everything.some((said) => said.includes(secret)),
    );
    expect(shown).toEqual([]);
  });

  test('that stood at Make before appears in no error either', async () => {
    smallApp();
    await pushed({ env: SECRETS });
    api.trouble = ({ method, path }, body) =>
      method === 'PUT' && path.endsWith('/common') ? { answer: 400, message: body } : undefined;
    expect((await pushed({ env: { DAILY_CALL_LIMIT: '400' } })).failed).toMatch(
      /^app: common data \(dailyCallLimit\): Make refuses it \(400\): its reason is not shown/,
    );
  });
});

describe('A push that was cut off', () => {
  test.each(['before', 'after'] as const)(
    'at any step, %s the step took effect, is completed by the next',
    async (cut) => {
      smallApp();
      await pushed({ env: SECRETS });
      const steps = api.writes().length;
      const wanted = [shapeOfFolder(folder.path), api.apps[0]?.common, 1];
      const reached: unknown[] = [];
      for (let at = 1; at <= steps; at += 1) {
        api.apps.length = 0;
        api.forget();
        api.trouble = () => (api.writes().length === at ? { cut } : undefined);
        const { failed } = await pushed({ env: SECRETS });
        if (failed === undefined) throw new Error(`was not cut off at step ${at}`);
        api.trouble = () => undefined;
        await pushed({ env: SECRETS });
        reached.push([shapeOfApp(api.apps[0]), api.apps[0]?.common, api.apps.length]);
      }
      expect(reached).toEqual(Array.from({ length: steps }, () => wanted));
    },
  );

  test('by the end of its process is completed by the next', async () => {
    api.trouble = () => {
      if (api.writes().length === 60) child.kill('SIGKILL');
      return undefined;
    };
    const child = start([], { MAKE_API_KEY: api.apiKey, MAKE_ZONE: api.zone });
    await once(child, 'close');
    const incomplete = api.apps[0]?.modules.length ?? 0;
    const { code } = await ended(start([], { MAKE_API_KEY: api.apiKey, MAKE_ZONE: api.zone }));
    expect([incomplete < 20, code, onlyApp()]).toEqual([true, 0, shapeOfFolder(FOLDER)]);
  });
});

describe('A dry run', () => {
  test('with a key sends nothing but reads, and names what differs and nothing else', async () => {
    smallApp();
    await pushed();
    edit('modules/find-order/find-order.samples.iml.json', (samples) => ({ ...samples, order_id: '1' }));
    api.forget();
    const { said } = await pushed({ dryRun: true });
    expect([api.writes(), said.match(/^ {2}.*$/gm)]).toEqual([
      [],
      [expect.stringMatching(/^ {2}module findOrder: samples, [\d,]+ bytes$/)],
    ]);
  });

  test('for an app that is not there yet sends nothing but reads', async () => {
    smallApp();
    const { said } = await pushed({ dryRun: true });
    expect([api.writes(), said]).toEqual([[], expect.stringContaining('app: create')]);
  });
});

describe('Make’s rate limit', () => {
  test('is waited out as long as Make says', async () => {
    smallApp();
    const refusals = [{ retryAfter: '7' }, { retryAfter: '31' }];
    api.trouble = ({ method }) => {
      const refusal = method === 'POST' ? refusals.shift() : undefined;
      return refusal && { answer: 429, ...refusal };
    };
    const pauses: number[] = [];
    await pushed({ onPause: (ms) => pauses.push(ms) });
    expect([pauses, onlyApp()]).toEqual([[7_000, 31_000], shapeOfFolder(folder.path)]);
  });

  test('is waited out for more than a minute where Make does not say how long, and then given up', async () => {
    smallApp();
    api.trouble = () => ({ answer: 429 });
    let waited = 0;
    const { failed } = await pushed({
      onPause: (ms) => {
        waited += ms;
      },
    });
    expect([waited > 60_000, failed, api.sent.length]).toEqual([
      true,
      expect.stringMatching(/\(429\).*Wait a few minutes/),
      6,
    ]);
  });
});

describe('An error names what to change', () => {
  beforeEach(() => smallApp());

  test('where the key is refused', async () => {
    const { failed } = await pushed({ env: { MAKE_API_KEY: '00000000-0000-4000-8000-000000000000' } });
    expect(failed).toMatch(/MAKE_API_KEY \(401\).*scopes sdk-apps:read and sdk-apps:write/);
  });

  test('where the key may not do this', async () => {
    api.trouble = () => ({ answer: 403, message: 'Access denied.' });
    expect((await pushed()).failed).toMatch(/403, Access denied\..*scopes sdk-apps:read and sdk-apps:write/);
  });

  test('where there is no such app', async () => {
    const { failed } = await pushed({ env: { MAKE_APP_ID: 'aliexpress-seller-gone' } });
    expect(failed).toMatch(/no app aliexpress-seller-gone.*Correct MAKE_APP_ID/);
  });

  test('where the network is cut', async () => {
    api.trouble = () => ({ cut: 'before' });
    expect((await pushed()).failed).toMatch(/cannot be reached.*Check the network and MAKE_ZONE/);
  });

  test('where something else than Make answers', async () => {
    api.trouble = () => ({ html: true });
    expect((await pushed()).failed).toMatch(/does not answer as Make's API does\. Check MAKE_ZONE/);
  });

  test('where Make itself fails, and nothing is sent twice', async () => {
    api.trouble = ({ method }) => (method === 'POST' ? { answer: 503 } : undefined);
    const { failed } = await pushed();
    expect([failed, api.writes().length]).toEqual([
      expect.stringMatching(/^app: create: Make fails \(503\).*try again later/),
      1,
    ]);
  });

  test('where Make refuses a step, with the step and Make’s reason', async () => {
    api.trouble = ({ path }) =>
      path.endsWith('/epoch') ? { answer: 400, message: 'Epoch is not allowed.' } : undefined;
    expect((await pushed()).failed).toMatch(/^module newOrder: epoch, .*Epoch is not allowed\.$/);
  });

  test.each([
    ['MAKE_ZONE', 'https://eu1.make.com', 'MAKE_ZONE must be the host name'],
    ['MAKE_APP_ID', 'Not An App', 'MAKE_APP_ID must be the name'],
    ['MAKE_API_KEY', 'two\nlines', 'MAKE_API_KEY must be an API key'],
    ['QUOTA_REDIS_URL', 'https://redis.example.com', 'QUOTA_REDIS_TOKEN'],
    ['MAKE_CLIENT_ID', '987650123', 'MAKE_CLIENT_SECRET'],
  ])('where %s is malformed, or without what belongs to it', async (setting, value, about) => {
    const { failed } = await pushed({ env: { [setting]: value } });
    expect([failed, api.sent]).toEqual([expect.stringContaining(about), []]);
  });

  test('where a file is missing', async () => {
    rmSync(join(folder.path, 'general/base.iml.json'));
    expect((await pushed()).failed).toBe(
      'make/general/base.iml.json cannot be read. Write the folder anew with npm run make:build.',
    );
  });

  test('where a file is no JSON', async () => {
    writeFileSync(join(folder.path, 'general/base.iml.json'), '{');
    expect((await pushed()).failed).toBe(
      'make/general/base.iml.json is not JSON. Write the folder anew with npm run make:build.',
    );
  });
});

const MAIN = fileURLToPath(new URL('../../../lib/hosts/make/push/main.ts', import.meta.url));

const start = (options: string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...options], {
    env: { ...process.env, ...NOTHING, ...env },
  });

async function ended(child: ReturnType<typeof start>) {
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  return { code, stdout: await stdout, stderr: await stderr };
}

describe('npm run make:push', () => {
  test('-- --help says which settings there are', async () => {
    const { code, stdout, stderr } = await ended(start(['--help']));
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/MAKE_API_KEY.*MAKE_APP_ID/s), '']);
  });

  test('-- --dry-run needs no account, and names every component and section with its size', async () => {
    const { code, stdout } = await ended(start(['--dry-run']));
    const lines = stdout.split('\n');
    const { components } = JSON.parse(readFileSync(join(FOLDER, 'makecomapp.json'), 'utf8'));
    const missing = Object.keys(components.module).filter(
      (name) =>
        !lines.some((line) => line.startsWith(`  module ${name}: create`)) ||
        !lines.some((line) => new RegExp(`^  module ${name}: interface, [\\d,]+ bytes$`).test(line)),
    );
    expect([code, missing]).toEqual([0, []]);
  });

  test('without a key ends with 1 and one sentence about it', async () => {
    const { code, stdout, stderr } = await ended(start([]));
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^MAKE_API_KEY is missing\..*\n$/)]);
  });

  test('with an option that does not exist ends with 1 and names it', async () => {
    const { code, stderr } = await ended(start(['--dry']));
    expect([code, stderr]).toEqual([1, expect.stringContaining('--dry')]);
  });

  test('ends with 1 and no stack trace where Make refuses', async () => {
    const env = { MAKE_API_KEY: '00000000-0000-4000-8000-000000000000', MAKE_ZONE: api.zone };
    const { code, stderr } = await ended(start([], env));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^list of apps: .*\(401\).*\n$/)]);
  });

  test('brings the app to the account and ends with 0', async () => {
    const { code } = await ended(start([], { MAKE_API_KEY: api.apiKey, MAKE_ZONE: api.zone }));
    expect([code, onlyApp()]).toEqual([0, shapeOfFolder(FOLDER)]);
  });
});

describe('The stand-in for Make', () => {
  const asked = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://${api.zone}/api/v2/sdk${path}`, {
      method,
      headers: { authorization: `Token ${api.apiKey}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body }),
    });
    return answer.status;
  };
  const module = (fields: object) =>
    JSON.stringify({ name: 'another', typeId: 9, label: 'Another', description: 'Another.', ...fields });
  const JSONC = { 'content-type': 'application/jsonc' };

  beforeEach(async () => {
    smallApp();
    await pushed();
  });

  test.each<[string, number, () => Promise<number>]>([
    ['no key', 401, () => asked('GET', '/apps', undefined, { authorization: '' })],
    [
      'a key as Bearer',
      401,
      () => asked('GET', '/apps', undefined, { authorization: `Bearer ${api.apiKey}` }),
    ],
    ['an app that is not there', 404, () => asked('GET', '/apps/nothing/1/base')],
    ['a version that is not there', 404, () => asked('GET', `/apps/${appId()}/2/base`)],
    ['a section that does not exist', 404, () => asked('PUT', `/apps/${appId()}/1/basis`, '{}', JSONC)],
    [
      'a section of a module that is not there',
      404,
      () => asked('PUT', `/apps/${appId()}/1/modules/nothing/api`, '{}', JSONC),
    ],
    [
      'a section of a connection that is not there',
      404,
      () => asked('PUT', '/apps/connections/nothing/api', '{}', JSONC),
    ],
    ['a section as another content type', 400, () => asked('PUT', `/apps/${appId()}/1/base`, '{}')],
    ['a section that is no JSON', 400, () => asked('PUT', `/apps/${appId()}/1/base`, '{', JSONC)],
    [
      'a list where an object belongs',
      400,
      () => asked('PUT', `/apps/${appId()}/1/modules/findOrder/samples`, '[]', JSONC),
    ],
    [
      'the epoch of a search',
      404,
      () => asked('PUT', `/apps/${appId()}/1/modules/findOrder/epoch`, '{}', JSONC),
    ],
    [
      'a module a second time',
      400,
      () => asked('POST', `/apps/${appId()}/1/modules`, module({ name: 'findOrder' })),
    ],
    [
      'a module with a dash in its name',
      400,
      () => asked('POST', `/apps/${appId()}/1/modules`, module({ name: 'find-order' })),
    ],
    [
      'a type that does not exist',
      400,
      () => asked('POST', `/apps/${appId()}/1/modules`, module({ typeId: 2 })),
    ],
    [
      'a connection that is not of the app',
      400,
      () => asked('POST', `/apps/${appId()}/1/modules`, module({ connection: 'aliexpress' })),
    ],
    [
      'an app with capitals in its name',
      400,
      () =>
        asked(
          'POST',
          '/apps',
          '{"name":"Shop","label":"Shop","theme":"#000000","language":"en","audience":"global"}',
        ),
    ],
    [
      'groups with a module that is not there',
      404,
      () => asked('PUT', `/apps/${appId()}/1/groups`, '[{"label":"All","modules":["nothing"]}]', JSONC),
    ],
  ])('refuses %s', async (_, status, ask) => {
    expect(await ask()).toBe(status);
  });

  test('takes a module that is right', async () => {
    expect(await asked('POST', `/apps/${appId()}/1/modules`, module({}))).toBe(200);
  });
});
