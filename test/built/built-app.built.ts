/** What ships: the built zip, unpacked and run by Node alone, against the sandbox. `npm run test:built`, after a build. */

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { startCacheServer } from '../../lib/hosts/local/cache-server.ts';
import { systemClock } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { startSandbox } from '../../sandbox/server.ts';

const zip = fileURLToPath(new URL('../../build/build.zip', import.meta.url));
const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';

const folder = mkdtempSync(join(tmpdir(), 'built-'));
beforeAll(() => {
  if (!existsSync(zip)) throw new Error('build/build.zip is missing: run "npm run build" first');
  new AdmZip(zip).extractAllTo(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const script = `
  const { handler } = await import('./zapierwrapper.js');
  const events = JSON.parse(process.env.EVENTS);
  const results = [];
  let authData = {};
  for (const { method, inputData } of events) {
    const { results: result } = await handler({
      command: 'execute', method, bundle: { authData, inputData, meta: {} },
      rpc_base: process.env.RPC, storeKey: 'built', calledFromCli: true,
    });
    if (method.endsWith('getAccessToken')) authData = result;
    else results.push(result);
  }
  console.log('RESULTS' + JSON.stringify(results));
`;

/** Runs functions of the unpacked app in a Node process of their own. */
function runBuilt(env: Record<string, string>, events: object[]): Promise<unknown[]> {
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
    cwd: folder,
  });
  const urls: string[] = JSON.parse(/LOADED(.*)/.exec(stdout)?.[1] ?? '');
  return urls
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(realpathSync(folder), fileURLToPath(url)).replaceAll('\\', '/'));
}

/** Which sources a file of the build was made of: esbuild names each above its piece. */
const sourcesIn = (file: string): string[] =>
  [...readFileSync(join(folder, file), 'utf8').matchAll(/^\/\/ (\S+\.(?:[jt]s|json))$/gm)].map(([, source]) =>
    String(source),
  );

const builtFiles = () => readdirSync(join(folder, 'dist')).map((name) => `dist/${name}`);

test('the unpacked build connects a shop, answers a trigger and sends a card', async () => {
  const sandbox = await startSandbox({ callbackUrl: CALLBACK, ordersPerDay: 2000 });
  const cache = await startCacheServer(memoryStore(systemClock), 'built');
  try {
    const [orders] = await runBuilt(
      {
        CLIENT_ID: sandbox.app.appKey,
        CLIENT_SECRET: sandbox.app.appSecret,
        ALIEXPRESS_GATEWAY_URL: sandbox.url,
        FEISHU_TEST_ORIGIN: sandbox.url,
        ZAPIER_DEPLOY_KEY: 'built',
        RPC: cache.url,
      },
      [
        {
          method: 'authentication.oauth2Config.getAccessToken',
          inputData: { code: sandbox.accounts.issueCode(), redirect_uri: CALLBACK },
        },
        { method: 'triggers.new_order.operation.perform', inputData: {} },
        {
          method: 'creates.send_feishu_card.operation.perform',
          inputData: { bot_address: sandbox.botAddress, title: '新订单', text: 'from the build' },
        },
      ],
    );
    expect(orders).toContainEqual(
      expect.objectContaining({ id: expect.stringMatching(/^\d{17}$/), title: expect.any(String) }),
    );
    expect(sandbox.feishu.cards).toMatchObject([{ title: '新订单', text: 'from the build' }]);
  } finally {
    await cache.close();
    await sandbox.close();
  }
});

test('each piece of the build stands under the name of its source, where a line of a stack trace is looked up', () => {
  expect(sourcesIn('dist/index.js')).toEqual(
    expect.arrayContaining(['index.ts', 'triggers/new-order.ts', 'lib/problems.ts']),
  );
});

test('the build holds the pack alone: no sandbox, no tests, no local host', () => {
  const apart = /^(sandbox|test|bench|lib\/hosts\/local)\//;
  expect(
    builtFiles()
      .flatMap(sourcesIn)
      .filter((source) => apart.test(source)),
  ).toEqual([]);
});

test('of the languages of zod, the build holds only the English that zod speaks by itself', () => {
  const languages = /^node_modules\/zod\/.*locales\/(.+)\.js$/;
  const found = builtFiles()
    .flatMap(sourcesIn)
    .flatMap((source) => languages.exec(source)?.[1] ?? []);
  expect(found).toEqual(['en']);
});

test('the app starts without axios, which is loaded when a card is sent', async () => {
  const loaded = await loadedAtStart();
  expect(loaded).toContain('dist/index.js');
  const sources = loaded.flatMap((file) => [file, ...sourcesIn(file)]);
  expect(sources.filter((source) => source.includes('node_modules/axios/'))).toEqual([]);
});
