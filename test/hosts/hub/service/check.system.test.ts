import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { channels } from '../../../../channels/index.ts';
import { keepAlertChannel } from '../../../../lib/hosts/hub/alerts/channel.ts';
import { fileIn } from '../../../../lib/hosts/hub/database/database.ts';
import { recipeSettingsIn } from '../../../../lib/hosts/hub/recipes/settings.ts';
import { check } from '../../../../lib/hosts/hub/service/check/check.ts';
import type { Finding } from '../../../../lib/hosts/hub/service/check/finding.ts';
import { lineOf } from '../../../../lib/hosts/hub/service/check/table.ts';
import { type Clock, HOUR, systemClock } from '../../../../lib/runtime.ts';
import { operations } from '../../../../operations.ts';
import { recipes } from '../../../../recipes/index.ts';
import { freePort } from '../../../../sandbox/ports.ts';
import { type Sandbox, startSandbox } from '../../../../sandbox/server.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const registry = { ...operations, channels, recipes };
const SECRET = 'signing-secret-of-the-bot';
type Environment = Record<string, string | undefined>;

async function findingsFor(env: Environment, clock: Clock = systemClock): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of check({ env, own: {}, root: '/nonexistent', registry, clock }))
    found.push(finding);
  return found;
}
const about = (findings: readonly Finding[], subject: string) =>
  findings.find(({ subject: { en } }) => en.startsWith(subject));
const resultOf = (findings: readonly Finding[], subject: string) => about(findings, subject)?.result;

describe('Check of a hub', () => {
  let sandbox: Sandbox;
  let home: TemporaryFolder;
  let env: Environment;
  const folder = () => join(home.path, 'data');
  const keyFile = () => join(home.path, 'hub.key');
  beforeAll(async () => {
    sandbox = await startSandbox({ callbackUrl: 'http://127.0.0.1:4170/aliexpress/callback' });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    home = temporaryFolder();
    env = {
      CLIENT_ID: sandbox.app.appKey,
      CLIENT_SECRET: sandbox.app.appSecret,
      ALIEXPRESS_GATEWAY_URL: sandbox.url,
      HUB_DATA: folder(),
      HUB_KEY_FILE: keyFile(),
      HUB_PORT: String(await freePort()),
      HUB_PUBLIC_PORT: String(await freePort()),
    };
  });
  afterEach(() => home.remove());
  const otherClock = (ms: number): Clock => ({ ...systemClock, now: () => Date.now() + ms });

  test('A machine on which everything is right has no failure', async () => {
    const findings = await findingsFor(env);
    expect(findings.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(findings.map(({ subject: { en } }) => en)).toEqual([
      'Settings',
      'AliExpress',
      'Clock',
      'App key and secret',
      'Data folder',
      'Disk space',
      'File permissions',
      'Key file',
      'Database',
      `Port ${env.HUB_PORT}`,
      'Public address',
      'Callback URL',
    ]);
  });

  test('Wrong settings of the pack and of the hub are named together', async () => {
    const findings = await findingsFor({ ...env, CLIENT_ID: 'abc', HUB_PORT: '0' });
    const texts = findings.filter(({ result }) => result === 'failed').map(({ text: { en } }) => en);
    expect(texts.join()).toContain('CLIENT_ID');
    expect(texts.join()).toContain('HUB_PORT');
  });

  test('A gateway that does not answer fails, and what depends on it is left out', async () => {
    const closed = `http://127.0.0.1:${await freePort()}`;
    const findings = await findingsFor({ ...env, ALIEXPRESS_GATEWAY_URL: closed });
    expect(['AliExpress', 'Clock', 'App key'].map((subject) => resultOf(findings, subject))).toEqual([
      'failed',
      'skipped',
      'skipped',
    ]);
  });

  test('A wrong app secret fails, although AliExpress answers', async () => {
    const findings = await findingsFor({ ...env, CLIENT_SECRET: 'not-the-secret' });
    expect(['AliExpress', 'App key'].map((subject) => resultOf(findings, subject))).toEqual([
      'fine',
      'failed',
    ]);
  });

  test.each([
    [8 * HOUR, 'fast'],
    [-8 * HOUR, 'slow'],
  ])('A clock that is wrong by %d ms fails and is called %s', async (error, direction) => {
    const finding = about(await findingsFor(env, otherClock(error)), 'Clock');
    expect([finding?.result, finding?.text.en]).toEqual([
      'failed',
      expect.stringContaining(`480 minutes ${direction}`),
    ]);
  });

  test('A ticket system that nobody has entered on the page yet is tried', async () => {
    const { host } = new URL(sandbox.url);
    const wanted = { ...env, TICKET_WEBHOOK_URL: `${sandbox.url}/tickets` };
    const allowed = await findingsFor({ ...wanted, HUB_ALLOWED_TARGETS: host });
    expect(resultOf(allowed, `Tickets to ${host}`)).toBe('fine');
    expect(about(await findingsFor(wanted), 'Settings')?.text.en).toContain('HUB_ALLOWED_TARGETS');
  });

  test('A folder that is a file fails', async () => {
    writeFileSync(folder(), '');
    expect(resultOf(await findingsFor(env), 'Data folder')).toBe('failed');
  });

  test('Data that other users can read fails, with the command that mends it', async () => {
    mkdirSync(folder());
    chmodSync(folder(), 0o755);
    const finding = about(await findingsFor(env), 'File permissions');
    expect([finding?.result, finding?.text.en]).toEqual([
      'failed',
      expect.stringContaining(`chmod go-rwx ${folder()}`),
    ]);
  });

  test('A key file among the data fails', async () => {
    const inside = join(folder(), 'hub.key');
    expect(resultOf(await findingsFor({ ...env, HUB_KEY_FILE: inside }), 'Key file')).toBe('failed');
  });

  test('A damaged database fails', async () => {
    mkdirSync(folder(), { mode: 0o700 });
    writeFileSync(keyFile(), '0'.repeat(64), { mode: 0o600 });
    writeFileSync(fileIn(folder()), 'scribble'.repeat(1000), { mode: 0o600 });
    const finding = about(await findingsFor(env), 'Database');
    expect([finding?.result, finding?.text.en]).toEqual(['failed', expect.stringContaining('is damaged')]);
  });

  test('A port of another program fails, and names the setting that changes it', async () => {
    const other = await listenOn(Number(env.HUB_PORT), () => '');
    const finding = about(await findingsFor(env), 'Port');
    other.close();
    expect([finding?.result, finding?.text.en]).toEqual(['failed', expect.stringContaining('HUB_PORT')]);
  });

  describe('Public address', () => {
    test('An address that leads here is fine', async () => {
      const url = `http://127.0.0.1:${env.HUB_PUBLIC_PORT}`;
      expect(resultOf(await findingsFor({ ...env, HUB_PUBLIC_URL: url }), 'Public address')).toBe('fine');
    });

    test('An address at which something else answers fails', async () => {
      const port = await freePort();
      const other = await listenOn(port, () => '{"status":"ok"}');
      const url = `http://127.0.0.1:${port}`;
      const findings = await findingsFor({ ...env, HUB_PUBLIC_URL: url });
      other.close();
      expect(about(findings, 'Public address')?.text.en).toContain('answered by something else');
    });

    test('An address at which nothing answers fails', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const findings = await findingsFor({ ...env, HUB_PUBLIC_URL: url });
      expect(about(findings, 'Public address')?.text.en).toContain('not reachable');
    });
  });

  test('A line of the table is in one language, in columns of the terminal', () => {
    const { en, zh } = lineOf({
      subject: { en: 'Clock', zh: '时钟' },
      result: 'failed',
      text: { en: 'wrong', zh: '错误' },
    });
    expect([en, zh]).toEqual([
      'failed  Clock                     wrong',
      '失败    时钟                      错误',
    ]);
  });
});

describe('Check beside a running hub', () => {
  let hub: TestHub;
  let env: Environment;
  beforeAll(async () => {
    hub = await startTestHub({ isPublic: true, sandbox: { signingSecret: SECRET } });
    const { runtime } = hub.hub;
    env = {
      CLIENT_ID: hub.sandbox.app.appKey,
      CLIENT_SECRET: hub.sandbox.app.appSecret,
      ALIEXPRESS_GATEWAY_URL: runtime.settings.gatewayUrl,
      HUB_DATA: runtime.hub.folder,
      HUB_KEY_FILE: runtime.hub.keyFile,
      HUB_PORT: String(runtime.hub.port),
      HUB_PUBLIC_PORT: String(runtime.hub.publicPort),
      HUB_PUBLIC_URL: hub.publicUrl,
      HUB_ALLOWED_TARGETS: new URL(hub.receiver.url).host,
    };
    keepAlertChannel(runtime, {
      channel: 'feishu',
      address: hub.sandbox.groups.feishu.address,
      secret: SECRET,
    });
    const { database, vault } = runtime;
    recipeSettingsIn(database, vault).keep(hub.sandbox.accounts.sellerId, 'bad_review_to_ticket', {
      ticket_webhook_url: `${hub.receiver.url}/tickets`,
    });
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
  });
  afterAll(() => hub.stop());

  test('Addresses of subscriptions and messengers are tried, and nothing else is sent', async () => {
    const findings = await findingsFor(env, hub.clock);
    expect(findings.filter(({ result }) => result === 'failed')).toEqual([]);
    const subjects = ['Webhooks to', 'Tickets to', 'Feishu', 'Public address', 'Port'];
    expect(subjects.map((subject) => resultOf(findings, subject))).toEqual(subjects.map(() => 'fine'));
    expect(hub.receiver.received).toEqual([]);
    expect(hub.sandbox.groups.feishu.cards.map(({ title }) => title)).toEqual([
      expect.stringContaining('Test message'),
    ]);
  });

  test('A message is accepted although the clock is wrong by eight hours', async () => {
    const ahead: Clock = { ...hub.clock, now: () => hub.clock.now() + 8 * HOUR };
    const findings = await findingsFor(env, ahead);
    expect(['Clock', 'Feishu'].map((subject) => resultOf(findings, subject))).toEqual(['failed', 'fine']);
  });

  test('The key file of another hub fails, and a missing one is not replaced', async () => {
    const { keyFile } = hub.hub.runtime.hub;
    renameSync(keyFile, `${keyFile}.kept`);
    const missing = await findingsFor(env, hub.clock);
    writeFileSync(keyFile, '1'.repeat(64), { mode: 0o600 });
    const other = await findingsFor(env, hub.clock);
    rmSync(keyFile);
    renameSync(`${keyFile}.kept`, keyFile);
    expect(about(missing, 'Key file')?.text.en).toContain('put it back');
    expect(about(other, 'Database')?.text.en).toContain('HUB_KEY_FILE');
  });

  test('Addresses of subscriptions and of ticket systems that are not allowed fail, and say so', async () => {
    const findings = await findingsFor({ ...env, HUB_ALLOWED_TARGETS: undefined }, hub.clock);
    for (const subject of ['Webhooks to', 'Tickets to'])
      expect(about(findings, subject)?.text.en).toContain('HUB_ALLOWED_TARGETS');
  });

  test('A messenger and an address that do not answer fail', async () => {
    await hub.receiver.close();
    await hub.sandbox.close();
    const findings = await findingsFor(env, hub.clock);
    const subjects = ['Webhooks to', 'Tickets to', 'Feishu'];
    expect(subjects.map((subject) => about(findings, subject)?.text.en)).toEqual([
      expect.stringContaining('no connection'),
      expect.stringContaining('no connection'),
      expect.stringContaining('not reachable'),
    ]);
  });
});

function listenOn(port: number, body: () => string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('connection', 'close').end(body());
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
