/** Disputes in the lists of closed ones that do not say when they last changed. */

import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { createClosedDisputesFeed } from '../../lib/feeds/disputes.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { openAnsweringShop } from '../support/answering-shop.ts';

/** A shop in which nobody polls for some time. Then a workflow polls for hours. */
async function afterPause(ms: number, closed: (pausedAt: number) => object[]) {
  const shop = openAnsweringShop();
  const { clock } = shop;
  let rows: object[] = [];
  shop.answers.set(disputeList.name, ({ issue_status }) => {
    const listed = issue_status === 'finish' ? rows : [];
    return { total_item: listed.length, data_list: listed };
  });
  const ids = new Set<string>();
  const problems = new Set<string>();
  const poll = async () => {
    const { records } = await createClosedDisputesFeed(shop).read('polling');
    for (const { dispute_id } of records) ids.add(String(dispute_id));
  };
  await poll();
  const pausedAt = clock.now();
  clock.advance(ms);
  rows = closed(pausedAt);
  for (let n = 0; n < 12; n += 1) {
    await poll().catch((error) => problems.add(error.kind));
    clock.advance(30 * MINUTE);
  }
  return { ids: [...ids], problems: [...problems], spans: await skippedSpans(shop) };
}

const row = (id: number, openedAt: number, changedAt?: string) => ({
  issue_id: id,
  order_id: `8201${id}1`,
  parent_order_id: `8201${id}`,
  issue_status: 'finish',
  gmt_create: toPacific(openedAt),
  gmt_modified: changedAt,
});

test('One that was opened in a pause was closed in it too', async () => {
  const { ids, spans } = await afterPause(12 * HOUR, (at) => [row(1, at + HOUR), row(2, at - DAY)]);
  expect([ids, spans]).toEqual([['1'], []]);
});

test('One that may have been open before the pause, and is forgotten, is named', async () => {
  const { ids, spans } = await afterPause(3 * DAY, (at) => [row(1, at - DAY)]);
  expect(ids).toEqual([]);
  expect(spans).toMatchObject([{ feed: 'disputes', isIncompleteList: true }]);
});

test('If the times of change cannot be read, that is a problem', async () => {
  const rows = (at: number) => [1, 2, 3].map((n) => row(n, at - DAY, 'yesterday'));
  const { ids, spans, problems } = await afterPause(12 * HOUR, rows);
  expect([ids, spans, problems]).toEqual([[], [], ['data_unreadable']]);
});
