/** How the list of orders lists orders that have ended. */

import { ordersIn, type ShownOrder, type Total, totalIn } from '../../aliexpress/evidence.ts';
import { orderList } from '../../aliexpress/methods/order-list.ts';
import { ENDED, QUERYABLE_STATUSES } from '../../aliexpress/order-status.ts';
import { DAY } from '../../runtime.ts';
import { type Finding, notKnown, type Question } from './finding.ts';
import type { ProbeSession, Reply } from './session.ts';

const ENDED_QUESTION = 'Does the list of orders show orders that have ended among others?';
const TOTAL_QUESTION = 'What does the total of the list of orders count?';

const LONG_AGO_QUESTION = 'Does it show those that were placed over 30 days ago?';

/**
 * Windows of placement, in days before now. Orders that have ended are listed for 30 days at least. By the end of a window
 * most were shipped, and many have ended. A young shop has only later ones, whose parcels are on their way.
 */
const WINDOWS = { longAgo: [44, 15], usual: [29, 15], young: [29, 4] } as const;
type Days = (typeof WINDOWS)[keyof typeof WINDOWS];

export const endedOrders: Question = {
  about: { en: 'orders that have ended among others', zh: '已结束订单能否与其他订单一并查询' },
  answer: async (session, shown) => {
    const now = session.now();
    const readPage = async ([first, last]: Days, statuses: readonly string[]) => {
      const placed = { from: now - first * DAY, to: now - last * DAY };
      const changed = { from: placed.from, to: now };
      const reply = await session.call(orderList, { page: 1, placed, changed, statuses });
      const orders = ordersIn(reply.answer);
      shown.orders.push(...orders);
      return { ...reply, orders };
    };
    const ofAll = (days: Days) => readPage(days, QUERYABLE_STATUSES);
    const early = await ofAll(WINDOWS.longAgo);
    const first = early.because === 'refused' ? await ofAll(WINDOWS.usual) : early;
    const isYoung = first.answer !== undefined && first.orders.length === 0;
    const mixed = isYoung ? await ofAll(WINDOWS.young) : first;
    const read = (statuses: readonly string[]) => readPage(isYoung ? WINDOWS.young : WINDOWS.usual, statuses);
    const others = [longAgoFinding(early, first), totalFinding(mixed.answer)];
    if (mixed.because === 'refused') return [await afterRefusal(read), ...others];
    if (mixed.because) return [{ question: ENDED_QUESTION, answer: notKnown(mixed.because) }, ...others];
    if (mixed.orders.some(hasEnded)) return [TOGETHER, ...others];
    const ended = await read(ENDED);
    const one = ended.orders.find(({ placedAt, changedAt }) => placedAt && changedAt);
    if (!one)
      return [
        { question: ENDED_QUESTION, answer: notKnown(ended.because ?? { no: 'order that has ended' }) },
        ...others,
      ];
    return [await amongOthers(session, one), ...others];
  },
};

const hasEnded = ({ status }: ShownOrder): boolean => ENDED.includes(status);

const TOGETHER: Finding = {
  question: ENDED_QUESTION,
  answer: 'yes, they are listed',
  capabilities: { endedOrders: 'together' },
};

/** @param usual the answer about orders that were placed within 30 days, if the first was refused */
function longAgoFinding({ because }: Reply, usual: Reply): Finding {
  const question = LONG_AGO_QUESTION;
  if (because === undefined) return { question, answer: 'accepted' };
  if (because !== 'refused') return { question, answer: notKnown(because) };
  return { question, answer: usual.because ? notKnown({ no: 'list with others' }) : 'no, refused' };
}

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
