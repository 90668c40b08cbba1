/** Disputes about shipped orders: answered, withdrawn or left alone, within hours or days. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import type { Dispute } from '../../sandbox/disputes.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import { drawTimes, kept, type LabOrder, openLabShop, shippedOrders, soonOrLate } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import { CLOSED_DISPUTES, OPEN_DISPUTES } from '../shown-names.ts';
import type { Condition, LabWorkflow, Story, Subject } from '../story.ts';

const MAX_DISPUTES = 60;
const ANSWER_MS = 5 * DAY;
const BUYER_ANSWER_MS = 3 * DAY;
const NOTICE_HOURS = 48;
/** Orders are shipped so long before the dispute. */
const SHIPPED_BEFORE_MS = 4 * DAY;

export const disputes: Subject = {
  feed: 'disputes',
  draw: drawDisputes,
  aboutOf: (trigger, event) =>
    trigger === 'dispute_deadline' ? `${event.dispute_id}/${event.stage}` : String(event.dispute_id),
};

function drawDisputes(random: RandomSource, schedule: Schedule): Story {
  const count = random.integer(3, MAX_DISPUTES);
  const opened = drawTimes(random, schedule, count, 6 * DAY);
  const orders = shippedOrders(
    random,
    opened.map((at) => at - SHIPPED_BEFORE_MS),
    [SHIPPED_BEFORE_MS + 12 * DAY, 60 * DAY],
  );
  const all = orders.map((order, n) => openDispute(order, n, random));
  // An order trigger shows new disputes at once.
  const withOrders = random.next() < 0.5;
  const workflows: LabWorkflow[] = [
    { id: 'opened', trigger: 'dispute_opened', inputs: {} },
    { id: 'closed', trigger: 'dispute_closed', inputs: {} },
    { id: 'deadline', trigger: 'dispute_deadline', inputs: { hours_before: NOTICE_HOURS } },
    ...(withOrders ? [{ id: 'shipped', trigger: 'order_cancelled', inputs: {} }] : []),
  ];
  return {
    records: count,
    workflows,
    openShop: (options) => {
      const left = kept(all, options);
      return openLabShop(
        { orders: kept(orders, options), disputes: new Map(left.map((each) => [each.order.id, each])) },
        options,
      );
    },
    conditionsOf: ({ trigger }) => all.flatMap((dispute) => conditions[trigger]?.(dispute) ?? []),
  };
}

function openDispute(order: LabOrder, n: number, random: RandomSource): Dispute {
  const openedAt = (order.shippedAt as number) + SHIPPED_BEFORE_MS;
  const answerDueAt = openedAt + ANSWER_MS;
  const dispute = {
    id: 60_039_480_000_000_000n + BigInt(n) * 7_000_003n,
    order,
    line: order.lines[0] as LabOrder['lines'][number],
    reason: { id: 4_001_001n, english: 'Order not received', chinese: '未收到货物' },
    openedAt,
    answerDueAt,
  };
  const kind = random.next();
  if (kind < 0.3) {
    const closedAt = openedAt + soonOrLate(random, 4.5 * DAY);
    return { ...dispute, closedAt, outcome: 'canceled_issue' };
  }
  if (kind < 0.6) return { ...dispute, closedAt: answerDueAt + 60_000, outcome: 'finish' };
  const answeredAt = openedAt + soonOrLate(random, 4.9 * DAY);
  return {
    ...dispute,
    answeredAt,
    buyerDueAt: answeredAt + BUYER_ANSWER_MS,
    closedAt: answeredAt + soonOrLate(random, 2.9 * DAY),
    outcome: 'finish',
  };
}

const conditions: Record<string, (dispute: Dispute) => Condition[]> = {
  dispute_opened: ({ id, openedAt, closedAt }) => [
    {
      trigger: 'dispute_opened',
      about: String(id),
      from: openedAt,
      until: closedAt,
      shownAs: `dispute/${id}`,
      shownUntil: closedAt,
      listedBy: OPEN_DISPUTES,
    },
  ],

  // A dispute is looked for among the closed ones once it was known to be open.
  dispute_closed: ({ id, closedAt }) => [
    {
      trigger: 'dispute_closed',
      about: String(id),
      from: closedAt,
      until: Number.POSITIVE_INFINITY,
      shownAs: `dispute/${id}/closed`,
      shownUntil: Number.POSITIVE_INFINITY,
      listedBy: CLOSED_DISPUTES,
      knownAs: `dispute/${id}`,
    },
  ],

  dispute_deadline: ({ id, answerDueAt, answeredAt = Number.POSITIVE_INFINITY, closedAt }) => {
    const from = answerDueAt - NOTICE_HOURS * HOUR;
    const until = Math.min(answerDueAt, answeredAt, closedAt);
    if (until <= from) return [];
    const about = `${id}/wait_for_seller_response`;
    return [
      {
        trigger: 'dispute_deadline',
        about,
        from,
        until,
        shownAs: `dispute/${id}`,
        shownUntil: until,
        listedBy: OPEN_DISPUTES,
      },
    ];
  },
};
