import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { createDisputeDeadlinesFeed, createDisputesFeed } from '../../lib/feeds/disputes.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { silentStore } from '../support/failing-stores.ts';
import { problemLike } from '../support/problem-like.ts';
import { rawOrder, type ShopOptions } from '../support/shop-services.ts';

interface Facts {
  id: string;
  orderId?: string;
  /** Epoch milliseconds. */
  openedAt?: number;
  changedAt?: number;
  stage?: string;
  dueAt?: number;
}

interface DisputeShop extends AnsweringShop {
  /** Open disputes by id, as they are now. */
  open: Map<string, Required<Facts>>;
  put(facts: Facts): void;
  /** `count` disputes, the first of them the oldest. */
  putMany(count: number): string[];
  /** An order that the orders feed then knows to be in dispute. */
  putOrderInDispute(id: string): Promise<void>;
  /** Ids that a poll gets. */
  poll(ms?: number): Promise<string[]>;
  /** What a poll for deadlines gets. */
  pollDeadlines(ms?: number): Promise<Record<string, unknown>[]>;
  lists(): number;
  details(): string[];
}

function openDisputeShop(options?: ShopOptions): DisputeShop {
  const answering = openAnsweringShop(options);
  const { clock } = answering;
  const rowOf = ({ id, orderId, openedAt, changedAt }: Required<Facts>) => ({
    issue_id: id,
    order_id: `${orderId}1`,
    parent_order_id: orderId,
    issue_status: 'processing',
    reason_english: 'Product damaged',
    reason_chinese: '货物破损',
    gmt_create: toPacific(openedAt),
    gmt_modified: toPacific(changedAt),
    buyer_login_id: `canarylogin${id}`,
  });
  const shop: DisputeShop = Object.assign(answering, {
    open: new Map<string, Required<Facts>>(),
    put: ({ id, ...facts }: Facts) => {
      const openedAt = facts.openedAt ?? clock.now() - HOUR;
      const otherwise = { orderId: `8201${id}`, openedAt, changedAt: openedAt, dueAt: openedAt + 5 * DAY };
      shop.open.set(id, { stage: 'wait_for_seller_response', ...otherwise, ...facts, id });
    },
    putMany: (count: number) => {
      const ids = Array.from({ length: count }, (_, n) => String(600_100 + n));
      for (const [n, id] of ids.entries()) shop.put({ id, openedAt: clock.now() - (count - n) * MINUTE });
      return ids;
    },
    putOrderInDispute: async (id: string) => {
      shop.orders.push({ ...rawOrder({ id, updatedAt: clock.now() }), issue_status: 'IN_ISSUE' });
      await createOrdersFeed(shop).read('interactive');
      // Long enough for a visit of the orders feed.
      for (let tries = 0; tries < 5; tries += 1) {
        clock.advance(20 * MINUTE);
        await createOrdersFeed(shop).read('polling');
      }
    },
    poll: async (ms = 0) => {
      clock.advance(ms);
      const { records } = await createDisputesFeed(shop).read('polling');
      return records.map(({ dispute_id }) => String(dispute_id)).sort();
    },
    pollDeadlines: async (ms = 0) => {
      clock.advance(ms);
      return (await createDisputeDeadlinesFeed(shop).read('polling')).records;
    },
    lists: () => shop.sent.filter(({ method }) => method === disputeList.name).length,
    details: () =>
      shop.sent
        .filter(({ method }) => method === disputeDetail.name)
        .map(({ request }) => String(request.issue_id)),
  });
  shop.answers.set(disputeList.name, ({ current_page, page_size }) => {
    const rows = [...shop.open.values()].sort((a, b) => b.openedAt - a.openedAt).map(rowOf);
    const size = Number(page_size);
    const first = (Number(current_page) - 1) * size;
    return { total_item: rows.length, data_list: rows.slice(first, first + size) };
  });
  shop.answers.set(disputeDetail.name, ({ issue_id, buyer_login_id }) => {
    const found = shop.open.get(String(issue_id));
    if (!found || buyer_login_id !== `canarylogin${issue_id}`) return {};
    return {
      result_object: {
        ...rowOf(found),
        id: '99999',
        reverse_detail_status: found.stage,
        timeout_type: 'WAIT_SOLUTION_TIMEOUT',
        timeout_trigger_time: toPacific(found.dueAt),
        product_name: 'Yoga Mat 6 mm',
        refund_money_max: '23.50',
        refund_money_max_currency: 'USD',
        buyer_solution_list: [{ content: 'CANARY-CONTENT' }],
      },
    };
  });
  return shop;
}

const usedUp = (): never =>
  fail('budget_used_up', { limit: 200, resetsAt: 1, now: 0, zone: 'Asia/Shanghai' });

describe('The disputes feed', () => {
  let shop: DisputeShop;
  beforeEach(() => {
    shop = openDisputeShop();
  });

  test('asks for the open disputes, at one call', async () => {
    await shop.poll();
    expect(shop.sent).toEqual([
      { method: disputeList.name, request: { current_page: 1, page_size: 50, issue_status: 'processing' } },
    ]);
  });

  test('brings them as records', async () => {
    shop.put({ id: '600101', orderId: '8201739405' });
    const { records } = await createDisputesFeed(shop).read('polling');
    expect(records).toMatchObject([
      { dispute_id: '600101', order_id: '8201739405', reason: 'Product damaged', status_name: 'open' },
    ]);
  });

  test('says that it knows all that was opened in the last six hours', async () => {
    const now = shop.clock.now();
    expect((await createDisputesFeed(shop).read('polling')).completeSince).toBe(now - 6 * HOUR);
  });

  test('hands out later what was opened since, however late it is found', async () => {
    await shop.poll();
    const since = shop.clock.now() - 6 * HOUR;
    shop.clock.advance(4 * DAY);
    expect((await createDisputesFeed(shop).read('polling')).completeSince).toBe(since);
  });

  test('reads all pages', async () => {
    const ids = shop.putMany(120);
    expect(await shop.poll()).toEqual(ids);
    expect(shop.lists()).toBe(3);
  });

  test('does not count as late what it had forgotten meanwhile', async () => {
    const ids = shop.putMany(1);
    await shop.poll();
    shop.clock.advance(3 * DAY);
    expect(await shop.poll()).toEqual(ids);
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.delays.count).toBe(0);
  });

  test('remembers for two days what it was told once', async () => {
    const ids = shop.putMany(2);
    await shop.poll();
    shop.open.clear();
    expect(await shop.poll(35 * HOUR)).toEqual(ids);
    expect(await shop.poll(14 * HOUR)).toEqual([]);
  });
});

describe('A look at the disputes', () => {
  let shop: DisputeShop;
  beforeEach(() => {
    shop = openDisputeShop();
  });
  const pollFor = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10 * MINUTE) await shop.poll(10 * MINUTE);
  };

  test('is made as often as the calls of the day allow, where nobody follows the orders', async () => {
    await shop.poll();
    await pollFor(2 * HOUR);
    expect(shop.lists()).toBeGreaterThan(10);
  });

  test('is not made for three hours where the orders are followed', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await pollFor(3 * HOUR - 10 * MINUTE);
    expect(shop.lists()).toBe(1);
  });

  test('is made after three hours', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await pollFor(3 * HOUR);
    expect(shop.lists()).toBe(2);
  });

  test('is made at once when an order is in dispute that was not looked for before', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    shop.put({ id: '600101', orderId: '8201600101' });
    expect(await shop.poll()).toEqual(['600101']);
  });

  test('is made at once when the status of an order is the dispute', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    shop.orders.push(rawOrder({ id: '8201', updatedAt: shop.clock.now(), status: 'IN_ISSUE' }));
    shop.clock.advance(HOUR);
    await createOrdersFeed(shop).read('polling');
    await shop.poll();
    expect(shop.lists()).toBe(2);
  });

  test('is made once for an order whose dispute the list does not show', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    await pollFor(2 * HOUR);
    expect(shop.lists()).toBe(2);
  });

  test('is not made for an order whose dispute the list has shown before', async () => {
    await createOrdersFeed(shop).read('interactive');
    shop.put({ id: '600101', orderId: '8201600101' });
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    await shop.poll();
    expect(shop.lists()).toBe(1);
  });

  test('that is wanted but not affordable is made when it is', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    shop.onPay = usedUp;
    await shop.poll();
    shop.onPay = () => {};
    await shop.poll();
    expect(shop.lists()).toBe(2);
  });

  test('costs the orders no call', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.putOrderInDispute('8201600101');
    const before = shop.asked.length;
    await shop.poll();
    expect(shop.asked).toHaveLength(before);
  });

  test('of many at the same moment is made once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => shop.poll()));
    expect(shop.lists()).toBe(1);
  });

  test('is not made where another one holds the lease', async () => {
    shop = openDisputeShop({ through: (store) => ({ ...store, add: async () => false }) });
    expect([await shop.poll(), shop.lists()]).toEqual([[], 0]);
  });

  test('is not made where the store does not answer', async () => {
    shop = openDisputeShop({ through: () => silentStore });
    expect([await shop.poll(), shop.lists()]).toEqual([[], 0]);
  });

  test('goes on with the page that could not be paid', async () => {
    const ids = shop.putMany(120);
    shop.onPay = () => shop.lists() === 2 && usedUp();
    await shop.poll();
    shop.onPay = () => {};
    expect(await shop.poll(HOUR)).toEqual(ids);
    expect(shop.sent.map(({ request }) => request.current_page)).toEqual([1, 2, 3]);
  });

  test('begins anew for a new order, also where it had stopped on a later page', async () => {
    await createOrdersFeed(shop).read('interactive');
    shop.putMany(120);
    shop.onPay = () => shop.lists() === 2 && usedUp();
    await shop.poll();
    shop.onPay = () => {};
    await shop.putOrderInDispute('8201600999');
    await shop.poll();
    expect(shop.sent[2]?.request.current_page).toBe(1);
  });

  test('begins anew where what it brought before it stopped is lost', async () => {
    const ids = shop.putMany(60);
    shop.onPay = () => shop.lists() === 1 && usedUp();
    await shop.poll();
    shop.onPay = () => {};
    const [chunk] = shop.storedText().match(/snap:\d+:disputes:\w+/) ?? [];
    await shop.kept.delete(String(chunk));
    shop.memo.chunks.clear();
    expect(await shop.poll(HOUR)).toEqual(ids);
  });
});

describe('The deadlines of disputes', () => {
  let shop: DisputeShop;
  beforeEach(() => {
    shop = openDisputeShop();
  });

  test('are not asked for where nobody wants them', async () => {
    shop.putMany(2);
    await shop.poll();
    expect(shop.details()).toEqual([]);
  });

  test('take one call for each open dispute', async () => {
    const ids = shop.putMany(3);
    await shop.pollDeadlines();
    expect(shop.details()).toEqual(ids);
  });

  test('say who has to act, until when, and what is at stake', async () => {
    const openedAt = Date.parse('2026-11-20T05:12:30Z');
    shop.put({ id: '600101', orderId: '8201739405', openedAt });
    expect(await shop.pollDeadlines()).toMatchObject([
      {
        dispute_id: '600101',
        order_id: '8201739405',
        stage: 'wait_for_seller_response',
        stage_name_zh: '等待卖家响应',
        stage_due_at: '2026-11-25T05:12:30Z',
        refund_most: '23.50',
        currency: 'USD',
        product_name: 'Yoga Mat 6 mm',
      },
    ]);
  });

  test('are not among the disputes, nor the disputes among them', async () => {
    shop.putMany(1);
    expect(await shop.pollDeadlines()).toHaveLength(1);
    expect(await shop.poll()).toHaveLength(1);
  });

  test('are known without a call afterwards', async () => {
    shop.putMany(1);
    await shop.pollDeadlines();
    expect(await createDisputeDeadlinesFeed(shop).known()).toHaveLength(1);
  });

  test('are asked for at once when the first workflow wants them, also between two looks', async () => {
    await createOrdersFeed(shop).read('interactive');
    const ids = shop.putMany(2);
    await shop.poll();
    await shop.pollDeadlines(HOUR);
    expect(shop.details()).toEqual(ids);
  });

  test('are not asked for again while nothing changes', async () => {
    shop.putMany(2);
    for (let hour = 0; hour < 40; hour += 1) await shop.pollDeadlines(HOUR);
    expect(shop.details()).toHaveLength(2);
  });

  test('stay known for as long as the dispute is open', async () => {
    shop.putMany(2);
    for (let hour = 0; hour < 80; hour += 1) await shop.pollDeadlines(HOUR);
    expect(await shop.pollDeadlines()).toHaveLength(2);
  });

  test('are asked for again when the list says that the dispute has changed', async () => {
    shop.put({ id: '600101' });
    await shop.pollDeadlines();
    shop.put({ id: '600101', changedAt: shop.clock.now(), stage: 'wait_for_buyer_response' });
    expect(await shop.pollDeadlines(HOUR)).toMatchObject([{ stage: 'wait_for_buyer_response' }]);
  });

  test('are asked for once more when the time is over, and then no more', async () => {
    shop.put({ id: '600101', dueAt: shop.clock.now() + 2 * HOUR });
    for (let hour = 0; hour < 12; hour += 1) await shop.pollDeadlines(HOUR);
    expect(shop.details()).toHaveLength(2);
  });

  test('are forgotten when nobody has wanted them for 26 hours', async () => {
    shop.put({ id: '600101' });
    await shop.pollDeadlines();
    shop.clock.advance(26 * HOUR);
    shop.put({ id: '600101', changedAt: shop.clock.now() });
    await shop.poll(HOUR);
    expect(shop.details()).toHaveLength(1);
  });

  test('of the oldest dispute are asked for first', async () => {
    shop.put({ id: '600102', openedAt: shop.clock.now() - 2 * DAY });
    shop.put({ id: '600101', openedAt: shop.clock.now() - HOUR });
    shop.put({ id: '600103', openedAt: shop.clock.now() - 3 * DAY });
    await shop.pollDeadlines();
    expect(shop.details()).toEqual(['600103', '600102', '600101']);
  });

  test('that are more than a visit has calls for are asked for at the next one', async () => {
    const ids = shop.putMany(12);
    await createOrdersFeed(shop).read('interactive');
    await shop.pollDeadlines();
    expect(shop.sent).toHaveLength(10);
    for (let minutes = 0; minutes < 170; minutes += 10) await shop.pollDeadlines(10 * MINUTE);
    expect(shop.details().sort()).toEqual(ids);
  });

  test('that could not be paid are asked for at the next visit, and the known ones are kept', async () => {
    const ids = shop.putMany(4);
    shop.onPay = () => shop.details().length === 2 && usedUp();
    expect(await shop.pollDeadlines()).toHaveLength(2);
    shop.onPay = () => {};
    expect(await shop.pollDeadlines(HOUR)).toHaveLength(4);
    expect(shop.details()).toEqual(ids);
  });

  test('that wait are told of, with how many there are', async () => {
    const now = shop.clock.now();
    shop.putMany(4);
    shop.onPay = () => shop.details().length === 1 && usedUp();
    await shop.pollDeadlines();
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.waiting).toEqual({
      count: 3,
      since: now,
    });
  });

  test('on pages that could not be paid are counted, too', async () => {
    shop.putMany(120);
    shop.onPay = () => shop.lists() === 1 && usedUp();
    await shop.poll();
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.waiting?.count).toBe(70);
  });

  test('that all are known wait for nothing', async () => {
    shop.putMany(4);
    await shop.pollDeadlines();
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.waiting).toBeNull();
  });

  test('of a dispute that is no longer listed are no longer anybody’s', async () => {
    shop.putMany(1);
    await shop.pollDeadlines();
    shop.open.clear();
    expect(await shop.pollDeadlines(HOUR)).toMatchObject([{ stage: null, stage_due_at: null }]);
  });

  test('of a dispute that is listed again are asked for again', async () => {
    shop.put({ id: '600101' });
    const { openedAt } = shop.open.get('600101') as Required<Facts>;
    await shop.pollDeadlines();
    shop.open.clear();
    await shop.pollDeadlines(HOUR);
    shop.put({ id: '600101', openedAt });
    expect(await shop.pollDeadlines(HOUR)).toMatchObject([{ stage: 'wait_for_seller_response' }]);
  });

  test('of a dispute that is no longer listed are forgotten, however often the list is read', async () => {
    shop.putMany(1);
    await shop.pollDeadlines();
    shop.open.clear();
    for (let hour = 0; hour < 50; hour += 1) await shop.pollDeadlines(HOUR);
    expect(await shop.pollDeadlines()).toEqual([]);
  });

  test('stay as they are where the list was read in two visits', async () => {
    shop.putMany(60);
    for (let hour = 0; hour < 20; hour += 1) await shop.pollDeadlines(HOUR);
    const before = shop.lists();
    shop.onPay = () => shop.lists() > before && usedUp();
    await shop.pollDeadlines(HOUR);
    shop.onPay = () => {};
    const found = await shop.pollDeadlines(HOUR);
    expect(shop.sent.slice(-2).map(({ request }) => request.current_page)).toEqual([1, 2]);
    expect(found.filter(({ stage }) => stage !== null)).toHaveLength(60);
  });
});

describe('Who opened a dispute', () => {
  const polled = async () => {
    const shop = openDisputeShop();
    shop.putMany(2);
    shop.onCall = (nth) => nth === 3 && fail('request_refused', { method: disputeDetail.name, code: '50' });
    return { shop, records: [...(await shop.pollDeadlines()), await shop.poll()] };
  };

  test('is named to AliExpress alone', async () => {
    const { shop, records } = await polled();
    expect(shop.sent[1]?.request.buyer_login_id).toMatch(/canary/);
    expect(JSON.stringify(records)).not.toMatch(/canary/i);
  });

  test('is not stored', async () => {
    const { shop } = await polled();
    expect(shop.storedText()).toContain('600100');
    expect(shop.storedText()).not.toMatch(/canary/i);
  });

  test('is not logged', async () => {
    const { shop } = await polled();
    expect(shop.logged).not.toEqual([]);
    expect(shop.logged.join()).not.toMatch(/canary/i);
  });

  test('is in no problem', async () => {
    const shop = openDisputeShop();
    shop.putMany(1);
    shop.answers.set(disputeDetail.name, () => ({ something: 'else' }));
    const problem: unknown = await shop.pollDeadlines().catch((error: unknown) => error);
    expect(JSON.stringify([String(problem), problem])).not.toMatch(/canary/i);
  });
});

describe('One odd dispute', () => {
  const withOdd = (odd: object) => {
    const shop = openDisputeShop();
    shop.putMany(2);
    const list = shop.answers.get(disputeList.name);
    shop.answers.set(disputeList.name, (request) => {
      const answer = list?.(request) as { data_list: object[] };
      return { total_item: 3, data_list: [odd, ...answer.data_list] };
    });
    return shop;
  };
  const odds: [string, object][] = [
    ['without a number', { issue_status: 'processing', reason_english: 'CANARY' }],
    ['without a date', { issue_id: '600999', issue_status: 'processing', reason_english: 'CANARY' }],
  ];

  test.each(odds)('%s is left out, and the others are delivered', async (_, odd) => {
    expect(await withOdd(odd).poll()).toEqual(['600100', '600101']);
  });

  test.each(odds)('%s is logged without its content', async (_, odd) => {
    const shop = withOdd(odd);
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
    expect(shop.logged.join()).not.toMatch(/canary|600999/i);
  });

  test('without its buyer has no deadline, and the others have', async () => {
    const shop = withOdd({
      issue_id: '600999',
      issue_status: 'processing',
      gmt_create: '2026-11-20 01:00:00',
    });
    expect((await shop.pollDeadlines()).map(({ dispute_id }) => dispute_id)).toEqual(['600100', '600101']);
  });

  test.each([
    ['is refused', () => fail('request_refused', { method: disputeDetail.name, code: '50' })],
    ['is in another form', () => ({ something: 'else' })],
    ['is empty', () => ({})],
  ])('whose detail %s leaves the others theirs', async (_, answer) => {
    const shop = openDisputeShop();
    shop.putMany(3);
    const detail = shop.answers.get(disputeDetail.name);
    shop.answers.set(disputeDetail.name, (request) =>
      request.issue_id === '600101' ? answer() : detail?.(request),
    );
    const found = await shop.pollDeadlines();
    expect(found.map(({ dispute_id }) => dispute_id)).toEqual(['600100', '600102']);
  });

  test('whose detail is refused is asked for once a look, not more', async () => {
    const shop = openDisputeShop();
    await createOrdersFeed(shop).read('interactive');
    shop.putMany(1);
    shop.answers.set(disputeDetail.name, () =>
      fail('request_refused', { method: disputeDetail.name, code: '50' }),
    );
    for (let minutes = 0; minutes < 170; minutes += 10) await shop.pollDeadlines(10 * MINUTE);
    expect(shop.details()).toHaveLength(1);
  });
});

describe('A trouble that somebody must mend', () => {
  test('is told: the details are no longer what was agreed', async () => {
    const shop = openDisputeShop();
    shop.putMany(2);
    shop.answers.set(disputeDetail.name, () => ({ something: 'else' }));
    await expect(shop.pollDeadlines()).rejects.toEqual(
      problemLike('answer_changed', { method: disputeDetail.name }),
    );
  });

  test('is told: the token has expired. With a fresh one the visit is made', async () => {
    const shop = openDisputeShop();
    const ids = shop.putMany(1);
    shop.onCall = (nth) => nth === 1 && fail('token_expired', {});
    await expect(shop.poll()).rejects.toEqual(problemLike('token_expired'));
    expect(await shop.poll()).toEqual(ids);
  });
});

describe('When the store does not take the snapshot', () => {
  const declining = (store: Store): Store => ({
    ...store,
    set: async (...request) => (request[0].startsWith('snap:') ? false : store.set(...request)),
  });

  test('the disputes are delivered all the same', async () => {
    const shop = openDisputeShop({ through: declining });
    const ids = shop.putMany(1);
    expect(await shop.poll()).toEqual(ids);
  });

  test('nobody looks again for eight minutes', async () => {
    const shop = openDisputeShop({ through: declining });
    await shop.poll();
    for (let minute = 1; minute < 8; minute += 1) await shop.poll(MINUTE);
    expect(shop.lists()).toBe(1);
  });
});
