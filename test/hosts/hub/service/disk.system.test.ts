import { DatabaseSync } from 'node:sqlite';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('A hub whose database cannot be written', () => {
  let hub: TestHub;
  const connection = () => hub.hub.runtime.database.connection;
  /** Several of them take another page of the file. */
  const subscribe = (n = 0) =>
    hub.request('POST', '/v1/subscriptions', {
      trigger: 'order_paid',
      url: `${hub.receiver.url}/${n}/${'x'.repeat(1900)}`,
    });
  const subscriptions = () => connection().prepare('SELECT count(*) AS n FROM subscriptions').get()?.n;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  test('A full disk refuses a request, changes nothing, and is over once there is space', async () => {
    const before = Number(subscriptions());
    const { page_count: pages } = connection().prepare('PRAGMA page_count').get() as { page_count: number };
    connection().exec(`PRAGMA max_page_count = ${pages}`);
    let accepted = 0;
    let refused = await subscribe(accepted);
    while (refused.status === 201) refused = await subscribe(++accepted);
    const { status, body } = refused;
    expect([status, body.kind, subscriptions()]).toEqual([503, 'disk_unwritable', before + accepted]);
    expect(body.detail).toContain('the disk is full');
    connection().exec('PRAGMA max_page_count = 1000000');
    expect((await subscribe(accepted)).status).toBe(201);
  });

  test('What SQLite sets aside while it works is kept in memory, because a container may have no other folder', () => {
    const IN_MEMORY = 2;
    expect(connection().prepare('PRAGMA temp_store').get()?.temp_store).toBe(IN_MEMORY);
  });

  test('What is stored can be read while nothing can be written', async () => {
    const { id } = (await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' })).body;
    connection().exec('UPDATE subscriptions SET unread_hours = 5; UPDATE keys SET used_at = NULL;');
    connection().exec('PRAGMA query_only = ON');
    const answers = [
      await hub.request('GET', '/v1/me'),
      await hub.request('GET', '/v1/budget'),
      await hub.request('GET', `/v1/events?subscription=${id}`),
      await hub.request('GET', '/admin/shops', undefined, hub.adminKey),
      await hub.request('GET', '/admin/alerts', undefined, hub.adminKey),
    ];
    const refused = await hub.request('POST', '/v1/subscriptions', { trigger: 'bad_review' });
    connection().exec('PRAGMA query_only = OFF');
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect([refused.status, refused.body.kind]).toEqual([503, 'disk_unwritable']);
    await hub.request('GET', '/v1/me');
    expect(connection().prepare('SELECT count(*) AS n FROM keys WHERE used_at IS NOT NULL').get()?.n).toBe(1);
  });

  test('A database that another program has locked refuses a request, and changes nothing', async () => {
    const other = new DatabaseSync(hub.hub.runtime.database.file);
    connection().exec('PRAGMA busy_timeout = 20');
    other.exec('BEGIN IMMEDIATE');
    const { status, body } = await hub.request('POST', '/v1/subscriptions', {
      trigger: 'order_cancelled',
      url: hub.receiver.url,
    });
    other.exec('ROLLBACK');
    other.close();
    expect([status, body.kind]).toEqual([503, 'database_locked']);
    expect(body.detail).not.toContain(hub.hub.runtime.hub.folder);
  });
});
