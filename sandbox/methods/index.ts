/** The read methods by name, as strict as AliExpress's documentation describes them. */

import { disputeDetail, disputeList } from './disputes.ts';
import { shipmentList, tracking } from './logistics.ts';
import { orderDetail, orderList } from './orders.ts';
import { productDetail, productList } from './products.ts';
import type { Context } from './query.ts';
import { reviewList } from './reviews.ts';
import { diagnosis, profile } from './shop.ts';

export type Method = (context: Context) => Record<string, unknown>;

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['aliexpress.trade.seller.orderlist.get', orderList],
  ['aliexpress.trade.new.redefining.findorderbyid', orderDetail],
  ['aliexpress.evaluation.listorderevaluation.get', reviewList],
  ['aliexpress.logistics.redefining.querytrackingresult', tracking],
  ['aliexpress.logistics.querylogisticsorderdetail', shipmentList],
  ['aliexpress.issue.issuelist.get', disputeList],
  ['aliexpress.issue.detail.get', disputeDetail],
  ['aliexpress.postproduct.redefining.findproductinfolistquery', productList],
  // Its own limit of 20 calls a second is never reached, because all methods share a limit of five.
  ['aliexpress.offer.product.query', productDetail],
  ['aliexpress.solution.merchant.profile.get', profile],
  ['aliexpress.merchant.diagnosis.query', diagnosis],
]);
