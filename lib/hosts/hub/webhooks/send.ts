/** Sends one event to the address of its subscription. */

import { TransportFailure } from '../../../http/transport.ts';
import { isProblem } from '../../../problems.ts';
import { DAY } from '../../../runtime.ts';
import { alertsIn } from '../alerts/alerts.ts';
import { eventsIn } from '../events/events.ts';
import { messageId, type Subscription, subscriptionsIn } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';
import { type Delivery, deliveriesIn, type Outcome } from './deliveries.ts';
import { type Attempted, afterAnswer, afterFailure } from './retries.ts';
import { signedHeaders } from './signature.ts';
import type { Targets } from './targets.ts';

/** An address that nobody listens at is tried for so long. */
const MAX_GONE_MS = 7 * DAY;

/** Makes one attempt, and records what its answer says about the address. */
export async function sendWebhook(
  runtime: HubRuntime,
  targets: Targets,
  delivery: Delivery,
): Promise<Outcome> {
  const { database, vault, clock } = runtime;
  const subscriptions = subscriptionsIn(database, vault);
  const subscription = subscriptions.find(delivery.subscription);
  const target = subscriptions.targetOf(delivery.subscription);
  const { event } = eventsIn(database).find(delivery.event) ?? {};
  if (!subscription || !target || !event) return { state: 'dead', reason: 'no longer stored' };
  const body = JSON.stringify({ type: event.event_type, timestamp: event.occurred_at, data: event });
  const id = messageId(delivery.subscription, event.id);
  const attempted = await attempt(runtime, targets, target, { id, body }, delivery);
  if (subscription.state === 'ended') return afterItsEnd(attempted);
  if (attempted.target === 'open' && subscription.target_state === 'open') return attempted.outcome;
  const reason = attempted.target === 'open' ? undefined : attempted.reason;
  const since = subscriptions.setTarget(subscription.id, attempted.target, clock.now(), reason);
  if (attempted.target === 'gone' && clock.now() - since >= MAX_GONE_MS) {
    end(runtime, subscription);
    return { state: 'dead', reason: attempted.reason };
  }
  reportTarget(runtime, subscription, attempted, new URL(target.url).host);
  return attempted.outcome;
}

/** An event that somebody has sent again to a subscription that has ended is not tried further. */
const afterItsEnd = ({ outcome, reason }: Attempted): Outcome =>
  outcome.state === 'delivered' ? outcome : { state: 'dead', reason };

async function attempt(
  { clock, random }: HubRuntime,
  { transport }: Targets,
  { url, secret }: { url: string; secret: string },
  message: { id: string; body: string },
  delivery: Delivery,
): Promise<Attempted> {
  const headers = {
    'content-type': 'application/json',
    ...signedHeaders({ ...message, secret }, clock.now()),
  };
  const circumstances = () => ({ attempts: delivery.attempts + 1, now: clock.now(), random: random() });
  try {
    const answer = await transport({ method: 'POST', url, headers, body: message.body });
    return afterAnswer(answer, circumstances());
  } catch (error) {
    const reason = error instanceof TransportFailure ? error.reason : messageOf(error);
    if (isProblem(error, 'target_refused'))
      return { outcome: { state: 'waiting', dueAt: clock.now(), reason }, target: 'refusing', reason };
    return { outcome: afterFailure(reason, circumstances()), target: 'open', reason };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const alertKey = ({ id }: Subscription): string => `target ${id}`;

function reportTarget(
  { database, clock }: HubRuntime,
  subscription: Subscription,
  { target, reason }: Attempted,
  host: string,
): void {
  const alerts = alertsIn(database);
  if (target === 'open') {
    alerts.clear(alertKey(subscription));
    return;
  }
  const text =
    target === 'gone'
      ? {
          en: `Nobody takes the events of ${subscription.trigger} at ${host} (${reason}). The hub keeps them and tries once a day for a week.`,
          zh: `${host} 不再接收 ${subscription.trigger} 的事件（${reason}）。事件会保留，并在一周内每天重试一次。`,
        }
      : {
          en: `${host} refuses the events of ${subscription.trigger} (${reason}). The hub keeps them; resume the subscription when the address works.`,
          zh: `${host} 拒绝接收 ${subscription.trigger} 的事件（${reason}）。事件会保留，地址恢复后请恢复该订阅。`,
        };
  alerts.raise({ key: alertKey(subscription), shop: subscription.shop, text }, clock.now());
}

function end({ database, vault, clock }: HubRuntime, subscription: Subscription): void {
  const now = clock.now();
  database.transaction(() => {
    subscriptionsIn(database, vault).setState(subscription.id, 'ended', 'nobody took the events for a week');
    const lost = deliveriesIn(database).endAll(subscription.id, 'nobody took the events for a week', now);
    const alerts = alertsIn(database);
    alerts.clear(alertKey(subscription));
    alerts.raise(
      {
        key: `ended ${subscription.id}`,
        shop: subscription.shop,
        text: {
          en: `A subscription to ${subscription.trigger} has ended because nobody took its events for a week. ${lost} events were not delivered; each can be sent again.`,
          zh: `${subscription.trigger} 的一个订阅已结束：一周内无人接收其事件。${lost} 条事件未送达，可逐条重新发送。`,
        },
      },
      now,
    );
  });
}
