/** The connection of the Make app: signing in at the hub, refreshing and giving up the tokens. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { fieldsOf, startBrowser } from '../../support/browser.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { evaluate } from '../../support/make/iml.ts';
import { MakeError, makeRunner, openFolder } from '../../support/make/runner.ts';

const app = openFolder(join(fileURLToPath(new URL('../../../', import.meta.url)), 'make'));
const ORIGIN = 'https://www.make.com';
const REDIRECT = `${ORIGIN}/oauth/cb/app`;

const data = z.object({ accessToken: z.string(), refreshToken: z.string(), expires: z.date() });
const part = z.looseObject({
  temp: z.record(z.string(), z.unknown()).optional(),
  url: z.string(),
  qs: z.record(z.string(), z.string()).optional(),
  condition: z.string().optional(),
  response: z.record(z.string(), z.unknown()).optional(),
});
const sections = z
  .object({ authorize: part, token: part, refresh: part, info: part, invalidate: part })
  .parse(app.file('connection', 'hub', 'communication'));

describe('Connection of the Make app', () => {
  let hub: TestHub;
  let common: { clientId: string; clientSecret: string };
  beforeAll(async () => {
    hub = await startTestHub();
    const client = { name: 'Make', redirect_uris: [REDIRECT], has_secret: true };
    const { body } = await hub.request('POST', '/admin/clients', client, hub.adminKey);
    common = { clientId: body.id, clientSecret: body.secret };
  });
  afterAll(() => hub.stop());

  const make = () =>
    makeRunner(app, { origin: hub.publicUrl, connection: {}, now: () => new Date(hub.clock.now()) });
  const oauth = { localRedirectUri: REDIRECT, scope: app.file('connection', 'hub', 'defaultScope') };

  /** @returns what Make keeps of the sign-in */
  async function signIn() {
    const { authorize, token } = sections;
    const temp = z.record(z.string(), z.unknown()).parse(evaluate(authorize.temp, {}));
    const query = z.record(z.string(), z.string()).parse(evaluate(authorize.qs, { temp, common, oauth }));
    const search = new URLSearchParams({ ...query, state: 'of-make' });
    const address = `${authorize.url.replace('https://hub.example.com', hub.publicUrl)}?${search}`;
    const browser = startBrowser([ORIGIN]);
    const consent = await browser.open(address, { from: ORIGIN });
    const fields = { ...fieldsOf(consent.text), decision: 'allow' };
    const { url } = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
    const answered = new URL(url).searchParams;
    expect(answered.get('state')).toBe('of-make');
    const scope = { temp: { ...temp, code: answered.get('code') }, common, oauth };
    const { scope: after } = await make().request(token, scope);
    return data.parse(evaluate(token.response?.data, after));
  }

  test('A seller signs in, and the connection is named after the shop', async () => {
    const { accessToken } = await signIn();
    const runner = makeRunner(app, { origin: hub.publicUrl, connection: { accessToken } });
    const { scope } = await runner.request(sections.info, {});
    const { metadata, uid } = z
      .object({ metadata: z.unknown(), uid: z.unknown() })
      .parse(sections.info.response);
    expect([evaluate(metadata, scope), evaluate(uid, scope)]).toEqual([
      { type: 'text', value: 'Harbor Lane Store (2201234567890)' },
      '2201234567890',
    ]);
  });

  test('Tokens are refreshed a quarter of an hour before they expire', async () => {
    const saved = await signIn();
    const condition = (minutes: number) =>
      evaluate(sections.refresh.condition, {
        data: saved,
        now: new Date(saved.expires.getTime() - minutes * 60_000),
      });
    expect([condition(16), condition(14)]).toEqual([false, true]);
    const { scope } = await make().request(sections.refresh, { data: saved, common });
    const renewed = data.parse(evaluate(sections.refresh.response?.data, scope));
    expect(renewed.accessToken).not.toBe(saved.accessToken);
  });

  test('A connection that is deleted gives up its tokens', async () => {
    const saved = await signIn();
    await make().request(sections.invalidate, { data: saved, common });
    const refresh = make().request(sections.refresh, { data: saved, common });
    expect(await refresh.catch((error) => error instanceof MakeError && error.type)).toBe(
      'InvalidAccessTokenError',
    );
  });
});
