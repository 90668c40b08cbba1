/** A model of a list that moves between the answers about its pages, and a reading of it. */

import {
  afterPage,
  isDone,
  type ListedPage,
  newReading,
  type Reading,
  readingFormat,
} from '../../lib/feeds/engine/paging.ts';

export type Move =
  /** Rows at these positions leave the list. */
  | { kind: 'leave'; at: number[] }
  /** So many rows appear at the head. */
  | { kind: 'enter'; count: number }
  /** The row at one position moves to another. */
  | { kind: 'reorder'; from: number; to: number };

export interface MovingList {
  rows: string[];
  /** Rows that were in the list all the time. */
  lasting: Set<string>;
  move(move: Move | undefined): void;
  page(page: number): ListedPage;
}

export function movingList(count: number, size: number): MovingList {
  const rows = Array.from({ length: count }, (_, n) => `row ${n}`);
  const lasting = new Set(rows);
  let entered = 0;
  return {
    rows,
    lasting,
    move: (move) => {
      if (move?.kind === 'leave') {
        for (const at of move.at) {
          const [gone] = rows.length > 0 ? rows.splice(at % rows.length, 1) : [];
          if (gone) lasting.delete(gone);
        }
      }
      if (move?.kind === 'enter') {
        for (let n = 0; n < move.count; n += 1) {
          entered += 1;
          rows.unshift(`entered ${entered}`);
        }
      }
      if (move?.kind === 'reorder' && rows.length > 0) {
        const [row] = rows.splice(move.from % rows.length, 1);
        rows.splice(move.to % (rows.length + 1), 0, String(row));
      }
    },
    page: (page) => ({
      ids: rows.slice((page - 1) * size, page * size),
      total: rows.length,
      pages: Math.ceil(rows.length / size),
    }),
  };
}

export interface ModelReading {
  reading: Reading;
  /** The pages in the order in which they were read. */
  pages: number[];
  met: Set<string>;
  /** The most pages that the list had. */
  highestPageCount: number;
}

/**
 * Reads a list to the end of the reading.
 * @param moves before the second call, before the third …
 * @param answer what is answered instead of the page
 * @param afterCall the reading that is continued after a call: unless the test says otherwise, as stored between two visits
 */
export function readList(
  list: MovingList,
  options: Parameters<typeof newReading>[0],
  moves: readonly (Move | undefined)[] = [],
  answer: (page: ListedPage, call: number) => ListedPage = (page) => page,
  afterCall: (reading: Reading) => Reading = (reading) =>
    readingFormat.parse(JSON.parse(JSON.stringify(reading))),
): ModelReading {
  let reading = newReading(options);
  const pages: number[] = [];
  const met = new Set<string>();
  let highestPageCount = 1;
  while (!isDone(reading)) {
    if (pages.length > 0) list.move(moves[pages.length - 1]);
    const listed = answer(list.page(reading.page), pages.length + 1);
    highestPageCount = Math.max(highestPageCount, Math.ceil(listed.total / reading.size));
    pages.push(reading.page);
    for (const id of listed.ids) met.add(id);
    reading = afterCall(afterPage(reading, listed));
  }
  return { reading, pages, met, highestPageCount };
}
