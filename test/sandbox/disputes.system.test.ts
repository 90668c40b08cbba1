import { DAY, HOUR } from '../../lib/runtime.ts';
import {
  type Dispute,
  disputeChangedAt,
  disputeStatusAt,
  isWaitingForSeller,
} from '../../sandbox/disputes.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { openShop, type ShopOptions } from '../../sandbox/shop.ts';
import {
  DISPUTE,
  DISPUTES,
  ORDER_DETAIL,
  openSandboxShop,
  type Params,
  type SandboxShop,
} from '../support/sandbox-shop.ts';

const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 300, from: FROM, to: TO, historyDays: 45, ...changes });

describe('Disputes of the sandbox shop', () => {
  const { disputes, parcels } = shopOf({ ordersPerDay: 1000 });
  const all = [...disputes.values()];

  test('The same seed gives the same disputes', () => {
    expect(shopOf({ seed: 7 }).disputes).toEqual(shopOf({ seed: 7 }).disputes);
  });

  test('The requested share of shipped orders has a dispute', () => {
    const shipped = new Set(parcels.map(({ order }) => order.id));
    expect(all.every(({ order }) => shipped.has(order.id))).toBe(true);
    expect(Math.abs(disputes.size / shipped.size - 0.015)).toBeLessThan(0.003);
  });

  test('Every dispute number is unique', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test('Disputes are opened four days or more after shipping', () => {
    expect(all.every(({ openedAt, order }) => openedAt - (order.shippedAt ?? fail()) >= 4 * DAY - 1000)).toBe(
      true,
    );
  });

  test('The seller has five days to respond to a dispute', () => {
    expect(all.every(({ openedAt, answerDueAt }) => answerDueAt === openedAt + 5 * DAY)).toBe(true);
  });

  test('A response to a dispute comes before the deadline, if at all', () => {
    expect(all.every(({ answeredAt, answerDueAt }) => (answeredAt ?? 0) < answerDueAt)).toBe(true);
  });

  test('Every dispute is closed before its order ends', () => {
    expect(all.every(({ closedAt, order }) => closedAt < (order.stages.at(-1)?.at ?? 0))).toBe(true);
  });

  test('Disputes are withdrawn, answered, or lost without a response', () => {
    const ends = all.map(({ outcome, answeredAt }) => `${outcome}${answeredAt ? ', answered' : ''}`);
    expect(new Set(ends)).toEqual(new Set(['canceled_issue', 'finish, answered', 'finish']));
  });

  test('A dispute without a response lasts until its deadline', () => {
    const lost = all.filter(({ outcome, answeredAt }) => outcome === 'finish' && !answeredAt);
    expect(lost.every(({ closedAt, answerDueAt }) => closedAt > answerDueAt)).toBe(true);
  });
});

describe('Dispute status', () => {
  const [template] = [...shopOf().disputes.values()] as [Dispute];
  const dispute: Dispute = {
    ...template,
    openedAt: 100,
    answeredAt: 200,
    closedAt: 300,
    outcome: 'finish',
  };

  test.each([
    [99, undefined],
    [100, 'processing'],
    [299, 'processing'],
    [300, 'finish'],
  ])('The status at %d of a dispute that lasts from 100 to 300 is %s', (now, status) => {
    expect(disputeStatusAt(dispute, now)).toBe(status);
  });

  test.each([
    [99, false],
    [100, true],
    [199, true],
    [200, false],
  ])('Whether a dispute answered at 200 waits for the seller at %d is %s', (now, waits) => {
    expect(isWaitingForSeller(dispute, now)).toBe(waits);
  });

  test('A closed dispute no longer waits for the seller', () => {
    const { answeredAt: _, ...unanswered } = dispute;
    expect(isWaitingForSeller(unanswered, 300)).toBe(false);
  });

  test.each([
    [150, 100],
    [250, 200],
    [350, 300],
  ])('The last change of a dispute as of %d is at %d', (now, changed) => {
    expect(disputeChangedAt(dispute, now)).toBe(changed);
  });
});

describe('Disputes in the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ historyDays: 45, ordersPerDay: 30, disputeShare: 0.1 });
  });
  afterEach(() => shop.close());

  /** Disputes that have this status now and for the next ten seconds. */
  const disputesOf = (status: string) =>
    [...shop.sandbox.shop.disputes.values()].filter((dispute) =>
      [0, 10_000].every((off) => disputeStatusAt(dispute, shop.clock.now() + off) === status),
    );
  const disputeOf = (status: string, wanted: (dispute: Dispute) => boolean = () => true) =>
    disputesOf(status).find(wanted) ?? fail();
  const waiting = (dispute: Dispute) => isWaitingForSeller(dispute, shop.clock.now() + HOUR);

  describe('Dispute list', () => {
    const list = (query: Record<string, unknown> = {}, params: Params = {}) =>
      shop.query(DISPUTES, { current_page: 1, page_size: 50, ...query }, params);
    const idsIn = (text: string) => [...text.matchAll(/"issue_id":(\d+)/g)].map(([, id]) => id);
    const idsOf = (disputes: Dispute[]) =>
      disputes.toSorted((a, b) => b.openedAt - a.openedAt).map(({ id }) => String(id));

    test.each<[string, Record<string, unknown>, string]>([
      ['a missing page number', { current_page: undefined }, 'MissingParameter'],
      ['page 0', { current_page: 0 }, 'InvalidParameter'],
      ['a missing page size', { page_size: undefined }, 'MissingParameter'],
      ['pages of 51', { page_size: 51 }, 'InvalidParameter'],
      ['an unknown status', { issue_status: 'IN_ISSUE' }, 'InvalidParameter'],
      ['an order id that is not a number', { order_no: 'LP001' }, 'InvalidParameter'],
      ['a buyer that is not text', { buyer_login_id: 5 }, 'InvalidParameter'],
      [
        'Pacific times',
        { create_time_start: '2026-11-01 00:00:00', create_time_end: '2026-11-02 00:00:00' },
        'InvalidParameter',
      ],
      ['a start without an end', { create_time_start: FROM }, 'InvalidParameter'],
      ['an end before the start', { create_time_start: TO, create_time_end: FROM }, 'InvalidParameter'],
      ['an unknown field', { issue_state: 'finish' }, 'InvalidParameter'],
    ])('The dispute list rejects %s', async (_, query, code) => {
      expect((await list(query)).code).toBe(code);
    });

    test('The dispute list returns open disputes by default', async () => {
      expect(idsIn((await list()).text)).toEqual(idsOf(disputesOf('processing')));
    });

    test.each(['processing', 'canceled_issue', 'finish'])(
      'The dispute list returns disputes with the status %s',
      async (status) => {
        expect(idsIn((await list({ issue_status: status })).text)).toEqual(
          idsOf(disputesOf(status)).slice(0, 50),
        );
      },
    );

    test.each<[string, (dispute: Dispute) => bigint]>([
      ['line', ({ line }) => line.childId],
      ['order', ({ order }) => order.id],
    ])('The dispute list finds a dispute by the number of its %s', async (_, numberOf) => {
      const dispute = disputeOf('processing');
      expect(idsIn((await list({ order_no: numberOf(dispute) })).text)).toEqual([String(dispute.id)]);
    });

    test('The dispute list is filtered by buyer', async () => {
      const dispute = disputeOf('processing');
      const { text } = await list({ buyer_login_id: dispute.order.buyer.login });
      expect(idsIn(text)).toEqual([String(dispute.id)]);
    });

    test('The dispute list is filtered by opening time', async () => {
      const { id, openedAt } = disputeOf('processing');
      const { text } = await list({ create_time_start: openedAt, create_time_end: openedAt });
      expect(idsIn(text)).toEqual([String(id)]);
    });

    test('The dispute list is divided into pages', async () => {
      const { text: all, json } = await list({ issue_status: 'finish' });
      const pages: string[] = [];
      for (let page = 1; page <= Math.ceil(Number(json.total_item) / 20); page += 1) {
        pages.push((await list({ issue_status: 'finish', page_size: 20, current_page: page })).text);
      }
      expect(pages.flatMap(idsIn).slice(0, 50)).toEqual(idsIn(all));
    });

    test('An empty dispute list is left out', async () => {
      expect((await list({ order_no: 123_456 })).json).toEqual({
        current_page: 1,
        page_size: 50,
        total_item: '0',
        code: '0',
        request_id: expect.any(String),
      });
    });

    test('The dispute list returns reason, time and buyer of a dispute', async () => {
      const dispute = disputeOf('processing');
      expect((await list({ order_no: dispute.order.id })).json.data_list).toMatchObject([
        {
          issue_status: 'processing',
          reason_english: dispute.reason.english,
          reason_chinese: dispute.reason.chinese,
          gmt_create: toPacific(dispute.openedAt),
          buyer_login_id: dispute.order.buyer.login,
        },
      ]);
    });

    test('The dispute list writes ids as JSON numbers of 17 digits', async () => {
      expect((await list()).text).toMatch(/"issue_id":\d{17},"order_id":\d{17},"parent_order_id":\d{17},/);
    });

    test('The dispute list is wrapped unless simplify is set', async () => {
      expect((await list({}, { simplify: undefined })).json).toMatchObject({
        aliexpress_issue_issuelist_get_response: {
          data_list: { issue_api_issue_dto: expect.any(Array) },
          total_item: expect.any(String),
          request_id: expect.any(String),
        },
      });
    });
  });

  describe('Dispute detail', () => {
    const detail = ({ id, order }: Dispute, changes: Record<string, unknown> = {}, params: Params = {}) =>
      shop.query(DISPUTE, { buyer_login_id: order.buyer.login, issue_id: id, ...changes }, params);

    test.each(['buyer_login_id', 'issue_id'])(
      'The dispute detail rejects a request without %s',
      async (name) => {
        expect((await detail(disputeOf('processing'), { [name]: undefined })).code).toBe('MissingParameter');
      },
    );

    test('The dispute detail rejects a dispute id that is not a number', async () => {
      expect((await detail(disputeOf('processing'), { issue_id: 'first' })).code).toBe('InvalidParameter');
    });

    test('The dispute detail is empty for another buyer', async () => {
      const dispute = disputeOf('processing');
      const { order } = disputeOf('processing', (other) => other !== dispute);
      const { json } = await detail(dispute, { buyer_login_id: order.buyer.login });
      expect(json).toEqual({ code: '0', request_id: expect.any(String) });
    });

    test('The dispute detail is empty before the dispute is opened', async () => {
      const later = [...shop.sandbox.shop.disputes.values()].find(
        ({ openedAt }) => openedAt > shop.clock.now() + HOUR,
      );
      expect((await detail(later ?? fail())).json).toEqual({ code: '0', request_id: expect.any(String) });
    });

    test('The dispute detail returns the deadline of the seller in Pacific time', async () => {
      const dispute = disputeOf('processing', waiting);
      expect((await detail(dispute)).json.result_object).toMatchObject({
        reverse_detail_status: 'wait_for_seller_response',
        timeout_type: 'WAIT_SOLUTION_TIMEOUT',
        timeout_trigger_time: toPacific(dispute.answerDueAt),
      });
    });

    test('The dispute detail returns the deadline of the buyer after a response of the seller', async () => {
      const dispute = disputeOf('processing', (one) => (one.answeredAt ?? TO) < shop.clock.now());
      expect((await detail(dispute)).json.result_object).toMatchObject({
        reverse_detail_status: 'wait_for_buyer_response',
        timeout_trigger_time: toPacific(dispute.buyerDueAt as number),
        seller_solution_list: [{ solution_owner: 'seller', status: 'wait_buyer_accept' }],
      });
    });

    test.each(['finish', 'canceled_issue'])(
      'The dispute detail has no deadline if the status is %s',
      async (status) => {
        const { json } = await detail(disputeOf(status));
        expect(json.result_object).toMatchObject({ issue_status: status });
        expect(json.result_object).not.toHaveProperty('timeout_trigger_time');
      },
    );

    test('The dispute detail contains the proposal of the buyer', async () => {
      const { json } = await detail(disputeOf('processing', waiting));
      expect(json.result_object.buyer_solution_list).toMatchObject([
        { solution_type: 'refund', status: 'wait_seller_accept', refund_money: expect.any(String) },
      ]);
    });

    test('The dispute detail has no proposal of the seller before the seller responds', async () => {
      const { json } = await detail(disputeOf('processing', waiting));
      expect(json.result_object).not.toHaveProperty('seller_solution_list');
    });

    test.each<[string, (dispute: Dispute) => boolean, string[]]>([
      ['that waits', waiting, ['initiate']],
      ['that was withdrawn', ({ outcome }) => outcome === 'canceled_issue', ['initiate', 'cancel']],
      [
        'that was settled',
        ({ answeredAt, closedAt }) => answeredAt !== undefined && closedAt < shop.clock.now(),
        ['initiate', 'seller_create_solution', 'buyer_accept'],
      ],
      [
        'that was lost',
        ({ answeredAt, outcome }) => outcome === 'finish' && answeredAt === undefined,
        ['initiate', 'seller_accept'],
      ],
    ])('The dispute detail lists the steps of a dispute %s', async (_, wanted, actions) => {
      const dispute = [...shop.sandbox.shop.disputes.values()].find(
        (one) =>
          one.openedAt < shop.clock.now() && wanted(one) && (waiting(one) || one.closedAt < shop.clock.now()),
      );
      const { json } = await detail(dispute ?? fail());
      expect(json.result_object.process_dto_list.map(({ action_type }) => action_type)).toEqual(actions);
    });

    test.each<[string, string, boolean]>([
      ['agreement', 'negotiation_consensus', true],
      ['a missing response', 'seller_reponse_timeout', false],
    ])('The dispute detail says that a dispute ended by %s', async (_, reached_type, wasAnswered) => {
      const dispute = disputeOf('finish', ({ answeredAt }) => (answeredAt !== undefined) === wasAnswered);
      expect((await detail(dispute)).json.result_object.buyer_solution_list).toMatchObject([
        { status: 'reached', reached_type, reached_time: toPacific(dispute.closedAt) },
      ]);
    });

    test('The dispute detail writes the product id as text and other ids as numbers', async () => {
      const dispute = disputeOf('processing');
      const { text } = await detail(dispute);
      expect(text).toContain(`"id":${dispute.id},"order_id":${dispute.line.childId},`);
      expect(text).toContain(`"product_id":"${dispute.line.productId}"`);
    });

    test('The dispute detail is wrapped unless simplify is set', async () => {
      expect((await detail(disputeOf('processing'), {}, { simplify: undefined })).json).toMatchObject({
        aliexpress_issue_detail_get_response: {
          result_object: {
            buyer_solution_list: { solution_api_dto: [expect.anything()] },
            process_dto_list: { api_issue_process_dto: expect.any(Array) },
          },
          request_id: expect.any(String),
        },
      });
    });
  });

  describe('Disputes in the order list', () => {
    const ordersIn = (text: string) => [
      ...new Set([...text.matchAll(/"order_id":(\d+),"order_status"/g)].map(([, id]) => id)),
    ];
    const long = () => ({ create_date_start: toPacific(shop.clock.now() - 60 * DAY) });

    test('Orders in dispute are found by IN_ISSUE and keep their own status', async () => {
      const { text, json } = await shop.orderList({ ...long(), order_status: 'IN_ISSUE' });
      expect(ordersIn(text).sort()).toEqual(
        disputesOf('processing')
          .map(({ order }) => String(order.id))
          .sort(),
      );
      expect(new Set(json.result.target_list.map(({ order_status }) => order_status))).toEqual(
        new Set(['WAIT_BUYER_ACCEPT_GOODS']),
      );
    });

    test.each([
      ['NO_ISSUE before a dispute is opened', -1000, 'NO_ISSUE'],
      ['IN_ISSUE as soon as a dispute is opened', 0, 'IN_ISSUE'],
    ])('The order list says %s', async (_, off, issueStatus) => {
      const { order, openedAt } = disputeOf('processing');
      shop.goTo(openedAt + off - 1000);
      const { json } = await shop.orderList({ ...long(), buyer_login_id: order.buyer.login });
      expect(json.result.target_list).toMatchObject([{ issue_status: issueStatus }]);
    });

    test('The order list says END_ISSUE as soon as the dispute is closed', async () => {
      const { order, closedAt } = disputeOf('finish');
      shop.goTo(closedAt - 1000);
      const { json } = await shop.orderList({ ...long(), buyer_login_id: order.buyer.login });
      expect(json.result.target_list).toMatchObject([{ issue_status: 'END_ISSUE' }]);
    });

    test('The order list says IN_ISSUE only for the line in dispute', async () => {
      const { order, line } = disputeOf('processing', (one) => one.order.lines.length === 2);
      const { json } = await shop.orderList({ ...long(), buyer_login_id: order.buyer.login });
      const lines = json.result.target_list[0]?.product_list.map(({ issue_status }) => issue_status);
      expect(lines).toEqual(order.lines.map((one) => (one === line ? 'IN_ISSUE' : 'NO_ISSUE')));
    });

    test.each<[string, 'openedAt' | 'closedAt']>([
      ['opening', 'openedAt'],
      ['end', 'closedAt'],
    ])('The order list returns the %s of a dispute as a change of its order', async (_, change) => {
      const dispute = disputeOf('finish');
      const at = dispute[change];
      shop.goTo(at);
      const span = { modified_date_start: toPacific(at), modified_date_end: toPacific(at) };
      const { json } = await shop.orderList({ ...long(), ...span });
      expect(json.result.target_list).toMatchObject([{ gmt_update: toPacific(at) }]);
    });

    test('The order list does not find an order by an earlier change', async () => {
      const { order } = disputeOf('processing');
      const shipped = toPacific(order.shippedAt ?? 0);
      const span = { modified_date_start: shipped, modified_date_end: shipped };
      const { text } = await shop.orderList({ ...long(), ...span });
      expect(ordersIn(text)).not.toContain(String(order.id));
    });
  });

  describe('Disputes in the order detail', () => {
    const targetOf = async ({ order }: Dispute) =>
      (await shop.query(ORDER_DETAIL, { order_id: order.id })).json.target;

    test.each([
      ['an open dispute', 'processing', 'IN_ISSUE'],
      ['a closed dispute', 'finish', 'END_ISSUE'],
    ])('The order detail contains %s', async (_, status, issueStatus) => {
      const dispute = disputeOf(status);
      expect(await targetOf(dispute)).toMatchObject({
        issue_status: issueStatus,
        issue_info: { issue_status: issueStatus, issue_time: toPacific(dispute.openedAt) },
      });
    });

    test('The order detail has no dispute before it is opened', async () => {
      const dispute = disputeOf('processing');
      shop.goTo(dispute.openedAt - 2000);
      const target = await targetOf(dispute);
      expect(target).toMatchObject({ issue_status: 'NO_ISSUE' });
      expect(target).not.toHaveProperty('issue_info');
    });

    test('The order detail changes with the dispute', async () => {
      const dispute = disputeOf('processing');
      expect(await targetOf(dispute)).toMatchObject({ gmt_modified: toPacific(dispute.openedAt) });
    });
  });
});

function fail(): never {
  throw new Error('the shop has no such dispute');
}
