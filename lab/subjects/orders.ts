/**
 * Orders: paid at once, held for hours, cancelled at once or on request, taken back, disputed, frozen, edited, shipped
 * and finished, within seconds or over weeks. Some come without the dates that AliExpress may leave out. Once a day a report
 * is due.
 */

import { isInBaseline } from '../../lib/feeds/order-baseline.ts';
import { MAX_DELAY_MS, minuteOf } from '../../lib/feeds/report-schedule.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { beijingDay, wholeSecond } from '../../sandbox/pacific.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import { SELLER } from '../host.ts';
import { drawTimes, kept, type LabOrder, newOrder, openLabShop, soonOrLate } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import { ACTIVE_ORDERS, ALL_ACTIVE_ORDERS, ENDED_ORDERS } from '../shown-names.ts';
import type { Condition, LabWorkflow, Story, Subject } from '../story.ts';

const MAX_ORDERS = 60;
const WAITING = 'WAIT_SELLER_SEND_GOODS';
const PAID = [WAITING, 'SELLER_PART_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS', 'FUND_PROCESSING'];
const COMPLETED = 'buyer_confirm_goods';
/** The time to ship that AliExpress gives, and the notice of the trigger. */
const SHIP_WITHIN_MS = 3 * DAY;
const NOTICE_HOURS = 24;
/** In Beijing. */
const REPORT_HOUR = 9;

export const orders: Subject = {
  feed: 'orders',
  draw: drawOrders,
  aboutOf: (trigger, event) => {
    if (trigger === 'daily_report') return String(event.date);
    if (trigger === 'order_status_changed') return `${event.order_id}/${event.status}`;
    return trigger === 'new_order_line' ? `${event.order_id}/${event.line_id}` : String(event.order_id);
  },
};

function drawOrders(random: RandomSource, schedule: Schedule): Story {
  const list = placeOrders(random, schedule, random.integer(5, MAX_ORDERS));
  const workflows: LabWorkflow[] = [
    { id: 'new', trigger: 'new_order', inputs: {} },
    { id: 'paid', trigger: 'order_paid', inputs: {} },
    { id: 'lines', trigger: 'new_order_line', inputs: {} },
    { id: 'paid_lines', trigger: 'new_order_line', inputs: { moment: 'paid' } },
    { id: 'shipped', trigger: 'order_shipped', inputs: {} },
    { id: 'cancelled', trigger: 'order_cancelled', inputs: {} },
    { id: 'status', trigger: 'order_status_changed', inputs: {} },
    { id: 'deadline', trigger: 'ship_deadline', inputs: { hours_before: NOTICE_HOURS } },
    { id: 'report', trigger: 'daily_report', inputs: { hour: REPORT_HOUR } },
  ];
  return {
    records: list.length,
    workflows,
    openShop: (options) => openLabShop({ orders: kept(list, options) }, options),
    conditionsOf: ({ trigger, inputs }) =>
      trigger === 'daily_report'
        ? reportsIn(schedule)
        : list.flatMap((order) =>
            (conditions[trigger]?.(order, schedule, inputs) ?? []).map((each) => ({
              ...each,
              trigger,
              edits: changesOf(order),
            })),
          ),
  };
}

/** One a day, some minutes after its hour. */
function reportsIn({ from, to }: Schedule): Condition[] {
  const days = Math.ceil((to - from) / DAY) + 2;
  return Array.from({ length: days }, (_, n) => {
    const date = beijingDay(from + (n - 1) * DAY);
    const at = Date.parse(`${date}T00:00:00+08:00`) + REPORT_HOUR * HOUR + minuteOf(SELLER) * MINUTE;
    const names = { shownAs: 'report', listedBy: 'report' };
    const until = at + MAX_DELAY_MS;
    return {
      trigger: 'daily_report',
      about: date,
      from: at,
      until,
      shownUntil: until,
      ...names,
      isOfClock: true,
    };
  });
}

/** A new stage changes an order as an edit does. */
const changesOf = ({ edits, stages }: LabOrder): number[] => [...edits, ...stages.map(({ at }) => at)];

/** In time order. */
function placeOrders(random: RandomSource, schedule: Schedule, count: number): LabOrder[] {
  const spanMs = schedule.faultsEnd - schedule.from;
  return drawTimes(random, schedule, count, Math.min(3 * DAY, 10 * spanMs))
    .sort((a, b) => a - b)
    .map((at, n) => placeOrder(random, wholeSecond(at), n, Math.max(HOUR, spanMs)));
}

function placeOrder(random: RandomSource, placedAt: number, n: number, spanMs: number): LabOrder {
  const order = newOrder(random, placedAt, n);
  order.hasNoPaidAt = random.next() < 0.1;
  live(order, random, spanMs);
  const last = order.stages.at(-1)?.at ?? placedAt;
  for (let edits = random.integer(0, 2); edits > 0; edits -= 1)
    order.edits.push(wholeSecond(random.between(placedAt, last + DAY)));
  return order;
}

/** The stages of an order's life. */
function live(order: LabOrder, random: RandomSource, spanMs: number): void {
  const after = (maxMs: number) => soonOrLate(random, maxMs);
  const add = (afterMs: number, status: string, endReason?: string): number => {
    const at = (order.stages.at(-1)?.at ?? order.placedAt) + afterMs;
    order.stages.push({
      at,
      status,
      lateMs: random.next() < 0.3 ? wholeSecond(random.between(20 * MINUTE, HOUR)) : 0,
      ...(endReason && { endReason }),
    });
    return at;
  };
  add(0, 'PLACE_ORDER_SUCCESS');
  const kind = random.next();
  if (kind < 0.12) {
    add(after(10 * MINUTE), 'FINISH', 'buyer_cancel_notpay_order');
    return;
  }
  if (kind < 0.18) {
    add(after(20 * DAY), 'FINISH', 'pay_timeout');
    return;
  }
  const isHeld = random.next() < 0.35;
  order.paidAt = add(after(HOUR), isHeld ? random.pick(['RISK_CONTROL', 'RISK_CONTROL_HOLD']) : WAITING);
  if (isHeld && random.next() < 0.2) {
    add(after(60 * HOUR), 'FINISH', 'buyer_cancel_order_in_risk');
    return;
  }
  if (isHeld) add(after(60 * HOUR), WAITING);
  for (let requests = random.next() < 0.3 ? random.integer(1, 2) : 0; requests > 0; requests -= 1) {
    add(after(spanMs), 'IN_CANCEL');
    if (random.next() < 0.3) {
      add(after(spanMs), 'FINISH', 'buyer_cancel_order');
      return;
    }
    add(after(spanMs), WAITING);
  }
  order.shippedAt = add(after(4 * DAY), 'WAIT_BUYER_ACCEPT_GOODS');
  for (let times = random.next() < 0.3 ? random.integer(1, 2) : 0; times > 0; times -= 1) {
    add(after(spanMs), random.pick(['IN_ISSUE', 'IN_FROZEN']));
    add(after(spanMs), 'WAIT_BUYER_ACCEPT_GOODS');
  }
  if (random.next() < 0.3) add(after(spanMs), 'FUND_PROCESSING');
  if (random.next() < 0.7) add(after(spanMs), 'FINISH', COMPLETED);
}

/** Every stage with its end. */
const periodsOf = ({ stages }: Pick<LabOrder, 'stages'>) =>
  stages.map((stage, n) => ({ ...stage, until: stages[n + 1]?.at ?? Number.POSITIVE_INFINITY }));

/** The times without a break in which an order is paid and released, each as its first stage. */
function paidSpans(order: LabOrder) {
  const periods = periodsOf(order).filter(({ status }) => PAID.includes(status));
  return periods.reduce<typeof periods>((spans, period) => {
    const last = spans.at(-1);
    if (last?.until === period.at) last.until = period.until;
    else spans.push({ ...period });
    return spans;
  }, []);
}

/** What an order says of its release, which may come after its payment. */
function heldSince(
  { id, paidAt, hasNoPaidAt, stages }: LabOrder,
  releasedAt: number,
): Pick<Condition, 'dated'> {
  const hold = stages.find(({ at }) => at === paidAt);
  return hold && paidAt !== undefined && paidAt < releasedAt && !hasNoPaidAt
    ? { dated: { at: paidAt, disprovedBy: `order/${id}/${hold.status}` } }
    : {};
}

const always = Number.POSITIVE_INFINITY;
/** The list that shows an order in a status that it has from `at` on, and how often that is read at least. */
function listOf(
  { placedAt }: LabOrder,
  status: string,
  at: number,
): Pick<Condition, 'listedBy' | 'readEveryMs'> {
  if (status === 'FINISH') return { listedBy: ENDED_ORDERS };
  return at - placedAt > 29 * DAY || status === 'RISK_CONTROL_HOLD'
    ? { listedBy: ALL_ACTIVE_ORDERS, readEveryMs: 6 * HOUR }
    : { listedBy: ACTIVE_ORDERS };
}

type ConditionsOf = (
  order: LabOrder,
  schedule: Schedule,
  inputs: LabWorkflow['inputs'],
) => Omit<Condition, 'trigger'>[];
const conditions: Record<string, ConditionsOf> = {
  new_order: ({ id, placedAt }) => [
    {
      about: String(id),
      from: placedAt,
      until: always,
      shownAs: `order/${id}`,
      shownUntil: always,
      listedBy: ACTIVE_ORDERS,
    },
  ],

  // It is told in any status in which an order is paid and released, but not while it may be cancelled or is disputed.
  order_paid: (order, { faultsEnd }) => {
    const spans = paidSpans(order);
    const [released] = spans;
    if (!released) return [];
    const { at, status, until } = spans.find((span) => span.until > faultsEnd + DAY / 2) ?? released;
    return [
      {
        about: String(order.id),
        from: released.at,
        until,
        shownAs: `order/${order.id}/${status}`,
        shownFrom: at,
        shownUntil: until,
        ...listOf(order, status, at),
        lateMs: released.lateMs,
        isUndated: order.hasNoPaidAt || released.at !== order.paidAt,
        ...heldSince(order, released.at),
      },
    ];
  },

  // What is true of an order is true of each of its lines.
  new_order_line: (order, schedule, inputs) => {
    const ofOrder = conditions[inputs.moment === 'paid' ? 'order_paid' : 'new_order'];
    return (ofOrder?.(order, schedule, {}) ?? []).flatMap((each) =>
      order.lines.map(({ childId }) => ({ ...each, about: `${order.id}/${childId}` })),
    );
  },

  // A finished order no longer says when it was shipped.
  order_shipped: (order) =>
    periodsOf(order)
      .filter(({ status, at }) => status === 'WAIT_BUYER_ACCEPT_GOODS' && at === order.shippedAt)
      .map(({ at, status, lateMs }) => ({
        about: String(order.id),
        from: at,
        until: order.stages.find((stage) => stage.status === 'FINISH')?.at ?? always,
        shownAs: `order/${order.id}`,
        enteredAs: `order/${order.id}/${status}`,
        shownFrom: at + lateMs,
        shownUntil: order.stages.find((stage) => stage.status === 'FINISH')?.at ?? always,
        ...listOf(order, status, at),
        lateMs,
      })),

  order_cancelled: ({ id, stages }) =>
    stages
      .filter(({ status, endReason }) => status === 'FINISH' && endReason !== COMPLETED)
      .map(({ at, lateMs }) => ({
        about: String(id),
        from: at,
        until: always,
        shownAs: `order/${id}/FINISH`,
        shownUntil: always,
        listedBy: ENDED_ORDERS,
        lateMs,
        isUndated: true,
      })),

  order_status_changed: (order) => {
    const { id } = order;
    const all = periodsOf(order).map(({ at, status, until, lateMs }) => ({
      about: `${id}/${status}`,
      from: at,
      until,
      shownAs: `order/${id}/${status}`,
      shownUntil: until,
      ...listOf(order, status, at),
      lateMs,
      isUndated: true,
      ...(status === WAITING && heldSince(order, at)),
      // An order that is on hold counts as old until it is known which orders were on hold before.
      ...(isInBaseline(status) && { oldWithout: ALL_ACTIVE_ORDERS }),
    }));
    return all.map((each, n) => {
      const before = all.findLastIndex(({ about }, earlier) => earlier < n && about === each.about);
      const states = all.slice(before + 1, n);
      return before < 0 ? each : { ...each, between: { from: states[0]?.from ?? each.from, states } };
    });
  },

  ship_deadline: (order) =>
    periodsOf(order)
      .filter(({ status }) => status === WAITING)
      .map(({ at, until }) => ({
        about: String(order.id),
        from: at + SHIP_WITHIN_MS - NOTICE_HOURS * HOUR,
        until,
        shownAs: `order/${order.id}/${WAITING}`,
        shownUntil: until,
        ...listOf(order, WAITING, at),
      }))
      .filter(({ from, until }) => from < until),
};
