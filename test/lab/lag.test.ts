import { drawCallLag, drawCommandLag } from '../../lab/lag.ts';
import { SECOND } from '../../lib/runtime.ts';
import { randomSource } from '../../sandbox/random.ts';

const DRAWS = 5000;

const drawn = (draw: (random: ReturnType<typeof randomSource>) => number): number[] =>
  Array.from({ length: DRAWS }, (_, n) => draw(randomSource(1, `lag/${n}`))).sort((a, b) => a - b);

const at = (times: readonly number[], share: number) => times[Math.floor(times.length * share)] as number;

describe('How long an await of the lab takes without a fault', () => {
  test('Most calls take some hundreds of milliseconds, and few almost as long as the connector waits', () => {
    const times = drawn((random) => {
      const { toArrival, toAnswer } = drawCallLag(random, 10 * SECOND);
      return toArrival + toAnswer;
    });
    expect(at(times, 0.5)).toBeLessThan(300);
    expect(at(times, 0.98)).toBeGreaterThan(SECOND);
    expect(times.at(-1)).toBeGreaterThan(9 * SECOND);
    expect(times.at(-1)).toBeLessThan(10 * SECOND);
  });

  test('Most commands take some tens of milliseconds, and hardly any almost as long as the connector waits', () => {
    const times = drawn(drawCommandLag);
    expect(at(times, 0.5)).toBeLessThan(50);
    expect(at(times, 0.997)).toBeLessThan(SECOND);
    expect(times.at(-1)).toBeGreaterThan(2 * SECOND);
    expect(times.at(-1)).toBeLessThan(3 * SECOND);
  });

  test('No call takes longer than the connector waits for that call', () => {
    const times = drawn((random) => {
      const { toArrival, toAnswer } = drawCallLag(random, 2 * SECOND);
      return toArrival + toAnswer;
    });
    expect(times.at(-1)).toBeLessThan(2 * SECOND);
  });
});
