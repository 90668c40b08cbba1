import { MAX_ORDER_PAGES } from '../../lib/aliexpress/methods/order-list.ts';
import { isDone, isStarted } from '../../lib/feeds/engine/paging.ts';
import { afterWindowPage, LATE_MS, newWindow, startOfWindow } from '../../lib/feeds/order-windows.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const WINDOW = newWindow({ from: NOW - 2 * HOUR, to: NOW });
const listed = (rows: number, total: number, pages: number) => ({
  ids: Array.from({ length: rows }, (_, n) => String(n)),
  total,
  pages,
});

describe('Order windows', () => {
  test('A window of one page is read after its first page', () => {
    expect(isDone(afterWindowPage(WINDOW, listed(50, 50, 1)).reading)).toBe(true);
    expect(isDone(afterWindowPage(WINDOW, listed(0, 0, 0)).reading)).toBe(true);
  });

  test('After its first page a window goes on with its last one', () => {
    expect(afterWindowPage(WINDOW, listed(50, 160, 4)).reading.page).toBe(4);
  });

  test('A window with more pages than AliExpress returns is halved, the older half first', () => {
    const halved = afterWindowPage(WINDOW, listed(50, 5000, MAX_ORDER_PAGES + 1));
    expect(halved).toMatchObject({ from: WINDOW.from, to: NOW - HOUR });
    expect(isStarted(halved.reading)).toBe(false);
  });

  test('A window of a minute is not halved, and read as far as AliExpress returns it', () => {
    const minute = newWindow({ from: NOW - MINUTE, to: NOW });
    const read = afterWindowPage(minute, listed(50, 5000, MAX_ORDER_PAGES + 1));
    expect(read).toMatchObject({ to: NOW, reading: { page: MAX_ORDER_PAGES } });
  });

  test('Reading a page does not change the window that is passed in', () => {
    const before = structuredClone(WINDOW);
    afterWindowPage(WINDOW, listed(50, 160, 4));
    expect(WINDOW).toEqual(before);
  });
});

describe('Start of a window', () => {
  const watermark = NOW - 8 * MINUTE;
  const settled = watermark - LATE_MS;
  const changes = (count: number, ago: number) => Array<number>(count).fill(watermark - ago);

  test('A window that fits on one page begins where nothing can be late any more', () => {
    expect(startOfWindow({ watermark, settled, now: NOW }, changes(30, HOUR))).toBe(settled);
  });

  test('A window begins after the changes that would need a second page', () => {
    const known = [...changes(20, 15 * MINUTE), ...changes(45, HOUR)];
    expect(startOfWindow({ watermark, settled, now: NOW }, known)).toBe(watermark - HOUR + SECOND);
  });

  test('A window that needs a second page in any case is as long as two pages allow', () => {
    const known = [...changes(45, 5 * MINUTE), ...changes(30, 20 * MINUTE), ...changes(30, HOUR)];
    expect(startOfWindow({ watermark, settled, now: watermark }, known)).toBe(watermark - HOUR + SECOND);
  });

  test('Orders that will have changed since the watermark are expected on the page', () => {
    const now = watermark + 4 * HOUR;
    expect(startOfWindow({ watermark, settled, now }, changes(20, HOUR))).toBe(watermark - HOUR + SECOND);
  });

  test('A window begins three hours before the watermark at the earliest', () => {
    const start = startOfWindow({ watermark, settled: watermark - 9 * HOUR, now: NOW }, []);
    expect(start).toBe(watermark - 3 * HOUR);
  });

  test('A window that costs no further page begins 30 minutes before the watermark at the latest', () => {
    expect(startOfWindow({ watermark, settled: NOW, now: NOW }, [])).toBe(watermark - 30 * MINUTE);
  });

  test('A window never begins later than ten minutes before the watermark', () => {
    const known = [...changes(40, 5 * MINUTE), ...changes(60, 10 * MINUTE + SECOND)];
    expect(startOfWindow({ watermark, settled, now: watermark }, known)).toBe(watermark - 10 * MINUTE);
  });
});
