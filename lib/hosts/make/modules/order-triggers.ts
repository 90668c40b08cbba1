/** The triggers that rest on the order list: up to eight pages a run, each paid for before it is fetched. */

import { ORDER_PAGE_SIZE } from '../../../aliexpress/methods/order-list.ts';
import { PAID, statusNames, TO_SHIP } from '../../../aliexpress/order-status.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import type { Bilingual } from '../../../problems.ts';
import { scalarsOf } from '../answer.ts';
import { inputValue } from '../conditions.ts';
import { call, type Iml, quoted, toNumber, when } from '../iml.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import {
  askOrders,
  CREATED_DAYS,
  daysAgo,
  ENDED,
  itemSource,
  ordersOf,
  pagesOf,
  soon,
  statusList,
} from '../orders-query.ts';
import { termsOf } from '../outputs.ts';
import {
  isRun,
  logCommand,
  loggedDate,
  loggedItems,
  loggedSource,
  watchModule,
  windowOfRun,
  windowQuestion,
} from '../watch.ts';

/** Of 50 orders each. A quarter of an hour is one page; a night that was missed may be several. */
const PAGES = 8;

const EACH_CALL = { en: `${ORDER_PAGE_SIZE} a call`, zh: `每次调用 ${ORDER_PAGE_SIZE} 个` };

const since = (what: string, zh: string): Bilingual => ({
  en: `orders ${what} since the run before, ${EACH_CALL.en}`,
  zh: `上次运行以来${zh}，${EACH_CALL.zh}`,
});

interface OrderTrigger {
  looksAt: Bilingual;
  /** By when they were placed, or by when they changed. */
  by: 'placed' | 'changed';
  /** A part of the query's JSON. */
  status?: Iml;
  finished?: true;
  /** Which orders are remembered as seen; left out, all. */
  seen?: readonly string[];
  /** The event is one for each status. */
  perStatus?: true;
  /** What tells apart scenarios that do not ask the same. */
  apart?: Iml;
}

const chosen = call('ifempty', 'parameters.statuses', 'emptyarray');

const designs: Record<string, OrderTrigger> = {
  // Also one that was cancelled before anybody looked.
  new_order: {
    looksAt: since('placed', '新下的订单'),
    by: 'placed',
    status: statusList(Object.keys(statusNames)),
    finished: true,
  },
  order_paid: {
    looksAt: since('changed', '有变动的订单'),
    by: 'changed',
    status: statusList(PAID),
    seen: PAID,
  },
  order_status_changed: {
    looksAt: since('changed', '有变动的订单'),
    by: 'changed',
    status: when(
      `${call('length', chosen)} > 0`,
      `${quoted(',"order_status_list":["')} + ${call('join', chosen, quoted('","'))} + ${quoted('"]')}`,
      statusList(Object.keys(statusNames)),
    ),
    finished: true,
    perStatus: true,
    apart: call('join', call('sort', chosen, quoted('asc')), quoted(',')),
  },
  order_cancelled: {
    looksAt: since('ended', '已结束的订单'),
    by: 'changed',
    status: ENDED,
    finished: true,
    seen: ['FINISH'],
  },
};

/** Of a trigger that has no design of its own: it may fire once for each status of an order. */
const anyChange: OrderTrigger = {
  looksAt: since('changed', '有变动的订单'),
  by: 'changed',
  status: statusList(Object.keys(statusNames)),
  finished: true,
  perStatus: true,
};

/** The panel "Choose where to start" has the first page alone. */
const furtherInRun = (page: number): Iml | undefined => (page > 1 ? isRun : undefined);

export function orderTrigger(trigger: TriggerDeclaration): MakeModule {
  const design = designs[trigger.key] ?? anyChange;
  const { fields } = trigger.feed.record;
  const days = design.finished ? CREATED_DAYS.finished : CREATED_DAYS.active;
  const own = fields[(trigger.enteredAt ?? trigger.occurredAt).key]?.from;
  if (own === undefined) throw new Error(`nothing says when ${trigger.key} happened`);
  const questions: Record<string, Json>[] = [
    windowQuestion(trigger, design.apart),
    ...askOrders(
      PAGES,
      {
        created: design.by === 'placed' ? windowOfRun : { from: daysAgo(days), to: soon },
        ...(design.by === 'changed' && { changed: windowOfRun }),
        ...(design.status !== undefined && { status: design.status }),
        keys: [own],
        only: scalarsOf(fields),
      },
      'watch',
      furtherInRun,
    ),
  ];
  const items = ordersOf(PAGES);
  const mapped = (key: string) => call('map', items, quoted(key));
  return watchModule({
    trigger,
    terms: termsOf(fields, loggedSource, trigger.inputs),
    questions,
    items: loggedItems,
    looksAt: design.looksAt,
    remember: logCommand(trigger, {
      ids: mapped('order_id'),
      statuses: mapped('order_status'),
      owns: mapped(own),
      perStatus: design.perStatus ?? false,
      ...(design.seen && { only: design.seen }),
      items,
      isWhole: `${pagesOf()} <= ${PAGES}`,
      ...(design.apart !== undefined && { apart: design.apart }),
    }),
    date: loggedDate,
  });
}

/** A deadline comes nearer by itself: the event is that it has come nearer than the hours that the user chose. */
export function shipDeadline(trigger: TriggerDeclaration): MakeModule {
  const { hours_left: hours } = trigger.inputs;
  if (!hours) throw new Error('a deadline needs the hours before it');
  const hoursBefore = inputValue('hours_left', hours);
  const terms = termsOf(trigger.feed.record.fields, itemSource, trigger.inputs);
  const items = ordersOf(PAGES);
  return watchModule({
    trigger,
    terms,
    questions: askOrders(
      PAGES,
      {
        created: { from: daysAgo(CREATED_DAYS.active), to: soon },
        status: statusList(TO_SHIP),
        keys: ['timeout_left_time'],
      },
      'watch',
      furtherInRun,
    ),
    items,
    looksAt: { en: `all orders to ship, ${EACH_CALL.en}`, zh: `所有待发货订单，${EACH_CALL.zh}` },
    seen: {
      ids: call('map', items, quoted('order_id')),
      owns: call('map', items, quoted('timeout_left_time')),
      shift: call('toString', `${toNumber('temp.answeredAt')} - ${toNumber(hoursBefore)} * 3600000`),
      isAwaited: true,
      of: 'item.order_id',
      apart: hoursBefore,
    },
  });
}
