import fc from 'fast-check';
import {
  bandOf,
  emptyHazard,
  type Hazard,
  reviewProbability,
  withOutcome,
} from '../../lib/feeds/review-likelihood.ts';

const days = fc.double({ min: 0, max: 40, noNaN: true });

const hazardWith = (changes: Partial<Hazard>): Hazard => ({ ...emptyHazard(), ...changes });
const inBand = (ofDays: number, count: number, other = 0): number[] =>
  emptyHazard().days.map((_, band) => (band === bandOf(ofDays) ? count : other));

describe('Review likelihood', () => {
  test('The probability of a review grows with the time since an order was last queried', () => {
    fc.assert(
      fc.property(days, days, days, (a, b, c) => {
        const [from, middle, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        expect(reviewProbability(emptyHazard(), from, to)).toBeGreaterThanOrEqual(
          reviewProbability(emptyHazard(), from, middle) - 1e-12,
        );
      }),
    );
  });

  test('The expected gain of an order is a probability', () => {
    fc.assert(
      fc.property(days, days, (a, b) => {
        const gain = reviewProbability(emptyHazard(), Math.min(a, b), Math.max(a, b));
        expect(gain).toBeGreaterThanOrEqual(0);
        expect(gain).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('The first days after completion are more likely to bring a review than later days', () => {
    expect(reviewProbability(emptyHazard(), 0, 2)).toBeGreaterThan(reviewProbability(emptyHazard(), 10, 12));
  });

  test('No review is expected later than thirty days after completion', () => {
    expect(reviewProbability(emptyHazard(), 30, 40)).toBe(0);
  });

  test('The likelihood follows the finds of a shop whose buyers review late', () => {
    const hazard = hazardWith({ days: inBand(15, 5000, 5000), found: inBand(15, 400) });
    expect(reviewProbability(hazard, 14, 16)).toBeGreaterThan(reviewProbability(hazard, 0, 2));
  });

  test('A single find does not outweigh the initial guess', () => {
    const hazard = hazardWith({ days: inBand(25, 1), found: inBand(25, 1) });
    expect(reviewProbability(hazard, 0, 2)).toBeGreaterThan(reviewProbability(hazard, 24, 26));
  });

  test('A queried order adds its days to the band of its middle age, and its review if it got one', () => {
    const found = withOutcome(emptyHazard(), 3, 6, true);
    expect(found).toEqual({ days: inBand(4.5, 3), found: inBand(4.5, 1) });
    expect(withOutcome(found, 5, 6, false)).toEqual({ days: inBand(4.5, 4), found: inBand(4.5, 1) });
  });
});

test.each([
  [0, 0],
  [0.9, 0],
  [1, 1],
  [3.9, 2],
  [4, 3],
  [29, 6],
  [30, 6],
  [90, 6],
])('An age of %s days is in band %i', (age, band) => {
  expect(bandOf(age)).toBe(band);
});

test('Bands of which the store has kept nothing count as guessed', () => {
  expect(reviewProbability({ days: [], found: [] }, 0, 30)).toBe(reviewProbability(emptyHazard(), 0, 30));
});

test('In a band in which nothing was found for a hundred days the likelihood is half the guess', () => {
  const rate = (hazard: Hazard) => -Math.log(1 - reviewProbability(hazard, 2, 3));
  expect(rate(hazardWith({ days: inBand(2.5, 100) }))).toBeCloseTo(rate(emptyHazard()) / 2);
});
