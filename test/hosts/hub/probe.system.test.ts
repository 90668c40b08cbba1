/** `npm run probe` against a running hub. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { orderList } from '../../../lib/aliexpress/methods/order-list.ts';
import { shopsIn } from '../../../lib/hosts/hub/shops/shops.ts';
import { HOUR } from '../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';

const program = fileURLToPath(new URL('../../../probe.ts', import.meta.url));
const OTHER_SHOP = '2201234567891';
const ENDED_REFUSED = 'show orders that have ended among others? | no, refused';

interface Ended {
  status: number | null;
  text: string;
  progress: string;
}

/** Runs the command as a person does, with the settings of the hub. */
async function run(settings: Record<string, string>, ...given: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...given], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended: Ended = { status: null, text: '', progress: '' };
  child.stdout.on('data', (data) => {
    ended.text += data;
  });
  child.stderr.on('data', (data) => {
    ended.progress += data;
  });
  const [status] = await once(child, 'close');
  return { ...ended, status };
}

describe('npm run probe', () => {
  const logged: string[] = [];
  let hub: TestHub;
  const settings = () => ({ HUB_URL: hub.hub.url, HUB_ADMIN_KEY: hub.adminKey });
  beforeAll(async () => {
    hub = await startTestHub({
      sandbox: {
        variedParcels: true,
        historyDays: 30,
        ordersPerDay: 30,
        variants: { finishAmongOthers: 'refused' },
      },
      log: (message, facts) => logged.push(`${message} ${JSON.stringify(facts)}`),
    });
  });
  afterAll(() => hub.stop());

  test('It prints the answers, and its progress apart from them', async () => {
    const before = (await hub.request('GET', '/v1/budget')).body.used;
    const { status, text, progress } = await run(settings());
    expect(status).toBe(0);
    expect(text).toMatch(/^以下为/);
    expect(text).toContain(ENDED_REFUSED);
    expect(text).not.toMatch(/canary|\d{6}/i);
    const calls = Number(/(\d+) calls\./.exec(text)?.[1]);
    expect(progress.split('\n')).toContain(
      '0/12  orders that have ended among others / 已结束订单能否与其他订单一并查询',
    );
    expect(progress).toContain(`${calls} calls / 共 ${calls} 次调用`);
    expect((await hub.request('GET', '/v1/budget')).body.used).toBe(before + calls);
    expect(logged.join()).toContain(
      `a shop was probed {"shop":"${hub.sandbox.accounts.sellerId}","calls":${calls}}`,
    );
    expect(logged.join()).not.toMatch(/canary/i);
  });

  test('The orders feed goes by what was found, and tries nothing that AliExpress refuses', async () => {
    const { sandbox } = hub;
    const arrived = () =>
      [...sandbox.calls.byDay.values()].reduce((sum, day) => sum + (day.get(orderList.name) ?? 0), 0);
    const before = arrived();
    let answered = 0;
    sandbox.onAnswer = (method) => {
      answered += Number(method === orderList.name);
    };
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    await hub.pass(HOUR);
    expect(answered).toBeGreaterThan(2);
    expect(arrived() - before).toBe(answered);
  });

  test('A wrong key is refused in the words of the hub', async () => {
    const { status, text, progress } = await run({ ...settings(), HUB_ADMIN_KEY: hub.shopKey });
    expect([status, text]).toEqual([1, '']);
    expect(progress).toMatch(/^The key is wrong.* \/ 密钥错误.*。$/m);
  });

  test('Without a key it says which setting is missing', async () => {
    const { status, progress } = await run({ HUB_URL: hub.hub.url });
    expect(status).toBe(2);
    expect(progress).toContain('HUB_ADMIN_KEY is not set. / 未设置 HUB_ADMIN_KEY。');
  });

  test('Where no hub runs, it says how to start one', async () => {
    const { status, progress } = await run({ ...settings(), HUB_URL: 'http://127.0.0.1:9' });
    expect(status).toBe(1);
    expect(progress).toContain('No hub answers at http://127.0.0.1:9. Start it with npm run hub.');
  });

  test('A shop that is not connected is not found', async () => {
    const { status, progress } = await run(settings(), '--shop', '123');
    expect(status).toBe(1);
    expect(progress).toContain('The shop does not exist. / 该店铺不存在。');
  });

  test('Of several shops one has to be chosen', async () => {
    const { database, vault } = hub.hub.runtime;
    const shops = shopsIn(database, vault);
    const id = hub.sandbox.accounts.sellerId;
    const connection = shops.connectionOf(id);
    if (connection) shops.keep({ ...connection, seller_id: OTHER_SHOP });
    const { status, progress } = await run(settings());
    expect(status).toBe(1);
    expect(progress).toContain(`--shop ${id}   Harbor Lane Store`);
    expect(progress).toContain(`--shop ${OTHER_SHOP}`);
    expect((await run(settings(), '--shop', id)).text).toContain(ENDED_REFUSED);
    await hub.request('DELETE', `/admin/shops/${OTHER_SHOP}`, undefined, hub.adminKey);
  });

  test('Without a connected shop it says so', async () => {
    await hub.request('DELETE', `/admin/shops/${hub.sandbox.accounts.sellerId}`, undefined, hub.adminKey);
    const { status, progress } = await run(settings());
    expect(status).toBe(1);
    expect(progress).toContain('No shop is connected to the hub.');
  });
});

test('When the calls of the day are used up, the text says so, and no further probe begins', async () => {
  // The sign-in has read the profile of the shop.
  const hub = await startTestHub({ sandbox: { dailyLimit: 4 } });
  const settings = { HUB_URL: hub.hub.url, HUB_ADMIN_KEY: hub.adminKey };
  const first = await run(settings);
  expect(first.status).toBe(0);
  expect(first.text).toContain("The probe ended early. Today's 200 AliExpress calls are used up.");
  const second = await run(settings);
  expect([second.status, second.text]).toEqual([1, '']);
  expect(second.progress).toContain("Today's 200 AliExpress calls are used up.");
  expect(second.progress).toContain('今日 200 次速卖通接口调用已用完');
  await hub.stop();
});
