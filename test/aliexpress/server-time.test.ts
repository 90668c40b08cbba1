import { emptyTimeMemo, type ServerTime, serverTime } from '../../lib/aliexpress/server-time.ts';
import { Interrupted, type Transport, TransportFailure } from '../../lib/http/transport.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { shortDigest } from '../../lib/stores/digest.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';

const START = Date.parse('2026-11-21T02:00:00Z');
const SELLER = '2201234567890';
const TIME_KEY = `time:${SELLER}:${shortDigest('first', 8)}`;

/** A host whose clock may be wrong, and AliExpress, whose answers take no time unless a test says so. */
function openHost() {
  const real: FixedClock = fixedClock(START);
  const dated = () => ({ status: 404, body: '', headers: { date: new Date(real.now()).toUTCString() } });
  const host = {
    real,
    /** How far the host's clock is ahead. */
    ahead: 0,
    /** Milliseconds until an answer comes; its Date header is as old as `share` of it. */
    latency: 0,
    share: 0,
    /** Added to the Date header of the next answer alone. */
    odd: 0,
    hasHeader: true,
    /** It has a clock that nobody sets. */
    hasElapsed: false,
    /** How long the machine has slept, which its other clock does not count. */
    asleepMs: 0,
    time: undefined as unknown as ServerTime,
    /** A new process, on the same host unless another one is named. */
    restart: (name = 'first') => {
      const elapsed = () => real.now() - START - host.asleepMs;
      const clock = {
        now: () => real.now() + host.ahead,
        sleep: real.sleep,
        ...(host.hasElapsed && { elapsed }),
      };
      host.time = serverTime(clock, emptyTimeMemo(name));
    },
    call: async (memory?: { store: Store; seller: string }) => {
      const transport: Transport = async () => {
        real.advance(host.latency * (1 - host.share));
        const date = new Date(real.now() + host.odd).toUTCString();
        real.advance(host.latency * host.share);
        host.odd = 0;
        return { status: 200, body: '{}', ...(host.hasHeader && { headers: { date } }) };
      };
      await host.time.measuring(transport, memory)({ method: 'POST', url: 'https://api-sg.aliexpress.com' });
      real.advance(SECOND);
    },
    calls: async (count: number) => {
      for (let n = 0; n < count; n += 1) await host.call();
    },
    /** @returns how many requests were sent */
    fetchTime: async (answer: Transport = async () => dated()) => {
      let sent = 0;
      const transport: Transport = (request) => {
        sent += 1;
        return answer(request);
      };
      await host.time.fetchTime(host.time.measuring(transport), 'https://api-sg.aliexpress.com');
      return sent;
    },
    /** Between which minutes from now AliExpress's time may lie. */
    rangeMinutes: () => {
      const { earliest, latest } = host.time.range();
      return [earliest, latest].map((at) => Math.round((at - host.real.now()) / MINUTE));
    },
    /** How far the corrected clock is off, in whole seconds. */
    error: () => Math.round((host.time.clock.now() - real.now()) / SECOND),
  };
  host.restart();
  return host;
}

let host: ReturnType<typeof openHost>;
beforeEach(() => {
  host = openHost();
});

describe('Time of AliExpress', () => {
  test('The host clock is used until AliExpress has answered', () => {
    host.ahead = 8 * HOUR;
    expect(host.time.clock.now()).toBe(host.real.now() + 8 * HOUR);
  });

  test.each([
    ['8 hours ahead', 8 * HOUR],
    ['8 hours behind', -8 * HOUR],
    ['5 minutes ahead', 5 * MINUTE],
    ['10 seconds behind', -10 * SECOND],
    ['400 days ahead', 400 * 24 * HOUR],
  ])('The first answer corrects a clock that is %s', async (_, ahead) => {
    host.ahead = ahead;
    await host.call();
    expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
  });

  test.each([
    ['is right', 0, 0],
    ['is right, and the answer took 9 seconds', 0, 9 * SECOND],
    ['is off by less than the answer took', 4 * SECOND, 5 * SECOND],
    ['is off by less than a second', 900, 0],
  ])('Nothing is corrected if the clock %s', async (_, ahead, latency) => {
    host.ahead = ahead;
    host.latency = latency;
    for (host.share of [0, 0.5, 1]) await host.call();
    expect(host.time.offset()).toBe(0);
  });

  test.each([0, 0.5, 1])('A latency of 8 seconds hardly falsifies the time (share %d)', async (share) => {
    host.ahead = 8 * HOUR;
    host.latency = 8 * SECOND;
    host.share = share;
    await host.call();
    expect(Math.abs(host.error())).toBeLessThanOrEqual(5);
  });

  test('An answer without a Date header changes nothing', async () => {
    host.ahead = 8 * HOUR;
    host.hasHeader = false;
    await host.call();
    expect(host.time.offset()).toBeUndefined();
  });

  test('One wrong Date header among five changes nothing', async () => {
    await host.calls(2);
    host.odd = 30 * MINUTE;
    await host.calls(1);
    expect(host.time.offset()).toBe(0);
  });

  test('Two wrong Date headers that contradict each other change nothing', async () => {
    await host.calls(3);
    host.odd = 30 * MINUTE;
    await host.calls(1);
    host.odd = -50 * MINUTE;
    await host.calls(1);
    expect(host.time.offset()).toBe(0);
  });

  test.each([90 * MINUTE, -90 * MINUTE, 5 * MINUTE])(
    'A clock that jumps by %d milliseconds is corrected by the second answer',
    async (jump) => {
      await host.calls(5);
      host.ahead = jump;
      await host.calls(2);
      expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
    },
  );

  test.each([8 * HOUR, -8 * HOUR])(
    'A Date header that is over two hours off (%d) moves the time only if the next one agrees',
    async (odd) => {
      for (let n = 0; n < 4; n += 1) {
        await host.calls(1 + n);
        host.odd = odd;
        await host.calls(1);
        expect(host.time.offset()).toBe(0);
      }
      host.ahead = odd;
      await host.calls(2);
      expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
    },
  );

  test('Two Date headers that are over two hours off and contradict each other change nothing', async () => {
    await host.calls(3);
    host.odd = 5 * HOUR;
    await host.calls(1);
    host.odd = -9 * HOUR;
    await host.calls(1);
    expect(host.time.offset()).toBe(0);
  });

  test('A clock that jumps back and is set right again is followed', async () => {
    host.ahead = 8 * HOUR;
    await host.calls(5);
    host.ahead = 0;
    await host.calls(2);
    expect(host.time.offset()).toBe(0);
  });

  test.each([8 * HOUR, -8 * HOUR])(
    'A clock that jumps (%d) while a call is made is corrected by the next one',
    async (jump) => {
      await host.calls(3);
      const transport: Transport = async () => {
        host.ahead = jump;
        return { status: 200, body: '{}', headers: { date: new Date(host.real.now()).toUTCString() } };
      };
      for (let n = 0; n < 2; n += 1)
        await host.time.measuring(transport)({ method: 'POST', url: 'https://api-sg.aliexpress.com' });
      expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
    },
  );

  test('A clock that drifts by a second an hour is never off by more than 6 seconds', async () => {
    const errors = [];
    for (let hour = 0; hour < 500; hour += 1) {
      host.ahead -= SECOND;
      await host.call();
      errors.push(Math.abs(host.error()));
    }
    expect(Math.max(...errors)).toBeLessThanOrEqual(6);
  });
});

describe('Stored time of AliExpress', () => {
  let store: Store;
  let written: number;
  let read: number;
  const memory = () => ({ store, seller: SELLER });
  beforeEach(() => {
    const inner = memoryStore(host.real);
    [written, read] = [0, 0];
    store = {
      ...inner,
      get: (key) => {
        read += 1;
        return inner.get(key);
      },
      set: (key, value, ttl) => {
        written += 1;
        return inner.set(key, value, ttl);
      },
    };
  });

  test('A new process starts with the offset that an earlier one has measured', async () => {
    host.ahead = 8 * HOUR;
    await host.call(memory());
    host.restart();
    await host.time.load(memory());
    expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
  });

  test('A process whose clock is right takes no offset of another host for longer than two answers', async () => {
    host.ahead = 8 * HOUR;
    await host.call(memory());
    host.ahead = 0;
    host.restart();
    await host.time.load(memory());
    for (let n = 0; n < 2; n += 1) await host.call(memory());
    expect(host.time.offset()).toBe(0);
    host.restart();
    await host.time.load(memory());
    expect(host.time.offset()).toBeUndefined();
  });

  test('Nothing is stored while the clock is right', async () => {
    await host.time.load(memory());
    for (let n = 0; n < 5; n += 1) await host.call(memory());
    expect(written).toBe(0);
  });

  test('A constant offset is stored once', async () => {
    host.ahead = 8 * HOUR;
    for (let n = 0; n < 10; n += 1) await host.call(memory());
    expect(written).toBe(1);
  });

  test('An offset that the store has declined is stored with the next answer', async () => {
    host.ahead = 8 * HOUR;
    await host.call({ ...memory(), store: { ...store, set: async () => false } });
    await host.call(memory());
    expect(written).toBe(1);
  });

  test('A process reads the store once', async () => {
    for (let n = 0; n < 3; n += 1) await host.time.load(memory());
    expect(read).toBe(1);
  });

  test('A process that has measured the time does not read the store', async () => {
    await host.call();
    await host.time.load(memory());
    expect(read).toBe(0);
  });

  test('A store that does not answer is read again by the next step', async () => {
    await host.time.load({ ...memory(), store: silentStore });
    await host.time.load(memory());
    expect(read).toBe(1);
  });

  test('A store that does not answer does not keep a call from its answer', async () => {
    host.ahead = 8 * HOUR;
    await host.call({ ...memory(), store: silentStore });
    expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
  });

  test.each(['noon', '', '1e300', '-1e300', 'Infinity', String(9e15), String(80 * 365 * 24 * HOUR)])(
    'A stored offset that cannot be true is ignored: %s',
    async (value) => {
      await store.set(TIME_KEY, value, 60);
      await host.time.load(memory());
      expect(host.time.offset()).toBeUndefined();
    },
  );

  test('What was measured on another host is not used, because its clock may be right', async () => {
    host.ahead = 8 * HOUR;
    await host.call(memory());
    host.ahead = 0;
    host.restart('second');
    await host.time.load(memory());
    expect([host.time.offset(), host.error()]).toEqual([undefined, 0]);
  });

  test('A host does not replace what another one has measured', async () => {
    host.ahead = 8 * HOUR;
    await host.call(memory());
    host.ahead = -HOUR;
    host.restart('second');
    await host.call(memory());
    host.ahead = 8 * HOUR;
    host.restart();
    await host.time.load(memory());
    expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
  });

  test('A false Date header does not replace what an earlier process has measured', async () => {
    host.ahead = 8 * HOUR;
    await host.call(memory());
    host.restart();
    await host.time.load(memory());
    host.odd = 4 * HOUR;
    await host.call(memory());
    expect(Math.abs(host.error())).toBeLessThanOrEqual(1);
  });
});

describe('Time that an answer has confirmed', () => {
  test('It is confirmed for half an hour after an answer', async () => {
    expect(host.time.isConfirmed()).toBe(false);
    await host.call();
    host.real.advance(29 * MINUTE);
    expect(host.time.isConfirmed()).toBe(true);
    host.real.advance(MINUTE);
    expect(host.time.isConfirmed()).toBe(false);
  });

  test('It is not confirmed once the clock was set back, or contradicts an answer', async () => {
    await host.calls(3);
    host.ahead = -5 * MINUTE;
    expect(host.time.isConfirmed()).toBe(false);
    await host.call();
    expect(host.time.isConfirmed()).toBe(false);
    await host.call();
    expect(host.time.isConfirmed()).toBe(true);
  });

  describe('On a host with a clock that nobody sets', () => {
    beforeEach(async () => {
      host.hasElapsed = true;
      host.ahead = -10 * MINUTE;
      host.restart();
      await host.calls(2);
    });

    test('It is confirmed until the clock is set, forwards or back', () => {
      host.real.advance(9 * HOUR);
      expect(host.time.isConfirmed()).toBe(true);
      host.ahead = -7 * MINUTE;
      expect(host.time.isConfirmed()).toBe(false);
      host.ahead = -13 * MINUTE;
      expect(host.time.isConfirmed()).toBe(false);
    });

    test('It is not confirmed after the machine has slept, until an answer says so', async () => {
      host.real.advance(8 * HOUR);
      host.asleepMs = 8 * HOUR;
      expect(host.time.isConfirmed()).toBe(false);
      await host.call();
      expect(host.time.isConfirmed()).toBe(true);
    });

    test('A clock that was wrong and was set may be right, until an answer says so', async () => {
      host.ahead = 0;
      const now = host.real.now();
      expect(host.time.range()).toEqual({
        earliest: now - 2 * HOUR,
        latest: host.time.clock.now() + 2 * HOUR,
      });
      await host.calls(2);
      expect(host.rangeMinutes()).toEqual([0, 1]);
    });
  });

  test('It is known once it is confirmed, to the minute that a call takes, and within what AliExpress accepts before', async () => {
    expect(host.rangeMinutes()).toEqual([-120, 120]);
    await host.call();
    expect(host.rangeMinutes()).toEqual([0, 1]);
    host.real.advance(HOUR);
    expect(host.rangeMinutes()).toEqual([-120, 120]);
  });

  describe('Question for the time', () => {
    beforeEach(() => {
      host.ahead = -8 * MINUTE;
    });

    test('The answer confirms it, and nothing is asked again', async () => {
      expect(await host.fetchTime()).toBe(1);
      expect([host.time.isConfirmed(), ...host.rangeMinutes()]).toEqual([true, 0, 1]);
      expect(await host.fetchTime()).toBe(0);
    });

    test('An answer that contradicts what was known is believed once another one agrees', async () => {
      await host.calls(3);
      host.ahead = -20 * MINUTE;
      expect(await host.fetchTime()).toBe(2);
      expect([host.time.isConfirmed(), ...host.rangeMinutes()]).toEqual([true, 0, 1]);
    });

    test.each([
      ['no answer', () => Promise.reject(new TransportFailure('timeout')), 1],
      ['connections that are cut', () => Promise.reject(new TransportFailure('cut')), 2],
      ['a program that is being stopped', () => Promise.reject(new Interrupted(false)), 1],
      ['answers without a date', async () => ({ status: 404, body: '' }), 2],
    ])('With %s it stays unconfirmed', async (_, transport, times) => {
      expect(await host.fetchTime(transport)).toBe(times);
      expect(host.time.isConfirmed()).toBe(false);
    });
  });

  test('The time of the last answer is remembered, unless its header may be false', async () => {
    expect(host.time.lastAnswerAt()).toBeUndefined();
    host.ahead = -HOUR;
    const at = host.real.now();
    await host.call();
    expect(Math.floor((Number(host.time.lastAnswerAt()) - at) / SECOND)).toBe(0);
    host.odd = 5 * HOUR;
    await host.call();
    expect(host.time.lastAnswerAt()).toBeUndefined();
  });

  test('An answer that refuses the time confirms what it says', () => {
    host.time.clock.correct?.(host.real.now() + HOUR);
    expect(host.time.isConfirmed()).toBe(true);
  });
});
