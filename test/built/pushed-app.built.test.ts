/**
 * What ships: the README's commands for publishers against a stand-in of Zapier, and what they upload, unpacked and run
 * by Node alone against the sandbox.
 */

import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { createApp } from '../../index.ts';
import { systemClock } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { operations } from '../../operations.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type CacheServer, startCacheServer } from '../../sandbox/platform/cache-server.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { CHINESE } from '../support/chinese.ts';
import { filledInInputs } from '../support/filled-in-inputs.ts';
import { type Finished, npmRun } from '../support/npm-run.ts';
import {
  type Operation,
  operationsOf,
  readDefinition,
  textsIn,
} from '../support/publishing-checks/definition.ts';
import { missingKeys, unknownKeys, type Values } from '../support/publishing-checks/values.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import type { Integration, Upload } from '../support/zapier-api/account.ts';
import { startZapierApi, type ZapierApi } from '../support/zapier-api/server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';
const DEPLOY_KEY = '0123456789abcdef0123456789abcdef';
/** What macOS allows a process. */
const OPEN_FILES = 256;
const REGISTER =
  'register "AliExpress Seller" --desc "Orders, reviews and parcels of a shop." --url https://example.com';

let zapier: ZapierApi;
let account: TemporaryFolder;
let unpacked: TemporaryFolder;
let pushed: Finished;
/** Runs a command of the README as a publisher whose integration and login are those of the stand-in. */
const publish = (line: string, env: Record<string, string> = {}) =>
  npmRun(line, {
    maxOpenFiles: OPEN_FILES,
    env: {
      ZAPIER_ENDPOINT: zapier.url,
      ZAPIER_DEPLOY_KEY: DEPLOY_KEY,
      ZAPIER_CURRENT_APP_FILE: join(account.path, '.zapierapprc'),
      ...env,
    },
  });
const integration = () => [...zapier.account.integrations.values()][0] as Integration;
const upload = () => integration().versions.get(packageJson.version)?.uploads[0] as Upload;
const namesIn = (zip: Buffer) => new AdmZip(zip).getEntries().map(({ entryName }) => entryName);

beforeAll(async () => {
  zapier = await startZapierApi(DEPLOY_KEY);
  account = temporaryFolder();
  unpacked = temporaryFolder();
  await publish(
    `zapier -- ${REGISTER} --audience private --role employee --category ecommerce --no-subscribe`,
  );
  pushed = await publish('zapier:push');
  if (pushed.status !== 0) throw new Error(pushed.output);
  new AdmZip(upload().buildZip).extractAllTo(unpacked.path);
});
afterAll(async () => {
  await zapier.close();
  account.remove();
  unpacked.remove();
});

describe('A push with 256 open files at most', () => {
  test('uploads the version of package.json once, checked by Zapier', () => {
    expect(integration().versions.get(packageJson.version)?.uploads).toEqual([
      expect.objectContaining({ skipValidation: false }),
    ]);
    expect(zapier.account.log).toContain('POST /check 200');
  });

  test('names every step, and what comes after it', () => {
    expect(pushed.output).toMatch(/1\/3 .*2\/3 .*3\/3 .*users:links/s);
  });

  test('leaves both zips where "upload" finds them', () => {
    expect(upload().buildZip.equals(readFileSync(join(root, 'build/build.zip')))).toBe(true);
    expect(upload().sourceZip.equals(readFileSync(join(root, 'build/source.zip')))).toBe(true);
  });

  test('uploads a snapshot as a version of its own', async () => {
    expect(await publish('zapier:push -- --snapshot trial')).toMatchObject({ status: 0 });
    expect([...integration().versions.keys()]).toEqual([packageJson.version, '0.0.0-trial']);
  });

  test('uploads nothing with a deploy key that Zapier does not know', async () => {
    const before = zapier.account.log.length;
    const refused = await publish('zapier:push', { ZAPIER_DEPLOY_KEY: 'f'.repeat(32) });
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain('Your credentials are present, but invalid');
    expect(zapier.account.log.slice(before)).toEqual([`GET /apps/${integration().id} 401`]);
  });
});

describe('The commands after a push', () => {
  test('set the environment of the version', async () => {
    const set = await publish(
      `zapier -- env:set ${packageJson.version} CLIENT_ID=512345 CLIENT_SECRET=app-secret`,
    );
    expect(set).toMatchObject({ status: 0 });
    expect(integration().versions.get(packageJson.version)?.environment).toEqual({
      CLIENT_ID: '512345',
      CLIENT_SECRET: 'app-secret',
    });
  });

  test('show the link that invites sellers to every version', async () => {
    const { output } = await publish('zapier -- users:links');
    expect(output).toContain(`https://zapier.com/developer/public-invite/${integration().id}/`);
  });

  test('invite a seller by e-mail, and list the invitation', async () => {
    await publish('zapier -- users:add seller@example.com --force');
    expect(integration().invitees).toEqual([{ email: 'seller@example.com' }]);
    expect((await publish('zapier -- users:get')).output).toContain('seller@example.com');
  });

  test('list the versions', async () => {
    expect((await publish('zapier -- versions')).output).toContain(packageJson.version);
  });
});

describe('build.zip', () => {
  test('is at most 1.0 MB and 520 files, with what Zapier loads', () => {
    const names = namesIn(upload().buildZip);
    expect(upload().buildZip.length).toBeLessThanOrEqual(1_000_000);
    expect(names.length).toBeLessThanOrEqual(520);
    expect(names).toEqual(expect.arrayContaining(['zapierwrapper.js', 'definition.json', 'dist/index.js']));
  });

  test('holds packages of at most 480 KB together', () => {
    const files = new AdmZip(upload().buildZip)
      .getEntries()
      .filter(({ entryName }) => entryName.startsWith('node_modules/'));
    const size = files.reduce((sum, { header }) => sum + header.compressedSize, 0);
    expect(size).toBeLessThanOrEqual(480_000);
  });

  test('asks for no package but the two that are not bundled', () => {
    const { dependencies } = readBuilt('package.json') as { dependencies: object };
    expect(Object.keys(dependencies).sort()).toEqual(['axios', 'zapier-platform-core']);
  });
});

describe('source.zip', () => {
  test('holds every TypeScript file of the app, and its packages by version', () => {
    const ofTheApp = ['index.ts', 'operations.ts', ...typescriptIn('lib'), ...typescriptIn('triggers')];
    const names = namesIn(upload().sourceZip);
    expect(names).toEqual(
      expect.arrayContaining([...ofTheApp, 'package.json', 'package-lock.json', '.zapierapprc']),
    );
  });

  test('holds neither the bundle nor packages nor tests', () => {
    const apart = /^(dist|node_modules|build|test|sandbox)\//;
    expect(namesIn(upload().sourceZip).filter((name) => apart.test(name))).toEqual([]);
  });
});

const script = `
  const { handler } = await import('./zapierwrapper.js');
  const events = JSON.parse(process.env.EVENTS);
  const results = [];
  let authData = {};
  for (const { method, inputData = {}, meta = {} } of events) {
    const { results: result } = await handler({
      command: 'execute', method, bundle: { authData, inputData, meta },
      rpc_base: process.env.RPC, storeKey: 'built', calledFromCli: true,
    });
    if (method.endsWith('AccessToken')) authData = { ...authData, ...result };
    results.push(result);
  }
  console.log('RESULTS' + JSON.stringify(results));
`;

/** A function of the app as Zapier calls it. */
interface AppCall {
  method: string;
  inputData?: object;
  meta?: object;
}

/** Runs functions of the unpacked app in a Node process of their own. Each has the tokens of the last sign-in or refresh. */
function runBuilt(
  env: Record<string, string>,
  events: AppCall[],
  folder = unpacked.path,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env, EVENTS: JSON.stringify(events) },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', () => {
      const found = /RESULTS(.*)/.exec(out);
      if (found?.[1]) resolve(JSON.parse(found[1]));
      else reject(new Error(err || out));
    });
  });
}

const readBuilt = (file: string): unknown => JSON.parse(readFileSync(join(unpacked.path, file), 'utf8'));

/** The files of the unpacked app that are loaded by the time Zapier can call it. */
async function loadedAtStart(): Promise<string[]> {
  const watch = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import('./zapierwrapper.js');
    console.log('LOADED' + JSON.stringify(loaded));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', watch], {
    cwd: unpacked.path,
  });
  const urls: string[] = JSON.parse(/LOADED(.*)/.exec(stdout)?.[1] ?? '');
  return urls
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(realpathSync(unpacked.path), fileURLToPath(url)).replaceAll('\\', '/'));
}

/** The sources that a file of the build was made of, with what became of them. A comment names each before its piece. */
const piecesOf = (file: string): [string, string][] =>
  readFileSync(join(unpacked.path, file), 'utf8')
    .split(/^\/\/ (?=\S+\.(?:m?[jt]s|json)$)/m)
    .slice(1)
    .map((piece) => [piece.slice(0, piece.indexOf('\n')), piece.slice(piece.indexOf('\n') + 1)]);

const sourcesIn = (file: string): string[] => piecesOf(file).map(([source]) => source);

/** By their path from the root, with slashes. */
const typescriptIn = (room: string) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${room}/${file.replaceAll('\\', '/')}`);

const builtFiles = () => readdirSync(join(unpacked.path, 'dist')).map((name) => `dist/${name}`);

describe('The unpacked build in the sandbox', () => {
  let sandbox: Sandbox;
  let cache: CacheServer;
  let tour: Operation[];
  let results: unknown[];
  beforeAll(async () => {
    sandbox = await startSandbox({
      callbackUrl: CALLBACK,
      historyDays: 45,
      ordersPerDay: 20,
      disputeShare: 0.5,
      variedParcels: { abnormal: 0.5 },
    });
    cache = await startCacheServer(memoryStore(systemClock), 'built');
    tour = operationsOf(readDefinition(readBuilt('definition.json')));
    results = await runBuilt(
      {
        CLIENT_ID: sandbox.app.appKey,
        CLIENT_SECRET: sandbox.app.appSecret,
        ALIEXPRESS_GATEWAY_URL: sandbox.url,
        CHANNEL_TEST_ORIGIN: sandbox.url,
        ZAPIER_DEPLOY_KEY: 'built',
        RPC: cache.url,
      },
      [
        {
          method: 'authentication.oauth2Config.getAccessToken',
          inputData: { code: sandbox.accounts.issueCode(), redirect_uri: CALLBACK },
        },
        { method: 'authentication.test' },
        { method: 'authentication.oauth2Config.refreshAccessToken' },
        ...tour.map(({ path, key, hidden }) => ({
          method: `${path}.operation.perform`,
          inputData: filledInInputs(key, sandbox, Date.now()),
          meta: hidden ? { isFillingDynamicDropdown: true, page: 0 } : { isLoadingSample: true },
        })),
      ],
    );
  });
  afterAll(async () => {
    await cache.close();
    await sandbox.close();
  });

  const resultsOf = (operation: Operation) => [results[tour.indexOf(operation) + 3]].flat() as Values[];
  /** What is wrong with the results of an operation, by its name. */
  const faults = (faultsOf: (operation: Operation, results: Values[]) => string[]) =>
    tour.flatMap((each) => faultsOf(each, resultsOf(each)).map((fault) => `${each.name}: ${fault}`));

  test('signs in, tests its connection and refreshes its tokens', () => {
    const [signedIn, account, refreshed] = results as Record<string, string>[];
    expect(account).toMatchObject({ shop_name: expect.any(String), seller_id: signedIn?.seller_id });
    expect(refreshed?.access_token).toMatch(/./);
    expect(refreshed?.access_token).not.toBe(signedIn?.access_token);
  });

  test('has every operation of the sources', () => {
    const lists = tour.filter(({ hidden }) => hidden);
    const { triggers, searches, actions } = operations;
    const declared = [...triggers, ...searches, ...actions].map(({ key }) => key);
    expect(
      tour
        .filter((each) => !lists.includes(each))
        .map(({ key }) => key)
        .sort(),
    ).toEqual(declared.sort());
    expect(lists.length).toBeGreaterThan(5);
  });

  test('returns results of every operation', () => {
    expect(faults((_, { length }) => (length > 0 ? [] : ['nothing was found']))).toEqual([]);
  });

  test('returns the keys of the sample and no others, also in line items', () => {
    const found = faults((operation, live) =>
      live.flatMap((result) => [
        ...missingKeys(operation.sample as Values, result).map((key) => `${key} is missing`),
        ...unknownKeys(operation, result).map((key) => `${key} is not in the sample`),
      ]),
    );
    expect(found).toEqual([]);
  });

  test('sends a message', () => {
    expect(sandbox.groups.feishu.cards).toMatchObject([{ title: '新订单' }]);
  });
});

test('Each part of the bundle names its source file, so that a stack trace can be read', () => {
  expect(builtFiles().flatMap(sourcesIn)).toEqual(
    expect.arrayContaining(['index.ts', 'triggers/new-order.ts', 'lib/problems.ts']),
  );
});

test('The code of the app keeps its lines and its Chinese texts, so that it can be reviewed', () => {
  const own = builtFiles()
    .flatMap(piecesOf)
    .filter(([source]) => !source.startsWith('node_modules/'));
  const lengths = own.flatMap(([, code]) => code.split('\n').map((line) => line.length));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(500);
  expect(own).toContainEqual(['lib/problems.ts', expect.stringContaining('速卖通')]);
});

test('The samples in the build are those of the sources, and their recorded answers stay out', () => {
  const { triggers, searches } = readDefinition(readBuilt('definition.json'));
  const app = createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never);
  for (const { key } of operations.triggers)
    expect(triggers[key]?.operation.sample).toEqual(app.triggers[key]?.operation.sample);
  for (const { key } of operations.searches)
    expect(searches[key]?.operation.sample).toEqual(app.searches[key]?.operation.sample);
  expect(
    builtFiles()
      .flatMap(sourcesIn)
      .filter((source) => source.includes('/recorded/')),
  ).toEqual([]);
});

test('The bundle holds the app alone: no sandbox, no tests, no hub', () => {
  const apart = /^(sandbox|test|bench|lib\/hosts\/hub)\//;
  expect(
    builtFiles()
      .flatMap(sourcesIn)
      .filter((source) => apart.test(source)),
  ).toEqual([]);
});

test('The bundle holds the English texts of zod and no other language', () => {
  const languages = /^node_modules\/zod\/.*locales\/(.+)\.js$/;
  const found = builtFiles()
    .flatMap(sourcesIn)
    .flatMap((source) => languages.exec(source)?.[1] ?? []);
  expect(found).toEqual(['en']);
});

test('The app starts without axios and the tracker, which are loaded when they are used', async () => {
  const loaded = await loadedAtStart();
  expect(loaded).toContain('dist/index.js');
  const sources = loaded.flatMap((file) => [file, ...sourcesIn(file)]);
  const later = /node_modules\/axios\/|^lib\/trackers\/seventeen-track\//;
  expect(sources.filter((source) => later.test(source))).toEqual([]);
});

describe('npm run zapier:release -- push', () => {
  const RELEASE = join(root, 'tools/zapier/release.ts');
  /** In the folder of the account, so that the release keeps its progress there. */
  const release = (parameters: string[], env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', RELEASE, ...parameters], {
      cwd: account.path,
      env: {
        ...process.env,
        LC_ALL: 'C',
        DISABLE_ZAPIER_ANALYTICS: '1',
        ZAPIER_ENDPOINT: zapier.url,
        ZAPIER_DEPLOY_KEY: DEPLOY_KEY,
        ZAPIER_CURRENT_APP_FILE: join(account.path, '.zapierapprc'),
        ...env,
      },
    });
  let english: Upload;
  let folder: TemporaryFolder;
  beforeAll(async () => {
    writeFileSync(join(account.path, 'package.json'), JSON.stringify({ version: packageJson.version }));
    const { stdout } = await release(['push', '--yes'], { MESSAGE_LANGUAGE: 'en' });
    if (!stdout.includes('$ MESSAGE_LANGUAGE=en npm run zapier:push')) throw new Error(stdout);
    english = integration().versions.get(packageJson.version)?.uploads.at(-1) as Upload;
    folder = temporaryFolder();
    new AdmZip(english.buildZip).extractAllTo(folder.path);
  });
  afterAll(() => folder.remove());

  test('uploads the version in the chosen language', () => {
    expect(english.buildZip.equals(upload().buildZip)).toBe(false);
    const chinese = textsIn(readDefinition(english.definition)).filter(({ text }) => CHINESE.test(text));
    expect(chinese).toEqual([]);
    expect(textsIn(readDefinition(upload().definition)).some(({ text }) => CHINESE.test(text))).toBe(true);
  });

  test('builds the language in, so that no setting at Zapier changes it', async () => {
    const failing = {
      method: 'creates.send_feishu_message.operation.perform',
      inputData: { webhook_url: 'https://example.com', title: 'a', text: 'b' },
    };
    const env = { MESSAGE_LANGUAGE: 'zh', ZAPIER_DEPLOY_KEY: 'built', RPC: 'http://127.0.0.1:9' };
    const message = await runBuilt(env, [failing], folder.path).then(String, ({ message }: Error) => message);
    expect(message).toMatch(/\\?"Webhook URL\\?" has an invalid value/);
    expect(message).not.toMatch(CHINESE);
  });
});
