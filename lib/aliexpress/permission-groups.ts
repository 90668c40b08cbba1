/** The groups in which AliExpress grants permission to call methods, each with its number in the App Console. */

import type { Method } from './method.ts';
import { abnormalParcels } from './methods/abnormal-parcels.ts';
import { disputeDetail } from './methods/dispute-detail.ts';
import { disputeList } from './methods/dispute-list.ts';
import { merchantProfile } from './methods/merchant-profile.ts';
import { orderDetail } from './methods/order-detail.ts';
import { orderList } from './methods/order-list.ts';
import { parcelList } from './methods/parcel-list.ts';
import { productDetail } from './methods/product-detail.ts';
import { productList } from './methods/product-list.ts';
import { reviewsOfOrders } from './methods/reviews-of-orders.ts';
import { shopHealth } from './methods/shop-health.ts';
import { shortTracking } from './methods/short-tracking.ts';
import { tracking } from './methods/tracking.ts';

export interface PermissionGroup {
  name: string;
  number: number;
  /** Of ours. */
  methods: readonly Method[];
}

export const permissionGroups: readonly PermissionGroup[] = [
  { name: 'orders', number: 20905, methods: [orderList, orderDetail] },
  { name: 'logistics', number: 20892, methods: [parcelList, shortTracking, tracking] },
  { name: 'abnormal parcels', number: 21215, methods: [abnormalParcels] },
  { name: 'products', number: 20904, methods: [productList, productDetail] },
  { name: 'disputes', number: 20898, methods: [disputeList, disputeDetail] },
  { name: 'reviews', number: 20896, methods: [reviewsOfOrders] },
  { name: 'merchant', number: 20895, methods: [merchantProfile, shopHealth] },
];
