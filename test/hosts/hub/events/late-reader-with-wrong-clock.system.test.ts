import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { deleteOld } from '../../../../lib/hosts/hub/events/retention.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub } from '../../../support/hub.ts';

test('The alert about events that are gone is dated by AliExpress, not by a clock that is ahead', async () => {
  const hub = await startTestHub();
  const { database, vault, hub: settings } = hub.hub.runtime;
  const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' });
  await hub.pass(2 * MINUTE);
  hub.setClock(8 * HOUR);
  await hub.pass(10 * MINUTE);
  const subscription = subscriptionsIn(database, vault).find(body.id);
  const lost = { id: 'lost', event_type: 'new_order', title: 'lost', title_zh: 'lost', occurred_at: null };
  if (subscription)
    eventsIn(database).keepNew(subscription, [lost as unknown as PackEvent], [], hub.clock.now() - 31 * DAY);
  deleteOld(database, settings.keepDays, hub.clock.now());
  const { items } = (await hub.request('GET', `/v1/events?subscription=${body.id}`)).body;
  const alert = items.find(({ alert_type }: { alert_type?: string }) => alert_type === 'events_skipped');
  expect(Math.abs(Date.parse(alert.occurred_at) - hub.clock.now())).toBeLessThan(HOUR);
  await hub.stop();
});
