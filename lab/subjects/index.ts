/** What the histories of each feed are made of. */

import type { FeedKey } from '../../lib/feeds/engine/feed-status.ts';
import type { Subject } from '../story.ts';
import { orders } from './orders.ts';

export const subjects: Partial<Record<FeedKey, Subject>> = { orders };

/** The feeds that have histories. */
export const feeds = Object.values(subjects).map(({ feed }) => feed);
