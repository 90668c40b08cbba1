/** How the list of orders lists orders that have ended. */

import { ordersIn, type ShownOrder, type Total, totalIn } from '../../aliexpress/evidence.ts';
import { orderList } from '../../aliexpress/methods/order-list.ts';
import { ENDED, QUERYABLE_STATUSES } from '../../aliexpress/order-status.ts';
import { DAY } from '../../runtime.ts';
import { type Finding, notKnown, type Question } from './finding.ts';
import type { ProbeSession } from './session.ts';

const ENDED_QUESTION = 'Does the list of orders show orders that have ended among others?';
const TOTAL_QUESTION = 'What does the total of the list of orders count?';

/** Orders that have ended are listed for 30 days. */
const FIRST_DAYS = 29;
/** By then most were shipped, and many have ended. A young shop has only later ones, whose parcels are on their way. */
const LAST_DAYS = [15, 4] as const;

export const endedOrders: Question = {
  about: { en: 'orders that have ended among others', zh: '已结束订单能否与其他订单一并查询' },
  answer: async (session, shown) => {
    const now = session.now();
    const from = now - FIRST_DAYS * DAY;
    const readPage = async (lastDays: number, statuses: readonly string[]) => {
      const placed = { from, to: now - lastDays * DAY };
      const reply = await session.call(orderList, { page: 1, placed, changed: { from, to: now }, statuses });
      const orders = ordersIn(reply.answer);
      shown.orders.push(...orders);
      return { ...reply, orders };
    };
    const [usual, young] = LAST_DAYS;
    const first = await readPage(usual, QUERYABLE_STATUSES);
    const isYoung = first.answer !== undefined && first.orders.length === 0;
    const mixed = isYoung ? await readPage(young, QUERYABLE_STATUSES) : first;
    const read = (statuses: readonly string[]) => readPage(isYoung ? young : usual, statuses);
    const total = totalFinding(mixed.answer);
    if (mixed.because === 'refused') return [await afterRefusal(read), total];
    if (mixed.because) return [{ question: ENDED_QUESTION, answer: notKnown(mixed.because) }, total];
    if (mixed.orders.some(hasEnded)) return [TOGETHER, total];
    const ended = await read(ENDED);
    const one = ended.orders.find(({ placedAt, changedAt }) => placedAt && changedAt);
    if (!one)
      return [
        { question: ENDED_QUESTION, answer: notKnown(ended.because ?? { no: 'order that has ended' }) },
        total,
      ];
    return [await amongOthers(session, one), total];
  },
};

const hasEnded = ({ status }: ShownOrder): boolean => ENDED.includes(status);

const TOGETHER: Finding = {
  question: ENDED_QUESTION,
  answer: 'yes, they are listed',
  capabilities: { endedOrders: 'together' },
};

/** The request without the status in question tells whether that was the reason. */
async function afterRefusal(
  read: (statuses: readonly string[]) => Promise<{ because?: unknown }>,
): Promise<Finding> {
  const others = QUERYABLE_STATUSES.filter((status) => !ENDED.includes(status));
  const { because } = await read(others);
  return because === undefined
    ? { question: ENDED_QUESTION, answer: 'no, refused', capabilities: { endedOrders: 'apart' } }
    : { question: ENDED_QUESTION, answer: 'not known: the other statuses are refused too' };
}

/** Whether a window that holds this order shows it. */
async function amongOthers(
  session: ProbeSession,
  { id, placedAt = 0, changedAt = 0 }: ShownOrder,
): Promise<Finding> {
  const reply = await session.call(orderList, {
    page: 1,
    placed: { from: placedAt, to: placedAt },
    changed: { from: changedAt, to: changedAt },
    statuses: QUERYABLE_STATUSES,
  });
  if (reply.because) return { question: ENDED_QUESTION, answer: notKnown(reply.because) };
  return ordersIn(reply.answer).some((order) => order.id === id)
    ? TOGETHER
    : {
        question: ENDED_QUESTION,
        answer: 'accepted, but orders that have ended are left out',
        capabilities: { endedOrders: 'apart' },
      };
}

const TOTALS: Readonly<Record<Total, string>> = {
  of_list: 'the rows of the whole list',
  of_page: 'the rows of the page',
  left_out: 'it is left out',
  as_text: 'the rows, written as text',
};

function totalFinding(answer: unknown): Finding {
  const total = answer === undefined ? null : totalIn(answer);
  return {
    question: TOTAL_QUESTION,
    answer: total ? TOTALS[total] : notKnown({ no: 'list of more than one page' }),
  };
}
