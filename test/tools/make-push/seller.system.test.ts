/** From the page for publishers to the scenario of a seller: what runs is what a push has brought to Make. */

import * as z from 'zod';
import { HOUR } from '../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { evaluate } from '../../support/make/iml.ts';
import { type MakeFolder, makeRunner, openFolder } from '../../support/make/runner.ts';
import { oauthSections, type SavedConnection, savedConnection, signIn } from '../../support/make/sign-in.ts';
import type { HeldApp } from '../../support/make-api/account.ts';
import { MAKE, type Pushing, startPushing } from '../../support/make-api/pushing.ts';
import { sectionOf } from '../../support/make-api/shape.ts';
import { read } from '../../support/repository.ts';

/** The lines that the page tells the publisher to enter. */
const REDIRECTS = [...read('docs/make-publishing.md').matchAll(/^https:\/\/.*\/oauth\/cb\/app$/gm)].map(
  ([address]) => address,
);
const clientSchema = z.object({ clientId: z.string(), clientSecret: z.string() });

/** The app as it stands at Make. What Make has named is recognized by its label. */
function heldApp({ components, texts }: HeldApp): MakeFolder {
  const folder = openFolder(MAKE);
  const json = (text: string | undefined): unknown => JSON.parse(text ?? 'null');
  return {
    ...folder,
    base: z.record(z.string(), z.unknown()).parse(json(texts.get('base'))),
    file(type, name, code) {
      const label = folder.manifest.components[type]?.[name]?.label;
      const held = components.find(({ kind, fields }) => kind === type && fields.label === label);
      return json(held?.texts.get(sectionOf(code)));
    },
  };
}

describe('A seller whom the publisher has invited', () => {
  let hub: TestHub;
  let pushing: Pushing;
  let app: MakeFolder;
  let common: { clientId: string; clientSecret: string };

  beforeAll(async () => {
    hub = await startTestHub();
    const client = { name: 'Make', redirect_uris: REDIRECTS, has_secret: true };
    const { body } = await hub.request('POST', '/admin/clients', client, hub.adminKey);
    pushing = await startPushing();
    await pushing.push({ client: { clientId: body.id, clientSecret: body.secret }, visible: true });
    app = heldApp(pushing.app());
    common = clientSchema.parse(
      pushing.app().components.find(({ kind, fields }) => kind === 'connection' && fields.type === 'oauth')
        ?.common,
    );
  });
  afterAll(async () => {
    await pushing.close();
    await hub.stop();
  });

  /** As Make does before the access token expires. */
  async function refreshed(data: SavedConnection): Promise<SavedConnection> {
    const { refresh } = oauthSections(app);
    const make = makeRunner(app, {
      origin: hub.publicUrl,
      connection: {},
      now: () => new Date(hub.clock.now()),
    });
    const { scope } = await make.request(refresh, { data, common });
    return savedConnection.parse(evaluate(refresh.response?.data, scope));
  }

  test('The page names the redirect addresses of Make and its zones', () => {
    expect(REDIRECTS).toHaveLength(5);
  });

  test.each(REDIRECTS)('The seller signs in with the callback %s', async (redirect) => {
    expect(await signIn({ app, hub, common, redirect })).toMatchObject({ accessToken: expect.any(String) });
  });

  test('A scenario of the seller gets an example and the events that follow', async () => {
    const connection = await signIn({ app, hub, common, redirect: REDIRECTS[0] ?? '' });
    const make = makeRunner(app, { origin: hub.publicUrl, connection });
    const [budget] = await make.run('module', 'findCallBudget', { parameters: {} });
    expect(budget).toMatchObject({ calls_left: expect.any(Number) });
    const { url, received } = hub.receiver;
    const kept = await make.attach('newOrder', { send_example: true }, url);
    await hub.pass(2 * HOUR);
    const events = z
      .array(z.looseObject({ event_type: z.string(), is_example: z.boolean() }))
      .parse(received.map(({ body }) => make.receive('newOrder', JSON.parse(body))));
    expect(events.map(({ is_example }) => is_example).slice(0, 2)).toEqual([true, false]);
    expect(new Set(events.map(({ event_type }) => event_type))).toEqual(new Set(['new_order']));
    await makeRunner(app, { origin: hub.publicUrl, connection: await refreshed(connection) }).detach(
      'newOrder',
      kept,
      url,
    );
    const before = received.length;
    await hub.pass(2 * HOUR);
    expect(received).toHaveLength(before);
  });
});
