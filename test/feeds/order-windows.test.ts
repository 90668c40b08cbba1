import { MAX_ORDER_PAGES } from '../../lib/aliexpress/methods/order-list.ts';
import { afterPage, isRead, isStarted, newWindow, type OrderWindow } from '../../lib/feeds/order-windows.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const WINDOW = newWindow(NOW - 2 * HOUR, NOW);

/** The pages that are read of a window whose answers say this, after its first page. */
function pagesAfterFirst(...answers: { pages: number; count: number }[]): number[] {
  let window: OrderWindow = WINDOW;
  const read: number[] = [];
  for (const answer of answers) {
    if (isStarted(window)) read.push(window.page);
    window = afterPage(window, answer);
  }
  return isRead(window) ? read : [...read, window.page];
}
const times = (count: number, answer: { pages: number; count: number }) => Array(count).fill(answer);

describe('Order windows', () => {
  test('A window of one page is read after its first page', () => {
    expect(isRead(afterPage(WINDOW, { pages: 1, count: 50 }))).toBe(true);
    expect(isRead(afterPage(WINDOW, { pages: 0, count: 0 }))).toBe(true);
  });

  test('The pages of a window are read from the last to the second', () => {
    expect(pagesAfterFirst(...times(4, { pages: 4, count: 200 }))).toEqual([4, 3, 2]);
  });

  test('The first page is read again if the number of orders changed while the window was read', () => {
    const moved = { pages: 3, count: 149 };
    expect(pagesAfterFirst({ pages: 3, count: 150 }, moved, moved, moved)).toEqual([3, 2, 1]);
  });

  test('A page that no longer exists is not read', () => {
    const shrunk = { pages: 2, count: 100 };
    expect(pagesAfterFirst({ pages: 5, count: 250 }, shrunk, shrunk, shrunk)).toEqual([5, 2, 1]);
  });

  test('A window with more pages than AliExpress returns is halved, the older half first', () => {
    const halved = afterPage(WINDOW, { pages: MAX_ORDER_PAGES + 1, count: 5000 });
    expect(halved).toEqual({ ...WINDOW, to: NOW - HOUR });
    expect(isStarted(halved)).toBe(false);
  });

  test('A window of a minute is not halved, and read as far as AliExpress returns it', () => {
    const minute = newWindow(NOW - MINUTE, NOW);
    const read = afterPage(minute, { pages: MAX_ORDER_PAGES + 1, count: 5000 });
    expect(read).toMatchObject({ to: NOW, page: MAX_ORDER_PAGES });
  });

  test('Reading a page does not change the window that is passed in', () => {
    const before = structuredClone(WINDOW);
    afterPage(WINDOW, { pages: 4, count: 200 });
    expect(WINDOW).toEqual(before);
  });
});
