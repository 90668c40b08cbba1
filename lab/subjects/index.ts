/** What the histories of each feed are made of. */

import type { FeedKey } from '../../lib/feeds/engine/feed-status.ts';
import type { Subject } from '../story.ts';
import { abnormalParcels } from './abnormal-parcels.ts';
import { disputes } from './disputes.ts';
import { orders } from './orders.ts';
import { parcels } from './parcels.ts';
import { products } from './products.ts';
import { reviews } from './reviews.ts';
import { stock } from './stock.ts';

export const subjects: Readonly<Record<FeedKey, Subject>> = {
  orders,
  reviews,
  parcels,
  abnormal_parcels: abnormalParcels,
  disputes,
  products,
  stock,
};

/** The feeds that have histories. */
export const feeds = Object.values(subjects).map(({ feed }) => feed);
