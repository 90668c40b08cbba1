/** What the other lists show, and which groups of methods the app may call. */

import { abnormalIn, TAKEN_DOWN, takeDownsIn } from '../../aliexpress/evidence.ts';
import { abnormalParcels as abnormalList } from '../../aliexpress/methods/abnormal-parcels.ts';
import { disputeList } from '../../aliexpress/methods/dispute-list.ts';
import { merchantProfile } from '../../aliexpress/methods/merchant-profile.ts';
import { productList } from '../../aliexpress/methods/product-list.ts';
import { MAX_ORDERS_PER_REVIEW_CALL, reviewsOfOrders } from '../../aliexpress/methods/reviews-of-orders.ts';
import { permissionGroups } from '../../aliexpress/permission-groups.ts';
import type { Zone } from '../../aliexpress/unstated-zone.ts';
import { DAY } from '../../runtime.ts';
import { type Finding, notKnown, type Question } from './finding.ts';
import type { Outcome, ProbeSession } from './session.ts';

const SETTLED_QUESTION = 'Does the list of abnormal parcels show settled ones?';
const ABNORMAL_ZONE_QUESTION = 'In which zone does the list of abnormal parcels write times?';
const PRODUCT_ZONE_QUESTION = 'In which zone does the list of products write times?';
const TAKE_DOWN_QUESTION = 'Does a take-down by AliExpress move the time of change of a product?';
const ABNORMAL_DAYS = 14;

export const abnormalParcels: Question = {
  about: { en: 'abnormal parcels', zh: '异常包裹' },
  answer: async (session, { pageSize }) => {
    const now = session.now();
    const changed = { from: now - ABNORMAL_DAYS * DAY, to: now };
    const reply = await session.call(abnormalList, { page: 1, size: pageSize, changed });
    const shown = reply.because ? undefined : abnormalIn(reply.answer, reply.answeredAt);
    if (!shown || shown.rows === 0) {
      const answer = notKnown(reply.because ?? { no: 'abnormal parcel' });
      return [SETTLED_QUESTION, ABNORMAL_ZONE_QUESTION].map((question) => ({ question, answer }));
    }
    return [
      { question: SETTLED_QUESTION, answer: shown.settled > 0 ? 'yes' : 'none is shown' },
      { question: ABNORMAL_ZONE_QUESTION, answer: zoneWords(shown.zone) },
    ];
  },
};

/** Only times of the last 15 hours can tell. */
const zoneWords = (zone: Zone | null): string =>
  zone === 'beijing' ? 'Beijing time' : 'not Beijing time, as far as its newest time shows';

export const takeDowns: Question = {
  about: { en: 'products that were taken down', zh: '被下架的商品' },
  answer: async (session) => {
    const reply = await session.call(productList, { page: 1, status: TAKEN_DOWN });
    const shown = reply.because ? undefined : takeDownsIn(reply.answer, reply.answeredAt);
    const none = reply.because ?? { no: 'product that AliExpress has taken down' };
    return [
      shown?.takenDown ? takeDownFinding(shown) : { question: TAKE_DOWN_QUESTION, answer: notKnown(none) },
      {
        question: PRODUCT_ZONE_QUESTION,
        answer: shown?.rows
          ? zoneWords(shown.zone)
          : notKnown(reply.because ?? { no: 'product off the shelf' }),
      },
    ];
  },
};

function takeDownFinding({ takenDown, changed }: { takenDown: number; changed: number }): Finding {
  const takeDownIsChange = changed === takenDown;
  const answer = takeDownIsChange ? 'yes' : changed === 0 ? 'no' : 'not always';
  return { question: TAKE_DOWN_QUESTION, answer, capabilities: { takeDownIsChange } };
}

/** Only the permission and the shape of the answer are of interest. */
const shapeOnly = (
  about: Question['about'],
  call: (session: ProbeSession, orderIds: string[]) => Promise<unknown>,
): Question => ({
  about,
  answer: async (session, { orders }) => {
    await call(
      session,
      orders.map(({ id }) => id),
    );
    return [];
  },
});

export const disputes = shapeOnly({ en: 'disputes', zh: '纠纷' }, (session) =>
  session.call(disputeList, { page: 1 }),
);

export const reviews = shapeOnly({ en: 'reviews', zh: '评价' }, async (session, ids) => {
  const orderIds = [...new Set(ids)].slice(0, MAX_ORDERS_PER_REVIEW_CALL);
  if (orderIds.length > 0) await session.call(reviewsOfOrders, { orderIds });
});

export const merchant = shapeOnly({ en: 'the profile of the shop', zh: '店铺资料' }, (session) =>
  session.call(merchantProfile, {}),
);

/** By what became of the calls. Whoever may call one method of a group may call all of them. */
export const permissionsOf = ({ outcomes }: ProbeSession): Finding[] =>
  permissionGroups.map(({ name, number, methods }) => {
    const found = new Set(methods.map((method) => outcomes.get(method.name)));
    return { question: `Is the permission group ${number} (${name}) granted?`, answer: grantOf(found) };
  });

function grantOf(outcomes: ReadonlySet<Outcome | undefined>): string {
  if (outcomes.has('answered') || outcomes.has('refused')) return 'yes';
  if (outcomes.has('not_granted')) return 'no';
  if (outcomes.has('unreachable')) return notKnown('unreachable');
  return notKnown(outcomes.has('not_asked') ? 'not_asked' : { no: 'order to ask about' });
}
