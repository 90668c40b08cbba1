/** The search "Find Orders": page by page, each paid for before it is fetched, and none that is not there. */

import { ORDER_PAGE_SIZE } from '../../../aliexpress/methods/order-list.ts';
import { order } from '../../../aliexpress/records/order.ts';
import {
  ANY_STATUS,
  DAYS_FIELD,
  LEAST_DAYS_FIELD,
  MOST_DAYS,
  MOST_DAYS_FINISHED,
  NO_DAY_LEFT,
  TOO_FAR_BACK,
} from '../../../feeds/lookups.ts';
import type { SearchDeclaration } from '../../../pack/operation.ts';
import type { Bilingual } from '../../../problems.ts';
import { inputValues } from '../conditions.ts';
import { call, type Iml, mustache, quoted, toNumber, when } from '../iml.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { askOrders, itemSource, ordersOf, soon, statusPart } from '../orders-query.ts';
import { recordOutput, termsOf } from '../outputs.ts';
import { errorTypes, problemText } from '../problems.ts';
import { handOut, required, searchModule } from './lookups.ts';

const MOST_PAGES = 5;
/** As on Zapier's side: the window may be an hour wider than it was asked for, and daylight saving may add one. */
const MARGIN_HOURS = 3;

export function findOrders(search: SearchDeclaration): MakeModule {
  const input = inputValues(search.inputs);
  const status = input('status');
  const [days, least, pages] = ['days', 'least_days', 'most_pages'].map((key) => toNumber(input(key))) as [
    Iml,
    Iml,
    Iml,
  ];
  const mostDays = when(`${status} = 'FINISH'`, String(MOST_DAYS_FINISHED), String(MOST_DAYS));
  const hours = call('min', `${days} * 24`, `${mostDays} * 24 - ${MARGIN_HOURS}`);
  const questions = askOrders(
    MOST_PAGES,
    {
      created: {
        from: call('addHours', 'now', `0 - ${hours}`),
        to: when(`${least} = 0`, soon, call('addHours', 'now', `0 - ${least} * 24`)),
      },
      status: when(`${status} = ${quoted(ANY_STATUS)}`, "''", statusPart(status)),
    },
    'ask',
    (page) => (page > 1 ? `${pages} >= ${page}` : undefined),
  );
  const check = (condition: Iml, field: string, allowed: Bilingual): Json => ({
    response: {
      valid: {
        condition: mustache(condition),
        message: mustache(
          problemText('bad_input', {
            field: quoted(field),
            allowed: { en: quoted(allowed.en), zh: quoted(allowed.zh) },
          }),
        ),
        type: errorTypes.bad_input,
      },
      output: '',
    },
  });
  const terms = termsOf(order.fields, itemSource);
  // While pages are read, orders move between them.
  const found = call('distinct', ordersOf(MOST_PAGES), quoted('order_id'));
  const module = searchModule(search, order, [
    check(`${days} <= ${mostDays}`, DAYS_FIELD, TOO_FAR_BACK),
    check(`${least} < ${days}`, LEAST_DAYS_FIELD, NO_DAY_LEFT),
    ...questions,
    handOut(
      call('sort', found, quoted('desc'), quoted('gmt_create')),
      required(order, terms.readings),
      recordOutput(order, terms),
    ),
  ]);
  return {
    ...module,
    looksAt: {
      en: `as many pages of ${ORDER_PAGE_SIZE} orders as you choose, and no page that is not there`,
      zh: `所选页数，每页 ${ORDER_PAGE_SIZE} 个订单；没有的页不消耗`,
    },
  };
}
