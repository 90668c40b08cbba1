import { wantedSample } from '../../lib/feeds/parcel-samples.ts';
import { initialState } from '../../lib/feeds/parcel-state.ts';
import { newParcel } from '../../lib/feeds/parcel-watch.ts';
import {
  afterWindow,
  dueWindow,
  earlierWindow,
  type Listing,
  listAgain,
  newListing,
  windowOf,
} from '../../lib/feeds/parcel-windows.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const ago = (days: number) => NOW - days * DAY;

/** The listing when the last page of its open window was read. */
const toItsEnd = ({ open, ...listing }: Listing): Listing => ({
  ...listing,
  open: open && { ...open, reading: { ...open.reading, page: 0, isComplete: true } },
});

describe('A day of the list of parcels', () => {
  const listing = newListing(NOW);
  /** From the day after the feed began. */
  const [from, to] = [NOW + DAY, NOW + 2 * DAY];
  const passes = [
    ['second', 2],
    ['third', 7],
  ] as const;
  /** After how many days parts of that day were asked for again, by the pass; the list is looked at every hour. */
  function readAgain(size: number) {
    let state: Listing = { ...listing, size };
    const found = { second: [] as number[], third: [] as number[] };
    for (let now = NOW; now < NOW + 12 * DAY; now += HOUR) {
      for (let open = dueWindow(state, now); open; open = dueWindow(state, now)) {
        const { pass } = open;
        if ((pass === 'second' || pass === 'third') && open.from < to && open.to > from)
          found[pass].push((now - to) / DAY);
        state = afterWindow(toItsEnd({ ...state, open }));
      }
    }
    return found;
  }

  test.each(passes)('It is asked for again: the %s time after %d days', (pass, days) => {
    const [first, ...more] = readAgain(50)[pass];
    expect(first).toBe(days);
    expect(more).toEqual([]);
  });

  test('It is asked for again after seven days alone where pages are small', () => {
    expect(readAgain(10)).toEqual({ second: [], third: [7] });
  });
});

test('Of the days before the feed began, the last three are asked for again after seven days', () => {
  let state: Listing = newListing(NOW);
  const from: number[] = [];
  for (let now = NOW; now < NOW + 12 * DAY; now += HOUR) {
    for (let open = dueWindow(state, now); open; open = dueWindow(state, now)) {
      if (open.pass === 'third') from.push((open.from - NOW) / DAY);
      state = afterWindow(toItsEnd({ ...state, open }));
    }
  }
  expect(from).toEqual([-3, -2, -1, 0, 1, 2, 3]);
});

describe('List of parcels after the store has lost the watch list', () => {
  test('A day whose sample was read is read again for the numbers of its orders', () => {
    const state = { ...initialState(ago(90)), backfill: null };
    const lost = { id: 'order/8201', values: newParcel({ orders: ['8201'], shippedAt: ago(8) }) };
    const sampled = { ...state.listing, sampled: ago(2) };
    const windowIn = (listing: typeof sampled) => wantedSample([lost], { ...state, listing }, NOW);
    expect(windowIn(sampled)).toBeUndefined();
    expect(windowIn(listAgain(sampled, ago(8)))).toMatchObject({ from: ago(8.5), to: ago(7.5) });
  });

  test('The days whose parcels were lost are read again from a whole millisecond on', () => {
    const sampled = { ...newListing(NOW), sampled: ago(1) };
    expect(listAgain(sampled, ago(8) + 0.5)).toEqual(listAgain(sampled, ago(8)));
  });

  test('The newest days are read again although an old one was half read', () => {
    const open = windowOf(50, 'history', ago(21), ago(20));
    const listing = listAgain({ ...newListing(NOW), history: ago(20), open }, ago(30));
    const shipped = Array.from({ length: 9 }, (_, n) => ago(5) + n * HOUR);
    const read = { ...afterWindow(toItsEnd(listing)), waitsBefore: 0 };
    expect(earlierWindow(read, shipped, NOW)).toMatchObject({ pass: 'history', from: ago(5) });
  });
});
