/** The names under which the records of an answer are found, and those of the lists that were read. */

import { WireList } from '../sandbox/methods/wire.ts';
import type { Variants } from '../sandbox/variants.ts';

type Payload = Readonly<Record<string, unknown>>;
type Row = Record<string, unknown>;

export const ACTIVE_ORDERS = 'orders that are active';
/** Those that were placed long ago, or are in a status which a list cannot be filtered by, included. */
export const ALL_ACTIVE_ORDERS = 'all orders that are active';
export const ENDED_ORDERS = 'orders that have ended';
export const OPEN_DISPUTES = 'open disputes';
export const CLOSED_DISPUTES = 'closed disputes';
export const ABNORMAL_PARCELS = 'abnormal parcels';
export const reviewsOf = (orderId: string): string => `reviews of ${orderId}`;
export const productsThatAre = (status: string): string => `products that are ${status}`;

const byMethod: Record<
  string,
  (payload: Payload, params: Record<string, string>, variants: Variants) => string[]
> = {
  'aliexpress.trade.seller.orderlist.get': (payload, { param_aeop_order_query: query = '{}' }, variants) => [
    ...listsOf(JSON.parse(query), variants),
    ...rowsIn(payload).flatMap(({ order_id, order_status }) => [
      `order/${order_id}`,
      `order/${order_id}/${order_status}`,
    ]),
  ],
  'aliexpress.evaluation.listorderevaluation.get': (payload, { trade_evaluation_request: query = '' }) => [
    ...(query.match(/\d+/g) ?? []).map(reviewsOf),
    ...rowsIn(payload).flatMap(({ order_id, buyer_evaluation }) =>
      buyer_evaluation === undefined ? [] : [`review/${order_id}`],
    ),
  ],
  'aliexpress.logistics.redefining.querytrackingresult': (payload, { logistics_no }) =>
    payload.result_success === 'true' ? [`parcel/${logistics_no}`] : [],
  'aliexpress.asf.shipment.tracking.get': ({ result }, { mailNo }) =>
    (result as Row | undefined)?.success === true ? [`parcel/${mailNo}`] : [],
  'aliexpress.logistics.abnormalorder.query': (payload) => [
    ABNORMAL_PARCELS,
    ...rowsIn(payload).map(({ id, abnormal_code }) => `abnormal/${id}/${abnormal_code}`),
  ],
  'aliexpress.issue.issuelist.get': (payload, { query_dto: query = '{}' }) => {
    const { issue_status: status = 'processing' } = JSON.parse(query) as Record<string, string>;
    const isOpen = status === 'processing';
    return [
      isOpen ? OPEN_DISPUTES : CLOSED_DISPUTES,
      ...rowsIn(payload).map(({ issue_id }) => `dispute/${issue_id}${isOpen ? '' : '/closed'}`),
    ];
  },
  'aliexpress.issue.detail.get': ({ result_object }) => [
    `dispute detail/${(result_object as Row | undefined)?.id}`,
  ],
  'aliexpress.postproduct.redefining.findproductinfolistquery': (
    payload,
    { aeop_a_e_product_list_query: query = '{}' },
  ) => {
    const { product_status_type: status } = JSON.parse(query) as Record<string, string>;
    return [
      productsThatAre(String(status)),
      ...rowsIn(payload).map(({ product_id }) => `product/${product_id}/${status}`),
    ];
  },
  'aliexpress.offer.product.query': ({ result }, { product_id }) => (result ? [`stock/${product_id}`] : []),
};

function listsOf(
  query: { order_status?: string; order_status_list?: string[] },
  { finishAmongOthers }: Variants,
): string[] {
  const { order_status: one, order_status_list: several = one ? [one] : [] } = query;
  if (several.length === 0) return [ACTIVE_ORDERS, ALL_ACTIVE_ORDERS];
  const isEnded = (status: string) => status === 'FINISH';
  if (several.every(isEnded)) return [ENDED_ORDERS];
  return [ACTIVE_ORDERS, ...(several.some(isEnded) && finishAmongOthers === 'listed' ? [ENDED_ORDERS] : [])];
}

export const shownIn = (
  method: string,
  payload: Payload,
  params: Record<string, string>,
  variants: Variants,
): ReadonlySet<string> => new Set(byMethod[method]?.(payload, params, variants) ?? []);

/** The list of a payload, wherever it stands. */
export function listIn(payload: Payload): WireList | undefined {
  const inner = typeof payload.result === 'object' && payload.result !== null ? payload.result : {};
  return [...Object.values(payload), ...Object.values(inner)].find((value) => value instanceof WireList);
}

export const rowsIn = (payload: Payload): Row[] => (listIn(payload)?.values ?? []) as Row[];
