/** Which stalls of varied parcels a workflow is told of at 100 orders a day, and what that takes. */

import { reportedInNovember } from '../support/november-parcels.ts';
import { type ParcelDays, playParcels } from '../support/parcel-days.ts';
import { DAYS_START } from '../support/simulated-days.ts';

const SEEDS = (process.env.PARCEL_SEEDS ?? '1').split(',').map(Number);
/** A day of simulated polls takes about ten seconds. */
const LONG_MS = 20 * 60_000;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = ({ due, reported }: Pick<ParcelDays, 'due' | 'reported'>) => reported / due;
const hours = { stall_rule: 'hours' };

describe.each(SEEDS)('Seed %i', (seed) => {
  test(
    'With a tracker, all but a few stalls that last until it reaches their carriers are reported, none falsely',
    async () => {
      const options = { seed, warmUpDays: 6, days: 4, dailyLimit: 200, hasTracker: true, inputs: hours };
      const played = await playParcels(options, 'hours');
      const { parcelCalls: calls, unknowable } = played;
      console.info({ seed, share: percent(played), unknowable, late: mean(played.lateness), calls });
      expect(percent(played)).toBeGreaterThanOrEqual(0.95);
      expect(mean(played.lateness)).toBeLessThanOrEqual(8);
      expect(mean(played.parcelCalls)).toBeLessThanOrEqual(20);
      expect(played.falseAlerts).toEqual([]);
    },
    LONG_MS,
  );

  test(
    'With a tracker and pages of 10 parcels, the same is reported with at most 35 calls a day',
    async () => {
      const variants = { parcelPageSize: 10 };
      const options = {
        seed,
        warmUpDays: 9,
        days: 3,
        dailyLimit: 200,
        hasTracker: true,
        inputs: hours,
        variants,
      };
      const played = await playParcels(options, 'hours');
      console.info({ seed, share: percent(played), calls: played.parcelCalls });
      expect(percent(played)).toBeGreaterThanOrEqual(0.95);
      expect(mean(played.parcelCalls)).toBeLessThanOrEqual(35);
      expect(played.falseAlerts).toEqual([]);
    },
    LONG_MS,
  );

  test(
    'Without a tracker, 45 calls a day report far more stalls than the schedule of November',
    async () => {
      // A parcel that is lost stays stalled for weeks, and is found within weeks.
      const span = { seed, warmUpDays: 20, days: 10, lastDays: 15 };
      const played = await playParcels({ ...span, dailyLimit: 126, inputs: hours }, 'hours');
      const before = reportedInNovember({ ...span, from: DAYS_START, callsADay: 45 });
      console.info({ seed, share: percent(played), before: percent(before), calls: played.parcelCalls });
      expect(mean(played.parcelCalls)).toBeLessThanOrEqual(46);
      expect(percent(played)).toBeGreaterThanOrEqual(0.25);
      expect(percent(played)).toBeGreaterThanOrEqual(1.8 * percent(before));
      expect(played.falseAlerts).toEqual([]);
    },
    LONG_MS,
  );
});
