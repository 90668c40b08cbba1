import { type CurveName, curves, density, peakDensity } from '../../sandbox/curves.ts';

const names = Object.keys(curves) as CurveName[];
/** Moments of a day, every three minutes. */
const moments = Array.from({ length: 480 }, (_, n) => n / 20);

describe.each(names)('The curve %s', (name) => {
  test('has a weight for every hour', () => {
    expect(curves[name]).toHaveLength(24);
  });

  test('adds up to the orders of a day', () => {
    const sum = moments.reduce((total, hour) => total + density(name, 100, hour) / 20, 0);
    expect(sum).toBeCloseTo(100, 0);
  });

  test('is never negative', () => {
    expect(Math.min(...moments.map((hour) => density(name, 100, hour)))).toBeGreaterThanOrEqual(0);
  });

  test('is never above its peak', () => {
    const peak = Math.max(...moments.map((hour) => density(name, 100, hour)));
    expect(peak).toBeLessThanOrEqual(peakDensity(name, 100) * (1 + 1e-9));
  });

  test('goes on over midnight without a jump', () => {
    expect(density(name, 100, 23.999_999)).toBeCloseTo(density(name, 100, 0), 3);
  });

  test('grows with the number of orders', () => {
    expect(density(name, 200, 12.5)).toBeCloseTo(2 * density(name, 100, 12.5));
  });
});

describe('The curve olist', () => {
  test('is quiet at night', () => {
    expect(density('olist', 100, 4.5)).toBeLessThan(density('olist', 100, 16.5) / 10);
  });
});

describe('The curve flat', () => {
  test('is the same at any time', () => {
    expect(new Set(moments.map((hour) => density('flat', 24, hour).toFixed(9)))).toEqual(
      new Set(['1.000000000']),
    );
  });
});
