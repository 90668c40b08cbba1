import { orderList } from '../../../lib/aliexpress/methods/order-list.ts';
import { findOrders } from '../../../lib/hosts/make/modules/find-orders.ts';
import declaration from '../../../searches/find-orders.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { MakeError } from '../../support/make/errors.ts';
import { evaluate } from '../../support/make/iml.ts';
import type { Collection } from '../../support/make/value.ts';
import { readAnswerText } from './answers.ts';
import { NOW, useStandIn } from './stand-in.ts';

const standIn = useStandIn();

/** The queries of a run whose first answer told of so many pages. */
function queriesOf(parameters: Collection, pages = 5): Record<string, unknown>[] {
  const { communication } = findOrders(declaration);
  const context = { parameters, temp: { slot: '1', pagePages: String(pages) } };
  const read = (template: unknown) => evaluate(String(template), context, { clock: fixedClock(NOW) });
  const requests: readonly unknown[] = Array.isArray(communication) ? communication : [];
  return requests.flatMap((request) => {
    const { url, temp = {}, condition } = request as { url?: string; temp?: object; condition?: string };
    const [, query] = Object.entries(temp).find(([key]) => key.startsWith('ask_')) ?? [];
    return url === '/sync' && read(condition) === true ? [JSON.parse(String(read(query)))] : [];
  });
}
const asked = { status: 'any', days: 7, least_days: 0, most_pages: 1 };

test.each([
  ['as many as the user allows', 2, 5, 2],
  ['as many as there are', 5, 3, 3],
])('Find Orders reads pages: %s', (_, most_pages, pages, read) => {
  const numbers = queriesOf({ ...asked, most_pages }, pages).map(({ current_page }) => current_page);
  expect(numbers).toEqual([1, 2, 3, 4, 5].slice(0, read));
});

test('Find Orders asks for the days that the user chose, and for a little after now', () => {
  expect(queriesOf({ ...asked, days: 7 })).toMatchObject([
    { create_date_start: '2026-11-13 18:15:00', create_date_end: '2026-11-20 19:15:00' },
  ]);
});

test('Find Orders leaves out the days that the user does not want', () => {
  expect(queriesOf({ ...asked, days: 15, least_days: 14 })).toMatchObject([
    { create_date_start: '2026-11-05 18:15:00', create_date_end: '2026-11-06 18:15:00' },
  ]);
});

test.each([
  ['any', 180, '2026-05-24 22:15:00'],
  ['FINISH', 30, '2026-10-21 22:15:00'],
])(
  'of the status %s a window of %d days is three hours shorter, so that AliExpress allows it',
  (status, days, start) => {
    expect(queriesOf({ ...asked, status, days })).toMatchObject([{ create_date_start: start }]);
  },
);

test('Find Orders asks for one status, or for none where any will do', () => {
  const statuses = ['any', 'FINISH'].flatMap((status) => queriesOf({ ...asked, status }));
  expect(statuses.map(({ order_status }) => order_status)).toEqual([undefined, 'FINISH']);
});

test.each([
  [
    'more days than AliExpress looks back for finished orders',
    { status: 'FINISH', days: 31 },
    '"Days" is not usable',
  ],
  ['no day between the two bounds', { days: 5, least_days: 5 }, '"At Least Days Ago" is not usable'],
])('Find Orders refuses %s before anything is asked', async (_, wrong, words) => {
  let calls = 0;
  standIn.answerWith(() => {
    calls += 1;
    return '{}';
  });
  const thrown: unknown = await standIn
    .run('findOrders', { ...asked, ...wrong })
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(MakeError);
  expect([String(thrown), calls]).toEqual([expect.stringContaining(words), 0]);
});

describe('what Find Orders hands out', () => {
  const wrapped = JSON.parse(readAnswerText('order-list-wrapped').replace(/:\s*(\d{16,})/g, ':"$1"'))[
    `${orderList.name.replaceAll('.', '_')}_response`
  ];
  const [first] = Object.values(wrapped.result.target_list).flat() as object[];
  const order = (digit: number, day: number) => ({
    ...first,
    order_id: `820000000000000${digit}`,
    gmt_create: `2026-11-${day} 01:00:00`,
  });
  /** The last digits of the orders that are found in these pages. */
  async function foundIn(...pages: object[][]): Promise<string[]> {
    let read = 0;
    standIn.answerWith(() => {
      read += 1;
      const result = { ...wrapped.result, total_page: pages.length, target_list: pages[read - 1] };
      return JSON.stringify({ ...wrapped, result });
    });
    const found = (await standIn.run('findOrders', { ...asked, most_pages: 5 })) as { order_id: string }[];
    return found.map(({ order_id }) => order_id.slice(-1));
  }

  test('is each order once, the newest first, whatever page it moved to', async () => {
    const [one, two, three] = [order(1, 19), order(2, 20), order(3, 18)];
    expect(await foundIn([one, two], [two, three])).toEqual(['2', '1', '3']);
  });

  test('are the orders of all pages, with the last that it may read', async () => {
    const pages = [1, 2, 3, 4, 5].map((digit) => [order(digit, 20 - digit)]);
    expect(await foundIn(...pages)).toEqual(['1', '2', '3', '4', '5']);
  });
});
