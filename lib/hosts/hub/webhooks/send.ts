/** Sends one event to the address of its subscription. */

import { Interrupted, TransportFailure } from '../../../http/transport.ts';
import { type Bilingual, isProblem } from '../../../problems.ts';
import { DAY, MINUTE } from '../../../runtime.ts';
import { keysIn } from '../access/keys.ts';
import { type Alert, alertDay, alertsIn, alertText, LOST } from '../alerts/alerts.ts';
import { type Delivery, type DeliveryResult, deliveriesIn, type Outcome } from '../deliveries/deliveries.ts';
import { eventsIn } from '../events/events.ts';
import { firstTitles, historyIn } from '../events/history.ts';
import { messageId, type Subscription, subscriptionsIn } from '../events/subscriptions.ts';
import { reasonOfError, wordsOf } from '../reasons.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { announcePaused, type PausedWords, pausedWords } from './paused.ts';
import { type Attempted, afterAnswer, afterFailure } from './retries.ts';
import { signedHeaders } from './signature.ts';
import type { Targets } from './targets.ts';

/** An address that nobody listens at is tried for so long. */
const MAX_GONE_MS = 7 * DAY;
/** A subscription ends with its key, as soon as AliExpress has confirmed the time. */
const EXPIRED_KEY_MS = 5 * MINUTE;
const UNRECORDED_MS = 5 * MINUTE;

/** Makes one attempt, and records what its answer says about the address. */
export async function sendWebhook(
  runtime: HubRuntime,
  targets: Targets,
  delivery: Delivery,
): Promise<DeliveryResult> {
  const { database, vault, clock, log } = runtime;
  const subscriptions = subscriptionsIn(database, vault);
  const target = subscriptions.targetOf(delivery.subscription);
  const { event } = eventsIn(database).find(delivery.event) ?? {};
  if (!target || !event) return { outcome: { state: 'dead', reason: 'not_stored' } };
  const { owner = '' } = subscriptions.find(delivery.subscription) ?? {};
  if (keysIn(database).hasExpired(owner, serverNow(runtime))) {
    const dueAt = clock.now() + EXPIRED_KEY_MS;
    return { outcome: { state: delivery.state, dueAt, reason: 'key_expired', isPostponed: true } };
  }
  const body = JSON.stringify({ type: event.event_type, timestamp: event.occurred_at, data: event });
  const id = messageId(delivery.subscription, event.id);
  const attempted = await attempt(runtime, targets, target, { id, body }, delivery);
  try {
    return database.transaction(() => record(runtime, delivery, target.url, attempted));
  } catch (error) {
    log('what an answer says of an address could not be recorded', {
      delivery: delivery.id,
      because: String(error),
    });
    return unrecorded(delivery, attempted.outcome, clock.now());
  }
}

/**
 * Whatever could not be recorded: what was delivered is not sent again, and the rest not at once. What would be given up is
 * tried once more, because nobody was told.
 */
function unrecorded({ subscription }: Delivery, outcome: Outcome, now: number): DeliveryResult {
  const soon = now + UNRECORDED_MS;
  if ('dueAt' in outcome) return { outcome: { ...outcome, dueAt: Math.max(outcome.dueAt, soon) } };
  if (outcome.state === 'delivered') return { outcome, ends: queueKey(subscription) };
  return { outcome: { state: 'parked', dueAt: soon, reason: outcome.reason, isUncounted: true } };
}

/** Records what the answer says about the address. */
function record(runtime: HubRuntime, delivery: Delivery, url: string, attempted: Attempted): DeliveryResult {
  const { database, vault, clock } = runtime;
  const subscriptions = subscriptionsIn(database, vault);
  const { host } = new URL(url);
  // Somebody may have paused or removed it during the attempt.
  const subscription = subscriptions.find(delivery.subscription);
  if (!subscription) return { outcome: attempted.outcome };
  if (subscription.state === 'ended') return { outcome: attempted.outcome };
  if (attempted.outcome.state === 'dead')
    return {
      outcome: attempted.outcome,
      alert: () => undeliveredAlert(runtime, subscription, host, wordsOf(attempted.reason)),
    };
  if (isHeld(subscription)) return { outcome: attempted.outcome };
  const words = pausedWords(subscription, attempted, host);
  const queue = reportQueue(runtime, subscription, attempted, delivery, words);
  const result = { outcome: attempted.outcome, ...queue };
  if (attempted.target === 'open' && subscription.target_state === 'open') return result;
  const reason = attempted.target === 'open' ? undefined : attempted.reason;
  const since = subscriptions.setTarget(subscription.id, attempted.target, clock.now(), reason);
  if (attempted.target === 'gone' && clock.now() - since >= MAX_GONE_MS) {
    end(runtime, subscription);
    return { outcome: { state: 'dead', reason: attempted.reason } };
  }
  reportTarget(runtime, subscription, attempted, words);
  return result;
}

/** It was paused by hand: an example or an event that is sent again does not end that. */
const isHeld = ({ state, target_state }: Subscription): boolean =>
  state === 'paused' && target_state === 'refusing';

async function attempt(
  runtime: HubRuntime,
  { transport }: Targets,
  { url, secret }: { url: string; secret: string },
  message: { id: string; body: string },
  delivery: Delivery,
): Promise<Attempted> {
  const { clock, random, log } = runtime;
  const headers = {
    'content-type': 'application/json',
    // Receivers refuse a time that is far off.
    ...signedHeaders({ ...message, secret }, serverNow(runtime)),
  };
  const circumstances = () => ({
    attempts: delivery.attempts + 1,
    firstTriedAt: delivery.firstTriedAt,
    now: clock.now(),
    random: random(),
  });
  try {
    const answer = await transport({ method: 'POST', url, headers, body: message.body });
    return afterAnswer(answer, circumstances());
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    // The status of an answer says what became of the event, also where its body is too large or breaks off.
    if (error instanceof TransportFailure && error.status !== undefined)
      return afterAnswer({ status: error.status, body: '' }, circumstances());
    const reason = error instanceof TransportFailure ? error.reason : reasonOfError(error);
    if (reason === 'hub_error') log('a delivery failed', { delivery: delivery.id, because: String(error) });
    if (isProblem(error, 'target_refused'))
      return { outcome: { state: 'waiting', dueAt: clock.now(), reason }, target: 'refusing', reason };
    return { outcome: afterFailure(reason, circumstances()), target: 'open', reason };
  }
}

const queueKey = (subscription: string): string => `queue ${subscription}`;

/** A full queue means that the seller's scenario has stopped. The first delivery after that settles the alert. */
function reportQueue(
  runtime: HubRuntime,
  subscription: Subscription,
  { outcome, isFull }: Attempted,
  { firstTriedAt }: Delivery,
  words: PausedWords | undefined,
): Pick<DeliveryResult, 'alert' | 'ends'> {
  const { id, shop } = subscription;
  const key = queueKey(id);
  if (!isFull || !words) return outcome.state === 'delivered' && firstTriedAt !== null ? { ends: key } : {};
  announcePaused(runtime, subscription, words);
  return { alert: { key, shop, text: alertText(words) } };
}

const alertKey = ({ id }: Subscription): string => `target ${id}`;

function reportTarget(
  runtime: HubRuntime,
  subscription: Subscription,
  { target }: Attempted,
  words: PausedWords | undefined,
): void {
  const { database, clock } = runtime;
  const alerts = alertsIn(database);
  // What another state of the address has raised is settled.
  if (target !== subscription.target_state) alerts.clear(alertKey(subscription));
  if (target === 'open' || !words) return;
  announcePaused(runtime, subscription, words);
  alerts.raise({ key: alertKey(subscription), shop: subscription.shop, text: alertText(words) }, clock.now());
}

/** One a day of a subscription: while a receiver is away, many events end so. It counts those of the day. */
function undeliveredAlert(
  { database, clock, hub }: HubRuntime,
  { id, shop, trigger }: Subscription,
  host: string,
  why: Bilingual,
): Alert {
  const day = alertDay(clock.now());
  const givenUp = historyIn(database).givenUp(id, day.start);
  const { count } = givenUp;
  const titles = firstTitles(givenUp);
  const days = hub.keepDays.events;
  return {
    key: `${LOST} ${id} ${day.name}`,
    shop,
    text: {
      en: `Events of ${trigger} that were not delivered today: ${count}. ${host} did not take them for three days (${why.en}): ${titles.en}. More may follow. Each can be sent again on the page until ${days} days after it was found.`,
      zh: `今天有 ${count} 条 ${trigger} 事件未送达：${titles.zh}。${host} 三天内未能接收（${why.zh}），后续可能还会增加。自发现起 ${days} 天内可在页面上逐条重新发送。`,
    },
  };
}

function end({ database, vault, clock }: HubRuntime, { id, shop, trigger }: Subscription): void {
  const now = clock.now();
  subscriptionsIn(database, vault).setState(id, 'ended', 'nobody_there');
  deliveriesIn(database).endAll(id, 'nobody_there', now);
  const lost = historyIn(database).givenUp(id, now);
  const titles = firstTitles(lost);
  const alerts = alertsIn(database);
  alerts.clearAbout(id);
  alerts.raise(
    {
      key: `${LOST} ${id} ended ${alertDay(now).name}`,
      shop,
      text: {
        en: `A subscription to ${trigger} has ended because nobody took its events for a week. ${lost.count} events were not delivered: ${titles.en}. Each can be sent again on the page.`,
        zh: `${trigger} 的一个订阅已结束：一周内无人接收其事件。${lost.count} 条事件未送达：${titles.zh}。可在页面上逐条重新发送。`,
      },
    },
    now,
  );
}
