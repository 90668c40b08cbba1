/** The key of every shop at its parcel tracker. To ask for the credits costs none. */

import { axiosTransport } from '../../../../http/axios.ts';
import type { HubRuntime } from '../../runtime.ts';
import { shopsIn } from '../../shops/shops.ts';
import { openTracker } from '../../shops/tracker.ts';
import { examine, type Finding } from './finding.ts';

type Services = Pick<HubRuntime, 'database' | 'vault' | 'clock' | 'settings'>;

/** Nothing for a shop without a key, because a key is optional. */
export async function* trackerFindings({
  database,
  vault,
  clock,
  settings,
}: Services): AsyncGenerator<Finding> {
  const shops = shopsIn(database, vault);
  const services = { settings, clock, tracker: axiosTransport(), random: Math.random };
  for (const { id, name } of shops.all()) {
    const key = shops.trackerKeyOf(id);
    if (key === undefined) continue;
    const tracker = openTracker(services, key);
    const subject = { en: `${tracker.name.en} (${name})`, zh: `${tracker.name.zh}（${name}）` };
    yield await examine(subject, async () => {
      const { used, left } = await tracker.credits();
      return { en: `${used} credits used, ${left} left`, zh: `已用额度 ${used}，剩余 ${left}` };
    });
  }
}
