/**
 * How often a product has left the shelf, where AliExpress does not say when. The number is part of the event's id. It is
 * remembered of a product that was on sale again; of any other it is 1.
 */

import * as z from 'zod';
import { SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { type LastingRows, openLastingRows } from './engine/lasting-rows.ts';

const rowFormat = stored({
  /** When the product came back or was removed again, as far as a visit has seen it. */
  since: z.number().default(0),
  /** How often it was removed. */
  removals: z.number().default(1),
  /** It was on sale again, and was not removed since. */
  isBack: z.boolean().default(false),
});
type RemovalRow = z.infer<typeof rowFormat>;

export interface Removals extends Omit<LastingRows<RemovalRow>, 'find' | 'put'> {
  /** A removal that was not seen before. @returns which one of the product it is, from 1 */
  count(digest: string): number;
  /** The product is no longer in the list of those that were removed. */
  recordBack(digest: string): void;
}

export function openRemovals(services: Parameters<typeof openLastingRows>[0]): Removals {
  const { find, put, ...rows } = openLastingRows(services, { name: 'products1', format: rowFormat });
  const now = () => Math.floor(services.clock.now() / SECOND);
  return {
    ...rows,
    count: (digest) => {
      const row = find(digest);
      if (!row?.isBack) return row?.removals ?? 1;
      put(digest, { ...row, since: now(), removals: row.removals + 1, isBack: false });
      return row.removals + 1;
    },
    recordBack: (digest) => {
      const row = find(digest);
      if (!row?.isBack) put(digest, { ...row, since: now(), removals: row?.removals ?? 1, isBack: true });
    },
  };
}
