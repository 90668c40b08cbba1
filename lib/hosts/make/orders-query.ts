/** Questions to the order list. */

import { ORDER_PAGE_SIZE, orderList } from '../../aliexpress/methods/order-list.ts';
import { order } from '../../aliexpress/records/order.ts';
import { shapeFor } from './answer.ts';
import { json, type Question } from './asking.ts';
import type { Source } from './fields.ts';
import { call, type Iml, joined, matches, quoted, when } from './iml.ts';
import { pacificOf } from './times.ts';

const HOURS_A_DAY = 24;

export interface OrderQuery {
  /** From 1. */
  page: number;
  /** When the orders were placed, as dates. */
  created: { from: Iml; to: Iml };
  changed?: { from: Iml; to: Iml };
  /** Whether a further page is wanted at all. */
  wanted?: Iml;
  /** A part of the JSON, beginning with a comma, or an expression that may be empty. */
  status?: Iml;
}

const time = (name: string, date: Iml): Iml[] => [quoted(`,"${name}":"`), pacificOf(date), quoted('"')];

/** A page of the order list. Pages are asked for in order; one that is not there is skipped, and its claim too. */
export function orderPage({ page, created, changed, status, wanted = 'true' }: OrderQuery): Question {
  const shape = shapeFor(orderList.name, order.fields, orderList.items);
  return {
    method: orderList,
    params: {
      [String(orderList.requestKey)]: json(
        quoted(`"current_page":${page},"page_size":${ORDER_PAGE_SIZE}`),
        ...time('create_date_start', created.from),
        ...time('create_date_end', created.to),
        ...(changed
          ? [...time('modified_date_start', changed.from), ...time('modified_date_end', changed.to)]
          : []),
        ...(status === undefined ? [] : [status]),
      ),
    },
    shape: { ...shape, keys: [...shape.keys, 'order_id', 'order_status', 'gmt_create'] },
    marks: ['total_page'],
    ...(page === 1
      ? { noting: { pages: PAGES_FOUND } }
      : {
          keep: { [`page${page - 1}`]: CURRENT },
          condition: `${call('parseNumber', 'temp.pages', quoted('.'))} >= ${page} & (${wanted})`,
        }),
  };
}

const CURRENT = call('ifempty', 'temp.answer.result.target_list', 'emptyarray');
/** How many pages there are, from the text of the answer: what is noted with it cannot see what is read of it. */
const PAGES_FOUND = when(
  matches('body', '[\\s\\S]*"total_page"\\s*:\\s*"?\\d{1,6}[\\s\\S]*'),
  call('replace', 'body', quoted('/^[\\s\\S]*"total_page"\\s*:\\s*"?(\\d{1,6})[\\s\\S]*$/'), quoted('$1')),
  quoted('0'),
);

/** The orders of so many pages, after the last of them. */
export const ordersOf = (pages: number): Iml =>
  pages === 1
    ? CURRENT
    : call('merge', ...Array.from({ length: pages - 1 }, (_, index) => `temp.page${index + 1}`), CURRENT);

export const itemSource: Source = { at: (from) => `item.${from}`, answeredAt: 'temp.answeredAt' };

export const hoursAgo = (hours: number): Iml => call('addHours', 'now', `0 - ${hours}`);
export const daysAgo = (days: number): Iml => hoursAgo(days * HOURS_A_DAY);
/** A little after now, so that no order is missed in the hour that autumn has twice. */
export const soon: Iml = call('addHours', 'now', 1);

export const statusPart = (status: Iml): Iml => joined(quoted(',"order_status":"'), status, quoted('"'));
