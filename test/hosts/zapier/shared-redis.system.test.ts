import { spawnSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { MINUTE } from '../../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../../support/connected-app.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../../support/redis.ts';
import { read } from '../../support/repository.ts';

const MIDNIGHT = Date.parse('2026-10-07T16:00:00Z');

describeWithRedis('Zapier app whose publisher has set a Redis', () => {
  let front: RedisFront;
  let redis: Redis;
  let app: ConnectedApp;
  beforeEach(async () => {
    front = await startRedis();
    redis = new Redis({ port: front.redisPort, host: '127.0.0.1' });
    app = await connectApp({ redis: front });
  });
  afterEach(async () => {
    await app.close();
    redis.disconnect();
    front.close();
  });

  const findOrder = () => app.search('find_order', { order_id: String(app.sandbox.shop.orders[0]?.id) });
  const evals = async () =>
    Number(/cmdstat_eval:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);

  test('A search claims its call with one command', async () => {
    await findOrder();
    expect([app.calls(), await evals()]).toEqual([1, 1]);
  });

  test('No call is made after Redis has restarted empty, even on the day of the connection', async () => {
    await findOrder();
    await redis.flushall();
    const { name, message } = await thrownBy(findOrder());
    expect(name).toBe('ThrottledError');
    expect(message).toContain(
      "The store lost today's call count, so no calls are made until 00:00 Beijing time.",
    );
    expect(app.calls()).toBe(1);
  });

  test('A poll is answered from the snapshot after Redis has lost the call count', async () => {
    const before = await app.poll('new_order');
    const calls = app.calls();
    const lost = await redis.keys('slots:*');
    await redis.del(...lost);
    app.clock.advanceTo(NOON + 30 * MINUTE);
    expect((await app.poll('new_order')).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(app.calls()).toBe(calls);
  });

  test('Calls are made again on the day after Redis has restarted empty', async () => {
    await redis.flushall();
    await findOrder().catch(() => {});
    app.clock.advanceTo(MIDNIGHT);
    await findOrder();
    expect(app.calls()).toBe(1);
  });

  test.each(['docs/zapier-publishing.md', 'docs/zapier-publishing.zh-CN.md'])(
    'The commands on %s delete what is stored of one shop, but the calls it has made',
    async (page) => {
      for (const trigger of ['new_order', 'bad_review', 'parcel_delivered', 'dispute_opened'])
        await app.poll(trigger);
      const shop = app.authData.seller_id ?? '';
      const others = [`snap1:1${shop}:orders`, `snap1:${shop}1:orders`, 'pause:app-1'];
      for (const key of others) await redis.set(key, '1');
      const before = await redis.keys('*');
      const [command = ''] = /^ +redis-cli -u .*$/m.exec(read(page)) ?? [];
      const env = { ...process.env, SHOP: shop, REDIS: `redis://127.0.0.1:${front.redisPort}` };
      const { status } = spawnSync('bash', ['-c', command], { env });
      const left = await redis.keys('*');
      const ofShop = (keys: string[]) => keys.filter((key) => `:${key}:`.includes(`:${shop}:`)).sort();
      expect(status).toBe(0);
      expect(left).toEqual(expect.arrayContaining(others));
      expect(ofShop(left)).toEqual(ofShop(before).filter((key) => key.startsWith('slots:')));
      expect(ofShop(before).length - ofShop(left).length).toBeGreaterThan(20);
    },
  );

  test('A sign-in fails if Redis does not take the new shop', async () => {
    await redis.flushall();
    await redis.replicaof('127.0.0.1', '1');
    const signIn = app.run('authentication.oauth2Config.getAccessToken', {
      code: app.sandbox.accounts.issueCode(),
      redirect_uri: app.sandbox.app.callbackUrl,
    });
    expect((await thrownBy(signIn)).message).toContain('the call budget could not be checked');
  });
});
