import { openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { startDeliverer } from '../../../../lib/hosts/hub/deliveries/deliverer.ts';
import { createPacer } from '../../../../lib/hosts/hub/recipes/pacer.ts';
import type { HubRuntime } from '../../../../lib/hosts/hub/runtime.ts';
import { createCounts } from '../../../../lib/hosts/hub/service/counts.ts';
import { createHolds } from '../../../../lib/hosts/hub/shops/holds.ts';
import { spaced } from '../../../../lib/hosts/hub/shops/spaced.ts';
import { openTracker } from '../../../../lib/hosts/hub/shops/tracker.ts';
import { Problem } from '../../../../lib/problems.ts';
import { HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { steadyNow } from '../../../../lib/steady-now.ts';
import { fixedClock } from '../../../support/fixed-clock.ts';
import { jumpingClock } from '../../../support/jumping-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const BOT = 'https://bot.example/1';
const REQUEST = { method: 'GET', url: 'https://a.example' } as const;
const LIMITS = { bytes: 1, perMinute: 1 };

describe('Clock that is set back by eight hours', () => {
  const start = () => fixedClock('2026-11-21T10:00:00Z');

  test('A steady time does not go back, and runs on', () => {
    const clock = start();
    const now = steadyNow(clock);
    const before = now();
    clock.advance(-8 * HOUR);
    expect(now()).toBe(before);
    clock.advance(SECOND);
    expect(now()).toBe(before + SECOND);
  });

  test('The next call waits for its turn, and no longer', async () => {
    const clock = start();
    const waits: number[] = [];
    const send = spaced(
      async () => ({ status: 200, body: '' }),
      clock,
      (ms) => waits.push(ms),
    );
    await send(REQUEST);
    clock.advance(-8 * HOUR);
    await send(REQUEST);
    expect(waits).toEqual([0, SECOND / 4]);
  });

  test('The next request to 17TRACK waits for its turn, and no longer, in every shop that has the key', async () => {
    const clock = start();
    const waits: number[] = [];
    const sleep = async (ms: number) => {
      waits.push(ms);
      await clock.sleep(ms);
    };
    const answer = { code: 0, data: { quota_used: 0, quota_remain: 1, quota_total: 1 } };
    const runtime = {
      settings: {},
      tracker: async () => ({ status: 200, body: JSON.stringify(answer) }),
      clock: { ...clock, sleep },
      random: () => 0,
    } as unknown as HubRuntime;
    await openTracker(runtime, 'key').credits();
    clock.advance(-8 * HOUR);
    await openTracker(runtime, 'key').credits();
    await openTracker(runtime, 'key').credits();
    expect(waits).toEqual([350, 350]);
  });

  test('The next message to a bot waits for its minute, and no longer', () => {
    const clock = start();
    const pacer = createPacer(clock);
    pacer.delay(BOT, LIMITS);
    clock.advance(-8 * HOUR);
    expect(pacer.delay(BOT, LIMITS)).toBe(MINUTE);
  });

  test('A silenced bot gets its next message when its pause is over', () => {
    const clock = start();
    const pacer = createPacer(clock);
    pacer.delay(BOT, { bytes: 1, perMinute: 20 });
    clock.advance(-8 * HOUR);
    pacer.delay(BOT, { bytes: 1, perMinute: 20 });
    pacer.pause(BOT, clock.now() + 10 * MINUTE);
    expect(pacer.delay(BOT, { bytes: 1, perMinute: 20 })).toBe(10 * MINUTE);
  });

  test('A shop whose token was refused is held for its time, and no longer', () => {
    const clock = start();
    const holds = createHolds(clock);
    holds.holdShop('1', new Problem('token_expired', {}), 15 * MINUTE);
    holds.check('2');
    expect(() => holds.check('1')).toThrow();
    clock.advance(-8 * HOUR);
    expect(() => holds.check('1')).toThrow();
    clock.advance(15 * MINUTE);
    holds.check('1');
  });

  test.each([
    ['runs', 0],
    ['is stopped', 8 * HOUR],
  ])('A delivery waits no longer for its next attempt if that happens while the hub %s', async (_, ahead) => {
    const clock = jumpingClock();
    const home = temporaryFolder();
    const database = openDatabase(home.path, clock);
    const plannedAt = clock.now() + ahead;
    database.connection.exec(`
      INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Shop', '', 0, NULL, 0, 'connected');
      INSERT INTO subscriptions (id, shop, owner, trigger, inputs, fingerprint, kind, state, created_at)
        VALUES ('s', '1', 'k', 'new_order', '{}', 'f', 'hook', 'active', 0);
      INSERT INTO events (seq, subscription, event_id, title, title_zh, occurred_at, created_at) VALUES (1, 's', 'e', '', '', 0, 0);
      INSERT INTO deliveries (event, subscription, step, state, occurred_at, due_at, planned_at, attempts)
        VALUES (1, 's', 'webhook', 'waiting', 0, ${plannedAt + 10 * MINUTE}, ${plannedAt}, 1);`);
    let attempts = 0;
    const runtime = { clock, database, log: () => {}, counts: createCounts(), loops: new Map() };
    const deliverer = startDeliverer(runtime as unknown as HubRuntime, async () => {
      attempts += 1;
      return { outcome: { state: 'delivered' } };
    });
    const isIdle = () => deliverer.running() === 0;
    await clock.jump(MINUTE, isIdle);
    clock.setBack(8 * HOUR - ahead);
    await clock.jump(8 * MINUTE, isIdle);
    expect(attempts).toBe(0);
    await clock.jump(4 * MINUTE, isIdle);
    expect(attempts).toBe(1);
    await deliverer.stop();
    database.close();
    home.remove();
  });
});
