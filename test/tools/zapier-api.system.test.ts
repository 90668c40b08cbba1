import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import AdmZip from 'adm-zip';
import type { Integration, Upload, Version } from '../support/zapier-api/account.ts';
import { startZapierApi, type ZapierApi } from '../support/zapier-api/server.ts';

const MAIN = fileURLToPath(new URL('../support/zapier-api/main.ts', import.meta.url));
const KEY = '0123456789abcdef0123456789abcdef';
const REGISTRATION = {
  title: 'AliExpress Seller',
  description: 'Orders of a shop.',
  homepage_url: '',
  intention: 'private',
  role: 'employee',
  app_category: 'ecommerce',
  subscription: false,
};
const PLATFORM = '19.1.0';

const trigger = (inputFields: object[]) => ({
  new_x: {
    key: 'new_x',
    noun: 'X',
    display: { label: 'New X', description: 'Triggers when there is an x.' },
    operation: { type: 'polling', sample: { id: '1' }, inputFields },
  },
});

/** A build with as little as Zapier reads of it. */
function buildZip(files: Record<string, unknown> = {}): string {
  const zip = new AdmZip();
  const all = {
    'zapierwrapper.js': '',
    'package.json': { dependencies: { 'zapier-platform-core': PLATFORM } },
    'definition.json': { version: '0.1.0', platformVersion: PLATFORM },
    ...files,
  };
  for (const [name, content] of Object.entries(all))
    if (content !== null) zip.addFile(name, Buffer.from(JSON.stringify(content)));
  return zip.toBuffer().toString('base64');
}
const UPLOAD = { zip_file: buildZip(), source_zip_file: buildZip(), skip_validation: false };

describe('The stand-in of the API of Zapier', () => {
  let zapier: ZapierApi;
  let app: string;
  beforeEach(async () => {
    zapier = await startZapierApi(KEY);
    await send('POST /apps?formId=create', REGISTRATION);
    app = `/apps/${[...zapier.account.integrations.keys()][0]}`;
  });
  afterEach(() => zapier.close());

  const send = (line: string, body?: object, headers: Record<string, string> = { 'x-deploy-key': KEY }) => {
    const [method = '', path = ''] = line.split(' ');
    return fetch(`${zapier.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body ? JSON.stringify(body) : null,
    });
  };
  /** As the command line tool reads a refusal. */
  const refusal = async (sent: Promise<Response>) => {
    const response = await sent;
    const { errors } = (await response.json()) as { errors?: string[] };
    return { status: response.status, message: errors?.join(', ') };
  };

  test('The stand-in accepts an upload and keeps what was uploaded', async () => {
    expect((await send(`PUT ${app}/versions/0.1.0`, UPLOAD)).status).toBe(200);
    const [integration] = zapier.account.integrations.values();
    expect(integration?.versions.get('0.1.0')?.uploads).toEqual([
      {
        buildZip: Buffer.from(UPLOAD.zip_file, 'base64'),
        sourceZip: Buffer.from(UPLOAD.source_zip_file, 'base64'),
        definition: { version: '0.1.0', platformVersion: PLATFORM },
        skipValidation: false,
      },
    ]);
  });

  test('npm run zapier:rehearsal starts it alone, with users of the first version, until it is stopped', async () => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, '--users', '7'], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const [, url = '', key = ''] =
      /ZAPIER_ENDPOINT=(\S+) ZAPIER_DEPLOY_KEY=(\w{32})$/m.exec(String(printed)) ?? [];
    const own = (method: string, path: string, body?: object) =>
      fetch(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'x-deploy-key': key },
        body: body ? JSON.stringify(body) : null,
      });
    const registered = await own('POST', '/apps?formId=create', REGISTRATION);
    const { id } = (await registered.json()) as { id: number };
    const pushed = await own('PUT', `/apps/${id}/versions/0.1.0`, UPLOAD);
    expect(await pushed.json()).toMatchObject({ version: '0.1.0', user_count: 7 });
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test.each([
    ['no deploy key', {}],
    ['another deploy key', { 'x-deploy-key': 'f'.repeat(32) }],
  ])('refuses every command with %s', async (_, headers) => {
    for (const line of ['GET /check', 'GET /apps', `GET ${app}`, `PUT ${app}/versions/0.1.0`])
      expect(await refusal(send(line, undefined, headers as Record<string, string>))).toMatchObject({
        status: 401,
        message: expect.stringContaining('deploy key'),
      });
  });

  test('The stand-in refuses an integration of another account and an unknown address', async () => {
    expect(await refusal(send('GET /apps/1'))).toMatchObject({ status: 404 });
    expect(await refusal(send('PUT /apps/1/versions/0.1.0', UPLOAD))).toMatchObject({ status: 404 });
    expect(await refusal(send(`GET ${app}/nothing`))).toMatchObject({ status: 404 });
  });

  test.each(Object.keys(REGISTRATION).filter((field) => field !== 'homepage_url'))(
    'refuses to register an integration without %s',
    async (field) => {
      const body = { ...REGISTRATION, [field]: undefined };
      expect(await refusal(send('POST /apps?formId=create', body))).toMatchObject({
        status: 400,
        message: expect.stringContaining(field),
      });
    },
  );

  test.each([
    ['zip_file is missing', { zip_file: undefined }, 'zip_file'],
    ['source_zip_file is missing', { source_zip_file: undefined }, 'source_zip_file'],
    ['skip_validation is missing', { skip_validation: undefined }, 'skip_validation'],
    ['a field is unknown', { comment: 'x' }, 'comment'],
    ['the build is not a zip file', { zip_file: btoa('text') }, 'zip_file is not a zip'],
    ['the sources are not a zip file', { source_zip_file: btoa('text') }, 'source_zip_file is not a zip'],
    ['there is no wrapper', { zip_file: buildZip({ 'zapierwrapper.js': null }) }, 'zapierwrapper.js'],
    ['there is no definition', { zip_file: buildZip({ 'definition.json': null }) }, 'definition.json'],
    [
      'the build has another version',
      { zip_file: buildZip({ 'definition.json': { version: '0.2.0', platformVersion: PLATFORM } }) },
      'version 0.2.0',
    ],
    [
      'package.json names a range of zapier-platform-core',
      { zip_file: buildZip({ 'package.json': { dependencies: { 'zapier-platform-core': '^19' } } }) },
      'core ^19',
    ],
  ])('refuses an upload when %s', async (_, change, message) => {
    const response = send(`PUT ${app}/versions/0.1.0`, { ...UPLOAD, ...change });
    expect(await refusal(response)).toMatchObject({ status: 400, message: expect.stringContaining(message) });
    const [integration] = zapier.account.integrations.values();
    expect(integration?.versions.size).toBe(0);
  });

  test('The stand-in checks a definition with the published checks of Zapier', async () => {
    const definition = { version: '0.1.0', platformVersion: PLATFORM };
    const found = { key: 'find_x', noun: 'X', display: { label: 'Find X', description: 'Finds an x.' } };
    const broken = { ...definition, searches: { find_x: { ...found, operation: {} } } };
    const check = async (app_definition: object) => (await send('POST /check', { app_definition })).json();
    expect(await check(definition)).toMatchObject({ errors: { total_failures: 0, results: [] } });
    expect(JSON.stringify(await check(broken))).toContain('"tag":"D009"');
  });

  test('The stand-in refuses to check a definition for a version that it does not have', async () => {
    const body = {
      app_id: Number(app.split('/')[2]),
      version: '0.2.0',
      app_definition: { version: '0.1.0', platformVersion: PLATFORM },
    };
    expect(await refusal(send('POST /check', body))).toMatchObject({ status: 400 });
  });

  test('A new version gets the environment of the one before it', async () => {
    await send(`PUT ${app}/versions/0.1.0`, UPLOAD);
    await send(`POST ${app}/versions/0.1.0/multi-environment`, { CLIENT_ID: '1' });
    const next = buildZip({ 'definition.json': { version: '0.2.0', platformVersion: PLATFORM } });
    await send(`PUT ${app}/versions/0.2.0`, { ...UPLOAD, zip_file: next });
    const answer = await (await send(`GET ${app}/versions/0.2.0/environment`)).json();
    expect(answer).toEqual({ objects: [{ key: 'CLIENT_ID', value: '1' }] });
  });

  test('An environment key that is no name and an invitation to no e-mail address are refused', async () => {
    await send(`PUT ${app}/versions/0.1.0`, UPLOAD);
    const set = send(`POST ${app}/versions/0.1.0/multi-environment`, { '1X': 'a', X: 'b' });
    expect(await refusal(set)).toMatchObject({
      status: 400,
      message: 'The following keys failed to update: 1X',
    });
    expect(await refusal(send(`POST ${app}/invitees/seller`))).toMatchObject({ status: 400 });
    expect(await refusal(send(`POST ${app}/invitees/a@example.com/9.9.9`))).toMatchObject({ status: 404 });
  });

  describe('with two versions', () => {
    const zipOf = (version: string) =>
      buildZip({ 'definition.json': { version, platformVersion: PLATFORM } });
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const integration = () => [...zapier.account.integrations.values()][0] as Integration;
    const job = (changes: object) => ({ job: { name: 'migrate', percent_human: 100, ...changes } });
    const promotion = (to_version: string, changes: object = {}) => ({
      job: {
        name: 'promote',
        to_version,
        changelog: '- First.',
        is_feature_update: false,
        is_bugfix: false,
        is_other: true,
        ...changes,
      },
    });
    beforeEach(async () => {
      for (const version of ['0.1.0', '0.2.0', '1.0.0'])
        await send(`PUT ${app}/versions/${version}`, { ...UPLOAD, zip_file: zipOf(version) });
    });

    test('One canary runs at a time, between versions of one major, for a share and a time that Zapier allows', async () => {
      const canary = (to: string, body: object) =>
        refusal(send(`POST ${app}/versions/0.1.0/canary-to/${to}`, body));
      expect(await canary('1.0.0', { percent: 10, duration: 60 })).toMatchObject({ status: 400 });
      expect(await canary('9.0.0', { percent: 10, duration: 60 })).toMatchObject({ status: 404 });
      expect(await canary('0.2.0', { percent: 0, duration: 60 })).toMatchObject({ status: 400 });
      expect(await canary('0.2.0', { percent: 10, duration: 29 })).toMatchObject({ status: 400 });
      expect(await canary('0.2.0', { percent: 10, duration: 60, account_id: 1 })).toMatchObject({
        status: 403,
      });
      expect(await canary('0.2.0', { percent: 10, duration: 60, force_include_all: true })).toMatchObject({
        status: 400,
      });
      expect(await canary('0.2.0', { percent: 10, duration: 60 })).toMatchObject({ status: 200 });
      expect(await canary('0.2.0', { percent: 10, duration: 60 })).toMatchObject({
        status: 400,
        message: expect.stringContaining('active canary'),
      });
      expect((await send(`DELETE ${app}/versions/0.1.0/canary-to/0.2.0`)).status).toBe(200);
      expect((await send(`DELETE ${app}/versions/0.1.0/canary-to/0.2.0`)).status).toBe(404);
    });

    test('A private integration is not promoted: the answer says where to ask for publication', async () => {
      const answer = await send(`POST ${app}/migrations`, promotion('0.1.0'));
      expect(await answer.json()).toMatchObject({ activationInfo: { url: expect.stringMatching(/^https/) } });
      expect(integration().versions.get('0.1.0')?.lifecycle).toBe('private');
    });

    test('A version in production needs a changelog, is not uploaded again, and is followed by another one', async () => {
      integration().isPublic = true;
      const promote = (version: string, changes?: object) =>
        refusal(send(`POST ${app}/migrations`, promotion(version, changes)));
      expect(await promote('0.1.0', { changelog: '' })).toMatchObject({ status: 400 });
      expect(await promote('0.1.0')).toMatchObject({ status: 200 });
      expect(
        await refusal(send(`PUT ${app}/versions/0.1.0`, { ...UPLOAD, zip_file: zipOf('0.1.0') })),
      ).toEqual({
        status: 400,
        message: 'version 0.1.0 is in production and cannot be changed',
      });
      expect(await promote('0.2.0')).toMatchObject({ status: 200 });
      expect([...integration().versions.values()].map(({ lifecycle }) => lifecycle)).toEqual([
        'available',
        'promoted',
        'private',
      ]);
    });

    test.each([
      ['an operation', { triggers: {} }, 'Trigger new_x was removed.'],
      [
        'a required input',
        { triggers: trigger([{ key: 'a', required: true }, { key: 'b' }]) },
        'become required',
      ],
      ['an input less', { triggers: trigger([{ key: 'b' }]) }, 'the input a was removed'],
      ['another sign-in', { authentication: { type: 'basic', connectionLabel: '{{a}}' } }, 'another type'],
    ])('Within a major version, %s is a breaking change', async (_, changes, message) => {
      const before = {
        platformVersion: PLATFORM,
        authentication: { type: 'oauth2', connectionLabel: '{{a}}' },
        triggers: trigger([{ key: 'a' }, { key: 'b' }]),
      };
      const uploaded = (version: string, definition: object) => {
        const found = integration().versions.get(version);
        found?.uploads.push({ ...(found.uploads[0] as Upload), definition: { ...definition, version } });
      };
      integration().isPublic = true;
      uploaded('0.1.0', before);
      expect((await send(`POST ${app}/migrations`, promotion('0.1.0'))).status).toBe(200);
      uploaded('0.2.0', { ...before, ...changes });
      uploaded('1.0.0', { ...before, ...changes });
      expect(await refusal(send(`POST ${app}/migrations`, promotion('0.2.0')))).toMatchObject({
        status: 400,
        message: expect.stringContaining(message),
      });
      expect((await send(`POST ${app}/migrations`, promotion('1.0.0'))).status).toBe(200);
    });

    test('Users move within a major version, by a share', async () => {
      const first = integration().versions.get('0.1.0') as Version;
      first.users = 30;
      const migrate = (from_version: string, to_version: string, changes: object = {}) =>
        refusal(send(`POST ${app}/migrations`, job({ from_version, to_version, ...changes })));
      expect(await migrate('0.1.0', '1.0.0')).toMatchObject({ status: 400 });
      expect(await migrate('0.1.0', '0.2.0', { percent_human: 0 })).toMatchObject({ status: 400 });
      expect(await migrate('0.1.0', '0.2.0', { percent_human: 10 })).toMatchObject({ status: 200 });
      expect(await migrate('0.1.0', '0.2.0', { email: 'a@example.com', email_type: 'user' })).toMatchObject({
        status: 200,
      });
      expect([first.users, integration().versions.get('0.2.0')?.users]).toEqual([26, 4]);
    });

    test('A version is deprecated between 3 weeks and 1 year ahead, for a reason, and not in production', async () => {
      const deprecate = (version: string, days: number, reason = 'critical bug') =>
        refusal(
          send(`PUT ${app}/versions/${version}/deprecate`, {
            deprecation_date: day(days),
            deprecation_reason: reason,
          }),
        );
      expect(await deprecate('0.1.0', 20)).toMatchObject({ status: 400 });
      expect(await deprecate('0.1.0', 367)).toMatchObject({ status: 400 });
      expect(await deprecate('0.1.0', 30, 'boredom')).toMatchObject({ status: 400 });
      expect(await deprecate('0.1.0', 30, 'other: no longer needed')).toMatchObject({ status: 200 });
      integration().isPublic = true;
      await send(`POST ${app}/migrations`, promotion('0.2.0'));
      expect(await deprecate('0.2.0', 30)).toMatchObject({ status: 400 });
    });
  });
});
