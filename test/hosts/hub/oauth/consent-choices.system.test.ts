import { freePort } from '../../../../sandbox/ports.ts';
import { fieldsOf, startBrowser } from '../../../support/browser.ts';
import { startTestHub, type TestHub, type TestHubOptions } from '../../../support/hub.ts';

const CLIENT = 'https://n8n.example';
const REDIRECT = `${CLIENT}/rest/oauth2-credential/callback`;

let hub: TestHub;
afterEach(() => hub.stop());

/** A hub with a client. @returns where the client sends the seller's browser */
async function start(options: TestHubOptions = {}): Promise<string> {
  hub = await startTestHub(options);
  const client = { name: 'n8n', redirect_uris: [REDIRECT] };
  const { body } = await hub.request('POST', '/admin/clients', client, hub.adminKey);
  const query = { response_type: 'code', client_id: body.id, redirect_uri: REDIRECT, state: 's' };
  return `${hub.publicUrl}/oauth/authorize?${new URLSearchParams(query)}`;
}
const resultOf = (url: string) => [new URL(url).origin, new URL(url).searchParams.has('code')];

test('The owner of the hub may choose a connected shop, without a sign-in at AliExpress', async () => {
  const address = await start();
  const browser = startBrowser([CLIENT, hub.sandbox.url]);
  const signIn = `${hub.hub.url}/sign-in`;
  await browser.submit(signIn, { key: hub.adminKey }, signIn);
  const consent = await browser.open(address, { from: CLIENT });
  expect(consent.text).toContain('Harbor Lane Store');
  const fields = { ...fieldsOf(consent.text), decision: 'allow' };
  const { url } = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
  expect(resultOf(url)).toEqual([CLIENT, true]);
});

test('Where the callback does not lead back, the seller pastes the address', async () => {
  const address = await start({ sandbox: { callbackUrl: 'https://elsewhere.example/callback' } });
  const browser = startBrowser([CLIENT]);
  const consent = await browser.open(address);
  const fields = { ...fieldsOf(consent.text), decision: 'allow' };
  const page = await browser.submit(`${hub.publicUrl}/oauth/authorize`, fields, consent.url);
  const link =
    /href="(http[^"]*\/oauth\/authorize[^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const back = await fetch(link, { redirect: 'manual' });
  const paste = (pasted: string) =>
    browser.submit(`${hub.publicUrl}/oauth/pasted`, { ...fieldsOf(page.text), address: pasted }, page.url);
  const wrong = [
    ['https://elsewhere.example/callback', 422],
    [`${link}&code=1`.replace('state=', 'state=x'), 400],
  ] as const;
  for (const [address, status] of wrong) {
    const again = await paste(address);
    expect(again.status).toBe(status);
    expect(again.text).toContain(page.text.slice(page.text.indexOf('<p><a')));
  }
  const { url } = await paste(back.headers.get('location') ?? '');
  expect(resultOf(url)).toEqual([CLIENT, true]);
});

test('A sign-in that is not under way is not asked for again', async () => {
  await start({ sandbox: { callbackUrl: 'https://elsewhere.example/callback' } });
  const paste = { state: 'state_wrong', address: 'https://elsewhere.example/callback' };
  const pasted = `${hub.publicUrl}/oauth/pasted`;
  const { status, text } = await startBrowser().submit(pasted, paste, pasted);
  expect([status, text.includes('<textarea'), text.includes('浏览器最后停留的完整网址')]).toEqual([
    422,
    false,
    true,
  ]);
});

test('A callback on this machine leads nowhere for the sellers of other machines, so they paste', async () => {
  const callbackPort = await freePort();
  const callbackUrl = `http://127.0.0.1:${callbackPort}/aliexpress/callback`;
  const env = { HUB_PUBLIC_PORT: String(callbackPort), HUB_PUBLIC_URL: 'https://hub.example.com' };
  const address = new URL(await start({ env, sandbox: { callbackUrl } }));
  const local = (path: string) => `http://127.0.0.1:${callbackPort}${path}`;
  const consent = await startBrowser().open(local(address.pathname + address.search));
  const fields = { ...fieldsOf(consent.text), decision: 'allow' };
  const { text } = await startBrowser().submit(local('/oauth/authorize'), fields, consent.url);
  expect(text).toContain('请把浏览器最后停留的网址粘贴到这里');
  const { body } = await hub.request('POST', '/admin/shops/sign-in', undefined, hub.adminKey);
  expect(body.returns_here).toBe(true);
});
