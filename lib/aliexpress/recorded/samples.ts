/** A sample of each record, by the same conversion as live answers: a sample never shows what AliExpress does not return. */

import type { Fields, RecordDeclaration, ValuesOf } from '../../pack/record.ts';
import { HOUR } from '../../runtime.ts';
import { convert, valueAt } from '../convert.ts';
import type { ListMethod } from '../method.ts';
import { abnormalParcels } from '../methods/abnormal-parcels.ts';
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
import { tokenCreate } from '../methods/token.ts';
import { tracking } from '../methods/tracking.ts';
import { ON_SALE } from '../product-terms.ts';
import { closedDisputeOf } from '../records/closed-dispute.ts';
import { delistedProduct } from '../records/delisted-product.ts';
import { openDisputeOf } from '../records/open-dispute.ts';
import { orderDetailRecord } from '../records/order-detail.ts';
import { followedParcel } from '../records/parcel.ts';
import { listedProduct, product } from '../records/product.ts';
import { productDetailRecord } from '../records/product-detail.ts';
import { skusOf } from '../records/sku.ts';
import { trackedParcel } from '../records/tracking.ts';
import { shipmentsOf } from '../shipment-of-order.ts';
import { readEvent, summarizeEvents, type TrackingEvent } from '../tracking-progress.ts';
import * as wire from '../wire.ts';
import accountAlert from './account-alert.json' with { type: 'json' };
import callBudget from './call-budget.json' with { type: 'json' };
import dailyReport from './daily-report.json' with { type: 'json' };
import { answeredAt, answerOf } from './index.ts';
import productListExchange from './product-list.json' with { type: 'json' };
import trackingExchange from './tracking.json' with { type: 'json' };

interface Sample {
  /** What the record is converted from. */
  raw: unknown;
  /** Epoch milliseconds. */
  at: number;
}

const itemOf = (method: ListMethod): Sample => ({
  raw: answerOf(method).items[0],
  at: answeredAt(method),
});

const valuesIn = <F extends Fields>(record: RecordDeclaration<F>, { raw, at }: Sample): ValuesOf<F> => {
  const converted = convert(record, raw, at);
  if (!converted) throw new Error(`no recorded answer for ${record.key}`);
  return converted.values;
};

const { status } = productListExchange.request;

/** As AliExpress lists an order that the buyer has cancelled. */
const CANCELLED = { order_status: 'FINISH', end_reason: 'buyer_cancel_order' };

/** One that waits for shipment, a shipped one, one whose cancellation is requested, and a cancelled one. */
function samplesOfOrder(): Sample[] {
  const { items } = answerOf(orderList);
  const cancelled = { ...wire.record.parse(items.at(-1)), ...CANCELLED };
  return [...items, cancelled].map((raw) => ({ raw, at: answeredAt(orderList) }));
}

function sampleOfOrderLine(): Sample {
  const { raw, at } = itemOf(orderList);
  const lines = wire.list.parse(valueAt(raw, 'product_list'));
  const [line] = lines;
  const place = { moment: 'placed', line_index: 1, line_count: lines.length };
  return {
    raw: {
      ...wire.record.parse(raw),
      ...wire.record.parse(line),
      ...place,
      line_amount: valueAt(line, 'total_product_amount'),
    },
    at,
  };
}

/** As AliExpress lists a product that was put on sale an hour before, for half a year. */
const PUT_ON_SALE = {
  ws_display: '0',
  ws_offline_date: '2027-05-19 17:08:21',
  gmt_create: '2026-11-20 17:03:40',
  gmt_modified: '2026-11-20 17:08:21',
};

function sampleOfProduct(): Sample {
  const { raw, at } = itemOf(productList);
  return { raw: listedProduct(ON_SALE, { ...wire.record.parse(raw), ...PUT_ON_SALE }), at };
}

function sampleOfDelistedProduct(): Sample {
  const { raw, at } = itemOf(productList);
  const { offline_at } = valuesIn(product, { raw: listedProduct(status, raw), at });
  return { raw: delistedProduct(status, raw, Date.parse(offline_at ?? '')), at };
}

function sampleOfOpenDispute(): Sample {
  const { raw, at } = itemOf(disputeDetail);
  return { raw: openDisputeOf(itemOf(disputeList).raw, raw, at), at };
}

/** As AliExpress lists a dispute that ended hours after it was opened. */
const FINISHED = { issue_status: 'finish', gmt_modified: '2026-11-20 16:41:27' };

/** As AliExpress adds it to the detail of a dispute that both sides have agreed on. */
const SOLUTION = {
  status: 'reached',
  solution_owner: 'seller',
  solution_type: 'refund',
  refund_money: '11.75',
  refund_money_currency: 'USD',
  reached_type: 'negotiation_consensus',
};

function sampleOfClosedDispute(): Sample {
  const { raw, at } = itemOf(disputeDetail);
  const row = { ...wire.record.parse(itemOf(disputeList).raw), ...FINISHED };
  return { raw: closedDisputeOf(row, { ...(raw as object), seller_solution_list: [SOLUTION] }, at), at };
}

function sampleOfSku(): Sample {
  const { raw, at } = itemOf(productDetail);
  const { product_id, updated_at } = valuesIn(productDetailRecord, { raw, at });
  const found = skusOf(raw).at(-1);
  const history = { previous_stock: 2, changed_at: at, restocked_at: Date.parse(updated_at ?? '') };
  return { raw: { ...found?.raw, key: `${product_id}/${found?.id}`, ...history }, at };
}

function sampleOfTracking(): Sample {
  const { raw, at } = itemOf(tracking);
  return { raw: trackedParcel(trackingExchange.request, raw), at };
}

const DELIVERY = readEvent({ time: '2026-10-21 02:40:00', code: 'GTMS_SIGNED', sentences: [] });

/** One that customs holds, and a delivered one. */
function samplesOfParcel(): Sample[] {
  const events = answerOf(tracking).items[0]?.events ?? [];
  return [events, [DELIVERY, ...events]].map(sampleOfParcel);
}

function sampleOfParcel(events: readonly TrackingEvent[]): Sample {
  const { at } = itemOf(tracking);
  const order = itemOf(orderDetail);
  const [shipment] = shipmentsOf(order.raw);
  const progress = summarizeEvents(events);
  const { order_id, updated_at } = valuesIn(orderDetailRecord, order);
  if (!shipment || !progress) return { raw: undefined, at };
  const shippedAt = Date.parse(updated_at ?? '');
  const unusualAfterMs = 60 * HOUR;
  const raw = followedParcel({
    orderId: order_id,
    shipment,
    progress,
    shippedAt,
    checkedAt: at,
    unusualAfterMs,
    place: { index: 1, count: 1 },
  });
  return { raw, at };
}

/** The samples by the key of their record, made when they are asked for: one, or several in different states. */
const samples: Record<string, () => Sample | Sample[]> = {
  abnormal_parcel: () => itemOf(abnormalParcels),
  account_alert: () => ({ raw: accountAlert.alert, at: Date.parse(accountAlert.answered_at) }),
  call_budget: () => ({ raw: callBudget.status, at: Date.parse(callBudget.answered_at) }),
  closed_dispute: sampleOfClosedDispute,
  daily_report: () => ({ raw: dailyReport.report, at: Date.parse(dailyReport.answered_at) }),
  dispute: () => itemOf(disputeList),
  dispute_detail: () => itemOf(disputeDetail),
  delisted_product: sampleOfDelistedProduct,
  open_dispute: sampleOfOpenDispute,
  listed_parcel: () => itemOf(parcelList),
  order: samplesOfOrder,
  order_line: sampleOfOrderLine,
  order_detail: () => itemOf(orderDetail),
  parcel: samplesOfParcel,
  product: sampleOfProduct,
  product_detail: () => itemOf(productDetail),
  review: () => itemOf(reviewsOfOrders),
  shop: () => ({
    raw: {
      seller_id: answerOf(tokenCreate).sellerId,
      profile: answerOf(merchantProfile),
      diagnosis: answerOf(shopHealth),
    },
    at: answeredAt(merchantProfile),
  }),
  sku: sampleOfSku,
  tracking: sampleOfTracking,
};

function samplesOf({ key }: RecordDeclaration): Sample[] {
  const made = samples[key]?.() ?? [];
  return Array.isArray(made) ? made : [made];
}

function sampleOf(record: RecordDeclaration): Sample {
  const [first] = samplesOf(record);
  if (!first) throw new Error(`no recorded answer for ${record.key}`);
  return first;
}

/** A record as it is converted from the recorded answers. */
export const recordedItem = <F extends Fields>(record: RecordDeclaration<F>): ValuesOf<F> =>
  valuesIn(record, sampleOf(record));

/** The same record in different states, such as an order that waits for shipment and a shipped one. */
export const recordedItems = <F extends Fields>(record: RecordDeclaration<F>): ValuesOf<F>[] =>
  samplesOf(record).map((sample) => valuesIn(record, sample));

/** When the answer for a record was recorded, epoch milliseconds. */
export const recordedAt = (record: RecordDeclaration): number => sampleOf(record).at;
