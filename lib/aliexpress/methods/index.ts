/** The catalogue: every method that can be called. All of them read. */

import type { Method } from '../method.ts';
import { merchantProfile } from './merchant-profile.ts';
import { orderDetail } from './order-detail.ts';
import { orderList } from './order-list.ts';
import { tokenCreate, tokenRefresh } from './token.ts';

export const catalogue: readonly Method[] = [
  orderList,
  orderDetail,
  merchantProfile,
  tokenCreate,
  tokenRefresh,
];
