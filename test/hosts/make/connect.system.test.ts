/** The connection of the Make app: signing in at the hub, refreshing and giving up the tokens. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { evaluate } from '../../support/make/iml.ts';
import { MakeError, makeRunner, openFolder } from '../../support/make/runner.ts';
import { oauthSections, savedConnection, signIn } from '../../support/make/sign-in.ts';

const app = openFolder(join(fileURLToPath(new URL('../../../', import.meta.url)), 'make'));
const REDIRECT = 'https://www.make.com/oauth/cb/app';

const sections = oauthSections(app);

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
  const signedIn = () => signIn({ app, hub, common, redirect: REDIRECT });

  test('A seller signs in, and the connection is named after the shop', async () => {
    const { accessToken } = await signedIn();
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
    const saved = await signedIn();
    const condition = (minutes: number) =>
      evaluate(sections.refresh.condition, {
        data: saved,
        now: new Date(saved.expires.getTime() - minutes * 60_000),
      });
    expect([condition(16), condition(14)]).toEqual([false, true]);
    const { scope } = await make().request(sections.refresh, { data: saved, common });
    const renewed = savedConnection.parse(evaluate(sections.refresh.response?.data, scope));
    expect(renewed.accessToken).not.toBe(saved.accessToken);
  });

  test('A connection that is deleted gives up its tokens', async () => {
    const saved = await signedIn();
    await make().request(sections.invalidate, { data: saved, common });
    const refresh = make().request(sections.refresh, { data: saved, common });
    expect(await refresh.catch((error) => error instanceof MakeError && error.type)).toBe(
      'InvalidAccessTokenError',
    );
  });
});
