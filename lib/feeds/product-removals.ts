/**
 * How often a product has left the shelf, where AliExpress does not say when. The number is part of the event's id. It is
 * remembered of products whose removal was announced.
 */

import * as z from 'zod';
import { SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { type LastingRows, openLastingRows } from './engine/lasting-rows.ts';

const rowFormat = stored(() => ({
  /** When the product came back or was removed again, as far as a visit has seen it. */
  since: z.number().default(0),
  /** How often it was removed. */
  removals: z.number().default(1),
  /** It was on sale again, and was not removed since. */
  isBack: z.boolean().default(false),
}));
type RemovalRow = z.infer<typeof rowFormat>;

export interface Removals extends Omit<LastingRows<RemovalRow>, 'find' | 'put'> {
  /**
   * Which removal of the product it is that was not seen before, from 1.
   * @param isFirstReading its list was never read to the end, so it may have been seen all the same, and forgotten
   */
  count(digest: string, isFirstReading: boolean): number;
  /** @param isNew the removal is announced */
  recordRemoved(digest: string, removals: number, isNew: boolean): void;
  /** The product is no longer in the list of those that were removed. */
  recordBack(digest: string): void;
}

export function openRemovals(services: Parameters<typeof openLastingRows>[0]): Removals {
  const { find, put, ...rows } = openLastingRows(services, { name: 'products1', format: rowFormat });
  const record = (digest: string, removals: number, isBack: boolean) => {
    const row = find(digest);
    if (row?.removals === removals && row.isBack === isBack) return;
    put(digest, { ...row, since: Math.floor(services.clock.now() / SECOND), removals, isBack });
  };
  return {
    ...rows,
    count: (digest, isFirstReading) => {
      const row = find(digest);
      return row ? row.removals + Number(row.isBack || !isFirstReading) : 1;
    },
    recordRemoved: (digest, removals, isNew) => {
      if (isNew || find(digest)) record(digest, removals, false);
    },
    recordBack: (digest) => {
      const row = find(digest);
      if (row) record(digest, row.removals, true);
    },
  };
}
