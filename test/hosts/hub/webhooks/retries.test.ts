import { afterAnswer, afterFailure } from '../../../../lib/hosts/hub/webhooks/retries.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const at = (attempts: number, waited = 0) => ({ attempts, firstTriedAt: NOW - waited, now: NOW, random: 0 });
const answered = (status: number, body = '', headers = {}) => ({ status, body, headers });

describe('Answer to a webhook', () => {
  test('Any 2xx is a delivery', () => {
    expect(afterAnswer(answered(204), at(1)).outcome).toEqual({ state: 'delivered' });
  });

  test.each([404, 410])('After %d the address counts as gone, and is tried again a day later', (status) => {
    const { outcome, target } = afterAnswer(answered(status), at(1));
    expect([target, outcome]).toEqual([
      'gone',
      { state: 'waiting', dueAt: NOW + DAY, reason: `http_${status}`, isUncounted: true },
    ]);
  });

  test.each([400, 401, 403, 413, 422])('After %d somebody must change something', (status) => {
    expect(afterAnswer(answered(status), at(1)).target).toBe('refusing');
  });

  test.each([
    [0, 15 * MINUTE],
    [30 * MINUTE, 30 * MINUTE],
    [4 * HOUR, 4 * HOUR],
    [9 * HOUR, 6 * HOUR],
  ])(
    "After %d ms with a full queue of Make's, the event waits another %d ms in its place",
    (waited, pause) => {
      const { outcome, target } = afterAnswer(answered(400, 'Queue is full.'), at(1, waited));
      expect([target, outcome]).toEqual([
        'open',
        { state: 'waiting', dueAt: NOW + pause, reason: 'http_400', isUncounted: true },
      ]);
    },
  );

  test.each([
    [answered(429), 10 * SECOND],
    [answered(429, '', { 'retry-after': '90' }), 90 * SECOND],
    [answered(503, '', { 'retry-after': '120' }), 2 * MINUTE],
    [answered(503, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }), 5 * SECOND],
    [answered(500), 5 * SECOND],
    [answered(302), 5 * SECOND],
  ])('A busy receiver is left alone for as long as it says: %j', (answer, pause) => {
    expect(afterAnswer(answer, at(1)).outcome).toMatchObject({ state: 'waiting', dueAt: NOW + pause });
  });
});

describe('Webhook without an answer', () => {
  test('The first three attempts keep the order of events, the later ones let others pass', () => {
    const states = [1, 2, 3, 4, 9].map((attempts) => afterFailure('cut', at(attempts)).state);
    expect(states).toEqual(['waiting', 'waiting', 'parked', 'parked', 'parked']);
  });

  test('Attempts are made for about three days', () => {
    let spent = 0;
    for (let attempts = 1; ; attempts += 1) {
      const outcome = afterFailure('cut', at(attempts));
      if (!('dueAt' in outcome)) break;
      spent += outcome.dueAt - NOW;
    }
    expect(spent / HOUR).toBeCloseTo(71.6, 1);
    expect(afterFailure('cut', at(10))).toEqual({ state: 'dead', reason: 'cut' });
  });
});
