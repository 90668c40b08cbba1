import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { startChromium } from '../../../../tools/docs/pictures/chromium.ts';
import { describeWithChromium } from '../../../support/chromium.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

/** The client's pages: one opens the pop-up, the other one is where the pop-up ends. */
const PAGES: Record<string, string> = {
  '/': '<script>addEventListener("message", ({ data }) => { document.title = data; });</script>',
  '/callback':
    '<script>opener.postMessage(new URLSearchParams(location.search).has("code") ? "connected" : location.search, "*");</script>',
};

describeWithChromium('Pop-up of a client', () => {
  let hub: TestHub;
  let browser: Browser;
  let client: Server;
  let clientUrl: string;
  beforeAll(async () => {
    client = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://client');
      response.setHeader('content-type', 'text/html').end(PAGES[pathname] ?? '');
    });
    client.listen(0, '127.0.0.1');
    await once(client, 'listening');
    // Another site than the hub's.
    clientUrl = `http://localhost:${(client.address() as AddressInfo).port}`;
    [hub, browser] = await Promise.all([startTestHub({ isPublic: true }), startChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await hub.stop();
    client.close();
  });

  test('The consent form goes on to AliExpress and back, and the client hears of it', async () => {
    const redirect = `${clientUrl}/callback`;
    const { body } = await hub.request(
      'POST',
      '/admin/clients',
      { name: 'Make', redirect_uris: [redirect] },
      hub.adminKey,
    );
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: body.id,
      redirect_uri: redirect,
      state: 's',
    });
    const page = await browser.newPage();
    await page.goto(clientUrl);
    const opened = page.waitForEvent('popup');
    const address = `${hub.publicUrl}/oauth/authorize?${query}`;
    await page.evaluate(`void window.open(${JSON.stringify(address)})`);
    const popUp = await opened;
    const errors: string[] = [];
    popUp.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await popUp.click('button[value=allow]');
    await page.waitForFunction('document.title');
    expect([await page.title(), errors]).toEqual(['connected', []]);
  });
});
