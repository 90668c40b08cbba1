/** The lab notices what is wrong: each test breaks the connector on purpose. */

import { type FindingKind, findingsOf } from '../../lab/findings.ts';
import { drawHistory, type History } from '../../lab/history.ts';
import type { Damage } from '../../lab/host.ts';
import { type Outcome, runHistory } from '../../lab/run-history.ts';
import { ENDED_ORDERS } from '../../lab/shown-names.ts';
import { thisRelease } from '../../lab/this-release.ts';
import type { Transport } from '../../lib/http/transport.ts';
import { fail } from '../../lib/problems.ts';

const SEEDS = [1, 26];
type FeedKey = History['feed'];

interface Unbroken {
  history: History;
  twin: Outcome;
  outcome: Outcome;
}

const played = new Map<string, Promise<Unbroken>>();

async function playUnbroken(feed: FeedKey, seed: number): Promise<Unbroken> {
  const history = drawHistory(feed, seed);
  const twin = await runHistory(history, { withFaults: false });
  return { history, twin, outcome: await runHistory(history, { withFaults: true }) };
}

/** Whether a history shows more findings of a kind once the connector is broken. */
async function isNoticed(kind: FindingKind, damage: Damage, feed: FeedKey = 'orders'): Promise<boolean> {
  for (const seed of SEEDS) {
    const name = `${feed} ${seed}`;
    const unbroken = played.get(name) ?? playUnbroken(feed, seed);
    played.set(name, unbroken);
    const { history, twin, outcome } = await unbroken;
    const broken = await runHistory(history, { withFaults: true, damage });
    const countIn = (of: Outcome) =>
      findingsOf(history, of, twin).findings.filter((finding) => finding.kind === kind).length;
    if (countIn(broken) > countIn(outcome)) return true;
  }
  return false;
}

/** Changes the body of every answer. */
const rewritten =
  (change: (body: string) => string) =>
  (transport: Transport): Transport =>
  async (request) => {
    const answer = await transport(request);
    return { ...answer, body: change(answer.body) };
  };

/** The list without its first row; its total stays. */
function withoutFirstRow(body: string): string {
  const answer = JSON.parse(body.replace(/([:[,])(\d{16,})/g, '$1"$2"'));
  answer.result?.target_list?.shift();
  return JSON.stringify(answer);
}

const damages: [what: string, kind: FindingKind, damage: Damage][] = [
  ['a row of every page is dropped', 'lost', { transport: rewritten(withoutFirstRow) }],
  [
    'every id is new',
    'doubled',
    { events: (events) => events.map((event, n) => ({ ...event, id: `${event.id}/${n}` })) },
  ],
  [
    'an answer ends in an error of another kind',
    'unnamed',
    { transport: () => () => Promise.reject(new TypeError('no answer')) },
  ],
  [
    'an answer ends in an error that blames the inputs',
    'unnamed',
    { transport: () => async () => fail('bad_input', { field: 'page', allowed: { en: '1', zh: '1' } }) },
  ],
  ['every poll returns all that matches', 'false', { forgetsStart: true }],
  [
    'a buyer stands in the name of a product',
    'leaked',
    { transport: rewritten((body) => body.replaceAll('"product_name":"', '"product_name":"canary ')) },
  ],
  [
    'deadlines are a day nearer than they are',
    'early',
    {
      transport: rewritten((body) =>
        body.replace(/"timeout_left_time":(-?\d+)/g, (_, left) => `"timeout_left_time":${left - 86_400_000}`),
      ),
    },
  ],
  [
    'the store takes the card of every day for a new one',
    'over',
    {
      store: (store) => {
        const isCard = (key: string) => key.startsWith('slots:');
        return {
          ...store,
          get: async (key) => {
            if (!isCard(key)) return store.get(key);
            return key.endsWith(':day') ? '2000-01-01' : null;
          },
          set: async (key, value, ttl) => isCard(key) || store.set(key, value, ttl),
          add: async (key, value, ttl) => isCard(key) || store.add(key, value, ttl),
        };
      },
    },
  ],
];

describe('Sight of the lab', () => {
  test.each(damages)('When %s, the lab finds what is %s', async (_, kind, damage) => {
    expect(await isNoticed(kind, damage)).toBe(true);
  });

  test.each([
    ['daily_report', 'orders', 'report_id'],
    ['new_product', 'products', 'created_at'],
  ] as const)('When no event of %s arrives, the lab finds that they are lost', async (_, feed, field) => {
    const events: Damage['events'] = (all) => all.filter((event) => !(field in event));
    expect(await isNoticed('lost', { events }, feed)).toBe(true);
  });

  test('When every poll returns all new products, the lab finds what is false', async () => {
    const events: Damage['events'] = (all) => all.filter((event) => 'created_at' in event);
    expect(await isNoticed('false', { events, forgetsStart: true }, 'products')).toBe(true);
  });
});

test('When calls stop in a history without faults, the lab finds that the feed stands still', async () => {
  const history = drawHistory('orders', 1);
  let calls = 0;
  const stopped = await runHistory(history, {
    withFaults: false,
    damage: {
      transport: (transport) => (request) => {
        calls += 1;
        const failure = new thisRelease.TransportFailure('not_sent');
        return calls > 5 ? Promise.reject(failure) : transport(request);
      },
    },
  });
  const whole = await runHistory(history, { withFaults: false });
  const stillIn = (twin: Outcome) => findingsOf(history, whole, twin).findings.map(({ kind }) => kind);
  expect(stillIn(whole)).toEqual([]);
  expect(stillIn(stopped)).toContain('still');
});

test('An answer that lacks rows is distinguished where nothing in it says how many there are', async () => {
  const history = { ...drawHistory('reviews', 3), rates: { half_page: 0.5 } };
  const { readings } = await runHistory(history, { withFaults: true });
  const cut = readings.filter(({ isCut }) => isCut).flatMap(({ shown }) => [...shown]);
  expect(cut.some((name) => name.startsWith('reviews of'))).toBe(true);
  expect(cut).not.toContain(ENDED_ORDERS);
  expect(readings.some(({ shown, isIntact }) => shown.has(ENDED_ORDERS) && !isIntact)).toBe(true);
});
