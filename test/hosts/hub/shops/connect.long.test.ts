import { TransportFailure } from '../../../../lib/http/transport.ts';
import { Problem } from '../../../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const SELLER = '2201234567890';

describe('Connecting a shop', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  const admin = (method: string, path: string, body?: unknown) =>
    hub.request(method, path, body, hub.adminKey);
  /** The address to which AliExpress sends the seller's browser back. */
  async function signIn(): Promise<URL> {
    const { body } = await admin('POST', '/admin/shops/sign-in');
    expect(body.returns_here).toBe(true);
    const answer = await fetch(body.address, { redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '');
  }
  const open = async (address: URL | string) => {
    const answer = await fetch(address);
    return { status: answer.status, text: await answer.text() };
  };
  const changed = (address: URL, change: (params: URLSearchParams) => void) => {
    const other = new URL(address);
    change(other.searchParams);
    return other;
  };

  test('Pages that open the callback during a sign-in do not disturb it', async () => {
    const own = await signIn();
    const foreign = [
      new URL('/aliexpress/callback', hub.hub.url),
      changed(own, (params) => params.delete('state')),
      changed(own, (params) => params.set('state', 'state_guessed')),
      changed(own, (params) => params.delete('code')),
      new URL('/aliexpress/callback?error=access_denied&state=x', hub.hub.url),
    ];
    const refused = await Promise.all(foreign.map(open));
    expect(refused.map(({ status }) => status)).toEqual(foreign.map(() => 400));
    const { status, text } = await open(own);
    expect([status, text.includes('Harbor Lane Store')]).toEqual([200, true]);
  });

  test('A sign-in returns once, also if the browser opens the address ten times at once', async () => {
    const own = await signIn();
    const answers = await Promise.all(Array.from({ length: 10 }, () => open(own)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)]);
  });

  test('A sign-in ends after ten minutes', async () => {
    const own = await signIn();
    await hub.pass(10 * MINUTE);
    const { status, text } = await open(own);
    expect([status, text.includes('could not be verified')]).toEqual([400, true]);
  });

  test('A seller who declines is told so', async () => {
    const own = await signIn();
    const declined = changed(own, (params) => {
      params.delete('code');
      params.set('error', 'access_denied');
    });
    const { status, text } = await open(declined);
    expect([status, text.includes('was declined')]).toEqual([400, true]);
  });

  test('A fault that passes leaves the sign-in open', async () => {
    const own = await signIn();
    const { runtime } = hub.hub;
    const { aliexpress } = runtime;
    runtime.aliexpress = () => Promise.reject(new TransportFailure('not_sent'));
    const { status } = await open(own);
    runtime.aliexpress = aliexpress;
    expect([status, (await open(own)).status]).toEqual([503, 200]);
  });

  test('A shop that must be connected again works after the sign-in', async () => {
    const { database, holds } = hub.hub.runtime;
    database.prepare("UPDATE shops SET state = 'reconnect_needed'").run();
    holds.holdShop(SELLER, new Problem('token_expired', {}), HOUR);
    await open(await signIn());
    expect(holds.reasonOf(SELLER)).toBeUndefined();
    const { body } = await admin('GET', '/admin/shops');
    expect(body.items).toMatchObject([{ id: SELLER, name: 'Harbor Lane Store', state: 'connected' }]);
  });
});

describe('Callback that does not lead back', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub({ sandbox: { callbackUrl: 'https://elsewhere.example/callback' } });
  });
  afterAll(() => hub.stop());

  test('The pasted address connects the shop, after wrong ones that are asked for again', async () => {
    const post = (path: string, body?: unknown) => hub.request('POST', path, body, hub.adminKey);
    const { body } = await post('/admin/shops/sign-in');
    expect(body.returns_here).toBe(false);
    const answer = await fetch(body.address, { redirect: 'manual' });
    const address = answer.headers.get('location') ?? '';
    const wrong = ['', 'hello', 'https://elsewhere.example/callback', body.address, `${address}x`];
    const kinds: string[] = [];
    for (const each of wrong) kinds.push((await post('/admin/shops/pasted', { address: each })).body.kind);
    expect(kinds).toEqual(['bad_input', 'bad_input', 'bad_input', 'bad_input', 'state_lost']);
    const { status, body: shop } = await post('/admin/shops/pasted', { address: `  ${address}\n` });
    expect([status, shop.id]).toEqual([200, SELLER]);
  });
});

describe('Removing a shop', () => {
  let hub: TestHub;
  beforeEach(async () => {
    hub = await startTestHub();
  });
  afterEach(() => hub.stop());

  const remove = () => hub.request('DELETE', `/admin/shops/${SELLER}`, undefined, hub.adminKey);
  /** Every row that names the shop or belongs to it. */
  function stored(): string[] {
    const { connection } = hub.hub.runtime.database;
    const tables = [
      'shops',
      'keys',
      'grants',
      'subscriptions',
      'events',
      'event_ids',
      'deliveries',
      'recipes',
    ];
    const rows = tables
      .flatMap((table) => connection.prepare(`SELECT * FROM ${table}`).all())
      .map((row) => JSON.stringify(row));
    const entries = connection.prepare('SELECT key FROM entries').all();
    return [
      ...rows.filter((row) => row.includes(SELLER) || row.includes('sub_')),
      ...entries.map(({ key }) => String(key)).filter((key) => key.includes(SELLER)),
    ];
  }
  async function reconnect(): Promise<string> {
    const { body } = await hub.request('POST', '/admin/shops/sign-in', undefined, hub.adminKey);
    await fetch(body.address);
    const key = { kind: 'shop', shop: SELLER, name: 'again' };
    return (await hub.request('POST', '/admin/keys', key, hub.adminKey)).body.key;
  }
  const used = async (key: string): Promise<number> =>
    (await hub.request('GET', '/v1/budget', undefined, key)).body.used;

  test('Everything of it is gone at once, except the calls of the day', async () => {
    const url = `${hub.receiver.url}/hook`;
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    await hub.pass(2 * HOUR);
    const before = await used(hub.shopKey);
    expect(before).toBeGreaterThan(1);
    expect((await remove()).status).toBe(204);
    expect(stored().filter((row) => !row.startsWith(`slots:${SELLER}:`))).toEqual([]);
    expect((await hub.request('GET', '/v1/me')).status).toBe(401);

    const key = await reconnect();
    expect(await used(key)).toBe(before + 1);
    await remove();
    await hub.pass(DAY);
    hub.hub.runtime.database.prepare('DELETE FROM entries WHERE expires_at <= ?').run(hub.clock.now());
    expect(stored()).toEqual([]);
  });

  test('A visit that runs meanwhile leaves nothing behind', async () => {
    let isRemoved = false;
    hub.sandbox.onCall = async () => {
      if (!isRemoved) await remove();
      isRemoved = true;
    };
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' });
    await hub.pass(HOUR);
    expect(isRemoved).toBe(true);
    expect(stored().filter((row) => !row.startsWith(`slots:${SELLER}:`))).toEqual([]);
  });

  test('A renewal that runs meanwhile does not bring it back', async () => {
    hub.sandbox.accounts.beforeRefresh = async () => {
      await remove();
    };
    await hub.pass(DAY - 40 * MINUTE);
    expect(hub.sandbox.accounts.refreshes).toBe(1);
    expect(stored().filter((row) => !row.startsWith(`slots:${SELLER}:`))).toEqual([]);
  });
});
