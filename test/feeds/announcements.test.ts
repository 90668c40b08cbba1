import { announcements } from '../../lib/aliexpress/methods/announcements.ts';
import { announcementsOf } from '../../lib/feeds/announcements.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';

let shop: AnsweringShop;
beforeEach(() => {
  shop = openAnsweringShop({ at: '2026-11-21T01:10:00Z' });
});

const announce = (...notices: { title: string; hoursAgo: number }[]) => {
  const result_list = notices.map(({ title, hoursAgo }) => ({
    title,
    publish_time: toPacific(shop.clock.now() - hoursAgo * HOUR),
  }));
  shop.answers.set(announcements.name, () => ({ resultdata: { success: true, result_list } }));
};
const read = () => {
  const to = shop.clock.now();
  return announcementsOf(shop, { from: to - DAY, to }, 'polling');
};
const calls = () => shop.sent.filter(({ method }) => method === announcements.name).length;

test('The newest announcement comes first, and the same one once', async () => {
  announce({ title: 'old', hoursAgo: 20 }, { title: 'new', hoursAgo: 2 }, { title: 'new', hoursAgo: 2 });
  expect(await read()).toEqual(['new', 'old']);
});

test('A message names at most five announcements', async () => {
  announce(...Array.from({ length: 9 }, (_, n) => ({ title: `line ${n}`, hoursAgo: n })));
  expect(await read()).toHaveLength(5);
});

test('What is kept of a day is short, however many there are and however long they are', async () => {
  announce(...Array.from({ length: 400 }, (_, n) => ({ title: '物流'.repeat(500) + n, hoursAgo: n / 30 })));
  const titles = await read();
  expect(titles).toHaveLength(5);
  expect(titles?.every((title) => title.length <= 200)).toBe(true);
  expect(shop.storedText().length).toBeLessThan(4096);
});

test('Two reports of a day cost one call, and the next day costs another', async () => {
  announce({ title: 'delay', hoursAgo: 2 });
  await read();
  shop.clock.advance(6 * HOUR);
  expect(await read()).toEqual(['delay']);
  expect(calls()).toBe(1);
  shop.clock.advance(DAY);
  await read();
  expect(calls()).toBe(2);
});

test('Reports that are due at once make one call', async () => {
  announce({ title: 'delay', hoursAgo: 2 });
  const all = await Promise.all([read(), read(), read()]);
  expect(calls()).toBe(1);
  expect(all).toContainEqual(['delay']);
});

test('Announcements that cannot be read are not known, and are not asked for again that day', async () => {
  shop.answers.set(announcements.name, () =>
    fail('permission_missing', { method: announcements.name, code: '11' }),
  );
  expect(await read()).toBeNull();
  shop.clock.advance(HOUR);
  expect(await read()).toBeNull();
  expect(calls()).toBe(1);
});
