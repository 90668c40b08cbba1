import { sampleEvent } from '../../../../lib/engine/samples.ts';
import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { clientsIn } from '../../../../lib/hosts/hub/oauth/clients.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import newOrder from '../../../../triggers/new-order.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';
import { elementsOf, type HubPage, openHubPage } from '../../../support/hub-page.ts';

const TEXTS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  `' onfocus='alert(1)' autofocus='`,
  '</textarea></style><svg onload=alert(1)>',
  '&lt;b&gt; &amp; &#60;script&#62;',
  'A'.repeat(400),
];
const ALLOWED_TAGS = new Set(
  (
    'html head meta link title style body main header h1 h2 h3 nav a section p div span small ul li form input button ' +
    'details summary dl dt dd time svg rect table tbody tr th td br code label select option textarea fieldset legend ' +
    'datalist footer'
  ).split(' '),
);

describe('Foreign text on the page', () => {
  let hub: TestHub;
  let page: HubPage;
  beforeAll(async () => {
    hub = await startTestHub();
    page = await openHubPage(hub);
  });
  afterAll(() => hub.stop());

  /** Puts the text wherever the page shows something that others have written. */
  function write(text: string): void {
    const { database, vault, clock } = hub.hub.runtime;
    const shop = hub.sandbox.accounts.sellerId;
    const now = clock.now();
    const subscriptions = subscriptionsIn(database, vault);
    const { id } = subscriptions.add(
      { shop, owner: text, trigger: newOrder.key, inputs: {}, kind: 'hook', url: hub.receiver.url },
      now,
    );
    const subscription = subscriptions.find(id);
    if (!subscription) throw new Error('the subscription was not kept');
    const event = { ...sampleEvent(newOrder), id: text, title: text, title_zh: text };
    eventsIn(database).keepNew(subscription, [event], [], now);
    subscriptions.pause(id, `${text}\n${text}`, now);
    alertsIn(database).raise({ key: text, shop, text: { en: text, zh: text } }, now);
    clientsIn(database).register({ name: text, redirectUris: [text], hasSecret: false }, now);
    shopsIn(database, vault).rename(shop, text);
  }

  test.each(TEXTS)('Stays text: %.30s', async (text) => {
    write(text);
    const shown = elementsOf((await page.open()).text);
    for (const section of ['shops', 'events', 'alerts', 'subscriptions', 'clients'])
      expect(page.text(section)).toContain(text);
    expect(shown.filter(({ tag }) => !ALLOWED_TAGS.has(tag))).toEqual([]);
    expect(
      shown.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|autofocus/.test(name)),
    ).toEqual([]);
  });

  test.each(TEXTS)('Stays text in a field that was refused: %.30s', async (text) => {
    await page.open();
    await page.send('create_client', { name: text.slice(0, 60), redirect_uris: text.replaceAll(' ', '') });
    expect(page.fields('create_client')).toMatchObject({
      name: text.slice(0, 60),
      redirect_uris: text.replaceAll(' ', ''),
    });
  });

  test.each([
    '?shop="><script>',
    '?done=toString',
    '?done=key_revoked&done=x&shop=a&shop=b',
    '?id=__proto__',
  ])('An address with foreign parameters shows the page: %s', async (query) => {
    const { status, text } = await page.open(`/${query}`);
    expect([status, elementsOf(text).some(({ tag }) => tag === 'script')]).toEqual([200, false]);
  });
});
