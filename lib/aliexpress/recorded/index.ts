/**
 * One answer per record, in the wire's own shape. Samples are made from these by the same conversion that runs on
 * live answers, so a sample never shows what the wire cannot bring. They hold no buyer's data, not even masked.
 */

import type { Fields, RecordDeclaration, ValuesOf } from '../../pack/record.ts';
import { convert } from '../convert.ts';
import { trackedParcel } from '../records/tracking.ts';
import accountAlert from './account-alert.json' with { type: 'json' };
import callBudget from './call-budget.json' with { type: 'json' };
import digest from './digest.json' with { type: 'json' };
import disputeDetail from './dispute-detail.json' with { type: 'json' };
import disputeList from './dispute-list.json' with { type: 'json' };
import profile from './merchant-profile.json' with { type: 'json' };
import detail from './order-detail.json' with { type: 'json' };
import list from './order-list.json' with { type: 'json' };
import parcel from './parcel.json' with { type: 'json' };
import productDetail from './product-detail.json' with { type: 'json' };
import productList from './product-list.json' with { type: 'json' };
import reviews from './reviews.json' with { type: 'json' };
import health from './shop-health.json' with { type: 'json' };
import tracking from './tracking.json' with { type: 'json' };

const recorded: Record<string, { answered_at: string; item: unknown }> = {
  account_alert: { answered_at: accountAlert.answered_at, item: accountAlert.alert },
  parcel: { answered_at: parcel.answered_at, item: parcel.parcel },
  call_budget: { answered_at: callBudget.answered_at, item: callBudget.status },
  digest: { answered_at: digest.answered_at, item: digest.digest },
  dispute: { answered_at: disputeList.answered_at, item: disputeList.answer.data_list[0] },
  dispute_detail: { answered_at: disputeDetail.answered_at, item: disputeDetail.answer.result_object },
  off_shelf_product: {
    answered_at: productList.answered_at,
    item: {
      ...productList.request,
      ...productList.answer.result.aeop_a_e_product_display_d_t_o_list[0],
      cause: 'expire_offline',
      left_at: Date.parse('2026-11-21T00:00:01Z'),
    },
  },
  open_dispute: {
    answered_at: disputeDetail.answered_at,
    item: {
      ...disputeDetail.answer.result_object,
      ...disputeList.answer.data_list[0],
      seen_at: Date.parse(disputeDetail.answered_at),
    },
  },
  order: { answered_at: list.answered_at, item: list.answer.result.target_list[0] },
  order_detail: { answered_at: detail.answered_at, item: detail.answer.target },
  product: {
    answered_at: productList.answered_at,
    item: {
      ...productList.request,
      ...productList.answer.result.aeop_a_e_product_display_d_t_o_list[0],
    },
  },
  product_detail: { answered_at: productDetail.answered_at, item: productDetail.answer.result },
  review: { answered_at: reviews.answered_at, item: reviews.answer.target_list[0] },
  shop: { answered_at: profile.answered_at, item: { profile: profile.answer, diagnosis: health.answer } },
  sku: {
    answered_at: productDetail.answered_at,
    item: {
      product: productDetail.answer.result,
      sku: productDetail.answer.result.aeop_ae_product_s_k_us[1],
      key: '1005006789012345/14:29',
      previous_stock: 2,
      changed_at: Date.parse(productDetail.answered_at),
      restocked_at: Date.parse('2026-11-09T05:41:00Z'),
    },
  },
  tracking: {
    answered_at: tracking.answered_at,
    item: trackedParcel(
      { trackingNumber: tracking.request.logistics_no, orderId: tracking.request.out_ref },
      tracking.answer,
    ),
  },
};

export function recordedItem<F extends Fields>(record: RecordDeclaration<F>): ValuesOf<F> {
  const found = recorded[record.key];
  const converted = found && convert(record, found.item, Date.parse(found.answered_at));
  if (!converted) throw new Error(`no recorded answer for ${record.key}`);
  return converted.values;
}

/** When the answer for a record was recorded, epoch milliseconds. */
export const recordedAt = ({ key }: RecordDeclaration): number =>
  Date.parse(recorded[key]?.answered_at ?? '');
