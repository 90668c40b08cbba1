/** The triggers that rest on the order list: up to three pages a run, each paid for before it is fetched. */

import { statusNames } from '../../../aliexpress/order-status.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import { ask } from '../asking.ts';
import { inputValue } from '../conditions.ts';
import { call, type Iml, quoted, toNumber, when } from '../iml.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import {
  CREATED_DAYS,
  daysAgo,
  hoursAgo,
  itemSource,
  orderPage,
  ordersOf,
  soon,
  statusList,
} from '../orders-query.ts';
import { termsOf } from '../outputs.ts';
import { minuteFrom } from '../times.ts';
import { watchModule } from '../watch.ts';

const PAGES = 3;
const MOST_HOURS = 36;
/** What the changes are asked for before the last event that was handed out. */
const OVERLAP_HOURS = 2;

const later = (one: Iml, other: Iml): Iml => when(`${one} > ${other}`, one, other);
const sinceLast = later(
  call('addHours', call('ifempty', 'data.lastDate', hoursAgo(MOST_HOURS)), `0 - ${OVERLAP_HOURS}`),
  hoursAgo(MOST_HOURS),
);

interface OrderTrigger {
  /** By when they were placed, or by when they changed; all, where they are few. */
  by: 'placed' | 'changed' | 'all';
  /** A part of the query's JSON. */
  status?: Iml;
  finished?: true;
  /** Which orders are remembered as seen; left out, all. */
  seen?: readonly string[];
  /** The event is one for each status. */
  perStatus?: true;
}

const PAID = [
  'WAIT_SELLER_SEND_GOODS',
  'SELLER_PART_SEND_GOODS',
  'WAIT_BUYER_ACCEPT_GOODS',
  'FUND_PROCESSING',
];
const chosen = call('ifempty', 'parameters.statuses', 'emptyarray');

const designs: Record<string, OrderTrigger> = {
  // Also one that was cancelled before anybody looked.
  new_order: { by: 'placed', status: statusList(Object.keys(statusNames)), finished: true },
  order_paid: { by: 'changed', status: statusList(PAID), seen: PAID },
  order_status_changed: {
    by: 'changed',
    status: when(
      `${call('length', chosen)} > 0`,
      `${quoted(',"order_status_list":["')} + ${call('join', chosen, quoted('","'))} + ${quoted('"]')}`,
      statusList(Object.keys(statusNames)),
    ),
    finished: true,
    perStatus: true,
  },
  order_cancelled: {
    by: 'changed',
    status: quoted(',"order_status":"FINISH"'),
    finished: true,
    seen: ['FINISH'],
  },
};

export function orderTrigger(trigger: TriggerDeclaration): MakeModule {
  const design = designs[trigger.key];
  if (!design) throw new Error(`${trigger.key} is not about the order list`);
  const terms = termsOf(trigger.feed.record.fields, itemSource, trigger.inputs);
  const days = design.finished ? CREATED_DAYS.finished : CREATED_DAYS.active;
  const questions: Record<string, Json>[] = Array.from({ length: PAGES }, (_, index) =>
    ask(
      orderPage({
        page: index + 1,
        created: { from: design.by === 'placed' ? hoursAgo(MOST_HOURS) : daysAgo(days), to: soon },
        ...(design.by === 'changed' && { changed: { from: sinceLast, to: soon } }),
        ...(design.status !== undefined && { status: design.status }),
      }),
      { lane: 'watch' },
    ),
  ).flat();
  const items = ordersOf(PAGES);
  const mapped = (key: string) =>
    design.seen === undefined
      ? call('map', items, quoted(key))
      : call('map', items, quoted(key), quoted('order_status'), quoted(design.seen.join(',')));
  return watchModule({
    trigger,
    terms,
    questions,
    items,
    seen: {
      ids: mapped('order_id'),
      ...(design.perStatus && { halves: mapped('order_status') }),
      of: design.perStatus ? "item.order_id + '/' + item.order_status" : 'item.order_id',
    },
  });
}

const TO_SHIP = ['WAIT_SELLER_SEND_GOODS', 'SELLER_PART_SEND_GOODS'];

/**
 * A deadline comes nearer by itself, so the event is dated by when it did: the hours that the user chose before the
 * deadline. That order is the order of the deadlines.
 */
export function shipDeadline(trigger: TriggerDeclaration): MakeModule {
  const { hours_left: hours } = trigger.inputs;
  if (!hours) throw new Error('a deadline needs the hours before it');
  const terms = termsOf(trigger.feed.record.fields, itemSource, trigger.inputs);
  const items = ordersOf(PAGES);
  return watchModule({
    trigger,
    terms,
    questions: Array.from({ length: PAGES }, (_, index) =>
      ask(
        orderPage({
          page: index + 1,
          created: { from: daysAgo(CREATED_DAYS.active), to: soon },
          status: statusList(TO_SHIP),
        }),
        { lane: 'watch' },
      ),
    ).flat(),
    items,
    seen: { ids: call('map', items, quoted('order_id')), of: 'item.order_id' },
    date: call(
      'addHours',
      minuteFrom('temp.answeredAt', 'item.timeout_left_time'),
      `0 - ${toNumber(inputValue('hours_left', hours))}`,
    ),
  });
}

export const orderTriggerKeys = Object.keys(designs);
