/** Two releases over one store. `npm run lab -- --last-release` plays the last tagged release instead. */

import { otherRelease, type Release } from '../../lab/release.ts';
import { playSideBySide, type SideBySide } from '../../lab/side-by-side.ts';
import { feeds } from '../../lab/subjects/index.ts';

const SEEDS = [1, 2];

describe.each(feeds)(
  '36 hours of %s with a release that has one field more and another one replaced',
  (feed) => {
    let played: SideBySide[];
    beforeAll(async () => {
      const second: Release = await otherRelease();
      played = [];
      for (const seed of SEEDS) played.push(await playSideBySide(feed, seed, second));
    });

    test('Two releases make at most 5% more calls than one', () => {
      for (const { calls } of played) {
        expect(calls.alone).toBeGreaterThan(50);
        expect(calls.together).toBeLessThanOrEqual(1.05 * calls.alone);
      }
    });

    test('Two releases lose and double nothing', () => {
      expect(played.flatMap(({ findings }) => findings)).toEqual([]);
      expect(played.reduce((sum, { due }) => sum + due, 0)).toBeGreaterThan(3);
    });
  },
);
