/**
 * What may be read from AliExpress by a request of one's own. Every answer is read by a record, so that only declared
 * fields leave, and no record declares anything about a buyer.
 *
 * The detail of a dispute is not here, because its request names the buyer.
 */

import * as z from 'zod';
import type { RecordDeclaration } from '../pack/record.ts';
import type { Bilingual } from '../problems.ts';
import type { ListMethod } from './method.ts';
import { abnormalParcels } from './methods/abnormal-parcels.ts';
import { disputeList } from './methods/dispute-list.ts';
import { orderDetail } from './methods/order-detail.ts';
import { orderList } from './methods/order-list.ts';
import { parcelList } from './methods/parcel-list.ts';
import { productDetail } from './methods/product-detail.ts';
import { productList } from './methods/product-list.ts';
import { reviewsOfOrders } from './methods/reviews-of-orders.ts';
import { tracking } from './methods/tracking.ts';
import { abnormalParcel, inBeijingTime } from './records/abnormal-parcel.ts';
import { dispute } from './records/dispute.ts';
import { listedParcel } from './records/listed-parcel.ts';
import { order } from './records/order.ts';
import { orderDetailRecord } from './records/order-detail.ts';
import { listedProduct, product } from './records/product.ts';
import { productDetailRecord } from './records/product-detail.ts';
import { review } from './records/review.ts';
import { trackedParcel, trackingRecord } from './records/tracking.ts';

export interface Readable {
  label: Bilingual;
  method: ListMethod;
  record: RecordDeclaration;
  /** The raw object of the record, where the row alone is not. @param request as it was made */
  rawOf?(row: unknown, request: Record<string, unknown>): unknown;
}

/** By the name that users choose. */
export const readCatalog = {
  orders: { label: { en: 'List of orders', zh: '订单列表' }, method: orderList, record: order },
  order: { label: { en: 'One order', zh: '单个订单' }, method: orderDetail, record: orderDetailRecord },
  reviews: { label: { en: 'Reviews of orders', zh: '订单评价' }, method: reviewsOfOrders, record: review },
  disputes: { label: { en: 'List of disputes', zh: '纠纷列表' }, method: disputeList, record: dispute },
  parcels: { label: { en: 'List of parcels', zh: '包裹列表' }, method: parcelList, record: listedParcel },
  abnormal_parcels: {
    label: { en: 'List of abnormal parcels', zh: '异常包裹列表' },
    method: abnormalParcels,
    record: abnormalParcel,
    rawOf: inBeijingTime,
  },
  tracking: {
    label: { en: 'Tracking of one parcel', zh: '单个包裹轨迹' },
    method: tracking,
    record: trackingRecord,
    rawOf: (row, { trackingNumber, orderId }) =>
      trackedParcel({ trackingNumber: String(trackingNumber), orderId: String(orderId) }, row),
  },
  products: {
    label: { en: 'List of products', zh: '商品列表' },
    method: productList,
    record: product,
    rawOf: (row, { status }) => listedProduct(String(status), row),
  },
  product: {
    label: { en: 'One product', zh: '单个商品' },
    method: productDetail,
    record: productDetailRecord,
  },
} as const satisfies Record<string, Readable>;

export type ReadableName = keyof typeof readCatalog;

/** "orderIds" → "order_ids". */
const publicName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** "order_ids" → "orderIds". */
const ownName = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The parameters of a request by their public names; true where it must be given. */
export function parametersOf({ method }: Readable): Record<string, boolean> {
  const { properties = {}, required = [] } = z.toJSONSchema(method.request, {
    io: 'input',
    unrepresentable: 'any',
  });
  return Object.fromEntries(
    Object.keys(properties).map((name) => [publicName(name), required.includes(name)]),
  );
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/;

/** No parameter is nested deeper, so what is stays as it is, and is refused. */
const MAX_DEPTH = 4;

/** Parameters as a user writes them → a request: names as in our code, times as epoch milliseconds. */
function toRequest(given: unknown, depth = 0): unknown {
  if (typeof given === 'string') return TIME.test(given) ? Date.parse(given) : given;
  if (typeof given !== 'object' || given === null || depth > MAX_DEPTH) return given;
  if (Array.isArray(given)) return given.map((value) => toRequest(value, depth + 1));
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [ownName(name), toRequest(value, depth + 1)]),
  );
}

/**
 * Checks parameters by the schema of the method.
 * @returns the request, or the public name of the parameter that is wrong
 */
export function readParameters(
  { method }: Readable,
  given: unknown,
): { request: Record<string, unknown> } | { wrong: string } {
  const request = toRequest(given);
  const checked = method.request.safeParse(request);
  if (checked.success) return { request: request as Record<string, unknown> };
  const [issue] = checked.error.issues;
  const [unknown] = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return {
    wrong: [...(issue?.path ?? []), unknown]
      .filter((part) => part !== undefined)
      .map(String)
      .map(publicName)
      .join('.'),
  };
}
