/** What the connector does about every code of 17TRACK, by requests that are answered with it. */

import type { HttpAnswer, Transport } from '../../lib/http/transport.ts';
import { Problem } from '../../lib/problems.ts';
import { SECOND } from '../../lib/runtime.ts';
import { carriersToTry } from '../../lib/trackers/seventeen-track/carriers.ts';
import { openSeventeenTrack } from '../../lib/trackers/seventeen-track/client.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';

const NUMBER = 'RR123456789CN';
const parcel = { number: NUMBER, carrierKey: 'UNHEARD_OF', tag: '1' };

const json = (body: unknown, status = 200): HttpAnswer => ({ status, body: JSON.stringify(body) });
const refusing = (code: number) => json({ code: 0, data: { accepted: [], rejected: [rejection(code)] } });
const rejection = (code: number) => ({ number: NUMBER, carrier: '3011', error: { code, message: 'Maria' } });
const failing = (code: number) => json({ code: 0, data: { errors: [{ code, message: '…' }] } });

/** @param answers one after the other; the last one stays */
function open(...answers: HttpAnswer[]) {
  const sent: { endpoint: string; body: unknown; at: number }[] = [];
  const clock = fixedClock(0);
  const transport: Transport = async ({ url, body = '' }) => {
    sent.push({ endpoint: url.split('/').at(-1) ?? '', body: JSON.parse(body), at: clock.now() });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (!answer) throw new Error('no answer');
    return answer;
  };
  const tracker = openSeventeenTrack({ key: 'K', transport, clock, random: () => 0 });
  return { tracker, sent, clock };
}

describe('Refusal of a number', () => {
  test.each([
    [-18_010_010, 'number_refused'],
    [-18_010_011, 'number_refused'],
    [-18_010_012, 'number_refused'],
    [-18_010_013, 'number_refused'],
    [-18_010_015, 'number_refused'],
    [-18_010_018, 'buyer_data_wanted'],
    [-18_010_019, 'buyer_data_wanted'],
    [-18_010_020, 'buyer_data_wanted'],
    [-18_010_022, 'buyer_data_wanted'],
    [-18_010_016, 'try_later'],
    [-18_019_901, 'known'],
    [-18_019_903, 'carrier_unknown'],
    [-18_019_907, 'daily_limit'],
    [-18_019_908, 'credits_used_up'],
    [-18_019_910, 'carrier_unknown'],
    [-18_019_911, 'carrier_unknown'],
    [-18_019_912, 'try_later'],
    [-99_999_999, 'try_later'],
  ] as const)('The code %d means %s', async (code, result) => {
    const [registration] = await open(refusing(code)).tracker.register([parcel]);
    expect(registration).toEqual({ number: NUMBER, result, carrier: result === 'known' ? 3011 : null });
  });

  test('A number that the answer leaves out is tried later', async () => {
    const { tracker } = open(json({ code: 0, data: { accepted: [], rejected: [] } }));
    expect(await tracker.register([parcel])).toMatchObject([{ result: 'try_later' }]);
  });

  test('Each guess of the carrier is a request of its own, and none costs more than the accepted one', async () => {
    const accepted = json({ code: 0, data: { accepted: [{ number: NUMBER, carrier: 3011 }], rejected: [] } });
    const { tracker, sent } = open(refusing(-18_019_903), refusing(-18_019_903), accepted);
    expect(await tracker.register([parcel])).toMatchObject([{ result: 'registered', carrier: 3011 }]);
    expect(sent.map(({ body }) => body)).toEqual([
      [{ number: NUMBER, tag: '1' }],
      [{ number: NUMBER, tag: '1', carrier: 190_271 }],
      [{ number: NUMBER, tag: '1', carrier: 3011 }],
    ]);
  });

  test('While 17TRACK is slow, no further carrier is guessed', async () => {
    const { tracker, sent, clock } = open(refusing(-18_019_903));
    const slow = openSeventeenTrack({
      key: 'K',
      clock,
      random: () => 0,
      transport: async (request) => {
        sent.push({ endpoint: '', body: null, at: clock.now() });
        clock.advance(9 * SECOND);
        return request.url.endsWith('register') ? refusing(-18_019_903) : json({});
      },
    });
    expect(await slow.register([parcel])).toMatchObject([{ result: 'carrier_unknown' }]);
    expect(sent).toHaveLength(1);
    await tracker.register([parcel]);
    expect(sent.length).toBeGreaterThan(2);
  });

  test.each([
    ['not answered, the next visit guesses again', json({}, 503), []],
    [
      'refused as a whole, the rest is tried later',
      failing(-18_010_013),
      [{ number: NUMBER, result: 'try_later', carrier: null }],
    ],
  ])('What was registered before counts. Where a guess is %s', async (_, second, rest) => {
    const other = { number: 'LP00612345678901', carrierKey: 'CAINIAO_STANDARD', tag: '2' };
    const accepted = [{ number: other.number, carrier: 190_271 }];
    const first = json({ code: 0, data: { accepted, rejected: [rejection(-18_019_903)] } });
    const { tracker } = open(first, second);
    expect(await tracker.register([other, parcel])).toEqual([
      { number: other.number, result: 'registered', carrier: 190_271 },
      ...rest,
    ]);
  });

  test.each([
    [-18_019_902, { readings: [], unregistered: [NUMBER] }],
    [
      -18_019_909,
      { readings: [expect.objectContaining({ number: NUMBER, progress: undefined })], unregistered: [] },
    ],
    [-18_010_012, { readings: [], unregistered: [] }],
  ])('A course that is refused with %d is read so', async (code, expected) => {
    const { tracker } = open(refusing(code));
    expect(await tracker.read([{ number: NUMBER, carrier: 3011, shippedAt: 0 }])).toEqual(expected);
  });
});

describe('Refusal of a whole request', () => {
  test.each([
    [-18_010_001, 'tracker_ip_not_allowed'],
    [-18_010_002, 'tracker_key_refused'],
    [-18_010_003, 'tracker_unreachable'],
    [-18_010_004, 'tracker_key_refused'],
    [-18_010_005, 'tracker_key_refused'],
    [-18_010_013, 'tracker_rejected'],
    [-18_010_014, 'tracker_rejected'],
    [-18_010_201, 'tracker_rejected'],
  ] as const)('The code %d is the problem %s, outside and inside of a success', async (code, kind) => {
    for (const answer of [json({ code, data: {} }), failing(code)]) {
      await expect(open(answer).tracker.credits()).rejects.toEqual(problemLike(kind));
    }
  });

  test.each([
    [401, 'tracker_key_refused'],
    [404, 'tracker_unreachable'],
    [500, 'tracker_unreachable'],
    [503, 'tracker_unreachable'],
  ] as const)('HTTP %d without a code is the problem %s', async (status, kind) => {
    await expect(open({ status, body: '<html>' }).tracker.credits()).rejects.toEqual(problemLike(kind));
  });

  test('An answer of another form is named', async () => {
    await expect(open(json({ code: 0, data: { quota_used: 'many' } })).tracker.credits()).rejects.toEqual(
      problemLike('answer_changed', { method: '17TRACK getquota', field: 'data.quota_total' }),
    );
    const courses = json({ code: 0, data: { accepted: [{ no: 1 }], rejected: [] } });
    await expect(
      open(courses).tracker.read([{ number: NUMBER, carrier: null, shippedAt: 0 }]),
    ).rejects.toEqual(problemLike('answer_changed', { field: 'data.accepted' }));
  });

  test('One course that cannot be read does not hide the others', async () => {
    const { tracker } = open(
      json({ code: 0, data: { accepted: [{ no: 1 }, { number: NUMBER, carrier: 3011 }], rejected: [] } }),
    );
    expect((await tracker.read([{ number: NUMBER, carrier: 3011, shippedAt: 0 }])).readings).toHaveLength(1);
  });

  test('No problem has a text of 17TRACK', async () => {
    const error = await open(failing(-18_010_013)).tracker.credits().catch(String);
    expect(String(error)).not.toContain('…');
  });
});

describe('Too many requests', () => {
  const BUSY = json({ code: 429 }, 429);
  const QUOTA = json({ code: 0, data: { quota_total: 100, quota_used: 1, quota_remain: 99 } });

  test('Without a word about when, the pauses are 1, 2 and 4 seconds', async () => {
    const { tracker, sent } = open(BUSY, BUSY, BUSY, QUOTA);
    expect(await tracker.credits()).toEqual({ used: 1, left: 99, total: 100 });
    expect(sent.map(({ at }) => at)).toEqual([0, 1000, 3000, 7000]);
  });

  test('Retry-After is obeyed', async () => {
    const { tracker, sent } = open({ ...BUSY, headers: { 'retry-after': '3' } }, QUOTA);
    await tracker.credits();
    expect(sent.map(({ at }) => at)).toEqual([0, 3000]);
  });

  test('A long pause is left to the next visit', async () => {
    const { tracker, sent } = open({ ...BUSY, headers: { 'retry-after': '120' } });
    await expect(tracker.credits()).rejects.toEqual(
      problemLike('tracker_rate_limited', { retryIn: 120_000 }),
    );
    expect(sent).toHaveLength(1);
  });

  test('After four tries it gives up', async () => {
    const { tracker, sent } = open(BUSY);
    await expect(tracker.credits()).rejects.toEqual(problemLike('tracker_rate_limited', { retryIn: 60_000 }));
    expect(sent).toHaveLength(4);
  });

  test('No second has more than three requests', async () => {
    const { tracker, sent } = open(QUOTA);
    for (let n = 0; n < 20; n += 1) await tracker.credits();
    const times = sent.map(({ at }) => at);
    expect(times.filter((at, n) => n >= 3 && at - (times[n - 3] ?? 0) < 1000)).toEqual([]);
  });
});

describe('Limit of requests', () => {
  const BUSY = json({ code: 429 }, 429);

  test('Repeated requests count, and none is sent beyond the limit', async () => {
    const { tracker, sent } = open(BUSY);
    tracker.limitTo(2);
    await expect(tracker.credits()).rejects.toEqual(problemLike('tracker_rate_limited', { retryIn: 60_000 }));
    expect(sent).toHaveLength(2);
    tracker.limitTo(1);
    await expect(tracker.credits()).rejects.toEqual(problemLike('tracker_rate_limited', {}));
    expect(sent).toHaveLength(3);
  });

  test('Where the guesses of a carrier reach the limit, the next visit registers the rest', async () => {
    const { tracker, sent } = open(refusing(-18_019_903), BUSY, refusing(-18_019_903));
    tracker.limitTo(3);
    expect(await tracker.register([parcel])).toEqual([]);
    expect(sent).toHaveLength(3);
  });
});

describe('Carriers under which a number is registered', () => {
  test.each([
    ['LP00612345678901', '', [190_271, undefined]],
    ['RR123456789CN', 'CAINIAO_STANDARD', [190_271, undefined]],
    ['1Z999', 'AE_PREMIUM', [190_271, undefined]],
    ['RR123456789CN', 'CPAM', [undefined, 3011, 190_271]],
    ['RR123456789CN', '', [undefined, 190_271, 3011]],
    ['SYAE123456789', 'SUNYOU_RM', [undefined, 190_072, 190_271]],
    ['123', 'OTHER', [undefined, 190_271]],
  ])('%s of "%s" is tried under %j', (number, key, carriers) => {
    expect(carriersToTry(number, key)).toEqual(carriers);
  });
});

test('What is thrown is a problem', async () => {
  await expect(open(json({}, 500)).tracker.sweep(1)).rejects.toBeInstanceOf(Problem);
});
