import fc from 'fast-check';
import { bandOf, emptyHazard, expected } from '../../lib/feeds/review-likelihood.ts';

const days = fc.double({ min: 0, max: 40, noNaN: true });

test('an order is expected to bring more the longer nobody asked for it', () => {
  fc.assert(
    fc.property(days, days, days, (a, b, c) => {
      const [from, middle, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
      expect(expected(emptyHazard(), from, to)).toBeGreaterThanOrEqual(
        expected(emptyHazard(), from, middle) - 1e-12,
      );
    }),
  );
});

test('what is expected is a probability', () => {
  fc.assert(
    fc.property(days, days, (a, b) => {
      const gain = expected(emptyHazard(), Math.min(a, b), Math.max(a, b));
      expect(gain).toBeGreaterThanOrEqual(0);
      expect(gain).toBeLessThanOrEqual(1);
    }),
  );
});

test('the first days promise more than later ones', () => {
  expect(expected(emptyHazard(), 0, 2)).toBeGreaterThan(expected(emptyHazard(), 10, 12));
});

test('nothing is expected after thirty days', () => {
  expect(expected(emptyHazard(), 30, 40)).toBe(0);
});

test('a shop whose buyers review late is learned', () => {
  const hazard = emptyHazard();
  hazard.asked = hazard.asked.map(() => 5000);
  hazard.found[bandOf(15)] = 400;
  expect(expected(hazard, 14, 16)).toBeGreaterThan(expected(hazard, 0, 2));
});

test('a single find does not overturn the guess', () => {
  const hazard = emptyHazard();
  hazard.asked[bandOf(25)] = 1;
  hazard.found[bandOf(25)] = 1;
  expect(expected(hazard, 0, 2)).toBeGreaterThan(expected(hazard, 24, 26));
});
