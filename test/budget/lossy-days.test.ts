import { lossyDay } from '../support/lossy-days.ts';

const days = async (count: number, claimsAtOnce: boolean) =>
  Promise.all(Array.from({ length: count }, (_, n) => lossyDay(n + 1, claimsAtOnce)));

describe.each([
  ['single commands', false, 60],
  ['one round trip', true, 20],
] as const)(
  'Claims by %s in a store that loses 5% of its values 50 times a day',
  (_, claimsAtOnce, count) => {
    test('At most 205 calls of 200 are granted', async () => {
      const granted = (await days(count, claimsAtOnce)).map((day) => day.granted);
      expect(Math.max(...granted)).toBeLessThanOrEqual(205);
    });

    test('All calls of the day are granted unless the card was lost', async () => {
      const whole = (await days(count, claimsAtOnce)).filter(({ forgotten }) => forgotten === 0);
      expect(new Set(whole.map(({ granted }) => granted))).toEqual(new Set([200]));
    });
  },
);
