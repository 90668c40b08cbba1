/** Questions to the order list. */

import { ORDER_PAGE_SIZE, orderList } from '../../aliexpress/methods/order-list.ts';
import { order } from '../../aliexpress/records/order.ts';
import { type AnswerShape, shapeFor } from './answer.ts';
import { ask, json, type Question } from './asking.ts';
import type { Lane } from './budget-terms.ts';
import type { Source } from './fields.ts';
import { all, call, type Iml, joined, matches, quoted, toNumber, when } from './iml.ts';
import type { Json } from './json.ts';
import { pacificOf } from './times.ts';

const HOURS_A_DAY = 24;
const ONLY = 'page';

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
  /** Under which name its pages and its size are kept in `temp`; left out, the only list of the module. */
  name?: string;
  /** What to keep before its first page. */
  keep?: Record<string, Iml>;
  /** What else its orders are mapped by. */
  keys?: readonly string[];
  objects?: AnswerShape['objects'];
  only?: AnswerShape['only'];
}

const time = (name: string, date: Iml): Iml[] => [quoted(`,"${name}":"`), pacificOf(date), quoted('"')];

/** A page of the order list. Pages are asked for in order; one that is not there is skipped, and its claim too. */
export function orderPage(query: OrderQuery): Question {
  const {
    page,
    created,
    changed,
    status,
    wanted = 'true',
    name = ONLY,
    keep,
    keys = [],
    objects,
    only,
  } = query;
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
    shape: {
      ...shape,
      keys: [...shape.keys, 'order_id', 'order_status', 'gmt_create', ...keys],
      ...(objects && { objects }),
      ...(only && { only }),
    },
    marks: ['total_page'],
    ...(page === 1
      ? {
          noting: { [`${name}Pages`]: found('total_page'), [`${name}Count`]: found('total_count') },
          ...(keep && { keep }),
          ...(query.wanted !== undefined && { condition: wanted }),
        }
      : {
          keep: { [`${name}${page - 1}`]: CURRENT },
          condition: all([`${pagesOf(name)} >= ${page}`, wanted]),
        }),
  };
}

/**
 * So many pages of a list, each paid for before it is fetched.
 * @param wanted whether a page is wanted, where that is not always so
 */
export const askOrders = (
  pages: number,
  query: Omit<OrderQuery, 'page' | 'wanted'>,
  lane: Lane,
  wanted: (page: number) => Iml | undefined = () => undefined,
): Record<string, Json>[] =>
  Array.from({ length: pages }, (_, index) => {
    const condition = wanted(index + 1);
    const page = { ...query, page: index + 1, ...(condition !== undefined && { wanted: condition }) };
    return ask(orderPage(page), { lane });
  }).flat();

const CURRENT = call('ifempty', 'temp.answer.result.target_list', 'emptyarray');
/** A number of the answer, from its text: what is noted with the answer cannot see what is read of it. */
const found = (key: string): Iml =>
  when(
    matches('body', `[\\s\\S]*"${key}"\\s*:\\s*"?\\d{1,6}[\\s\\S]*`),
    call('replace', 'body', quoted(`/^[\\s\\S]*"${key}"\\s*:\\s*"?(\\d{1,6})[\\s\\S]*$/`), quoted('$1')),
    quoted('0'),
  );

/** How many pages and orders a list has, to be asked after its first page. */
export const pagesOf = (name = ONLY): Iml => toNumber(call('ifempty', `temp.${name}Pages`, quoted('0')));
export const countOf = (name = ONLY): Iml => `temp.${name}Count`;

/** The orders of so many pages, after the last of them. */
export const ordersOf = (pages: number, name = ONLY): Iml =>
  pages === 1
    ? CURRENT
    : call('merge', ...Array.from({ length: pages - 1 }, (_, index) => `temp.${name}${index + 1}`), CURRENT);

export const itemSource: Source = { at: (from) => `item.${from}`, answeredAt: 'temp.answeredAt' };

/** What AliExpress allows a window of creation to span, and a day less, for the hours around it. */
export const CREATED_DAYS = { active: 179, finished: 29 };

export const daysAgo = (days: number): Iml => call('addHours', 'now', `0 - ${days * HOURS_A_DAY}`);
/** A little after now, so that no order is missed in the hour that autumn has twice. */
export const soon: Iml = call('addHours', 'now', 1);

export const statusList = (statuses: readonly string[]): Iml =>
  quoted(`,"order_status_list":[${statuses.map((each) => `"${each}"`).join(',')}]`);
/** Of orders that have ended, in whatever way. */
export const ENDED: Iml = quoted(',"order_status":"FINISH"');
export const statusPart = (status: Iml): Iml => joined(quoted(',"order_status":"'), status, quoted('"'));
