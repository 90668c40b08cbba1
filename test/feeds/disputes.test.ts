import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { emittedEvents } from '../../lib/engine/eligibility.ts';
import {
  createClosedDisputesFeed,
  createDisputeDeadlinesFeed,
  createDisputesFeed,
} from '../../lib/feeds/disputes.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import disputeOpened from '../../triggers/dispute-opened.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { decliningStore, silentStore } from '../support/failing-stores.ts';
import { type LosingStore, losingStore } from '../support/losing-store.ts';
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
  /** Fields of AliExpress in place of those above. */
  raw?: object;
}

interface DisputeShop extends AnsweringShop {
  /** Open disputes by id, as they are now. */
  open: Map<string, Required<Facts>>;
  put(facts: Facts): void;
  /** Adds `count` disputes, the oldest first. */
  putMany(count: number): string[];
  /** Adds an order that the orders feed then knows to be in dispute. */
  putOrderInDispute(id: string): Promise<void>;
  /** Ids that a poll returns. */
  poll(ms?: number): Promise<string[]>;
  /** Records that a poll for deadlines returns. */
  pollDeadlines(ms?: number): Promise<readonly Record<string, unknown>[]>;
  lists(): number;
  details(): string[];
}

function openDisputeShop(options?: ShopOptions): DisputeShop {
  const answering = openAnsweringShop(options);
  const { clock } = answering;
  const rowOf = ({ id, orderId, openedAt, changedAt, raw }: Required<Facts>) => ({
    issue_id: id,
    order_id: `${orderId}1`,
    parent_order_id: orderId,
    issue_status: 'processing',
    reason_english: 'Product damaged',
    reason_chinese: '货物破损',
    gmt_create: toPacific(openedAt),
    gmt_modified: toPacific(changedAt),
    buyer_login_id: `canarylogin${id}`,
    ...raw,
  });
  const shop: DisputeShop = Object.assign(answering, {
    open: new Map<string, Required<Facts>>(),
    put: ({ id, ...facts }: Facts) => {
      const openedAt = facts.openedAt ?? clock.now() - HOUR;
      const otherwise = { orderId: `8201${id}`, openedAt, changedAt: openedAt, dueAt: openedAt + 5 * DAY };
      shop.open.set(id, { stage: 'wait_for_seller_response', raw: {}, ...otherwise, ...facts, id });
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

describe('Disputes feed', () => {
  let shop: DisputeShop;
  beforeEach(() => {
    shop = openDisputeShop();
  });

  test('One call lists the open disputes', async () => {
    await shop.poll();
    expect(shop.sent).toEqual([
      { method: disputeList.name, request: { current_page: 1, page_size: 50, issue_status: 'processing' } },
    ]);
  });

  test('Disputes are complete since before the first visit', async () => {
    const before = shop.clock.now();
    const { completeSince } = await createDisputesFeed(shop).read('polling');
    expect(completeSince).toBeLessThan(before);
  });

  test('Open disputes are returned as records', async () => {
    shop.put({ id: '600101', orderId: '8201739405' });
    const { records } = await createDisputesFeed(shop).read('polling');
    expect(records).toMatchObject([
      { dispute_id: '600101', order_id: '8201739405', reason: 'Product damaged', status_name: 'open' },
    ]);
  });

  test('All pages of the list are read', async () => {
    const ids = shop.putMany(120);
    expect(await shop.poll()).toEqual(ids);
    expect(shop.lists()).toBe(3);
  });

  test('A dispute that was forgotten and found again does not count as delayed', async () => {
    const ids = shop.putMany(1);
    await shop.poll();
    shop.clock.advance(3 * DAY);
    expect(await shop.poll()).toEqual(ids);
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.delays.count).toBe(0);
  });

  test('A dispute is remembered for two days after it was last listed', async () => {
    const ids = shop.putMany(2);
    await shop.poll();
    shop.open.clear();
    expect(await shop.poll(35 * HOUR)).toEqual(ids);
    expect(await shop.poll(14 * HOUR)).toStrictEqual([]);
  });
});

describe('Visit of the disputes feed', () => {
  let shop: DisputeShop;
  beforeEach(() => {
    shop = openDisputeShop();
  });
  const pollFor = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10 * MINUTE) await shop.poll(10 * MINUTE);
  };

  test('The list is read as often as calls allow if no workflow reads orders', async () => {
    await shop.poll();
    await pollFor(2 * HOUR);
    expect(shop.lists()).toBeGreaterThan(10);
  });

  test('The list is not read for three hours if a workflow reads orders', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await pollFor(3 * HOUR - 10 * MINUTE);
    expect(shop.lists()).toBe(1);
  });

  test('The list is read again after three hours', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await pollFor(3 * HOUR);
    expect(shop.lists()).toBe(2);
  });

  test('The list is read at once when another order is in dispute', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    shop.put({ id: '600101', orderId: '8201600101' });
    expect(await shop.poll()).toEqual(['600101']);
  });

  test('The list is read at once when the status of an order is the dispute', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    shop.orders.push(rawOrder({ id: '8201', updatedAt: shop.clock.now(), status: 'IN_ISSUE' }));
    shop.clock.advance(HOUR);
    await createOrdersFeed(shop).read('polling');
    await shop.poll();
    expect(shop.lists()).toBe(2);
  });

  test('The list is read once for an order whose dispute it does not show', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    await pollFor(2 * HOUR);
    expect(shop.lists()).toBe(2);
  });

  test('The list is not read for an order whose dispute it has shown before', async () => {
    await createOrdersFeed(shop).read('interactive');
    shop.put({ id: '600101', orderId: '8201600101' });
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    await shop.poll();
    expect(shop.lists()).toBe(1);
  });

  test('A visit that is due and cannot be paid is made when it can', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.poll();
    await shop.putOrderInDispute('8201600101');
    shop.onPay = usedUp;
    await shop.poll();
    shop.onPay = () => {};
    await shop.poll();
    expect(shop.lists()).toBe(2);
  });

  test('A visit of the disputes feed makes no call for orders', async () => {
    await createOrdersFeed(shop).read('interactive');
    await shop.putOrderInDispute('8201600101');
    const before = shop.requests.length;
    await shop.poll();
    expect(shop.requests).toHaveLength(before);
  });

  test('Many polls of disputes at the same time make one visit', async () => {
    await Promise.all(Array.from({ length: 10 }, () => shop.poll()));
    expect(shop.lists()).toBe(1);
  });

  test('No visit is made while another process holds the lease', async () => {
    shop = openDisputeShop({ through: (store) => ({ ...store, add: async () => false }) });
    expect([await shop.poll(), shop.lists()]).toEqual([[], 0]);
  });

  test('No visit is made if the store does not answer', async () => {
    shop = openDisputeShop({ through: () => silentStore });
    expect([await shop.poll(), shop.lists()]).toEqual([[], 0]);
  });

  test('The next visit resumes the list on the page that could not be paid', async () => {
    const ids = shop.putMany(120);
    shop.onPay = () => shop.lists() === 2 && usedUp();
    await shop.poll();
    shop.onPay = () => {};
    expect(await shop.poll(HOUR)).toEqual(ids);
    expect(shop.sent.map(({ request }) => request.current_page)).toEqual([1, 2, 3]);
  });

  test('The list is read from its first page for another order, also after it stopped later', async () => {
    await createOrdersFeed(shop).read('interactive');
    shop.putMany(120);
    shop.onPay = () => shop.lists() === 2 && usedUp();
    await shop.poll();
    shop.onPay = () => {};
    await shop.putOrderInDispute('8201600999');
    await shop.poll();
    expect(shop.sent[2]?.request.current_page).toBe(1);
  });

  test('The list is read from its first page if the rows before were lost', async () => {
    const ids = shop.putMany(60);
    shop.onPay = () => shop.lists() === 1 && usedUp();
    await shop.poll();
    shop.onPay = () => {};
    const [chunk] = shop.storedText().match(/chunk1:\d+:disputes:\w+/) ?? [];
    await shop.innerStore.delete(String(chunk));
    shop.memo.chunks.clear();
    expect(await shop.poll(HOUR)).toEqual(ids);
  });
});

describe('List of disputes that cannot be believed', () => {
  let shop: DisputeShop;
  /** Answers with these rows left out, whatever the total. */
  const leavingOut = (count: number, total?: number) => {
    const answer = shop.answers.get(disputeList.name) as (request: object) => Record<string, unknown>;
    shop.answers.set(disputeList.name, (request) => {
      const { total_item, data_list } = answer(request) as { total_item: number; data_list: object[] };
      return { total_item: total ?? total_item, data_list: data_list.slice(count) };
    });
    return () => shop.answers.set(disputeList.name, answer);
  };
  beforeEach(async () => {
    shop = openDisputeShop();
    await createOrdersFeed(shop).read('interactive');
  });

  test('A page with fewer disputes than the total promises is read again', async () => {
    const ids = shop.putMany(3);
    const restore = leavingOut(1);
    shop.onCall = (nth) => void (nth === 2 && restore());
    expect(await shop.poll()).toEqual(ids);
    expect(shop.lists()).toBe(2);
  });

  test('The list is read again soon while disputes may be missing', async () => {
    const ids = shop.putMany(3);
    const restore = leavingOut(1);
    await shop.poll();
    restore();
    expect(await shop.poll(20 * MINUTE)).toEqual(ids);
  });

  test('A list of which a dispute is never shown is left after three readings', async () => {
    shop.putMany(3);
    leavingOut(1);
    for (let n = 0; n < 5; n += 1) await shop.poll(30 * MINUTE);
    expect(shop.lists()).toBe(6);
  });

  test('An empty list closes no dispute where many were open', async () => {
    const ids = shop.putMany(8);
    await shop.pollDeadlines();
    const restore = leavingOut(8, 0);
    await shop.pollDeadlines(3 * HOUR);
    restore();
    const records = await shop.pollDeadlines(20 * MINUTE);
    expect(records.map(({ dispute_id, stage }) => [dispute_id, stage]).sort()).toEqual(
      ids.map((id) => [id, 'wait_for_seller_response']),
    );
    expect(shop.details()).toHaveLength(8);
  });

  test('A dispute is not missed when another one is closed while the list is read', async () => {
    const ids = shop.putMany(120);
    const [newest] = [...ids].reverse();
    shop.onCall = (nth) => void (nth === 2 && shop.open.delete(String(newest)));
    const found = await shop.poll();
    expect(found).toEqual(ids);
  });

  test('A page with more than a fifth of its disputes unreadable is a problem', async () => {
    shop.putMany(4);
    const answer = shop.answers.get(disputeList.name) as (request: object) => { data_list: object[] };
    shop.answers.set(disputeList.name, (request) => {
      const page = answer(request);
      return { ...page, data_list: page.data_list.map((row, n) => (n < 2 ? { ...row, issue_id: '' } : row)) };
    });
    await expect(shop.poll()).rejects.toEqual(problemLike('data_unreadable', { field: 'dispute_id' }));
  });
});

describe('Dispute deadlines', () => {
  let shop: DisputeShop;
  beforeEach(() => {
    shop = openDisputeShop();
  });

  test('No detail is fetched if no workflow wants deadlines', async () => {
    shop.putMany(2);
    await shop.poll();
    expect(shop.details()).toStrictEqual([]);
  });

  test('Each open dispute takes one call for its deadline', async () => {
    const ids = shop.putMany(3);
    await shop.pollDeadlines();
    expect(shop.details()).toEqual(ids);
  });

  test('A deadline names who has to act, until when, and the amount', async () => {
    const openedAt = Date.parse('2026-11-20T05:12:30Z');
    shop.put({ id: '600101', orderId: '8201739405', openedAt });
    expect(await shop.pollDeadlines()).toMatchObject([
      {
        dispute_id: '600101',
        order_id: '8201739405',
        stage: 'wait_for_seller_response',
        stage_name_zh: '等待卖家响应',
        stage_due_at: '2026-11-25T05:12:30Z',
        max_refund: 23.5,
        currency: 'USD',
        product_name: 'Yoga Mat 6 mm',
      },
    ]);
  });

  test('Deadlines are not returned as disputes, and disputes not as deadlines', async () => {
    shop.putMany(1);
    expect(await shop.pollDeadlines()).toHaveLength(1);
    expect(await shop.poll()).toHaveLength(1);
  });

  test('Known deadlines are returned without a call', async () => {
    shop.putMany(1);
    await shop.pollDeadlines();
    expect(await createDisputeDeadlinesFeed(shop).known()).toHaveLength(1);
  });

  test('Deadlines are fetched at once when the first workflow wants them', async () => {
    await createOrdersFeed(shop).read('interactive');
    const ids = shop.putMany(2);
    await shop.poll();
    await shop.pollDeadlines(HOUR);
    expect(shop.details()).toEqual(ids);
  });

  test('A deadline is not fetched again while its dispute has not changed', async () => {
    shop.putMany(2);
    for (let hour = 0; hour < 40; hour += 1) await shop.pollDeadlines(HOUR);
    expect(shop.details()).toHaveLength(2);
  });

  test('A deadline stays known while its dispute is open', async () => {
    shop.putMany(2);
    for (let hour = 0; hour < 80; hour += 1) await shop.pollDeadlines(HOUR);
    expect(await shop.pollDeadlines()).toHaveLength(2);
  });

  test('A deadline is fetched again when the list shows that the dispute has changed', async () => {
    shop.put({ id: '600101' });
    await shop.pollDeadlines();
    shop.put({ id: '600101', changedAt: shop.clock.now(), stage: 'wait_for_buyer_response' });
    expect(await shop.pollDeadlines(HOUR)).toMatchObject([{ stage: 'wait_for_buyer_response' }]);
  });

  test('A deadline that has passed is fetched once more', async () => {
    shop.put({ id: '600101', dueAt: shop.clock.now() + 2 * HOUR });
    for (let hour = 0; hour < 12; hour += 1) await shop.pollDeadlines(HOUR);
    expect(shop.details()).toHaveLength(2);
  });

  test('Deadlines are no longer fetched when no workflow has wanted them for 26 hours', async () => {
    shop.put({ id: '600101' });
    await shop.pollDeadlines();
    shop.clock.advance(26 * HOUR);
    shop.put({ id: '600101', changedAt: shop.clock.now() });
    await shop.poll(HOUR);
    expect(shop.details()).toHaveLength(1);
  });

  test('The deadline of the oldest dispute is fetched first', async () => {
    shop.put({ id: '600102', openedAt: shop.clock.now() - 2 * DAY });
    shop.put({ id: '600101', openedAt: shop.clock.now() - HOUR });
    shop.put({ id: '600103', openedAt: shop.clock.now() - 3 * DAY });
    await shop.pollDeadlines();
    expect(shop.details()).toEqual(['600103', '600102', '600101']);
  });

  test('Deadlines beyond the calls of one visit are fetched by the next one', async () => {
    const ids = shop.putMany(12);
    await createOrdersFeed(shop).read('interactive');
    await shop.pollDeadlines();
    expect(shop.sent).toHaveLength(10);
    for (let minutes = 0; minutes < 170; minutes += 10) await shop.pollDeadlines(10 * MINUTE);
    expect(shop.details().sort()).toEqual(ids);
  });

  test('Deadlines that could not be paid are fetched next, and the known ones are kept', async () => {
    const ids = shop.putMany(4);
    shop.onPay = () => shop.details().length === 2 && usedUp();
    expect(await shop.pollDeadlines()).toHaveLength(2);
    shop.onPay = () => {};
    expect(await shop.pollDeadlines(HOUR)).toHaveLength(4);
    expect(shop.details()).toEqual(ids);
  });

  test('Waiting deadlines are reported with their number', async () => {
    const now = shop.clock.now();
    shop.putMany(4);
    shop.onPay = () => shop.details().length === 1 && usedUp();
    await shop.pollDeadlines();
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.waiting).toEqual({
      count: 3,
      since: now,
    });
  });

  test('Deadlines on pages that could not be paid count as waiting', async () => {
    shop.putMany(120);
    shop.onPay = () => shop.lists() === 1 && usedUp();
    await shop.poll();
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.waiting?.count).toBe(70);
  });

  test('No deadline is reported as waiting when all are known', async () => {
    shop.putMany(4);
    await shop.pollDeadlines();
    expect((await readFeedStatus(shop.store, shop.seller, 'disputes'))?.waiting).toBeNull();
  });

  test('A dispute that is no longer listed has no deadline', async () => {
    shop.putMany(1);
    await shop.pollDeadlines();
    shop.open.clear();
    expect(await shop.pollDeadlines(HOUR)).toMatchObject([{ stage: null, stage_due_at: null }]);
  });

  test('The deadline of a dispute that is listed again is fetched again', async () => {
    shop.put({ id: '600101' });
    const { openedAt } = shop.open.get('600101') as Required<Facts>;
    await shop.pollDeadlines();
    shop.open.clear();
    await shop.pollDeadlines(HOUR);
    shop.put({ id: '600101', openedAt });
    expect(await shop.pollDeadlines(HOUR)).toMatchObject([{ stage: 'wait_for_seller_response' }]);
  });

  test('A deadline expires when its dispute is no longer listed', async () => {
    shop.putMany(1);
    await shop.pollDeadlines();
    shop.open.clear();
    for (let hour = 0; hour < 50; hour += 1) await shop.pollDeadlines(HOUR);
    expect(await shop.pollDeadlines()).toStrictEqual([]);
  });

  test('No deadline is closed when the list was read in two visits', async () => {
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

describe('Buyer of a dispute', () => {
  const polled = async () => {
    const shop = openDisputeShop();
    shop.putMany(2);
    shop.onCall = (nth) => nth === 3 && fail('request_refused', { method: disputeDetail.name, code: '50' });
    return { shop, records: [...(await shop.pollDeadlines()), await shop.poll()] };
  };

  test('The buyer of a dispute is named only to AliExpress', async () => {
    const { shop, records } = await polled();
    expect(shop.sent[1]?.request.buyer_login_id).toMatch(/canary/);
    expect(JSON.stringify(records)).not.toMatch(/canary/i);
  });

  test('The buyer of a dispute is not stored', async () => {
    const { shop } = await polled();
    expect(shop.storedText()).toContain('600100');
    expect(shop.storedText()).not.toMatch(/canary/i);
  });

  test('The buyer of a dispute is not logged', async () => {
    const { shop } = await polled();
    expect(shop.logged).not.toStrictEqual([]);
    expect(shop.logged.join()).not.toMatch(/canary/i);
  });

  test('The buyer of a dispute is not part of an error', async () => {
    const shop = openDisputeShop();
    shop.putMany(1);
    shop.answers.set(disputeDetail.name, () => ({ something: 'else' }));
    const problem: unknown = await shop.pollDeadlines().catch((error: unknown) => error);
    expect(JSON.stringify([String(problem), problem])).not.toMatch(/canary/i);
  });
});

describe('Unreadable dispute', () => {
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
  const withoutNumber = { issue_status: 'processing', reason_english: 'CANARY' };

  test('A dispute without a number is left out, and the others are returned', async () => {
    expect(await withOdd(withoutNumber).poll()).toEqual(['600100', '600101']);
  });

  test('A dispute without a number is logged without its content', async () => {
    const shop = withOdd(withoutNumber);
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
    expect(shop.logged.join()).not.toMatch(/canary|600999/i);
  });

  test('A dispute without a buyer has no deadline, and the others have one', async () => {
    const shop = withOdd({
      issue_id: '600999',
      issue_status: 'processing',
      gmt_create: '2026-11-20 01:00:00',
    });
    expect((await shop.pollDeadlines()).map(({ dispute_id }) => dispute_id)).toEqual(['600100', '600101']);
  });

  test.each([
    ['is refused', () => fail('request_refused', { method: disputeDetail.name, code: '50' })],
    ['has another format', () => ({ something: 'else' })],
    ['is empty', () => ({})],
  ])('A dispute whose detail %s does not keep the others from theirs', async (_, answer) => {
    const shop = openDisputeShop();
    shop.putMany(3);
    const detail = shop.answers.get(disputeDetail.name);
    shop.answers.set(disputeDetail.name, (request) =>
      request.issue_id === '600101' ? answer() : detail?.(request),
    );
    const found = await shop.pollDeadlines();
    expect(found.map(({ dispute_id }) => dispute_id)).toEqual(['600100', '600102']);
  });

  test('A detail that is refused is requested once a visit', async () => {
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

describe('Dispute without a date', () => {
  const NO_TIME = { gmt_create: null, gmt_modified: null };
  let shop: DisputeShop;
  let mark: number;
  let losing: LosingStore;
  beforeEach(() => {
    losing = losingStore();
    shop = openDisputeShop({ through: losing.through });
    mark = shop.clock.now();
  });
  /** Ids of the disputes that a workflow announces which was turned on at `mark`. */
  const announced = async (ms: number) => {
    shop.clock.advance(ms);
    const reading = await createDisputesFeed(shop).read('polling');
    const events = emittedEvents(disputeOpened, reading, { inputs: {}, mark, now: shop.clock.now() });
    return events.map(({ id }) => id).sort();
  };
  const lose = async (...prefixes: string[]) => {
    expect(await losing.lose(...prefixes)).toBeGreaterThan(0);
    shop.memo.chunks.clear();
    shop.memo.heads.clear();
  };

  test.each([
    ['no date', null],
    ['a date that cannot be read, among others', '07-10-2026 05h12'],
  ])(
    'A dispute with %s is announced when it has changed since the workflow was on',
    async (_, gmt_create) => {
      shop.putMany(2);
      shop.put({ id: '600901', raw: { gmt_create } });
      expect(await announced(HOUR)).toEqual([]);
      shop.put({ id: '600902', changedAt: shop.clock.now(), raw: { gmt_create } });
      shop.open.delete('600901');
      expect(await announced(HOUR)).toEqual(['600902']);
    },
  );

  test('Five disputes without any time are announced when a list shows them that did not have them', async () => {
    await announced(0);
    await announced(12 * HOUR);
    const ids = ['600901', '600902', '600903', '600904', '600905'];
    for (const id of ids) shop.put({ id, raw: NO_TIME });
    expect(await announced(HOUR)).toEqual(ids);
    expect(await announced(DAY)).toEqual(ids);
  });

  test('An old dispute without any time that was open when the workflow was turned on is not announced', async () => {
    shop.put({ id: '600901', raw: NO_TIME });
    for (let hour = 0; hour < 60; hour += 1) expect(await announced(HOUR)).toEqual([]);
    shop.open.delete('600901');
    expect(await announced(HOUR)).toEqual([]);
  });

  test('A dispute without any time is not announced after the store has lost its record, and an alert names the time', async () => {
    shop.put({ id: '600901', raw: NO_TIME });
    await announced(0);
    await lose('chunk1:');
    expect(await announced(HOUR)).toEqual([]);
    expect(await skippedSpans(shop)).toMatchObject([{ feed: 'disputes', from: mark, to: mark + HOUR }]);
  });

  test('It is not announced either after the store has lost the whole snapshot, and a later one is', async () => {
    shop.put({ id: '600901', raw: NO_TIME });
    await announced(0);
    await lose('snap1:', 'chunk1:');
    expect(await announced(HOUR)).toEqual([]);
    expect(await skippedSpans(shop)).toMatchObject([{ feed: 'disputes', to: mark + HOUR }]);
    shop.put({ id: '600902', raw: NO_TIME });
    expect(await announced(HOUR)).toEqual(['600902']);
  });

  test('A dispute without any time that was announced is not announced again after a loss', async () => {
    await announced(0);
    shop.put({ id: '600901', raw: NO_TIME });
    expect(await announced(HOUR)).toEqual(['600901']);
    await lose('chunk1:');
    expect(await announced(HOUR)).toEqual([]);
  });

  test('No alert is raised after a loss where every dispute has a time', async () => {
    shop.put({ id: '600901', raw: { gmt_create: null } });
    await announced(0);
    await lose('chunk1:');
    expect(await announced(HOUR)).toEqual([]);
    expect(await skippedSpans(shop)).toEqual([]);
  });

  test('After a pause of a day, an alert names it in place of disputes without any time', async () => {
    await announced(0);
    shop.put({ id: '600901', raw: NO_TIME });
    expect(await announced(DAY)).toEqual([]);
    expect(await skippedSpans(shop)).toMatchObject([{ from: mark, to: mark + DAY }]);
    shop.put({ id: '600902', raw: NO_TIME });
    expect(await announced(HOUR)).toEqual(['600902']);
  });

  test('A dispute whose date is left out later keeps it, and is not announced', async () => {
    const openedAt = mark - 2 * DAY;
    shop.put({ id: '600901', openedAt });
    await announced(0);
    shop.put({ id: '600901', changedAt: shop.clock.now() + HOUR, raw: { gmt_create: null } });
    expect(await announced(2 * HOUR)).toEqual([]);
    expect(await createDisputesFeed(shop).known()).toMatchObject([
      { opened_at: new Date(openedAt).toISOString().replace('.000', '') },
    ]);
  });

  test('A page whose dates cannot be read is a problem, and its disputes are kept', async () => {
    for (const id of ['600901', '600902']) shop.put({ id, raw: { gmt_create: '07-10-2026 05h12' } });
    await expect(shop.poll()).rejects.toEqual(problemLike('data_unreadable', { field: 'opened_at' }));
    expect(await createDisputesFeed(shop).known()).toHaveLength(2);
  });

  test('A dispute without a date has a deadline', async () => {
    shop.put({ id: '600901', raw: NO_TIME });
    expect(await shop.pollDeadlines()).toMatchObject([{ stage: 'wait_for_seller_response' }]);
  });

  test('A dispute without a date that has left the list is looked for among those of 60 days', async () => {
    const closed = createClosedDisputesFeed(shop);
    shop.put({ id: '600901', raw: NO_TIME });
    await closed.read('polling');
    shop.open.clear();
    shop.clock.advance(HOUR);
    await closed.read('polling');
    const { create_time_start, create_time_end } =
      shop.sent.find(({ request }) => request.create_time_start)?.request ?? {};
    expect(Number(create_time_start)).toBeLessThanOrEqual(shop.clock.now() - 60 * DAY);
    expect(Number(create_time_end)).toBeGreaterThanOrEqual(shop.clock.now());
  });
});

describe('Lasting error of the disputes feed', () => {
  test('An error is thrown when no detail has the documented format', async () => {
    const shop = openDisputeShop();
    shop.putMany(2);
    shop.answers.set(disputeDetail.name, () => ({ something: 'else' }));
    await expect(shop.pollDeadlines()).rejects.toEqual(
      problemLike('answer_changed', { method: disputeDetail.name }),
    );
  });

  test('An expired token is reported, and the visit is made with a new one', async () => {
    const shop = openDisputeShop();
    const ids = shop.putMany(1);
    shop.onCall = (nth) => nth === 1 && fail('token_expired', {});
    await expect(shop.poll()).rejects.toEqual(problemLike('token_expired'));
    expect(await shop.poll()).toEqual(ids);
  });
});

describe('Snapshot of disputes that cannot be stored', () => {
  const { through } = decliningStore(true, 'snap1:', 'chunk1:');

  test('No dispute is announced before it is stored', async () => {
    const shop = openDisputeShop({ through });
    shop.putMany(1);
    expect(await shop.poll()).toStrictEqual([]);
    expect(shop.lists()).toBe(1);
  });

  test('No visit is made for eight minutes after a snapshot was not stored', async () => {
    const shop = openDisputeShop({ through });
    await shop.poll();
    for (let minute = 1; minute < 8; minute += 1) await shop.poll(MINUTE);
    expect(shop.lists()).toBe(1);
  });
});
