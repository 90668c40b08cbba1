import { type TimeForm, timeForms } from '../../../sandbox/time-forms.ts';
import type { Variants } from '../../../sandbox/variants.ts';
import { openProbedShop, type ProbedShop } from '../../support/probed-shop.ts';

let shop: ProbedShop;
beforeAll(async () => {
  shop = await openProbedShop({ seed: 4 });
});
afterAll(() => shop.close());

const forms = [...(Object.keys(timeForms) as TimeForm[]), 'mixed'] as const;

/** Every value of every switch that a probe can meet by itself, in the order of `Variants`. */
const SWITCHES: { [Name in keyof Variants]: readonly Partial<Variants>[] } = {
  finishAmongOthers: [{ finishAmongOthers: 'refused' }, { finishAmongOthers: 'left_out' }],
  parcelDates: [{ parcelDates: 'swapped' }],
  parcelPageSize: [{ parcelPageSize: 10 }],
  oversizedPage: [
    { oversizedPage: 'cut', parcelPageSize: 10 },
    { oversizedPage: 'refused', parcelPageSize: 10 },
  ],
  parcelZone: [{ parcelZone: 'beijing' }],
  shortTracking: [{ shortTracking: 'refused' }],
  actionCodes: [{ actionCodes: 'always' }, { actionCodes: 'never' }],
  eventTimes: forms.map((eventTimes) => ({ eventTimes })),
  takeDownMovesModified: [{ takeDownMovesModified: false }],
  settledParcels: [{ settledParcels: 'listed' }],
  totals: [{ totals: 'left_out' }, { totals: 'of_page' }, { totals: 'as_text' }],
  forms: [
    { forms: ['shop_without_scheme'] },
    { forms: ['two_currencies'] },
    { forms: ['yen_without_factor'] },
    { forms: ['amounts_as_numbers'] },
    { forms: ['half_stars'] },
    { forms: ['valid_dates_null'] },
    { forms: ['success_as_text'] },
  ],
  notGranted: [
    { notGranted: ['products'] },
    { notGranted: ['merchant'] },
    { notGranted: ['orders'] },
    { notGranted: ['reviews'] },
    { notGranted: ['disputes'] },
    { notGranted: ['logistics'] },
    { notGranted: ['abnormal_parcels'] },
  ],
  appDailyLimit: [{ appDailyLimit: 6 }],
  appPerSecond: [{ appPerSecond: 1 }],
  // It only matters under a limit.
  callsOfOthers: [{ callsOfOthers: 96, appDailyLimit: 100 }],
};

test.each(Object.entries(SWITCHES))('A probe tells the values of %s apart', async (_, values) => {
  const probes = [await shop.probe(), ...(await inTurn(values, shop.probe))];
  const texts = probes.map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  for (const { calls, charged, arrived } of probes) {
    expect(calls).toBeLessThanOrEqual(12);
    expect([charged, arrived]).toEqual([calls, calls]);
  }
});

test('Two probes of the same shop differ in nothing', async () => {
  expect((await shop.probe()).text).toBe((await shop.probe()).text);
});

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
