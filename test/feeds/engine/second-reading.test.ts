import {
  afterPage,
  isDone,
  type ListedPage,
  newReading,
  type Reading,
} from '../../../lib/feeds/engine/paging.ts';

/** Rows that stand on a page of five. */
const rows = (...numbers: number[]) => numbers.map((n) => `row ${n}`);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

/** A reading of pages of five, answered in this order. */
function readAll(answers: Omit<ListedPage, 'pages'>[]) {
  const pages: number[] = [];
  let reading: Reading = newReading({ size: 5 });
  for (const answer of answers) {
    if (isDone(reading)) break;
    pages.push(reading.page);
    reading = afterPage(reading, { ...answer, pages: Math.ceil(answer.total / 5) });
  }
  return { pages, reading };
}

/** A list of fifteen rows, of which the last one moved to the front before its page was read. */
const REORDERED = [
  { ids: rows(...upTo(5)), total: 15 },
  { ids: rows(...upTo(10, 6)), total: 15 },
  { ids: rows(...upTo(14, 10)), total: 15 },
];

describe('Second reading of a list that was reordered', () => {
  test('It ends once as many rows were met as the list has', () => {
    const { pages, reading } = readAll([...REORDERED, { ids: rows(15, 6, 7, 8, 9), total: 15 }]);
    expect([pages, isDone(reading), reading.isComplete]).toEqual([[1, 2, 3, 2], true, true]);
  });

  test('It goes on to the rows before, where the missing row stands', () => {
    const { pages, reading } = readAll([
      ...REORDERED,
      { ids: rows(...upTo(9, 5)), total: 15 },
      { ids: rows(15, ...upTo(4)), total: 15 },
    ]);
    expect([pages, isDone(reading), reading.isComplete]).toEqual([[1, 2, 3, 2, 1], true, true]);
  });

  test('A row that has left the list does not stand for one that was not met', () => {
    const { pages, reading } = readAll([
      ...REORDERED,
      { ids: rows(...upTo(9, 5)), total: 14 },
      { ids: rows(15, ...upTo(4)), total: 14 },
    ]);
    expect([pages, reading.isComplete]).toEqual([[1, 2, 3, 2, 1], true]);
  });

  test('A row that has entered the list does not stand for one that was not met', () => {
    const { pages, reading } = readAll([
      ...REORDERED,
      { ids: rows(5, 6, 16, 7, 8), total: 16 },
      { ids: rows(15, ...upTo(4)), total: 16 },
    ]);
    expect(pages).toEqual([1, 2, 3, 2, 1]);
    expect(reading.seen).toHaveLength(5 * 16);
  });
});

test('An only page that lists a row twice is read again', () => {
  const { pages, reading } = readAll([
    { ids: rows(1, 2, 2), total: 3 },
    { ids: rows(1, 2, 3), total: 3 },
  ]);
  expect([pages, reading.isComplete]).toEqual([[1, 1], true]);
});

test('A list of a thousand rows is counted, and a longer one is not', () => {
  const seenOf = (total: number) =>
    afterPage(newReading({ size: 5 }), { ids: rows(1, 2, 3, 4, 5), total }).seen;
  expect(seenOf(1000)).toHaveLength(25);
  expect(seenOf(1001)).toBeNull();
});

test('A list that shrinks while it is read is left with no rows to be met beyond its end', () => {
  const { pages, reading } = readAll([
    { ids: rows(...upTo(5)), total: 20 },
    { ids: rows(6), total: 6 },
  ]);
  expect(pages).toEqual([1, 2]);
  expect(reading.unread).toEqual([[1, 5]]);
});
