/** The read methods by name, as strict as AliExpress's documentation describes them. */

import type { PermissionGroup } from '../variants.ts';
import { abnormalParcels } from './abnormal-parcels.ts';
import { announcements } from './announcements.ts';
import { disputeDetail, disputeList } from './disputes.ts';
import { orderDetail } from './order-detail.ts';
import { orderList } from './orders.ts';
import { managedOrders, simpleOrderList, stockByWarehouse, unpaidFreight } from './other-lists.ts';
import {
  declaredShipments,
  logisticsOrders,
  parcelList,
  statusNames,
  warehouseOrders,
} from './parcel-lists.ts';
import { productDetail, productList } from './products.ts';
import type { Context } from './query.ts';
import { reviewList } from './reviews.ts';
import { diagnosis, profile } from './shop.ts';
import { shortTracking, tracking } from './tracking.ts';

export type Method = (context: Context) => Record<string, unknown>;

const rows: readonly [name: string, group: PermissionGroup | null, method: Method][] = [
  ['aliexpress.trade.seller.orderlist.get', 'orders', orderList],
  ['aliexpress.trade.new.redefining.findorderbyid', 'orders', orderDetail],
  ['aliexpress.evaluation.listorderevaluation.get', 'reviews', reviewList],
  ['aliexpress.logistics.redefining.querytrackingresult', 'logistics', tracking],
  ['aliexpress.asf.shipment.tracking.get', 'logistics', shortTracking],
  ['aliexpress.logistics.redefining.getonlinelogisticsinfo', 'logistics', parcelList],
  ['aliexpress.logistics.querylogisticsorderdetail', 'logistics', logisticsOrders],
  ['aliexpress.logistics.warehouse.querydetail', 'logistics', warehouseOrders],
  ['aliexpress.logistics.querysellershipmentinfo', 'logistics', declaredShipments],
  ['aliexpress.logistics.query.enum', 'logistics', statusNames],
  ['aliexpress.logistics.getannouncement', 'logistics', announcements],
  ['aliexpress.logistics.abnormalorder.query', 'abnormal_parcels', abnormalParcels],
  ['cainiao.global.logistics.queryorderpaystatus', 'abnormal_parcels', unpaidFreight],
  ['aliexpress.trade.redefining.findorderlistsimplequery', 'orders', simpleOrderList],
  // The connector calls no method of its group, so none could tell that the group is not granted.
  ['aliexpress.ascp.ffo.query', null, managedOrders],
  ['aliexpress.solution.product.inventory.query', 'products', stockByWarehouse],
  ['aliexpress.issue.issuelist.get', 'disputes', disputeList],
  ['aliexpress.issue.detail.get', 'disputes', disputeDetail],
  ['aliexpress.postproduct.redefining.findproductinfolistquery', 'products', productList],
  // Its own limit of 20 calls a second is never reached, because all methods share a limit of five.
  ['aliexpress.offer.product.query', 'products', productDetail],
  ['aliexpress.solution.merchant.profile.get', 'merchant', profile],
  ['aliexpress.merchant.diagnosis.query', 'merchant', diagnosis],
];

export const methods: ReadonlyMap<string, Method> = new Map(rows.map(([name, , method]) => [name, method]));

/** The permission that the app needs for a method. */
export const groupOf: ReadonlyMap<string, PermissionGroup> = new Map(
  rows.flatMap(([name, group]) => (group ? [[name, group] as const] : [])),
);
