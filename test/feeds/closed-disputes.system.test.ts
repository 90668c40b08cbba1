/** The search for closed disputes: what it costs, and what it finds after a loss or a pause. */

import { SELLER } from '../../lab/host.ts';
import { TransportFailure } from '../../lib/http/transport.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Dispute } from '../../sandbox/disputes.ts';
import { openShop } from '../../sandbox/shop.ts';
import { openPolledShop } from '../support/polled-shop.ts';

const FROM = Date.parse('2026-10-06T16:00:00Z');
const WORKFLOWS = [{ id: 'closed', trigger: 'dispute_closed', inputs: {} }];

/** A shop with these disputes alone. */
async function play(
  change: (dispute: Dispute, n: number) => Dispute,
  count: number,
  /** Until when AliExpress does not answer, epoch milliseconds. */
  silence = { until: 0 },
) {
  const span = { from: FROM, to: FROM + 6 * DAY };
  const shop = openShop({
    seed: 2,
    curve: 'olist',
    ordersPerDay: 10,
    historyDays: 30,
    disputeShare: 1,
    ...span,
  });
  const disputes = new Map([...shop.disputes].slice(0, count).map(([id, each], n) => [id, change(each, n)]));
  const onCall = (_: string, at: number) => {
    if (at < silence.until) throw new TransportFailure('timeout');
  };
  const polled = await openPolledShop({ shop: { ...shop, disputes }, from: FROM, onCall });
  const poll = (ms: number, workflows = WORKFLOWS) => polled.pollFor(ms, 30 * MINUTE, workflows);
  const taken = () => polled.activations.flatMap((each) => each.taken.map(({ event }) => event));
  return { polled, poll, taken, disputes: [...disputes.values()] };
}

const closing =
  (afterMs: number, openedAt = FROM - DAY) =>
  (dispute: Dispute): Dispute => {
    const { answeredAt: _, ...rest } = dispute;
    return {
      ...rest,
      openedAt,
      answerDueAt: openedAt + 5 * DAY,
      closedAt: FROM + afterMs,
      outcome: 'finish',
    };
  };

test('A dispute that was open is announced with its refund once it is closed', async () => {
  const { poll, taken, disputes } = await play(closing(5 * HOUR), 1);
  await poll(4 * HOUR);
  expect(taken()).toEqual([]);
  await poll(8 * HOUR);
  expect(taken()).toMatchObject([
    { id: `${disputes[0]?.id}/closed`, outcome: 'refunded', decided_by: 'timeout', refund_currency: 'USD' },
  ]);
});

test('A dispute that was closed before the workflow was on is not announced', async () => {
  const { poll, taken } = await play(closing(-HOUR), 3);
  await poll(12 * HOUR);
  expect(taken()).toEqual([]);
});

test('A dispute that was closed before the list of open ones could be read for the first time is announced', async () => {
  const { poll, taken } = await play(closing(HOUR), 2, { until: FROM + 3 * HOUR });
  await poll(12 * HOUR);
  expect(taken()).toHaveLength(2);
});

test('It is announced also after a pause of five days', async () => {
  const { polled, poll, taken } = await play(closing(8 * HOUR), 2, { until: FROM + 2 * HOUR });
  await poll(2 * HOUR);
  polled.pause(5 * DAY);
  await poll(8 * HOUR);
  expect(taken()).toHaveLength(2);
});

test('What was closed in a pause of three days is announced after it', async () => {
  const { polled, poll, taken, disputes } = await play(closing(2 * DAY), 4);
  await poll(6 * HOUR);
  polled.pause(3 * DAY);
  await poll(6 * HOUR);
  expect(
    taken()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(disputes.map(({ id }) => `${id}/closed`).sort());
});

test('What was closed in a pause longer ago than is read is named in an alert', async () => {
  const { polled, poll, taken } = await play(closing(8 * HOUR), 3);
  await poll(6 * HOUR);
  polled.pause(9 * DAY);
  await poll(6 * HOUR);
  expect(taken()).toEqual([]);
  const { spans } = JSON.parse(polled.stored(`skipped:1:${SELLER}`) ?? '{}');
  expect(spans).toMatchObject([{ feed: 'disputes', isHeld: true }]);
  expect(spans[0].from).toBeLessThan(FROM + 8 * HOUR);
  expect(spans[0].to).toBeGreaterThan(FROM + 2 * DAY);
});

test('What was closed in a pause, and fetched before another one without an answer to its workflow, is announced', async () => {
  const silence = { until: 0 };
  const { polled, poll, taken } = await play(closing(8 * HOUR), 2, silence);
  const opened = [{ id: 'opened', trigger: 'dispute_opened', inputs: {} }];
  await poll(6 * HOUR);
  polled.pause(20 * HOUR);
  silence.until = polled.now() + HOUR;
  await poll(HOUR);
  await poll(4 * HOUR, opened);
  expect(polled.calls.readings.some(({ shown }) => shown.has('closed disputes'))).toBe(true);
  polled.pause(60 * HOUR);
  await poll(6 * HOUR);
  expect(taken().filter(({ id }) => String(id).endsWith('/closed'))).toHaveLength(2);
});

test('Workflows that have paused for the same time are one alert, and not one for each', async () => {
  const { polled, poll } = await play(closing(8 * HOUR), 3);
  const others = ['8', '9'].map((id) => ({ id, trigger: 'dispute_closed', inputs: {} }));
  await poll(36 * HOUR, [...WORKFLOWS, ...others]);
  polled.pause(7.75 * DAY);
  await poll(12 * HOUR, [...WORKFLOWS, ...others]);
  const { spans } = JSON.parse(polled.stored(`skipped:1:${SELLER}`) ?? '{}');
  expect(spans).toMatchObject([{ feed: 'disputes', isHeld: true }]);
});

test.each([
  ['off', 'no alert', 0],
  ['held', 'an alert', 1],
])(
  'A workflow that was %s for nine days, while another one read the list, raises %s',
  async (state, _, alerts) => {
    const { polled, poll } = await play(closing(29.5 * HOUR), 1);
    const opened = [{ id: 'opened', trigger: 'dispute_opened', inputs: {} }];
    await poll(DAY, [...WORKFLOWS, ...opened]);
    if (state === 'off') polled.turnOff(WORKFLOWS);
    await poll(9 * DAY, opened);
    await poll(12 * HOUR, [...WORKFLOWS, ...opened]);
    const { spans = [] } = JSON.parse(polled.stored(`skipped:1:${SELLER}`) ?? '{}');
    expect(spans.length > 0 ? 1 : 0).toBe(alerts);
    expect(spans.filter(({ isHeld }: { isHeld: boolean }) => !isHeld)).toStrictEqual([]);
  },
);

test('What one workflow was not told before a pause of almost a week is named, although the first visits after it fail', async () => {
  const silence = { until: 0 };
  const { polled, poll, taken } = await play(closing(29.5 * HOUR), 1, silence);
  const other = { id: 'other', trigger: 'dispute_closed', inputs: {} };
  await poll(29 * HOUR, [...WORKFLOWS, other]);
  await poll(5 * HOUR, [other]);
  expect(taken()).toHaveLength(1);
  polled.pause(6.8 * DAY);
  silence.until = polled.now() + 40 * MINUTE;
  await poll(12 * HOUR, [...WORKFLOWS, other]);
  expect(taken()).toHaveLength(1);
  const { spans } = JSON.parse(polled.stored(`skipped:1:${SELLER}`) ?? '{}');
  expect(spans).toMatchObject([{ isHeld: true }]);
  expect(spans[0].from).toBeLessThan(FROM + 29 * HOUR);
  expect(spans[0].to).toBeGreaterThan(FROM + 30 * HOUR);
});

test('What was opened and closed in a pause is announced after it', async () => {
  const { polled, poll, taken } = await play(closing(40 * HOUR, FROM + 20 * HOUR), 2);
  await poll(6 * HOUR);
  polled.pause(2 * DAY);
  await poll(6 * HOUR);
  expect(taken()).toHaveLength(2);
});

test('A list without a closed dispute costs no search', async () => {
  const { polled, poll } = await play(closing(5 * DAY), 3);
  await poll(DAY);
  const closed = polled.calls.readings.filter(({ shown }) => shown.has('closed disputes'));
  expect(closed).toEqual([]);
});
