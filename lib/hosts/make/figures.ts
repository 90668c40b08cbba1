/**
 * The figures of a shop on Make, which remembers no orders: they are asked for when they are wanted. The orders placed
 * and those that ended in the period, those to ship, and how many wait for payment. A figure that rests on a list of
 * more pages than are asked for is left out, never guessed.
 */

import { AWAITING_PAYMENT, statusNames, TO_SHIP } from '../../aliexpress/order-status.ts';
import { cancelReasons, type Line, ORDER_LINES, type OrderFigures } from '../../feeds/figures.ts';
import { MISSING } from '../../pack/expression.ts';
import { MONEY_KEYS } from './answer.ts';
import type { Lane } from './budget-terms.ts';
import { FIGURES_SCRIPT } from './figures-script.ts';
import { call, type Iml, joined, mustache, quoted, toNumber, when } from './iml.ts';
import type { Json } from './json.ts';
import {
  askOrders,
  CREATED_DAYS,
  countOf,
  daysAgo,
  ENDED,
  type OrderQuery,
  ordersOf,
  pagesOf,
  soon,
  statusList,
} from './orders-query.ts';
import { pacificOf } from './times.ts';

/** Of 50 orders each: what a shop of 400 orders a day needs. Make allows 100 requests in a run, two or more a page. */
const MOST_PAGES = { placed: 10, ended: 8, toShip: 3, unpaid: 1 };

/** How many calls the figures take: one for each list, and for each further page. */
export const LEAST_CALLS = Object.keys(MOST_PAGES).length;
export const MOST_CALLS = Object.values(MOST_PAGES).reduce((sum, pages) => sum + pages, 0);

const members = (keys: readonly string[]): string => keys.map((key) => `"${key}":""`).join(',');
const CURRENCY = `{${members(['currency_code'])}}`;

export interface FigureTerms {
  /** Dates: [from, to). */
  from: Iml;
  to: Iml;
  lane: Lane;
  /** Whether there is anything to ask. */
  wanted?: Iml;
}

type ListName = keyof typeof MOST_PAGES;

/** Asks for them; the lists are left in `temp.placed`, `temp.ended` and `temp.toShip`, or in the last answer. */
export function figureQuestions({ from, to, lane, wanted }: FigureTerms): Record<string, Json>[] {
  const lists: Record<ListName, Omit<OrderQuery, 'page' | 'wanted'>> = {
    placed: {
      created: { from, to },
      status: statusList(Object.keys(statusNames)),
      keys: ['gmt_pay_time', 'end_reason', ...MONEY_KEYS],
      objects: { pay_amount: `{${members(MONEY_KEYS)},"currency":${CURRENCY}}`, currency: CURRENCY },
    },
    ended: {
      created: { from: daysAgo(CREATED_DAYS.finished), to: soon },
      changed: { from, to },
      status: ENDED,
      keys: ['gmt_pay_time', 'gmt_update', 'end_reason'],
    },
    toShip: {
      created: { from: daysAgo(CREATED_DAYS.active), to: soon },
      status: statusList(TO_SHIP),
      keys: ['timeout_left_time'],
    },
    unpaid: {
      created: { from: daysAgo(CREATED_DAYS.active), to: soon },
      status: statusList(AWAITING_PAYMENT),
    },
  };
  const names = Object.keys(lists) as ListName[];
  return names.flatMap((name, at) => {
    const before = names[at - 1];
    return askOrders(
      MOST_PAGES[name],
      { ...lists[name], name, ...(before && { keep: { [before]: whole(before) } }) },
      lane,
      () => wanted,
    );
  });
}

/** While pages are read, orders move between them. */
const whole = (name: ListName): Iml => call('distinct', ordersOf(MOST_PAGES[name], name), quoted('order_id'));

const isWhole = (name: ListName): Iml =>
  when(`${pagesOf(name)} <= ${MOST_PAGES[name]}`, quoted('y'), quoted('n'));

const side = (items: Iml): string => mustache(call('join', items, quoted('|')));
const listed = (name: ListName, key: string): Iml =>
  call('map', call('ifempty', `temp.${name}`, 'emptyarray'), quoted(key));
const money = listed('placed', 'pay_amount');

/** The command that works them out. @param at epoch milliseconds, a text */
export const figuresCommand = ({ from, to, at }: Pick<FigureTerms, 'from' | 'to'> & { at: Iml }): Json[] => [
  'EVAL',
  FIGURES_SCRIPT,
  '0',
  mustache(at),
  mustache(pacificOf(from)),
  mustache(pacificOf(to)),
  `|${cancelReasons.join('|')}|`,
  ...(['placed', 'ended', 'toShip'] as const).map((name) => mustache(isWhole(name))),
  ...['gmt_create', 'order_status', 'gmt_pay_time', 'end_reason'].map((key) => side(listed('placed', key))),
  ...MONEY_KEYS.map((key) => side(call('map', money, quoted(key)))),
  side(call('map', call('map', money, quoted('currency')), quoted('currency_code'))),
  ...['gmt_update', 'gmt_pay_time', 'end_reason'].map((key) => side(listed('ended', key))),
  side(listed('toShip', 'timeout_left_time')),
];

/** Texts, '' where a figure is not known. @param answer where the command's answer is, read */
export function figureTexts(answer: Iml): Record<keyof OrderFigures, Iml> {
  const told = (key: string) => call('ifempty', `${answer}.${key}`, "''");
  return {
    orders: told('orders'),
    revenue: told('revenue'),
    cancelled: told('cancelled'),
    awaitingPayment: countOf('unpaid'),
    toShip: countOf('toShip'),
    overdue: told('overdue'),
  };
}

export const numberOrNull = (text: Iml): Iml => when(`${text} = ''`, 'null', toNumber(text));

/** A line of a message: what it is about, and what there is to say in one of the languages. */
export type ImlLine = [label: Line[0], value: Iml | Readonly<Record<'en' | 'zh', Iml>>];

export const figureLines = (texts: Record<keyof OrderFigures, Iml>): ImlLine[] =>
  (Object.keys(ORDER_LINES) as (keyof OrderFigures)[]).map((key) => [ORDER_LINES[key], texts[key]]);

/** Lines of a message in Markdown, as `toText` of the feeds writes them. */
export const linesText = (lines: readonly ImlLine[], language: 'en' | 'zh'): Iml =>
  lines
    .map(([label, value]) => {
      const said = typeof value === 'string' ? value : value[language];
      return joined(quoted(`**${label[language]}** `), call('ifempty', said, quoted(MISSING)));
    })
    .join(' + newline + ');
