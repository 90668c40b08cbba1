import { lossyDay } from '../support/lossy-days.ts';

describe.each([
  ['single commands', false, 30_000],
  ['one round trip', true, 5000],
] as const)(
  'Claims by %s in a store that loses 5% of its values 50 times a day',
  (_, claimsAtOnce, count) => {
    let [maxGranted, lostDays] = [0, 0];
    beforeAll(async () => {
      for (let seed = 1; seed <= count; seed += 1) {
        const { granted, forgotten } = await lossyDay(seed, claimsAtOnce);
        maxGranted = Math.max(maxGranted, granted);
        if (forgotten > 0) lostDays += 1;
      }
    });

    test('At most 205 calls of 200 are granted on any of many days', () => {
      expect(maxGranted).toBeLessThanOrEqual(205);
    });

    test('The card is lost on at most 3% of the days', () => {
      expect(lostDays / count).toBeLessThan(0.03);
    });
  },
);
