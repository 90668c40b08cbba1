import { type CurveName, curves, density, peakDensity } from '../../sandbox/curves.ts';

const names = Object.keys(curves) as CurveName[];
/** Hours of a day, every three minutes. */
const hours = Array.from({ length: 480 }, (_, n) => n / 20);

describe.each(names)('Curve "%s"', (name) => {
  test(`The curve ${name} has a weight for every hour`, () => {
    expect(curves[name]).toHaveLength(24);
  });

  test(`The curve ${name} adds up to the orders of a day`, () => {
    const sum = hours.reduce((total, hour) => total + density(name, 100, hour) / 20, 0);
    expect(sum).toBeCloseTo(100, 0);
  });

  test(`The curve ${name} is never negative`, () => {
    expect(Math.min(...hours.map((hour) => density(name, 100, hour)))).toBeGreaterThanOrEqual(0);
  });

  test(`The curve ${name} never exceeds its peak`, () => {
    const peak = Math.max(...hours.map((hour) => density(name, 100, hour)));
    expect(peak).toBeLessThanOrEqual(peakDensity(name, 100) * (1 + 1e-9));
  });

  test(`The curve ${name} is continuous at midnight`, () => {
    expect(density(name, 100, 23.999_999)).toBeCloseTo(density(name, 100, 0), 3);
  });

  test(`The curve ${name} grows with the number of orders`, () => {
    expect(density(name, 200, 12.5)).toBeCloseTo(2 * density(name, 100, 12.5));
  });
});

describe('Curve "olist"', () => {
  test('The curve olist is low at night', () => {
    expect(density('olist', 100, 4.5)).toBeLessThan(density('olist', 100, 16.5) / 10);
  });
});

describe('Curve "flat"', () => {
  test('The curve flat is the same at every hour', () => {
    expect(new Set(hours.map((hour) => density('flat', 24, hour).toFixed(9)))).toEqual(
      new Set(['1.000000000']),
    );
  });
});
