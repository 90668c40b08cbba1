/** AliExpress may list orders that have ended for 30 days after they were placed, and refuse every longer list of them. */

import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { DAYS_START, openPolledDays, openShopOfDays } from '../support/simulated-days.ts';

const WORKFLOWS = ['new_order', 'order_cancelled', 'bad_review', 'account_alert'].map((trigger) => ({
  id: trigger,
  trigger,
  inputs: {},
}));

test.each(['listed', 'refused', 'left_out'] as const)(
  'Where longer lists are refused, no poll fails before and after a pause, and nothing is lost (%s among others)',
  async (finishAmongOthers) => {
    const to = DAYS_START + 6 * DAY;
    const shop = openShopOfDays({ seed: 1, historyDays: 40, to, ordersPerDay: 30 });
    const variants = { endedLongAgo: 'refused', finishAmongOthers } as const;
    const { polled } = await openPolledDays(shop, { variants });
    await polled.pollFor(1.5 * DAY, 30 * MINUTE, WORKFLOWS);
    polled.pause(3 * DAY);
    await polled.pollFor(1.5 * DAY, 30 * MINUTE, WORKFLOWS);
    expect([...polled.errors]).toEqual([]);
    const taken = (trigger: string) =>
      polled.activations
        .filter(({ workflow }) => workflow.trigger === trigger)
        .flatMap((activation) =>
          activation.taken.map(({ event }) => String(event.order_id ?? event.alert_type)),
        );
    const placed = shop.orders.filter(
      ({ placedAt }) => placedAt > DAYS_START + HOUR && placedAt < to - 2 * HOUR,
    );
    const found = new Set(taken('new_order'));
    expect(placed.map(({ id }) => String(id)).filter((id) => !found.has(id))).toEqual([]);
    expect(taken('account_alert')).toEqual([]);
  },
);
