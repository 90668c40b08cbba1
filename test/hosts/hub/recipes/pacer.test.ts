import { createPacer } from '../../../../lib/hosts/hub/recipes/pacer.ts';
import { MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { fixedClock } from '../../../support/fixed-clock.ts';

const BOT = 'https://bot.example/1';

describe('Pace of the messages to one bot', () => {
  const start = () => {
    const clock = fixedClock('2026-11-21T10:00:00Z');
    return { clock, pacer: createPacer(clock) };
  };

  test('A bot that takes 20 a minute gets 18, and the next one when the first is a minute old', () => {
    const { clock, pacer } = start();
    const limits = { bytes: 1, perMinute: 20 };
    const delays = Array.from({ length: 19 }, () => pacer.delay(BOT, limits));
    expect(delays).toEqual([...Array(18).fill(0), MINUTE]);
    clock.advance(MINUTE);
    expect(pacer.delay(BOT, limits)).toBe(0);
  });

  test('A bot that takes 5 a second gets 4', () => {
    const { clock, pacer } = start();
    const limits = { bytes: 1, perMinute: 100, perSecond: 5 };
    expect(Array.from({ length: 5 }, () => pacer.delay(BOT, limits))).toEqual([0, 0, 0, 0, SECOND]);
    clock.advance(SECOND);
    expect(pacer.delay(BOT, limits)).toBe(0);
  });

  test('A bot that is silenced gets nothing until then, and other bots do', () => {
    const { clock, pacer } = start();
    const limits = { bytes: 1, perMinute: 20 };
    pacer.pause(BOT, clock.now() + 10 * MINUTE);
    expect(pacer.delay(BOT, limits)).toBe(10 * MINUTE);
    expect(pacer.delay('https://bot.example/2', limits)).toBe(0);
    clock.advance(10 * MINUTE);
    expect(pacer.delay(BOT, limits)).toBe(0);
  });
});
