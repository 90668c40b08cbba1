/** The page of a list that is shown, and what a list fault makes of it. */

import { HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Variants } from '../variants.ts';

export const listFaultNames = {
  short_page: 'every second page has the right total and half of its rows',
  empty_list: 'every second list is empty',
  late_rows: 'changes of orders are shown 20 to 60 minutes late',
  reordered: 'the rows of a list are in another order at every call',
  arrivals: 'rows enter at the head of a list after its first page',
  departures: 'rows leave the head of a list after its first page',
} as const;

/** A list fault that is on. */
export interface ListFault {
  name: keyof typeof listFaultNames;
  /** The number of the call that it hits, from 1. */
  nth: number;
}

export interface Paged<T> {
  rows: T[];
  /** Rows of the whole list. */
  total: number;
  pages: number;
}

const MOVED_ROWS = 3;

/** @param found the rows of the whole list */
export function pageOf<T>(found: readonly T[], page: number, size: number, fault?: ListFault): Paged<T> {
  const listed = fault ? listUnder(fault, found, page) : found;
  const rows = listed.slice((page - 1) * size, page * size);
  const isShort = fault?.name === 'short_page' && fault.nth % 2 === 1;
  return {
    rows: isShort ? rows.slice(0, Math.floor(rows.length / 2)) : rows,
    total: listed.length,
    pages: Math.ceil(listed.length / size),
  };
}

/** The total and the pages of a list, as AliExpress may write them. */
export function totalsOf<T>({ rows, total, pages }: Paged<T>, { totals }: Pick<Variants, 'totals'>) {
  switch (totals) {
    case 'left_out':
      return { total_page: pages };
    case 'of_page':
      return { total_count: rows.length, total_page: pages };
    case 'as_text':
      return { total_count: String(total), total_page: String(pages) };
    default:
      return { total_count: total, total_page: pages };
  }
}

function listUnder<T>({ name, nth }: ListFault, found: readonly T[], page: number): readonly T[] {
  switch (name) {
    case 'empty_list':
      return nth % 2 === 1 ? [] : found;
    case 'reordered': {
      const turn = (nth * 7) % Math.max(1, found.length);
      return [...found.slice(turn), ...found.slice(0, turn)];
    }
    case 'arrivals':
      return page === 1 ? found.slice(MOVED_ROWS) : found;
    case 'departures':
      return page === 1 ? found : found.slice(MOVED_ROWS);
    default:
      return found;
  }
}

/** As of when an order is shown, epoch milliseconds. */
export function shownAsOf(now: number, id: bigint, fault?: ListFault): number {
  if (fault?.name !== 'late_rows') return now;
  return now - 20 * MINUTE - Number(id % BigInt((HOUR - 20 * MINUTE) / MINUTE)) * MINUTE;
}
