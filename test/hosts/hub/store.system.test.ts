import { createLedger } from '../../../lib/budget/ledger.ts';
import { dayIn } from '../../../lib/budget/quota-day.ts';
import { openAbnormalHistory } from '../../../lib/feeds/abnormal-history.ts';
import { keysIn } from '../../../lib/hosts/hub/access/keys.ts';
import { axiosTransport } from '../../../lib/http/axios.ts';
import { DAY, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { cardKeys, closedKey, markerKey, recheckKey } from '../../../lib/stores/card.ts';
import { hubStore } from '../../../lib/stores/hub.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { strictLog } from '../../support/strict-log.ts';

const SELLER = '2209999999999';
const LIMIT = 200;

describe('Hub as the store of a Zapier app', () => {
  let hub: TestHub;
  let remote: Store;
  beforeAll(async () => {
    hub = await startTestHub();
    const { database, clock } = hub.hub.runtime;
    const key = keysIn(database).create({ kind: 'store', name: 'Zapier' }, clock.now());
    remote = hubStore(hub.hub.url, key, axiosTransport());
  });
  afterAll(() => hub.stop());

  const day = () => dayIn('Asia/Shanghai')(hub.hub.runtime.clock.now());
  const ledgerOver = (store: Store) =>
    createLedger({
      store,
      clock: hub.hub.runtime.clock,
      random: Math.random,
      dayOf: dayIn('Asia/Shanghai'),
      limit: LIMIT,
      connectedAt: hub.hub.runtime.clock.now(),
    });

  test('The app and the hub together are granted exactly the calls of a day', async () => {
    const ledgers = [remote, hub.hub.runtime.database.store].map(ledgerOver);
    const claims = await Promise.all(
      Array.from({ length: 2 * LIMIT }, (_, n) => ledgers[n % 2]?.claim(SELLER, 'interactive')),
    );
    expect(claims.filter((claim) => claim?.granted)).toHaveLength(LIMIT);
    expect(await ledgerOver(remote).used(SELLER)).toBe(LIMIT);
  });

  test('Values are written, read and deleted', async () => {
    const key = `snap1:${SELLER}:orders`;
    expect(await remote.get(key)).toBeNull();
    expect([await remote.add(key, '1', 60), await remote.add(key, '2', 60)]).toEqual([true, false]);
    const name = `shop:${SELLER}:name`;
    expect(await remote.set(name, '速卖通', 60)).toBe(true);
    expect(await remote.getMany?.([name, `time:${SELLER}`])).toEqual(['速卖通', null]);
    expect([await remote.delete(key), await remote.delete(key)]).toEqual([true, false]);
  });

  test('What an app has stored of a shop that is not connected to the hub is deleted by its number', async () => {
    const [shop, other] = ['2207777777777', '22077777777771'];
    for (const each of [shop, other]) await remote.set(`shop:${each}:name`, '速卖通', 600);
    const { status } = await hub.request('DELETE', `/admin/shops/${shop}`, undefined, hub.adminKey);
    expect(status).toBe(204);
    expect(await remote.get(`shop:${shop}:name`)).toBeNull();
    expect(await remote.get(`shop:${other}:name`)).toBe('速卖通');
  });

  test('An app keeps what it remembers of abnormal parcels', async () => {
    const services = { seller: SELLER, store: remote, clock: hub.hub.runtime.clock, log: strictLog };
    const now = services.clock.now();
    const history = openAbnormalHistory(services);
    history.record('1/warehouse_reject_goods/OVER_SIZE', now, 2);
    await history.store();
    const again = openAbnormalHistory(services);
    await again.load(null);
    expect(again.count('1/warehouse_reject_goods/OVER_SIZE', now)).toBe(2);
  });

  test('A card that AliExpress has closed can be closed by the app', async () => {
    const key = closedKey(cardKeys('2208888888888', day().name));
    expect(await remote.set(key, String(day().end), 600)).toBe(true);
  });

  test('The app finds out, like the hub, whether a closed card may be opened', async () => {
    const key = recheckKey(cardKeys(SELLER, day().name));
    expect(await remote.add(key, '1', 60)).toBe(true);
  });

  test('The app keeps a shop known, and changes none of its days', async () => {
    const { store } = hub.hub.runtime.database;
    const key = markerKey('2206666666666');
    await store.set(key, '2026-11-20,2026-11-21', 600);
    expect(await remote.set(key, '2026-11-20,2026-11-21', 1)).toBe(true);
    await expect(remote.set(key, '2026-11-20', 600)).rejects.toThrow(/HTTP 401/);
    await hub.pass(MINUTE);
    expect(await remote.get(key)).toBe('2026-11-20,2026-11-21');
  });

  test('No app makes a feed wait for longer than a reader does that cannot store anything', async () => {
    const key = `lease:${SELLER}:orders`;
    expect(await remote.set(key, 'mine', 180 * 86_400)).toBe(true);
    await hub.pass(11 * MINUTE);
    expect(await remote.get(key)).toBeNull();
  });

  test.each([
    ['pause:app-a1_B2-c3', '1791343800000'],
    ['pause:address-zapier', '1791343800000'],
    ['limit:app-a1_B2-c3-aliexpress.trade.seller.orderlist.get', '{"limit":"method"}'],
    ['limit:app-a1_B2-c3-/auth/token/refresh', '{"limit":"method"}'],
    ['probe:address-zapier:1791343800000', '1'],
    ['rate:app-a1_B2-c3:7165375200', '1'],
    [`denied:${SELLER}:aliexpress.merchant.diagnosis.query`, '{"code":"InsufficientPermission"}'],
  ])(
    'The app keeps in %s what all its shops share, or what a shop has no permission for',
    async (key, value) => {
      expect(await remote.add(key, value, 60)).toBe(true);
      expect(await remote.get(key)).toBe(value);
    },
  );

  test('The app cannot pause the requests of the hub itself', async () => {
    await expect(remote.set('pause:address-hub', '1791343800000', 60)).rejects.toThrow(/HTTP 4\d\d/);
  });

  test.each([
    [`snap1:${SELLER}:orders`, '9'.repeat(13)],
    [`snap1:${SELLER}:orders:again`, 'x'],
    [`snap1:${SELLER}:orders:203570001`, '{"state":1}'],
    [`chunk1:${SELLER}:orders:a`, '速卖通'],
    [`status1:${SELLER}:orders`, '{'],
    [`time:${SELLER}`, 'Infinity'],
    [`pause:${SELLER}`, 'for ever'],
    [`rate:${SELLER}:7`, '2'],
    [`mark:1:${SELLER}:a`, '1e300'],
  ])('The app cannot write into %s what the engine does not write there', async (key, value) => {
    await expect(remote.set(key, value, 60)).rejects.toThrow(/HTTP 4\d\d/);
    await expect(remote.add(key, value, 60)).rejects.toThrow(/HTTP 4\d\d/);
    expect(await remote.get(key)).toBeNull();
  });

  test.each([
    ['set', `slots:${SELLER}:2026-11-28:1`],
    ['set', `slots:${SELLER}:2026-11-28:used`],
    ['add', `slots:${SELLER}:2026-11-28:7`],
    ['delete', `slots:${SELLER}:2026-11-28:used`],
    ['set', 'tokens'],
    ['set', `searches:${SELLER}:2026-11-28`],
    ['set', `snap1:${SELLER}:${'x'.repeat(400)}`],
  ] as const)('The app cannot %s %s', async (command, key) => {
    const write = command === 'delete' ? remote.delete(key) : remote[command](key, '1', 60);
    await expect(write).rejects.toThrow(/HTTP 4\d\d/);
  });

  test('A claim beyond the calls of a day takes none', async () => {
    const { name, end } = day();
    const answer = await remote.claim?.({
      keys: cardKeys(SELLER, name),
      day: name,
      dayEnd: end,
      id: `${name}/1-another`,
      firstSlot: 1,
      lastSlot: 10 * LIMIT,
      isNewShop: true,
      ttlSeconds: 600,
      now: hub.hub.runtime.clock.now(),
    });
    expect(answer).toEqual({ outcome: 'used_up', until: end });
  });

  test.each([-7 * SECOND, 7 * SECOND])(
    'An app whose clock is %d ms from the one of the hub waits for its rate slot, and no longer',
    async (aheadMs) => {
      const seller = aheadMs < 0 ? '2205555555551' : '2205555555552';
      const { name, end } = day();
      const appNow = hub.hub.runtime.clock.now() + aheadMs;
      const waits = [];
      for (let nth = 1; nth <= 3; nth += 1) {
        const answer = await remote.claim?.({
          keys: cardKeys(seller, name),
          day: name,
          dayEnd: end,
          id: `${name}/1-${nth}`,
          firstSlot: 1,
          lastSlot: LIMIT,
          isNewShop: true,
          ttlSeconds: 600,
          now: appNow,
          gate: { pause: `pause:${seller}`, rate: `rate:${seller}` },
        });
        waits.push(answer?.outcome === 'granted' ? answer.sendAt - appNow : Number.NaN);
      }
      for (const wait of waits) {
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(2 * 300);
      }
    },
  );

  test('An app takes no calls of other days, and makes no card of today forget what was taken', async () => {
    const seller = '2207777777777';
    const claim = (at: number, ttlSeconds = 600, shop = seller) => {
      const { name, end } = dayIn('Asia/Shanghai')(at);
      return remote.claim?.({
        keys: cardKeys(shop, name),
        day: name,
        dayEnd: end,
        id: `${name}/1-${at}`,
        firstSlot: 1,
        lastSlot: LIMIT,
        isNewShop: true,
        ttlSeconds,
        now: at,
      });
    };
    const { now } = hub.hub.runtime.clock;
    expect(await claim(now(), 1)).toMatchObject({ outcome: 'granted' });
    await hub.pass(2 * MINUTE);
    expect(await claim(now())).toMatchObject({ outcome: 'granted', slot: 2 });
    for (const days of [-2, 2, 300]) await expect(claim(now() + days * DAY)).rejects.toThrow(/HTTP 401/);
    await expect(claim(now(), 600, '')).rejects.toThrow(/HTTP 401/);
  });

  test('A key of a shop does not open the store', async () => {
    const { status, body } = await hub.request('POST', '/store/get', { key: `time:${SELLER}` });
    expect([status, body.kind]).toEqual([401, 'key_refused']);
  });
});
