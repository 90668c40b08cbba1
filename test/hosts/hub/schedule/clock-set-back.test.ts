import { createPacer } from '../../../../lib/hosts/hub/recipes/pacer.ts';
import { steadyNow } from '../../../../lib/hosts/hub/schedule/steady-now.ts';
import { spaced } from '../../../../lib/hosts/hub/shops/spaced.ts';
import { HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { fixedClock } from '../../../support/fixed-clock.ts';

const BOT = 'https://bot.example/1';
const REQUEST = { method: 'GET', url: 'https://a.example' } as const;
const LIMITS = { bytes: 1, perMinute: 1 };

describe('Clock that is set back by eight hours', () => {
  const start = () => fixedClock('2026-11-21T10:00:00Z');

  test('A steady time does not go back, and runs on', () => {
    const clock = start();
    const now = steadyNow(clock);
    const before = now();
    clock.advance(-8 * HOUR);
    expect(now()).toBe(before);
    clock.advance(SECOND);
    expect(now()).toBe(before + SECOND);
  });

  test('The next call waits for its turn, and no longer', async () => {
    const clock = start();
    const waits: number[] = [];
    const send = spaced(
      async () => ({ status: 200, body: '' }),
      clock,
      (ms) => waits.push(ms),
    );
    await send(REQUEST);
    clock.advance(-8 * HOUR);
    await send(REQUEST);
    expect(waits).toEqual([0, SECOND / 4]);
  });

  test('The next message to a bot waits for its minute, and no longer', () => {
    const clock = start();
    const pacer = createPacer(clock);
    pacer.delay(BOT, LIMITS);
    clock.advance(-8 * HOUR);
    expect(pacer.delay(BOT, LIMITS)).toBe(MINUTE);
  });

  test('A silenced bot gets its next message when its pause is over', () => {
    const clock = start();
    const pacer = createPacer(clock);
    pacer.delay(BOT, { bytes: 1, perMinute: 20 });
    clock.advance(-8 * HOUR);
    pacer.delay(BOT, { bytes: 1, perMinute: 20 });
    pacer.pause(BOT, clock.now() + 10 * MINUTE);
    expect(pacer.delay(BOT, { bytes: 1, perMinute: 20 })).toBe(10 * MINUTE);
  });
});
