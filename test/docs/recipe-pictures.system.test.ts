/** What the pages of recipes show is what the recipes deliver in the sandbox today. */

import { recipes } from '../../recipes/index.ts';
import { type Delivery, deliveryOf, readDeliveries } from '../../tools/docs/pictures/delivery.ts';
import { playRecipes } from '../../tools/docs/pictures/play.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** Their figures depend on when a call was spent: hours since the last event, calls and findings of the day. */
const COUNTED = ['customs_stall_to_feishu', 'stalled_parcel_to_ticket', 'daily_report_to_feishu'];

describe('What the pages of recipes show', () => {
  let folder: TemporaryFolder;
  let today: ReadonlyMap<string, Delivery[]>;
  beforeAll(async () => {
    folder = temporaryFolder();
    today = await playRecipes(folder.path);
  });
  afterAll(() => folder.remove());

  test.each(recipes.map(({ key }) => [key]))(
    'The recipe %s delivers today what its page shows; if not, run npm run docs:pictures',
    (key) => {
      const shown = deliveryOf(key, readDeliveries());
      const same = today.get(key)?.find(({ event }) => event === shown.event);
      const comparable = (delivery: Delivery | undefined): unknown =>
        COUNTED.includes(key) ? JSON.parse(JSON.stringify(delivery).replace(/\d+/g, '0')) : delivery;
      expect(comparable(same)).toEqual(comparable(shown));
    },
  );

  test('Nothing that is shown has personal data of a buyer', () => {
    expect(JSON.stringify([...today])).not.toMatch(/canary/i);
  });
});
