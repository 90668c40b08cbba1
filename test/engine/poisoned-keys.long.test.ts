import { deflateRawSync } from 'node:zlib';
import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { secondsFor } from '../../lib/hosts/hub/store/families.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import accountAlert from '../../triggers/account-alert.ts';
import newOrder from '../../triggers/new-order.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openShopServices } from '../support/shop-services.ts';

const HISTORIES = 60;
const packed = (value: unknown): string => deflateRawSync(JSON.stringify(value)).toString('base64');
/** What no reader expects: of every form that a value can have. */
const GARBAGE = [
  ...['', '0', '-1', '1', '9'.repeat(11), '9'.repeat(12), '9'.repeat(13), '9'.repeat(16), '1e300', 'NaN'],
  ...['x', '速卖通', 'null', '[]', '{}', '"text"', '[[[]]]', '{"mark":-5}', 'AAAA', 'A'.repeat(32_000)],
  ...[null, 7, [], {}, { state: 5 }, { state: { own: { pages: 'x' } }, chunks: [{}] }, [{ id: 5 }]].map(
    packed,
  ),
];

/** A workflow that has polled for some hours, and the keys that its shop has written. */
async function openPolled() {
  const keys = new Set<string>();
  const services = openShopServices({
    limit: 5000,
    through: (store) => {
      const recorded =
        (command: 'set' | 'add') =>
        (...request: Parameters<typeof store.set>) => {
          keys.add(request[0]);
          return store[command](...request);
        };
      return { ...store, set: recorded('set'), add: recorded('add') };
    },
  });
  const shop = { ...services, memo: emptyProcessMemo(), clockOffset: () => 0, isClockConfirmed: () => true };
  const poll = async (hasForgotten: boolean, purpose: Poll['purpose'] = 'poll') => {
    if (hasForgotten) shop.memo = emptyProcessMemo();
    const events = await pollTrigger(newOrder, shop, { inputs: {}, workflow: '7', purpose });
    await pollTrigger(accountAlert, shop, { inputs: {}, workflow: '8', purpose });
    return events.map(({ id }) => id);
  };
  await poll(true, 'turn_on');
  for (let n = 0; n < 3; n += 1) {
    services.clock.advance(2 * HOUR);
    services.putOrders(2, services.clock.now() - MINUTE, `82${n}`);
    await poll(true);
  }
  return { services, poll, keys };
}

/** The keys that were written, and those of the heads that come next or that a search may begin at. */
function targets(keys: ReadonlySet<string>, now: number): string[] {
  const heads = [...keys].flatMap((key) => {
    const [, name = '', number = ''] = /^(snap1:\d+:\w+):(\d+)$/.exec(key) ?? [];
    const first = Math.floor(now / DAY) * 10_000;
    return name === ''
      ? []
      : [1, 2, 3, 100].flatMap((n) => [Number(number) + n, first + n].map((at) => `${name}:${at}`));
  });
  return [...new Set([...keys, ...heads])];
}

describe('Values that a store key may write anywhere', () => {
  test.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'After garbage in many keys the orders go on or a gap is named (seed %d)',
    async (seed) => {
      const random = seededRandom(seed);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
      const { services, poll, keys } = await openPolled();
      const { clock, innerStore } = services;
      const share = pick([0.05, 0.3, 1]);
      let written = 0;
      for (const key of targets(keys, clock.now())) {
        if (random() > share) continue;
        const value = random() < 0.2 ? ((await innerStore.get(pick([...keys]))) ?? '') : pick(GARBAGE);
        const seconds = secondsFor({ key, value, ttlSeconds: 180 * 86_400 }, 'set');
        if (seconds === undefined) continue;
        await innerStore.set(key, value, seconds);
        written += 1;
      }
      const hasForgotten = random() < 0.7;
      clock.advance(MINUTE);
      const placedAt = clock.now();
      const [order = ''] = services.putOrders(1, placedAt, '91');
      const announced = new Set<string>();
      for (let n = 0; n < 8; n += 1) {
        clock.advance(20 * MINUTE);
        for (const id of await poll(hasForgotten)) announced.add(id);
      }
      const isNamed = (await skippedSpans(services)).some(
        ({ from, to }) => from <= placedAt && placedAt <= to,
      );
      expect([written > 0 || share < 0.3, announced.has(order) || isNamed]).toEqual([true, true]);
      // What comes later is announced in any case.
      const [later = ''] = services.putOrders(1, clock.now(), '92');
      for (let n = 0; n < 4; n += 1) {
        clock.advance(20 * MINUTE);
        for (const id of await poll(hasForgotten)) announced.add(id);
      }
      expect(announced).toContain(later);
    },
  );
});
