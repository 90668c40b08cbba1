import { abnormalParcels } from '../../lib/aliexpress/methods/abnormal-parcels.ts';
import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { createAbnormalParcelsFeed } from '../../lib/feeds/abnormal-parcels.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { fromPacific, toPacific } from '../../sandbox/pacific.ts';
import abnormalParcel from '../../triggers/abnormal-parcel.ts';
import { type Answer, type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { losingStore } from '../support/losing-store.ts';
import { problemLike } from '../support/problem-like.ts';
import type { ShopOptions } from '../support/shop-services.ts';

type Row = Record<string, unknown>;

interface AbnormalShop extends AnsweringShop {
  /** Rows by case number, as they are now. */
  rows: Map<string, Row>;
  /** Writes the times of rows. */
  write(at: number): string;
  put(id: string, changes?: Row & { at?: number }): void;
  /** The records that a poll returns. */
  poll(ms?: number): Promise<readonly Record<string, unknown>[]>;
  pollFor(ms: number, everyMs?: number): Promise<void>;
  /** Numbers of the entries into the states of a parcel. */
  entriesOf(id: string): Promise<(number | undefined)[]>;
}

const toBeijing = (at: number) =>
  new Date(Math.floor(at / SECOND) * SECOND + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
const fromBeijing = (written: string) => Date.parse(`${written.replace(' ', 'T')}+08:00`);

function openAbnormalShop({
  read = fromPacific as (written: string) => number | undefined,
  ...options
}: ShopOptions & { read?: (written: string) => number | undefined } = {}): AbnormalShop {
  const answering = openAnsweringShop(options);
  const { clock } = answering;
  const feed = () => createAbnormalParcelsFeed(shop);
  const shop: AbnormalShop = Object.assign(answering, {
    rows: new Map<string, Row>(),
    write: toPacific,
    put: (id: string, { at = clock.now() - MINUTE, ...changes }: Row & { at?: number } = {}) => {
      shop.rows.set(id, {
        id,
        trade_order_id: `8201${id}`,
        order_status_code: 'warehouse_reject_goods',
        order_status_name: 'Rejected by the warehouse',
        abnormal_code: 'OVER_SIZE',
        abnormal_reason: 'Larger than the route allows',
        gmt_status_update: shop.write(at),
        ...changes,
      });
    },
    poll: async (ms = 0) => {
      clock.advance(ms);
      return (await feed().read('polling')).records;
    },
    pollFor: async (ms: number, everyMs = 15 * MINUTE) => {
      for (let passed = 0; passed < ms; passed += everyMs) await shop.poll(everyMs);
    },
    entriesOf: async (id: string) => {
      const { records, statesOf } = await feed().read('polling');
      const found = records.find(({ abnormal_id }) => abnormal_id === id);
      return (found && statesOf?.(found))?.map(({ entry }) => entry) ?? [];
    },
  });
  shop.answers.set(abnormalParcels.name, (request) => {
    const [page, size] = [Number(request.current_page), Number(request.page_size)];
    const [from, to] = [request.gmt_status_update_start, request.gmt_status_update_end].map(
      (written) => read(String(written)) ?? Number.NaN,
    ) as [number, number];
    const found = [...shop.rows.values()].filter(({ gmt_status_update }) => {
      const at = read(String(gmt_status_update)) ?? from;
      return at >= from && at <= to;
    });
    return {
      is_success: true,
      total_count: found.length,
      total_page: Math.ceil(found.length / size),
      result: found.slice((page - 1) * size, page * size),
    };
  });
  return shop;
}

const ids = (records: readonly Record<string, unknown>[]) => records.map(({ abnormal_id }) => abnormal_id);

describe('Feed of abnormal parcels', () => {
  test('The list is read about every two hours, so a day takes at most 12 calls', async () => {
    const shop = openAbnormalShop();
    await shop.poll();
    shop.sent.length = 0;
    await shop.pollFor(DAY);
    expect(shop.sent.length).toBeGreaterThan(9);
    expect(shop.sent.length).toBeLessThanOrEqual(12);
  });

  test.each([1, 5, 15])(
    'With polls every %i minutes a parcel is found within two and a half hours',
    async (minutes) => {
      const shop = openAbnormalShop();
      await shop.poll();
      await shop.pollFor(20 * MINUTE, minutes * MINUTE);
      const at = shop.clock.now();
      shop.put('1', { at });
      while (!ids(await shop.poll(minutes * MINUTE)).includes('1'))
        expect(shop.clock.now() - at).toBeLessThan(2.5 * HOUR);
      expect(shop.clock.now() - at).toBeLessThanOrEqual(2.5 * HOUR);
    },
  );

  test('A row that AliExpress shows an hour late is found', async () => {
    const shop = openAbnormalShop();
    await shop.poll();
    const at = shop.clock.now() + 75 * MINUTE;
    await shop.pollFor(135 * MINUTE);
    shop.put('1', { at });
    await shop.pollFor(135 * MINUTE);
    expect(ids(await shop.poll())).toEqual(['1']);
  });

  test('A row that one answer has left out is found by the next one, in the same number of calls', async () => {
    const shop = openAbnormalShop();
    const at = shop.clock.now();
    await shop.pollFor(10 * HOUR);
    const calls = shop.sent.length;
    shop.put('1', { at });
    await shop.pollFor(135 * MINUTE);
    expect([ids(await shop.poll()), shop.sent.length - calls]).toEqual([['1'], 1]);
  });

  test('A list of several pages is read whole, and rows that are listed twice count once', async () => {
    const shop = openAbnormalShop();
    for (let n = 0; n < 120; n += 1) shop.put(String(1000 + n), { at: shop.clock.now() - n * MINUTE });
    const answer = shop.answers.get(abnormalParcels.name);
    shop.answers.set(abnormalParcels.name, (request) => {
      const { result, ...rest } = (answer as Answer)(request) as { result: Row[] };
      return { ...rest, result: result.flatMap((row, n) => (n === 0 ? [row, row] : [row])) };
    });
    expect(new Set(ids(await shop.poll())).size).toBe(120);
    expect(shop.sent.length).toBeLessThanOrEqual(6);
  });

  test.each([
    ['leaves out the number of its rows', ({ total_count: _, ...rest }: Row) => rest],
    [
      'says only how many rows the page has',
      (answer: Row) => ({ ...answer, total_count: (answer.result as Row[]).length }),
    ],
    [
      'writes its numbers as text',
      (answer: Row) => ({
        ...answer,
        total_count: String(answer.total_count),
        total_page: String(answer.total_page),
      }),
    ],
    ['has no totals at all', ({ total_count: _, total_page: __, ...rest }: Row) => rest],
  ])('A list that %s is read whole', async (_, change) => {
    const shop = openAbnormalShop();
    for (let n = 0; n < 120; n += 1) shop.put(String(1000 + n), { at: shop.clock.now() - n * MINUTE });
    const answer = shop.answers.get(abnormalParcels.name);
    shop.answers.set(abnormalParcels.name, (request) => change(answer?.(request) as Row));
    expect(new Set(ids(await shop.poll())).size).toBe(120);
    await shop.pollFor(5 * HOUR);
    expect(await skippedSpans(shop)).toEqual([]);
  });

  test('A page size that is refused is tried once, and the smaller one is remembered', async () => {
    const shop = openAbnormalShop();
    const answer = shop.answers.get(abnormalParcels.name);
    shop.answers.set(abnormalParcels.name, (request) =>
      Number(request.page_size) > 10
        ? fail('request_refused', { method: abnormalParcels.name, code: 'business' })
        : answer?.(request),
    );
    for (let n = 0; n < 15; n += 1) shop.put(String(1000 + n), { at: shop.clock.now() - n * MINUTE });
    await shop.poll();
    await shop.pollFor(135 * MINUTE);
    expect(shop.sent.map(({ request }) => request.page_size)).toEqual([50, 10, 10, 10, 10]);
    expect(await shop.poll()).toHaveLength(15);
  });

  test('An error that is not about the page size does not change it', async () => {
    const shop = openAbnormalShop();
    shop.answers.set(abnormalParcels.name, () =>
      fail('request_refused', { method: abnormalParcels.name, code: 'business' }),
    );
    await shop.poll();
    shop.answers.set(abnormalParcels.name, () => ({ is_success: true }));
    shop.sent.length = 0;
    await shop.pollFor(DAY / 2);
    expect(shop.sent[0]?.request.page_size).toBe(50);
  });

  test('A permission that is missing is asked for once a day, and named in the status of the feed', async () => {
    const shop = openAbnormalShop();
    shop.answers.set(abnormalParcels.name, () =>
      fail('permission_missing', { method: abnormalParcels.name, code: 'InsufficientPermission' }),
    );
    await expect(shop.poll()).rejects.toThrow(problemLike('permission_missing'));
    await shop.pollFor(23 * HOUR);
    expect(shop.sent).toHaveLength(1);
    const status = await readFeedStatus(shop.store, shop.seller, 'abnormal_parcels');
    expect(status?.failure?.kind).toBe('permission_missing');
  });

  test('A time without a zone is Pacific time, and its deadline too', async () => {
    const shop = openAbnormalShop();
    const at = Math.floor(shop.clock.now() / SECOND) * SECOND - HOUR;
    shop.put('1', { at, over_time: toPacific(at + 7 * DAY) });
    expect(await shop.poll()).toMatchObject([
      {
        status_changed_at: new Date(at).toISOString().replace('.000', ''),
        decision_by: new Date(at + 7 * DAY).toISOString().replace('.000', ''),
      },
    ]);
  });

  test('A list that writes Beijing time is recognized by times that would lie in the future', async () => {
    const shop = openAbnormalShop({ read: fromBeijing });
    shop.write = toBeijing;
    const at = Math.floor(shop.clock.now() / SECOND) * SECOND - HOUR;
    shop.put('1', { at, over_time: toBeijing(at + 7 * DAY) });
    shop.put('2', { at: at - 20 * HOUR });
    const iso = (time: number) => new Date(time).toISOString().replace('.000', '');
    expect(await shop.poll()).toMatchObject([
      { status_changed_at: iso(at), decision_by: iso(at + 7 * DAY) },
      { status_changed_at: iso(at - 20 * HOUR) },
    ]);
    // Neither time would lie in the future now.
    shop.rows.delete('1');
    await shop.pollFor(135 * MINUTE);
    const [, other] = await shop.poll();
    expect(other).toMatchObject({ abnormal_id: '2', status_changed_at: iso(at - 20 * HOUR) });
  });

  test('A parcel that comes back with another status or reason has a state of its own', async () => {
    const shop = openAbnormalShop();
    shop.put('1');
    await shop.poll();
    shop.clock.advance(2 * HOUR);
    shop.put('1', {
      abnormal_code: 'LABEL_UNREADABLE',
      abnormal_reason: '面单无法识别',
      order_status_code: 'out_stock_fail',
    });
    await shop.pollFor(135 * MINUTE);
    expect(await shop.entriesOf('1')).toEqual([undefined, undefined]);
    expect(await shop.poll()).toMatchObject([{ abnormal_code: 'LABEL_UNREADABLE' }]);
  });

  test('A parcel that comes back with the same status and reason has entered them twice', async () => {
    const shop = openAbnormalShop();
    shop.put('1');
    await shop.poll();
    await shop.pollFor(DAY);
    shop.put('1');
    await shop.pollFor(135 * MINUTE);
    expect((await shop.entriesOf('1')).at(-1)).toBe(2);
  });

  test('A page that shows an earlier status of a parcel changes nothing', async () => {
    const shop = openAbnormalShop();
    const at = shop.clock.now() - HOUR;
    shop.put('1', { at });
    await shop.poll();
    shop.put('1', { at: at - HOUR, abnormal_code: 'FREIGHT_UNPAID' });
    await shop.pollFor(3 * HOUR);
    expect(await shop.poll()).toMatchObject([{ abnormal_code: 'OVER_SIZE' }]);
  });

  test('After a pause of days everything since then is read, and an alert names what is older than a week', async () => {
    const shop = openAbnormalShop();
    await shop.poll();
    const pausedAt = shop.clock.now();
    shop.clock.advance(6 * DAY);
    shop.put('1', { at: pausedAt + HOUR });
    expect(ids(await shop.poll())).toEqual(['1']);
    expect(await skippedSpans(shop)).toEqual([]);
    shop.clock.advance(7.75 * DAY);
    await shop.poll();
    expect(await skippedSpans(shop)).toMatchObject([
      { feed: 'abnormal_parcels', to: shop.clock.now() - 7 * DAY },
    ]);
  });

  test('What is older than a week is named once, although AliExpress does not answer for hours', async () => {
    const shop = openAbnormalShop();
    await shop.poll();
    const answer = shop.answers.get(abnormalParcels.name);
    shop.answers.set(abnormalParcels.name, () =>
      fail('aliexpress_unreachable', { reason: { en: 'no answer', zh: '无响应' } }),
    );
    shop.clock.advance(7.75 * DAY);
    const to = shop.clock.now() - 7 * DAY;
    for (let n = 0; n < 8; n += 1) await shop.poll(HOUR).catch(() => {});
    if (answer) shop.answers.set(abnormalParcels.name, answer);
    shop.put('1', { at: to + MINUTE });
    expect(ids(await shop.poll(HOUR))).toEqual(['1']);
    expect(await skippedSpans(shop)).toHaveLength(1);
    expect(await skippedSpans(shop)).toMatchObject([{ feed: 'abnormal_parcels', isHeld: true }]);
  });

  test('An answer with neither list nor success is in another format', async () => {
    const shop = openAbnormalShop();
    shop.answers.set(abnormalParcels.name, () => ({ data: [] }));
    await expect(shop.poll()).rejects.toThrow(problemLike('answer_changed'));
  });
});

describe('Event of an abnormal parcel', () => {
  const ID = '1/warehouse_reject_goods/OVER_SIZE';
  async function turnOn(before: (shop: AbnormalShop) => void = () => {}) {
    const { through, lose } = losingStore();
    const shop = openAbnormalShop({ through });
    before(shop);
    /** Each poll is made by another process. */
    const poll = async (purpose: Poll['purpose'] = 'poll') => {
      const fresh = { ...shop, memo: emptyProcessMemo() };
      const events = await pollTrigger(abnormalParcel, fresh, { inputs: {}, workflow: '7', purpose });
      return events.map(({ id }) => id);
    };
    const pollFor = async (ms: number) => {
      const found: string[] = [];
      for (let passed = 0; passed < ms; passed += 15 * MINUTE) {
        shop.clock.advance(15 * MINUTE);
        found.push(...(await poll()));
      }
      return [...new Set(found)];
    };
    await poll('turn_on');
    shop.clock.advance(2 * MINUTE);
    return { shop, poll, pollFor, lose };
  }

  test('A parcel that was abnormal when the workflow was turned on is not announced', async () => {
    const { shop, pollFor } = await turnOn((shop) => shop.put('1'));
    shop.put('2');
    expect(await pollFor(5 * HOUR)).toEqual(['2/warehouse_reject_goods/OVER_SIZE']);
  });

  test('A row from before the workflow was turned on is not announced when it is shown late', async () => {
    const { shop, pollFor } = await turnOn();
    shop.put('1', { at: shop.clock.now() - 20 * MINUTE });
    expect(await pollFor(5 * HOUR)).toEqual([]);
  });

  test('A row without a time of its change is announced if the last windows did not list it', async () => {
    const { shop, pollFor } = await turnOn((shop) => shop.put('1', { gmt_status_update: '' }));
    await pollFor(2 * DAY);
    shop.put('2', { gmt_status_update: 'N/A' });
    expect(await pollFor(5 * HOUR)).toEqual(['2/warehouse_reject_goods/OVER_SIZE']);
  });

  test('A parcel that is released is not announced, also where the list still has it', async () => {
    const { shop, pollFor } = await turnOn();
    const released = {
      abnormal_code: '',
      abnormal_reason: '',
      order_status_code: 'wait_warehouse_send_goods',
    };
    shop.put('1', released);
    expect(await pollFor(5 * HOUR)).toEqual([]);
    shop.put('1');
    expect(await pollFor(5 * HOUR)).toEqual([ID]);
    shop.put('1', released);
    expect(await pollFor(5 * HOUR)).toEqual([]);
    shop.put('1');
    expect(await pollFor(5 * HOUR)).toEqual([`${ID}/2`]);
  });

  test('A parcel that a warehouse has refused is announced also without a reason', async () => {
    const { shop, pollFor } = await turnOn();
    shop.put('1', { abnormal_code: '', abnormal_reason: '', order_status_code: 'OUT_STOCK_FAIL' });
    expect(await pollFor(5 * HOUR)).toEqual(['1/OUT_STOCK_FAIL']);
  });

  test('Each entry into a status has one id, whenever the snapshot is lost', async () => {
    for (let lostAt = 0; lostAt < 4; lostAt += 1) {
      const { shop, pollFor, lose } = await turnOn();
      const found: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        shop.put('1');
        found.push(...(await pollFor(150 * MINUTE)));
        if (n === lostAt) expect(await lose('snap1', 'chunk1', 'watch1')).toBeGreaterThan(0);
        found.push(...(await pollFor(150 * MINUTE)));
      }
      expect([lostAt, ...new Set(found)]).toEqual([lostAt, ID, `${ID}/2`, `${ID}/3`]);
    }
  });

  test('If what is remembered of the entries is lost, an alert says so', async () => {
    const { shop, pollFor, lose } = await turnOn();
    shop.put('1');
    await pollFor(5 * HOUR);
    expect(await lose('abnormal1')).toBe(2);
    await pollFor(5 * HOUR);
    expect(await skippedSpans(shop)).toMatchObject([{ feed: 'abnormal_parcels' }]);
  });
});
