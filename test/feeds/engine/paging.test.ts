import fc from 'fast-check';
import {
  afterPage,
  hasMet,
  hasOnlyKnown,
  isDone,
  isStarted,
  type ListedPage,
  listedPage,
  newReading,
  plausibleTotal,
  type Reading,
  readingFormat,
  rowsLeft,
} from '../../../lib/feeds/engine/paging.ts';
import { type Move, movingList, readList } from '../../support/moving-list.ts';

const SIZE = 5;
const forward = { size: SIZE };
const fromLast = { size: SIZE, direction: 'from_last' } as const;

const directions = fc.constantFrom(forward, fromLast);
const counts = fc.integer({ min: 0, max: 43 });
const leave = fc.record({
  kind: fc.constant('leave' as const),
  at: fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 7 }),
});
const enter = fc.record({ kind: fc.constant('enter' as const), count: fc.integer({ min: 1, max: 7 }) });
const reorder = fc.record({
  kind: fc.constant('reorder' as const),
  from: fc.nat({ max: 60 }),
  to: fc.nat({ max: 60 }),
});
const movesOf = (...kinds: fc.Arbitrary<Move>[]) =>
  fc.array(fc.option(fc.oneof(...kinds), { nil: undefined, freq: 2 }), { maxLength: 25 });

const missedOf = (lasting: Set<string>, met: Set<string>) => [...lasting].filter((id) => !met.has(id));

describe('Reading of a list that does not move', () => {
  test('Each page is read once, and the reading is complete', () => {
    fc.assert(
      fc.property(directions, counts, (options, count) => {
        const list = movingList(count, SIZE);
        const { reading, pages, met } = readList(list, options);
        expect(pages).toHaveLength(Math.max(1, Math.ceil(count / SIZE)));
        expect(missedOf(list.lasting, met)).toStrictEqual([]);
        expect(reading.isComplete).toBe(true);
      }),
    );
  });

  test('Pages are read in their order', () => {
    expect(readList(movingList(18, SIZE), forward).pages).toEqual([1, 2, 3, 4]);
  });

  test('Pages are read from the last one after the first', () => {
    expect(readList(movingList(18, SIZE), fromLast).pages).toEqual([1, 4, 3, 2]);
  });

  test('The size of a page is taken from the answer where AliExpress returns fewer rows', () => {
    const { pages, reading } = readList(movingList(12, 3), { size: 50 });
    expect([pages, reading.isComplete]).toEqual([[1, 2, 3, 4], true]);
  });

  test('A list that does not tell its pages is read by its total', () => {
    const withoutPages = ({ ids, total }: { ids: readonly string[]; total: number }) => ({ ids, total });
    expect(readList(movingList(18, SIZE), forward, [], withoutPages).pages).toEqual([1, 2, 3, 4]);
  });

  test('A list whose answers tell one page and more rows is read by its total', () => {
    const onePage = (page: ListedPage) => ({ ...page, pages: 1 });
    expect(readList(movingList(12, SIZE), forward, [], onePage).pages).toEqual([1, 2, 3]);
  });

  test('A page of fewer rows than requested is listed with the pages that the answer tells', () => {
    const listed = ({ ids, ...answer }: ListedPage, call: number) =>
      listedPage(ids, answer, { page: call, size: 3 });
    expect(readList(movingList(12, 3), { size: 50 }, [], listed).pages).toEqual([1, 2, 3, 4]);
  });

  test('It is known of each row whether it was met, unless rows are too many to be counted', () => {
    const started = afterPage(newReading(forward), movingList(18, SIZE).page(1));
    expect([hasMet(started, 'row 4'), hasMet(started, 'row 5')]).toEqual([true, false]);
    const many = afterPage(newReading(forward), movingList(1200, SIZE).page(1));
    expect(hasMet(many, 'row 4')).toBeUndefined();
  });

  test('No page is read that AliExpress does not return', () => {
    const { pages, reading } = readList(movingList(43, SIZE), { ...fromLast, maxPages: 3 });
    expect([pages, reading.isComplete]).toEqual([[1, 3, 2], true]);
  });

  test('A list of more rows than are counted is read once and complete', () => {
    const { pages, reading } = readList(movingList(1200, 50), { size: 50 });
    expect([pages.length, reading.isComplete, reading.seen]).toEqual([24, true, null]);
  });

  test('A reading in the middle of a list of a thousand rows is stored in 6 KB', () => {
    const list = movingList(1000, 50);
    let reading = newReading({ size: 50 });
    for (let page = 1; page < 20; page += 1) reading = afterPage(reading, list.page(page));
    expect(JSON.stringify(reading).length).toBeLessThan(6 * 1024);
  });
});

describe('Reading of a list that moves', () => {
  const isSound = (options: typeof forward | typeof fromLast, count: number, moves: (Move | undefined)[]) => {
    const list = movingList(count, SIZE);
    const result = readList(list, options, moves);
    if (result.reading.isComplete) expect(missedOf(list.lasting, result.met)).toStrictEqual([]);
    expect(result.pages.length).toBeLessThanOrEqual(2 * result.highestPageCount);
    return result;
  };

  test('A complete reading has met every row that was in the list throughout: leaving and entering', () => {
    fc.assert(
      fc.property(directions, counts, movesOf(leave, enter), (...drawn) => void isSound(...drawn)),
      {
        numRuns: 1000,
      },
    );
  });

  test('A complete reading has met every row that was in the list throughout: reordered', () => {
    fc.assert(
      fc.property(directions, counts, movesOf(reorder), (...drawn) => void isSound(...drawn)),
      {
        numRuns: 1000,
      },
    );
  });

  test('A list that rows only leave is read completely, however many leave and when', () => {
    fc.assert(
      fc.property(directions, counts, movesOf(leave), (...drawn) => {
        expect(isSound(...drawn).reading.isComplete).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('A list that rows only enter is read completely, however many enter and when', () => {
    fc.assert(
      fc.property(directions, counts, movesOf(enter), (...drawn) => {
        expect(isSound(...drawn).reading.isComplete).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('A list that was reordered once is read completely', () => {
    fc.assert(
      fc.property(directions, counts, reorder, fc.nat({ max: 8 }), (options, count, move, before) => {
        const moves = [...Array<undefined>(before), move];
        expect(isSound(options, count, moves).reading.isComplete).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('The page is read again to which rows moved when others left', () => {
    const moves: Move[] = [{ kind: 'leave', at: [0] }];
    expect(readList(movingList(15, SIZE), forward, moves).pages).toEqual([1, 2, 3, 1]);
  });

  test('Pages are read in the same order where one visit reads them all', () => {
    const moves: Move[] = [{ kind: 'leave', at: [0] }];
    const inOneVisit = (reading: Reading) => reading;
    expect(readList(movingList(15, SIZE), forward, moves, undefined, inOneVisit).pages).toEqual([1, 2, 3, 1]);
  });

  test('The page is read again to which rows moved when others entered', () => {
    const moves: (Move | undefined)[] = [undefined, { kind: 'enter', count: 3 }];
    expect(readList(movingList(14, SIZE), fromLast, moves).pages).toEqual([1, 3, 2, 3]);
  });
});

describe('Answer that leaves rows out', () => {
  test('A page with fewer rows than the total promises is read again', () => {
    const short = (page: { ids: readonly string[]; total: number }, call: number) =>
      call === 2 ? { ...page, ids: page.ids.slice(0, 2) } : page;
    const list = movingList(13, SIZE);
    const { reading, pages, met } = readList(list, forward, [], short);
    expect([pages, reading.isComplete, missedOf(list.lasting, met)]).toEqual([[1, 2, 2, 3], true, []]);
  });

  test('An only page that stays too short is not complete', () => {
    const short = (page: { ids: readonly string[]; total: number }) => ({ ...page, ids: page.ids.slice(1) });
    const { reading, pages } = readList(movingList(4, SIZE), forward, [], short);
    expect([pages, reading.isComplete]).toEqual([[1, 1], false]);
  });

  test('A row that is never listed leaves the reading without a proof, and its page is read twice', () => {
    const hiding = (page: { ids: readonly string[]; total: number }) => ({
      ...page,
      ids: page.ids.filter((id) => id !== 'row 7'),
    });
    const { reading, pages } = readList(movingList(15, SIZE), forward, [], hiding);
    expect([pages, reading.isComplete]).toEqual([[1, 2, 2, 3], false]);
  });

  test('Two short answers that have all rows together are complete', () => {
    const short = (page: { ids: readonly string[]; total: number }, call: number) => ({
      ...page,
      ids: call === 1 ? page.ids.slice(1) : page.ids.slice(0, -1),
    });
    expect(readList(movingList(4, SIZE), forward, [], short).reading.isComplete).toBe(true);
  });

  test('Rows that entered between two short answers do not make up for others', () => {
    const reading = [
      { ids: ['a', 'b'], total: 4, pages: 1 },
      { ids: ['a', 'e', 'f'], total: 5, pages: 1 },
    ].reduce(afterPage, newReading(forward));
    expect([isDone(reading), reading.isComplete]).toEqual([true, false]);
  });

  test('A list with implausibly few rows is read again', () => {
    const empty = (page: { ids: readonly string[]; total: number }, call: number) =>
      call === 1 ? { ids: [], total: 0, pages: 0 } : page;
    const { reading, pages } = readList(movingList(8, SIZE), { ...forward, minTotal: 5 }, [], empty);
    expect([pages, reading.isComplete]).toEqual([[1, 1, 2], true]);
  });

  test('A list that keeps implausibly few rows is not complete', () => {
    const { reading, pages } = readList(movingList(0, SIZE), { ...forward, minTotal: 5 });
    expect([pages, reading.isComplete]).toEqual([[1, 1], false]);
  });

  test.each([
    [0, 0],
    [4, 0],
    [5, 1],
    [12, 8],
    [300, 200],
  ])('Of %d known rows at least %d must be listed', (known, minTotal) => {
    expect(plausibleTotal(known)).toBe(minTotal);
  });
});

describe('State of a reading', () => {
  test('Rows that are left are counted', () => {
    const list = movingList(18, SIZE);
    const started = afterPage(newReading(forward), list.page(1));
    expect([rowsLeft(started), isStarted(started), isDone(started)]).toEqual([13, true, false]);
  });

  test('A reading that was not started has nothing to resume', () => {
    expect(isStarted(newReading(forward))).toBe(false);
  });

  test('A reading that is done has nothing to resume', () => {
    const { reading } = readList(movingList(18, SIZE), forward);
    expect([isStarted(reading), isDone(reading)]).toEqual([false, true]);
  });

  test('Fields of another release are kept', () => {
    const stored = readingFormat.parse({ size: SIZE, cursor: 'abc' });
    expect(afterPage(stored, movingList(18, SIZE).page(1))).toMatchObject({ cursor: 'abc', page: 2 });
  });

  test('A page does not change the reading that is passed in', () => {
    const before = newReading(forward);
    const copy = structuredClone(before);
    afterPage(before, movingList(18, SIZE).page(1));
    expect(before).toEqual(copy);
  });
});

describe('Rows that are known before a list is read', () => {
  const ids = Array.from({ length: 12 }, (_, n) => `r${n}`);
  const page = (n: number, total = ids.length): ListedPage => ({
    ids: ids.slice((n - 1) * SIZE, n * SIZE),
    total,
  });
  const first = afterPage(newReading(forward), page(1));

  test('No row is left once the others are known', () => {
    expect(hasOnlyKnown(newReading(forward), new Set(ids))).toBe(false);
    expect(hasOnlyKnown(first, new Set(ids))).toBe(true);
    expect(hasOnlyKnown(first, new Set(ids.slice(SIZE)))).toBe(true);
  });

  test('A row that is not known is left until it was met', () => {
    const known = new Set(ids.slice(0, -1));
    expect(hasOnlyKnown(first, known)).toBe(false);
    const second = afterPage(first, page(2));
    expect([hasOnlyKnown(second, known), hasOnlyKnown(afterPage(second, page(3)), known)]).toEqual([
      false,
      true,
    ]);
  });

  test('A list of more than a thousand rows is not read on once all its rows are known', () => {
    const many = Array.from({ length: 1001 }, (_, n) => `r${n}`);
    const long = afterPage(newReading(forward), { ids: many.slice(0, SIZE), total: many.length });
    expect(hasOnlyKnown(long, new Set(many))).toBe(true);
    expect(hasOnlyKnown(long, new Set(many.slice(1)))).toBe(false);
    const grown = afterPage(long, { ids: many.slice(SIZE, 2 * SIZE), total: many.length + 1 });
    expect(hasOnlyKnown(grown, new Set([...many, 'other']))).toBe(false);
  });

  test('A total that has changed proves nothing', () => {
    expect(hasOnlyKnown(afterPage(first, page(2, 13)), new Set([...ids, 'other']))).toBe(false);
  });
});
