/**
 * One exchange per method: the request, the parameters that are sent for it, and AliExpress's whole answer. Samples
 * (`samples.ts`), tests and the format of the sandbox's answers come from these. They hold no data of a buyer, not even
 * masked.
 */

import type * as z from 'zod';
import { unwrap } from '../envelope.ts';
import type { Method } from '../method.ts';
import { abnormalParcels } from '../methods/abnormal-parcels.ts';
import { announcements } from '../methods/announcements.ts';
import { disputeDetail } from '../methods/dispute-detail.ts';
import { disputeList } from '../methods/dispute-list.ts';
import { merchantProfile } from '../methods/merchant-profile.ts';
import { orderDetail } from '../methods/order-detail.ts';
import { orderList } from '../methods/order-list.ts';
import { parcelList } from '../methods/parcel-list.ts';
import { productDetail } from '../methods/product-detail.ts';
import { productList } from '../methods/product-list.ts';
import { reviewsOfOrders } from '../methods/reviews-of-orders.ts';
import { shopHealth } from '../methods/shop-health.ts';
import { shortTracking } from '../methods/short-tracking.ts';
import { tokenCreate, tokenRefresh } from '../methods/token.ts';
import { tracking } from '../methods/tracking.ts';
import abnormalParcelsExchange from './abnormal-parcels.json' with { type: 'json' };
import announcementsExchange from './announcements.json' with { type: 'json' };
import disputeDetailExchange from './dispute-detail.json' with { type: 'json' };
import disputeListExchange from './dispute-list.json' with { type: 'json' };
import merchantProfileExchange from './merchant-profile.json' with { type: 'json' };
import orderDetailExchange from './order-detail.json' with { type: 'json' };
import orderListExchange from './order-list.json' with { type: 'json' };
import parcelListExchange from './parcel-list.json' with { type: 'json' };
import productDetailExchange from './product-detail.json' with { type: 'json' };
import productListExchange from './product-list.json' with { type: 'json' };
import reviewsExchange from './reviews-of-orders.json' with { type: 'json' };
import shopHealthExchange from './shop-health.json' with { type: 'json' };
import shortTrackingExchange from './short-tracking.json' with { type: 'json' };
import tokenCreateExchange from './token-create.json' with { type: 'json' };
import tokenRefreshExchange from './token-refresh.json' with { type: 'json' };
import trackingExchange from './tracking.json' with { type: 'json' };

export interface Exchange<Request = unknown> {
  /** When the answer came, ISO 8601. */
  answered_at: string;
  /** In our words. */
  request: Request;
  /** What is sent for it, next to the parameters that every call has. */
  sent: Readonly<Record<string, string>>;
  response: {
    status: number;
    headers: Readonly<Record<string, string>>;
    /** The body, parsed. */
    body: object;
  };
}

/** Ties an exchange to its method, so that its request is one that the method takes. */
const of = <R extends z.ZodType, A extends z.ZodType>(method: Method<R, A>, exchange: Exchange<z.input<R>>) =>
  [method.name, exchange] as const;

const exchanges: ReadonlyMap<string, Exchange> = new Map<string, Exchange>([
  of(orderList, orderListExchange),
  of(orderDetail, orderDetailExchange),
  of(reviewsOfOrders, reviewsExchange),
  of(tracking, trackingExchange),
  of(shortTracking, shortTrackingExchange),
  of(parcelList, parcelListExchange as Exchange<z.input<typeof parcelList.request>>),
  of(abnormalParcels, abnormalParcelsExchange),
  of(announcements, announcementsExchange),
  of(disputeList, disputeListExchange),
  of(disputeDetail, disputeDetailExchange),
  of(productList, productListExchange),
  of(productDetail, productDetailExchange),
  of(shopHealth, shopHealthExchange),
  of(merchantProfile, merchantProfileExchange),
  of(tokenCreate, tokenCreateExchange),
  of(tokenRefresh, tokenRefreshExchange),
]);

/** The recorded exchange of a method. */
export function exchangeOf({ name }: Method): Exchange {
  const found = exchanges.get(name);
  if (!found) throw new Error(`no recorded exchange for ${name}`);
  return found;
}

/** The answer of a method as the gateway returns it. */
export function answerOf<A extends z.ZodType>(method: Method<z.ZodType, A>): z.output<A> {
  const unwrapped = unwrap(method.name, exchangeOf(method).response.body);
  if (!unwrapped.ok) throw new Error(`the recorded answer of ${method.name} is a refusal`);
  return method.answer.parse(unwrapped.payload);
}

/** When a method was answered, epoch milliseconds. */
export const answeredAt = (method: Method): number => Date.parse(exchangeOf(method).answered_at);
