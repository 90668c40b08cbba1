/** What the two methods of tracking answer. */

import { eventsIn, type ShownEvents, type ShownParcel, shortEventsIn } from '../../aliexpress/evidence.ts';
import { orderDetail } from '../../aliexpress/methods/order-detail.ts';
import { shortTracking as shortMethod } from '../../aliexpress/methods/short-tracking.ts';
import { tracking as method } from '../../aliexpress/methods/tracking.ts';
import { shipmentsOf } from '../../aliexpress/shipment-of-order.ts';
import { type Finding, notKnown, type Question } from './finding.ts';
import type { Silence } from './session.ts';

const SHORT_QUESTION = 'Does the tracking without carrier answer?';
const TIMES_QUESTION = 'In which form are the times of tracking events?';
const CODES_QUESTION = 'Do tracking events have action codes?';
const NO_PARCEL = { no: 'parcel that was shipped through AliExpress' };
/** A single refusal may be about the parcel. */
const MAX_REFUSALS = 2;

export const shortTracking: Question = {
  about: { en: 'tracking without carrier', zh: '无需物流服务商的轨迹接口' },
  answer: async (session, { parcels }) => {
    const known = parcels.filter(hasNumber).slice(0, MAX_REFUSALS);
    let silence: Silence | undefined;
    for (const { trackingNumber, orderId } of known) {
      const reply = await session.call(shortMethod, { trackingNumber, orderId });
      if (!reply.because) return [shortAnswer(shortEventsIn(reply.answer))];
      silence = reply.because;
      if (silence !== 'refused') break;
    }
    if (silence !== 'refused') return [{ question: SHORT_QUESTION, answer: notKnown(silence ?? NO_PARCEL) }];
    return [{ question: SHORT_QUESTION, answer: 'no, refused', capabilities: { shortTracking: 'refused' } }];
  },
};

const shortAnswer = (events: number): Finding => ({
  question: SHORT_QUESTION,
  answer: events > 0 ? 'yes, with events' : 'yes, without events',
  capabilities: { shortTracking: 'answers' },
});

const hasNumber = ({ trackingNumber, orderId }: ShownParcel): boolean =>
  trackingNumber !== '' && orderId !== '';

export const trackingEvents: Question = {
  about: { en: 'tracking events', zh: '物流轨迹' },
  answer: async (session, { parcels }) => {
    const seen: ShownEvents[] = [];
    let silence: Silence | undefined;
    const carriers = new Set<string>();
    let left = parcels.filter(hasNumber);
    // One call for the order, and one for each of its parcels.
    while (session.left() >= 2) {
      const orderId = bestOrder(left, carriers, session.left() - 1);
      if (orderId === undefined) break;
      left = left.filter((parcel) => parcel.orderId !== orderId);
      const detail = await session.call(orderDetail, { orderId });
      silence = detail.because ?? silence;
      if (detail.because && detail.because !== 'refused') break;
      for (const shipment of shipmentsOf(detail.answer?.target)) {
        if (!shipment || carriers.has(shipment.carrier)) continue;
        const reply = await session.call(method, { ...shipment, orderId });
        silence = reply.because ?? silence;
        if (reply.because) continue;
        carriers.add(shipment.carrier);
        const events = eventsIn(reply.answer);
        if (events.count > 0) seen.push(events);
      }
    }
    return eventFindings(seen, silence ?? (parcels.length > 0 ? { no: 'tracking event' } : NO_PARCEL));
  },
};

/**
 * The order whose parcels are with most carriers that were not asked, and with most of their companies.
 * @param max carriers that can be asked
 */
function bestOrder(
  parcels: readonly ShownParcel[],
  asked: ReadonlySet<string>,
  max: number,
): string | undefined {
  const companyOf = (carrier: string) => carrier.split('_')[0] ?? '';
  const companies = new Set([...asked].map(companyOf));
  const byOrder = Map.groupBy(parcels, ({ orderId }) => orderId);
  const ranked = [...byOrder].map(([orderId, own]) => {
    const carriers = new Set(own.map(({ carrier }) => carrier).filter((carrier) => !asked.has(carrier)));
    const fresh = new Set([...carriers].map(companyOf).filter((company) => !companies.has(company)));
    return { orderId, carriers: Math.min(carriers.size, max), companies: fresh.size };
  });
  const [first] = ranked.sort((a, b) => b.carriers - a.carriers || b.companies - a.companies);
  return first && first.carriers > 0 ? first.orderId : undefined;
}

function eventFindings(seen: readonly ShownEvents[], because: Parameters<typeof notKnown>[0]): Finding[] {
  const answer = (say: (events: ShownEvents) => string) =>
    seen.length > 0
      ? seen.map((events, nth) => `carrier ${nth + 1}: ${say(events)}`).join('; ')
      : notKnown(because);
  return [
    { question: TIMES_QUESTION, answer: answer(({ forms }) => forms.join(', ')) },
    { question: CODES_QUESTION, answer: answer(codesOf) },
  ];
}

function codesOf({ count, coded }: ShownEvents): string {
  if (coded === 0) return 'no';
  return coded === count ? 'yes, all' : 'some';
}
