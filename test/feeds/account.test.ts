import { MAX_CLOCK_ERROR_MS } from '../../lib/aliexpress/server-time.ts';
import { createAccountFeed, skippedRecord } from '../../lib/feeds/account.ts';
import { writeFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { reportSkipped } from '../../lib/feeds/engine/skipped-events.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Credits, Tracker } from '../../lib/trackers/tracker.ts';
import { silentStore } from '../support/failing-stores.ts';
import { aStatus } from '../support/feed-status.ts';
import { openShopServices } from '../support/shop-services.ts';
import { switchableStore } from '../support/switchable-store.ts';

const SELLER = '2201234567890';
/** Of the shop's day, in Shanghai. */
const DAY_START = Date.UTC(2026, 10, 20, 16);

/** A shop with ten calls a day, as a process sees it that knows nothing. It is 10:00 in Shanghai. */
function openAccount(offsetMs?: number) {
  const { fails, through } = switchableStore();
  const shop = openShopServices({ limit: 10, through });
  if (offsetMs !== undefined) shop.clockOffset = () => offsetMs;
  const alerts = async () => {
    shop.memo.alerts.clear();
    return createAccountFeed(shop).known();
  };
  const types = async () => (await alerts()).map(({ alert_type }) => alert_type);
  const spend = async (calls: number) => {
    for (let n = 0; n < calls; n += 1) await shop.budget.spend('interactive');
  };
  const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
  return { shop, fails, alerts, types, spend, iso, now: shop.clock.now() };
}

describe('Alerts about the calls of the day', () => {
  test('An alert is raised at 80 and at 100 percent', async () => {
    const { spend, types, alerts } = openAccount();
    await spend(7);
    expect(await types()).toStrictEqual([]);
    await spend(1);
    expect(await alerts()).toMatchObject([
      {
        alert_id: `${SELLER}/budget_80/2026-11-21`,
        detail: expect.stringContaining('8 of 10 calls are used, 42% of the day is over'),
        detail_zh: expect.stringContaining('已用 8/10 次，当天已过 42%'),
        until: '2026-11-21T16:00:00Z',
      },
    ]);
    await spend(2);
    expect(await types()).toEqual(['budget_80', 'budget_100']);
  });

  test('80 percent are reported only where they are used early in the day', async () => {
    const { shop, spend, types, now } = openAccount();
    await spend(8);
    shop.clock.advance(DAY_START + 0.6 * DAY - now);
    expect(await types()).toEqual(['budget_80']);
    shop.clock.advance(0.01 * DAY);
    expect(await types()).toStrictEqual([]);
    await spend(2);
    expect(await types()).toEqual(['budget_100']);
  });

  test('A card that the store has lost is named instead', async () => {
    const { shop, spend, alerts } = openAccount();
    await spend(2);
    for (const key of ['used', 'used:2', 'used:3', '1', '2'])
      await shop.innerStore.delete(`slots:${SELLER}:2026-11-21:${key}`);
    expect(await alerts()).toMatchObject([
      { alert_id: `${SELLER}/store_forgot/2026-11-21`, until: '2026-11-21T16:00:00Z' },
    ]);
  });
});

describe('Alert about a pause', () => {
  const pausedFor = async (ms: number, limit: 'seller' | 'app' | 'app_day' = 'seller') => {
    const account = openAccount();
    await account.shop.budget.paused({ limit, isStated: true, until: account.now + ms });
    return account;
  };

  test('A pause is reported from two minutes on, until an hour after its end', async () => {
    expect(await (await pausedFor(2 * MINUTE - 1)).types()).toStrictEqual([]);
    const { shop, types, alerts, now, iso } = await pausedFor(2 * MINUTE);
    expect(await alerts()).toMatchObject([
      { alert_id: `${SELLER}/calls_paused/${now + 2 * MINUTE}`, until: iso(now + 2 * MINUTE) },
    ]);
    shop.clock.advance(62 * MINUTE);
    expect(await types()).toEqual(['calls_paused']);
    shop.clock.advance(1);
    expect(await types()).toStrictEqual([]);
  });

  test.each(['app', 'app_day'] as const)(
    'A pause of all shops together is told apart (%s)',
    async (limit) => {
      expect(await (await pausedFor(HOUR, limit)).types()).toEqual(['app_limited']);
    },
  );
});

describe('Alert about a failing feed', () => {
  const failing = async (lastedMs: number, kind = 'request_refused', ageMs = 0) => {
    const account = openAccount();
    const lastAt = account.now - ageMs;
    const facts = { method: 'm', code: 'E1' };
    const failure = { kind, since: lastAt - lastedMs, lastAt, facts };
    await writeFeedStatus(account.shop.store, SELLER, 'stock', aStatus({ failure }));
    return account.alerts();
  };

  test('A failure is reported once it has lasted an hour, with what is affected', async () => {
    expect(await failing(HOUR - 1)).toStrictEqual([]);
    expect(await failing(HOUR)).toMatchObject([
      {
        alert_id: `${SELLER}/aliexpress_rejected/stock/2026-11-21`,
        headline: 'AliExpress has rejected requests since 11-21 09:00',
        detail: expect.stringContaining('Affected: stock (m, code E1).'),
        detail_zh: expect.stringContaining('受影响：库存（m，代码 E1）'),
      },
    ]);
  });

  test('It has another id for each day that it has lasted', async () => {
    const idAfter = async (ms: number) => (await failing(ms))[0]?.alert_id;
    expect(await idAfter(2 * DAY - 1)).toBe(`${SELLER}/aliexpress_rejected/stock/2026-11-20`);
    expect(await idAfter(2 * DAY)).toBe(`${SELLER}/aliexpress_rejected/stock/2026-11-21`);
  });

  test('A missing permission is reported at once, and an unknown kind never', async () => {
    expect(await failing(0, 'permission_missing')).toMatchObject([{ alert_type: 'permission_missing' }]);
    expect(await failing(DAY, 'moon')).toStrictEqual([]);
  });
});

describe('Alert about the clock', () => {
  test.each([
    [-1, 'fast'],
    [1, 'slow'],
  ])('A clock that is off by more than calls allow is reported (%d)', async (sign, word) => {
    const offset = sign * (MAX_CLOCK_ERROR_MS + MINUTE);
    const [alert] = await openAccount(offset).alerts();
    expect(alert).toMatchObject({
      alert_id: `${SELLER}/clock_wrong/2026-11-21`,
      headline: `The clock of this computer is ${Math.abs(offset) / MINUTE} minutes ${word}`,
      until: '2026-11-21T16:00:00Z',
    });
  });

  test('A clock that is off by less is not, nor one of which nothing was measured', async () => {
    expect(await openAccount(MAX_CLOCK_ERROR_MS).alerts()).toStrictEqual([]);
    expect(await openAccount().alerts()).toStrictEqual([]);
  });
});

describe('Alert about the end of the connection', () => {
  test.each([
    [14 * DAY + 1, undefined],
    [14 * DAY, 14],
    [3 * DAY + 1, 14],
    [3 * DAY, 3],
    [DAY + 1, 3],
    [DAY, 1],
    [-HOUR, 1],
  ])('%d milliseconds before the end, the notice is that of day %s', async (ms, notice) => {
    const { shop, alerts, now } = openAccount();
    shop.renewBy = now + ms;
    const ids = (await alerts()).map(({ alert_id }) => alert_id);
    expect(ids).toEqual(notice === undefined ? [] : [`${SELLER}/reconnect_soon/${now + ms}/${notice}`]);
  });
});

test('An alert to reconnect names the time until which the authorization can be renewed', async () => {
  const { shop, alerts, now, iso } = openAccount();
  shop.renewBy = now + 2 * DAY;
  expect(await alerts()).toMatchObject([
    { headline: 'Reconnect your AliExpress shop by 11-23 10:00', until: iso(shop.renewBy) },
  ]);
});

describe('Alert about skipped events', () => {
  const span = { from: Date.parse('2026-11-20T01:00:00Z'), to: Date.parse('2026-11-20T05:00:00Z') };
  const reported = async (more: object) => {
    const { shop, alerts } = openAccount();
    await reportSkipped(shop, { ...span, ...more });
    return (await alerts())[0];
  };

  test('It names the time and the feed, and keeps the time at which it was found', async () => {
    const { shop, alerts, now, iso } = openAccount();
    await reportSkipped(shop, { ...span, feed: 'orders' });
    shop.clock.advance(HOUR);
    expect(await alerts()).toMatchObject([
      {
        alert_id: `${SELLER}/events_skipped/orders/${span.to}`,
        headline: expect.stringMatching(/^Orders from 11-20 09:00 to 11-20 13:00 were not announced$/),
        raised_at: iso(now),
      },
    ]);
  });

  test('The feed is left out where it may be any, and where only another release knows it', async () => {
    for (const feed of [{}, { feed: 'moon' }])
      expect(await reported(feed)).toMatchObject({ alert_id: `${SELLER}/events_skipped/all/${span.to}` });
  });

  test('It says where to look for what was skipped', async () => {
    expect((await reported({}))?.detail).toContain('Check this time in Seller Center.');
    expect((await reported({ feed: 'reviews' }))?.detail).toContain(
      'Check reviews of this time in Seller Center.',
    );
  });

  test('Each cause has its own words', async () => {
    const causes = [{}, { isHeld: true }, { isIncompleteList: true }, { orders: 3 }];
    const details = await Promise.all(causes.map(async (cause) => (await reported(cause))?.detail));
    expect(new Set(details).size).toBe(4);
    expect(details[3]).toContain('At least 3 orders');
  });

  test('A pause is known by where it begins and by the day on which it ends', async () => {
    const day = Math.floor(span.to / DAY);
    expect((await reported({ orders: 3 }))?.alert_id).toBe(
      `${SELLER}/events_skipped/all/${span.from}/${day}`,
    );
  });

  test('A host may name another cause', () => {
    const record = skippedRecord(
      SELLER,
      { ...span, at: span.to, isHeld: false },
      { en: 'Because.', zh: '因为。' },
    );
    expect(record).toMatchObject({
      detail: expect.stringContaining('Because.'),
      raised_at: '2026-11-20T05:00:00Z',
    });
  });
});

describe('Reading of the alerts', () => {
  test('They are read from the store again once another call was claimed, or after 15 minutes', async () => {
    const { shop, fails, spend } = openAccount();
    await spend(1);
    const keys: string[] = [];
    fails.get = async (key) => {
      keys.push(key);
      return shop.innerStore.get(key);
    };
    const readsAfter = async (ms: number) => {
      shop.clock.advance(ms);
      keys.length = 0;
      await createAccountFeed(shop).read('polling');
      return keys.length;
    };
    expect(await readsAfter(0)).toBeGreaterThan(1);
    // What a call leaves in the store may come a minute later.
    expect(await readsAfter(MINUTE)).toBeGreaterThan(1);
    expect(await readsAfter(MINUTE)).toBe(1);
    expect(await readsAfter(14 * MINUTE - 1)).toBe(1);
    expect(await readsAfter(1)).toBeGreaterThan(1);
    expect(await readsAfter(1)).toBe(1);
    await spend(1);
    expect(await readsAfter(1)).toBeGreaterThan(1);
  });

  test('Alerts that need no store are raised while it does not answer', async () => {
    const { fails, types } = openAccount(2 * HOUR);
    fails.get = silentStore.get;
    expect(await types()).toEqual(['clock_wrong']);
  });
});

describe('Alerts about the parcel tracker', () => {
  const openTracked = (credits: () => Promise<Credits>) => {
    const account = openAccount();
    let asked = 0;
    const count = () => {
      asked += 1;
      return credits();
    };
    account.shop.tracker = { credits: count } as Tracker;
    return { ...account, asked: () => asked };
  };
  const creditsLeft = (left: number) => async () => ({ used: 100 - left, left, total: 100 });
  const refusal =
    (kind: 'tracker_key_refused' | 'tracker_ip_not_allowed' | 'tracker_unreachable') => async () =>
      fail(kind, { tracker: { en: '17TRACK', zh: '17TRACK' }, code: '1' });

  test.each([
    [11, []],
    [10, [`${SELLER}/tracker_quota_low/2026-11/low`]],
    [0, [`${SELLER}/tracker_quota_low/2026-11/none`]],
  ])('With %d of 100 credits left the alerts are %j', async (left, ids) => {
    expect((await openTracked(creditsLeft(left)).alerts()).map(({ alert_id }) => alert_id)).toEqual(ids);
  });

  test('The alert names the credits', async () => {
    expect(await openTracked(creditsLeft(7)).alerts()).toMatchObject([
      { headline: '7 of 100 17TRACK credits are left', headline_zh: '17TRACK 额度剩余 7/100' },
    ]);
  });

  test.each([
    ['tracker_key_refused', [`${SELLER}/tracker_key_refused/2026-11-21`]],
    ['tracker_ip_not_allowed', [`${SELLER}/tracker_key_refused/2026-11-21`]],
    ['tracker_unreachable', []],
  ] as const)('After the problem %s the alerts are %j', async (kind, ids) => {
    expect((await openTracked(refusal(kind)).alerts()).map(({ alert_id }) => alert_id)).toEqual(ids);
  });

  test('The tracker is asked once an hour', async () => {
    const { alerts, asked, shop } = openTracked(creditsLeft(7));
    await alerts();
    expect(await alerts()).toHaveLength(1);
    expect(asked()).toBe(1);
    shop.clock.advance(HOUR);
    await alerts();
    expect(asked()).toBe(2);
  });
});
