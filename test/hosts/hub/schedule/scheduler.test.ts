import { emptyProcessMemo } from '../../../../lib/engine/shop.ts';
import { type Database, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import type { HubRuntime } from '../../../../lib/hosts/hub/runtime.ts';
import { type Scheduler, startScheduler } from '../../../../lib/hosts/hub/schedule/scheduler.ts';
import { createCounts } from '../../../../lib/hosts/hub/service/counts.ts';
import { readHubSettings } from '../../../../lib/hosts/hub/settings.ts';
import { createHolds } from '../../../../lib/hosts/hub/shops/holds.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { TransportFailure } from '../../../../lib/http/transport.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { readSettings } from '../../../../lib/settings.ts';
import { createVault } from '../../../../lib/vault.ts';
import { operations } from '../../../../operations.ts';
import { type JumpingClock, jumpingClock } from '../../../support/jumping-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('Scheduler', () => {
  const folder = temporaryFolder();
  let database: Database;
  let clock: JumpingClock;
  /** Numbers of the shops whose calls have reached AliExpress, which answers none of them until it is told to. */
  let called: string[];
  let waiting: (() => void)[];
  let isEnding: boolean;
  let scheduler: Scheduler;
  let runtime: HubRuntime;
  beforeEach(() => {
    clock = jumpingClock();
    database = openDatabase(folder.path, clock);
    [called, waiting, isEnding] = [[], [], false];
    runtime = {
      version: '0.0.0',
      registry: { ...operations, channels: [], recipes: [] },
      settings: readSettings({}),
      hub: readHubSettings({}, folder.path),
      appKey: { appKey: '1', appSecret: 's' },
      database,
      vault: createVault('k'.repeat(32), 'hub'),
      clock,
      random: Math.random,
      memo: emptyProcessMemo(),
      aliexpress: ({ url, body = '' }) => {
        called.push(/token_(\d+)/.exec(url + body)?.[1] ?? '');
        const { promise, reject } = Promise.withResolvers<never>();
        waiting.push(() => reject(new TransportFailure('not_sent')));
        if (isEnding) answerAll();
        return promise;
      },
      messengers: () => Promise.reject(new TransportFailure('not_sent')),
      tracker: () => Promise.reject(new TransportFailure('not_sent')),
      holds: createHolds(clock),
      log: () => {},
      counts: createCounts(),
      loops: new Map(),
      alertsReadAt: new Map(),
      trackerUpdates: new Map(),
      foundLast: new Map(),
      interruption: new AbortController().signal,
      instance: '1',
    };
  });
  afterEach(async () => {
    isEnding = true;
    answerAll();
    await scheduler.stop();
    database.close();
  });
  afterAll(() => folder.remove());

  function connect(...ids: string[]): void {
    const { vault } = runtime;
    for (const id of ids) {
      shopsIn(database, vault).keep({
        access_token: `token_${id}`,
        refresh_token: 'r',
        seller_id: id,
        access_expires_at: new Date(clock.now() + 10 * DAY).toISOString(),
        refresh_expires_at: '',
        connected_at: new Date(clock.now()).toISOString(),
      });
      subscriptionsIn(database, vault).add(
        { shop: id, owner: 'key', trigger: 'new_order', inputs: {}, kind: 'pull' },
        clock.now(),
      );
    }
  }
  function answerAll(): void {
    for (const answer of waiting.splice(0)) answer();
  }

  const nextVisitOf = (shop: string): number =>
    Math.min(...[...scheduler.nextVisits(shop).values()].map(({ at }) => at));

  test('A shop that waits for its first visit is visited also if somebody asks when it will be', async () => {
    const ids = Array.from({ length: 13 }, (_, index) => String(101 + index));
    connect(...ids);
    scheduler = startScheduler(runtime, () => {});
    await settled();
    expect(scheduler.running()).toBe(12);
    expect(scheduler.nextVisits('113').size).toBe(0);
    isEnding = true;
    answerAll();
    await clock.jump(3 * MINUTE, () => true);
    expect(called).toContain('113');
  });

  test('A shop that cannot be visited is tried again after a minute, and not before', async () => {
    isEnding = true;
    connect('101');
    let tries = 0;
    let isBroken = true;
    const { registry } = runtime;
    Object.defineProperty(runtime, 'registry', {
      get: () => {
        if (!isBroken) return registry;
        tries += 1;
        throw new Error('the disk is broken');
      },
    });
    scheduler = startScheduler(runtime, () => {});
    await settled();
    const shops = shopsIn(database, runtime.vault).connected().length;
    expect([tries, scheduler.running(), called]).toEqual([shops, 0, []]);
    await clock.jump(3 * MINUTE, () => true);
    expect(tries).toBeGreaterThan(2 * shops);
    expect(tries).toBeLessThan(6 * shops);
    isBroken = false;
    await clock.jump(2 * MINUTE, () => true);
    expect(called).toContain('101');
  });

  test('After the clock was set back by eight hours a feed is visited within a minute', async () => {
    isEnding = true;
    connect('101');
    scheduler = startScheduler(runtime, () => {});
    await clock.jump(3 * MINUTE, () => true);
    expect(scheduler.running()).toBe(0);
    expect(nextVisitOf('101')).toBeGreaterThan(clock.now());
    clock.setBack(8 * HOUR);
    await clock.jump(3 * MINUTE, () => true);
    const nextAt = nextVisitOf('101');
    expect(nextAt).toBeLessThanOrEqual(clock.now() + 5 * MINUTE);
  });
});
