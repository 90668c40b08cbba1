/** Every method that can be called. All of them read. */

import type { Method } from '../method.ts';
import { abnormalParcels } from './abnormal-parcels.ts';
import { announcements } from './announcements.ts';
import { disputeDetail } from './dispute-detail.ts';
import { disputeList } from './dispute-list.ts';
import { merchantProfile } from './merchant-profile.ts';
import { orderDetail } from './order-detail.ts';
import { orderList } from './order-list.ts';
import { parcelList } from './parcel-list.ts';
import { productDetail } from './product-detail.ts';
import { productList } from './product-list.ts';
import { reviewsOfOrders } from './reviews-of-orders.ts';
import { shopHealth } from './shop-health.ts';
import { shortTracking } from './short-tracking.ts';
import { tokenCreate, tokenRefresh } from './token.ts';
import { tracking } from './tracking.ts';

export const methods: readonly Method[] = [
  orderList,
  orderDetail,
  reviewsOfOrders,
  tracking,
  shortTracking,
  parcelList,
  abnormalParcels,
  announcements,
  disputeList,
  disputeDetail,
  productList,
  productDetail,
  shopHealth,
  merchantProfile,
  tokenCreate,
  tokenRefresh,
];
