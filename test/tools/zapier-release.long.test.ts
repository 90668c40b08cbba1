/** `npm run zapier:release` as a publisher runs it, through Zapier's own command line tool, against the stand-in of Zapier. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../index.ts';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import { CHINESE } from '../support/chinese.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import type { Integration, Version } from '../support/zapier-api/account.ts';
import { startZapierApi, type ZapierApi } from '../support/zapier-api/server.ts';

const RELEASE = fileURLToPath(new URL('../../tools/zapier/release.ts', import.meta.url));
const KEY = '0123456789abcdef0123456789abcdef';
const ENVIRONMENT = { CLIENT_ID: '512345', CLIENT_SECRET: 'a1b2c3d4e5f6' };
const DAY_MS = 24 * 60 * 60 * 1000;
const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

const definitionOfApp = createAppHandler(
  createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never),
)({ command: 'definition' });

describe('npm run zapier:release', () => {
  let zapier: ZapierApi;
  let folder: TemporaryFolder;
  let integration: Integration;
  beforeEach(async () => {
    zapier = await startZapierApi(KEY);
    folder = temporaryFolder();
    integration = {
      id: 4711,
      key: 'App4711',
      title: 'AliExpress Seller',
      description: 'Orders of a shop.',
      homepage_url: null,
      intention: 'private',
      role: 'employee',
      app_category: 'ecommerce',
      versions: new Map(),
      invitees: [],
      isPublic: false,
      canaries: [],
      jobs: [],
    };
    zapier.account.integrations.set(4711, integration);
    write('.zapierapprc', '{ "id": 4711, "key": "App4711" }');
    write('package.json', '{ "name": "app", "version": "0.1.0" }');
    write('CHANGELOG.md', '# Changelog\n\n## 0.2.0 (unreleased)\n\n- New trigger.\n\n## 0.1.0\n\n- First.\n');
  });
  afterEach(async () => {
    await zapier.close();
    folder.remove();
  });

  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');
  const versionOf = (version: string) => integration.versions.get(version) as Version;

  const upload = async (version: string, rest: Partial<Version> = {}) =>
    integration.versions.set(version, {
      version,
      platformVersion: '19.1.0',
      environment: { ...ENVIRONMENT },
      uploads: [
        {
          buildZip: Buffer.from(''),
          sourceZip: Buffer.from(''),
          definition: { ...structuredClone((await definitionOfApp).results as object), version },
          skipValidation: false,
        },
      ],
      lifecycle: 'private',
      users: 0,
      ...rest,
    });

  async function release(
    parameters: readonly string[],
    { answers = '', env = {} }: { answers?: string; env?: Record<string, string> } = {},
  ) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', RELEASE, ...parameters], {
      cwd: folder.path,
      env: {
        PATH: process.env.PATH,
        LC_ALL: 'C',
        ZAPIER_ENDPOINT: zapier.url,
        ZAPIER_DEPLOY_KEY: KEY,
        DISABLE_ZAPIER_ANALYTICS: '1',
        ...env,
      },
    });
    child.stdin.end(answers);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    const [status] = await once(child, 'close');
    return { status: status as number, output };
  }
  const changes = () =>
    zapier.account.log.filter((line) => !line.startsWith('GET') && !line.includes('pre-'));

  test('version: a version in use is raised by npm, and only after a yes', async () => {
    await upload('0.1.0', { users: 3 });
    expect((await release(['version'], { answers: 'minor\nq\n' })).output).toContain(
      '$ npm version minor --no-git-tag-version',
    );
    expect(read('package.json')).toContain('0.1.0');
    expect(await release(['version'], { answers: 'minor\ny\n' })).toMatchObject({ status: 0 });
    expect(read('package.json')).toContain('0.2.0');
  });

  test('version: nobody uses the present one, so it stays', async () => {
    const { output } = await release(['version', '--yes']);
    expect(output).toContain('The version is 0.1.0; nobody uses it yet.');
    expect(read('package.json')).toContain('0.1.0');
  });

  test('version: without questions, a version in use needs --version', async () => {
    await upload('0.1.0', { users: 3 });
    expect(await release(['version', '--yes'])).toMatchObject({
      status: 2,
      output: expect.stringContaining('--version patch, minor, major'),
    });
  });

  test('changelog: the part of the version is shown and named', async () => {
    write('package.json', '{ "version": "0.2.0" }');
    expect((await release(['changelog', '--yes'])).output).toContain('| - New trigger.');
    expect(read('CHANGELOG.md')).toContain('## 0.2.0\n');
  });

  test('environment: settings of the version before are copied, and no secret is shown', async () => {
    await upload('0.1.0', { users: 3, environment: { ...ENVIRONMENT, MESSAGE_LANGUAGE: 'en' } });
    await upload('0.2.0', { environment: { CLIENT_ID: '512345' } });
    write('package.json', '{ "version": "0.2.0" }');
    const { output, status } = await release(['environment', '--yes']);
    expect({ output, status }).toMatchObject({ status: 0 });
    expect(versionOf('0.2.0').environment).toEqual({ ...ENVIRONMENT, MESSAGE_LANGUAGE: 'en' });
    expect(output).toContain('env:set 0.2.0 CLIENT_SECRET=… MESSAGE_LANGUAGE=…');
    expect(output).not.toContain(ENVIRONMENT.CLIENT_SECRET);
  });

  test('environment: a first version takes them from the environment of the publisher', async () => {
    await upload('0.1.0', { environment: {} });
    expect(await release(['environment', '--yes'])).toMatchObject({
      status: 2,
      output: expect.stringContaining('read -rs CLIENT_SECRET'),
    });
    await release(['environment', '--yes'], { env: ENVIRONMENT });
    expect(versionOf('0.1.0').environment).toEqual(ENVIRONMENT);
  });

  test('push: without the settings of a first version nothing is built', async () => {
    const { output, status } = await release(['push', '--yes']);
    expect(output).toMatch(/^push: .*\nThe version has no CLIENT_ID and CLIENT_SECRET/);
    expect(status).toBe(2);
  });

  test('Zapier that is not reachable is named, and so is the command of this project that logs in', async () => {
    const unreachable = await release(['version'], { env: { ZAPIER_ENDPOINT: 'http://127.0.0.1:9' } });
    expect(unreachable).toMatchObject({
      status: 2,
      output: expect.stringContaining('Zapier is not reachable'),
    });
    const loggedOut = await release(['version'], { env: { ZAPIER_DEPLOY_KEY: 'f'.repeat(32) } });
    expect(loggedOut.output).toContain('npm run zapier -- login');
    expect(loggedOut.output).not.toContain('zapier-platform login');
  });

  test('canary: a part of the runs goes to the new version, and rollback ends it', async () => {
    await upload('0.1.0', { users: 20 });
    await upload('0.2.0');
    write('package.json', '{ "version": "0.2.0" }');
    await release(['canary', '--yes', '--percent', '25', '--duration', '600']);
    expect(integration.canaries).toEqual([
      expect.objectContaining({ from: '0.1.0', to: '0.2.0', percent: 25 }),
    ]);
    const { output } = await release(['rollback', '--yes']);
    expect(output).toContain('$ npm run zapier -- canary:delete 0.1.0 0.2.0');
    expect(integration.canaries).toEqual([]);
  });

  test('canary: one that is active already is kept, and one of other versions is named', async () => {
    await upload('0.0.9', { users: 1 });
    await upload('0.1.0', { users: 20 });
    await upload('0.2.0');
    write('package.json', '{ "version": "0.2.0" }');
    const until = Math.floor(Date.now() / 1000) + 3600;
    integration.canaries = [{ from: '0.1.0', to: '0.2.0', percent: 5, until, user: undefined }];
    const kept = await release(['canary', '--yes']);
    expect(kept.output).toContain('Look at the Monitoring tab');
    expect(kept.output).not.toContain('canary:create');
    integration.canaries = [{ from: '0.0.9', to: '0.1.0', percent: 5, until, user: undefined }];
    const other = await release(['canary', '--yes']);
    expect(other).toMatchObject({ status: 2, output: expect.stringContaining('canary:delete 0.0.9 0.1.0') });
  });

  test('promote: a version goes into production with its changelog', async () => {
    integration.isPublic = true;
    await upload('0.1.0', { lifecycle: 'promoted', users: 20 });
    await upload('0.2.0');
    write('package.json', '{ "version": "0.2.0" }');
    expect(await release(['promote', '--yes'])).toMatchObject({ status: 0 });
    expect([versionOf('0.1.0').lifecycle, versionOf('0.2.0').lifecycle]).toEqual(['available', 'promoted']);
    expect(integration.jobs).toEqual([{ kind: 'promote', to: '0.2.0', changelog: '- New trigger.' }]);
  });

  test('promote: a private integration gets the address where it asks for publication', async () => {
    await upload('0.1.0');
    const { output, status } = await release(['promote', '--yes']);
    expect(output).toMatch(/The integration is private.*https:\/\/zapier.com\/app\/developer\/app\/4711/s);
    expect(status).toBe(0);
  });

  test('promote: what Zapier refuses is shown, and ends with an error', async () => {
    integration.isPublic = true;
    await upload('0.1.0', { lifecycle: 'promoted', users: 20 });
    await upload('0.2.0');
    const definition = versionOf('0.2.0').uploads[0]?.definition ?? {};
    delete (definition.triggers as Record<string, unknown>).new_order;
    write('package.json', '{ "version": "0.2.0" }');
    const { output, status } = await release(['promote', '--yes']);
    expect(status).toBe(2);
    expect(output).toMatch(/Trigger\s+(›\s+)?new_order was removed/);
    expect(versionOf('0.1.0').lifecycle).toBe('promoted');
  });

  test('migrate: first a part of the users, then the others, and rollback moves them back', async () => {
    integration.isPublic = true;
    await upload('0.1.0', { lifecycle: 'available', users: 20 });
    await upload('0.2.0', { lifecycle: 'promoted' });
    write('package.json', '{ "version": "0.2.0" }');
    expect((await release(['migrate', '--yes'])).output).toContain(
      '$ npm run zapier -- migrate 0.1.0 0.2.0 10 --yes',
    );
    expect([versionOf('0.1.0').users, versionOf('0.2.0').users]).toEqual([18, 2]);
    await release(['migrate', '--yes']);
    expect([versionOf('0.1.0').users, versionOf('0.2.0').users]).toEqual([0, 20]);
    const { output } = await release(['rollback', '--yes']);
    expect(output).toMatch(/promote 0\.1\.0 --yes.*migrate 0\.2\.0 0\.1\.0 100 --yes/s);
    expect([versionOf('0.1.0').users, versionOf('0.1.0').lifecycle]).toEqual([20, 'promoted']);
  });

  test('rollback: never to the version itself, or to a newer one', async () => {
    await upload('0.1.0', { users: 20 });
    write('package.json', '{ "version": "0.1.0" }');
    for (const from of ['0.1.0', '0.2.0'])
      expect(await release(['rollback', '--yes', '--from', from])).toMatchObject({
        status: 2,
        output: expect.stringContaining('--from must be older than 0.1.0'),
      });
    expect(changes()).toEqual([]);
  });

  test('migrate: a user invited to the old version alone is invited to the new one first', async () => {
    await upload('0.1.0', { users: 3 });
    await upload('0.2.0');
    integration.invitees = [{ email: 'seller@example.com', version: '0.1.0' }, { email: 'all@example.com' }];
    write('package.json', '{ "version": "0.2.0" }');
    const { output } = await release(['migrate', '--yes']);
    expect(output).toMatch(/users:add seller@example\.com 0\.2\.0 --force.*migrate 0\.1\.0 0\.2\.0 100/s);
    expect(integration.invitees).toContainEqual({ email: 'seller@example.com', version: '0.2.0' });
    expect(integration.invitees).toHaveLength(3);
  });

  test('migrate: users of another major version stay, and are told about', async () => {
    await upload('0.1.0', { users: 3 });
    await upload('1.0.0');
    write('package.json', '{ "version": "1.0.0" }');
    const { output } = await release(['migrate', '--yes']);
    expect(output).toContain('3 users of 0.1.0 stay there');
    expect(versionOf('0.1.0').users).toBe(3);
  });

  test('deprecate: needs a day in the allowed span, and never ends the version in production', async () => {
    await upload('0.1.0', { lifecycle: 'available' });
    await upload('0.2.0', { lifecycle: 'promoted' });
    const deprecate = (from: string, days: number) =>
      release(['deprecate', '--yes', '--from', from, '--reason', 'critical bug', '--date', dayIn(days)]);
    expect(await deprecate('0.1.0', 10)).toMatchObject({ status: 2 });
    expect(await deprecate('0.2.0', 30)).toMatchObject({
      status: 2,
      output: expect.stringContaining('Version 0.2.0 is in production'),
    });
    expect(versionOf('0.1.0').lifecycle).toBe('available');
    expect(await deprecate('0.1.0', 30)).toMatchObject({ status: 0 });
    expect(versionOf('0.1.0').deprecation).toEqual({ date: dayIn(30), reason: 'critical bug' });
  });

  test('deprecate: never ends the newest version of a private integration', async () => {
    await upload('0.1.0', { users: 20 });
    const ends = ['--reason', 'critical bug', '--date', dayIn(30)];
    expect(await release(['deprecate', '--yes', '--from', '0.1.0', ...ends])).toMatchObject({
      status: 2,
      output: expect.stringContaining('Version 0.1.0 is the newest one'),
    });
    expect(versionOf('0.1.0').deprecation).toBeUndefined();
  });

  test('a dry run shows every command and changes nothing', async () => {
    integration.isPublic = true;
    await upload('0.1.0', { lifecycle: 'promoted', users: 20 });
    const before = read('package.json') + read('CHANGELOG.md');
    const { output, status } = await release(['--dry-run', '--version', 'minor']);
    expect(output.match(/\$ .*/g)).toEqual([
      '$ npm version minor --no-git-tag-version',
      '$ CHANGELOG.md: the heading becomes "## 0.2.0"',
      '$ npm run zapier:push',
      '$ npm run zapier -- canary:create 0.1.0 0.2.0 --percent 10 --duration 3600',
      '$ npm run zapier:release -- rollback',
      '$ npm run zapier -- promote 0.2.0 --yes',
      '$ npm run zapier -- migrate 0.1.0 0.2.0 10 --yes',
      '$ npm run zapier -- migrate 0.1.0 0.2.0 100 --yes',
      '$ npm run zapier:release -- deprecate --from VERSION --date YYYY-MM-DD --reason "api endpoint deprecated"',
    ]);
    expect(status).toBe(0);
    expect(read('package.json') + read('CHANGELOG.md')).toBe(before);
    expect(changes()).toEqual([]);
    expect(existsSync(join(folder.path, '.local'))).toBe(false);
  });

  test('on a Chinese system, every line is Chinese or a command', async () => {
    const env = { LC_ALL: 'zh_CN.UTF-8' };
    const english = (text: string) =>
      text.split('\n').filter((line) => !/^$|^ {2}[$|] |^npm run /.test(line) && !CHINESE.test(line));
    integration.isPublic = true;
    await upload('0.1.0', { lifecycle: 'promoted', users: 20 });
    const all = await release(['--dry-run', '--version', 'minor'], { env });
    expect([all.status, english(all.output)]).toEqual([0, []]);
    expect(all.output).toContain('8/8 deprecate：设定旧版本的停用日期');
    for (const [parameters, sentence] of [
      [['version', '--yes'], '版本 0.1.0 已有人使用'],
      [['push', '--yes'], '版本 0.1.0 已上线，Zapier 不允许再修改'],
      [['environment', '--yes', '--version', 'minor'], '版本 0.1.0 的配置已齐全：CLIENT_ID、CLIENT_SECRET'],
      [['rollback', '--yes', '--from', '0.2.0'], '--from 须早于 0.1.0'],
    ] as const) {
      const { output } = await release(parameters, { env });
      expect(output).toContain(sentence);
      expect(english(output)).toEqual([]);
    }
    const asked = await release(['version'], { env, answers: 'minor\nq\n' });
    expect(asked.output).toMatch(
      /改动类型（patch、minor、major）： {2}\$ npm version minor .*\n {2}运行吗？/,
    );
  });

  test('after an interruption, a release goes on where it was', async () => {
    integration.isPublic = true;
    await upload('0.1.0', { lifecycle: 'promoted', users: 20 });
    await upload('0.2.0');
    write('package.json', '{ "version": "0.2.0" }');
    // Version: nothing to do. Changelog: yes. Push: skipped, it is uploaded already. Canary: yes, then not yet.
    const first = await release([], { answers: 'y\ns\ny\nq\n' });
    expect(first.output).toContain('Continue with: npm run zapier:release');
    expect(integration.canaries).toHaveLength(1);
    const second = await release(['--yes']);
    expect(second.output).toMatch(
      /5\/8 canary: done before.*migrate 0\.1\.0 0\.2\.0 10 --yes.*Continue with/s,
    );
    expect(versionOf('0.2.0')).toMatchObject({ lifecycle: 'promoted', users: 2 });
    const third = await release(['--yes']);
    expect(third.output).toMatch(
      /migrate 0\.1\.0 0\.2\.0 100 --yes.*Version 0\.2\.0 is released\. Commit package\.json/s,
    );
    expect(versionOf('0.2.0').users).toBe(20);
    expect(existsSync(join(folder.path, '.local/zapier-release.json'))).toBe(false);
  });
});
