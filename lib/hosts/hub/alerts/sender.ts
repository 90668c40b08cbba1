/**
 * Sends alerts by the alert channel, each once. What fails is tried again. The channel's own failure raises no alert: the
 * page shows it. One that the messenger refuses for what it says holds up no other.
 */

import { Interrupted } from '../../../http/transport.ts';
import { isProblem, type Problem, REFUSAL_REASONS } from '../../../problems.ts';
import { HOUR, MINUTE, SECOND } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';
import type { HubRuntime } from '../runtime.ts';
import { startLoop } from '../schedule/loop.ts';
import { shopsIn } from '../shops/shops.ts';
import { alertDay, alertsIn, type StoredAlert } from './alerts.ts';
import { type AlertChannel, alertChannelOf, sendToAlertChannel } from './channel.ts';
import { messageOf } from './message.ts';
import { createNextAlerts } from './next-alerts.ts';

export interface AlertSender {
  /** Looks at once, also after a failure. */
  wake(): void;
  /** Why the last message was not delivered; undefined where it was. */
  problem(): Problem | undefined;
  running(): number;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = MINUTE;
const PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR];
/** After a refusal: bots take few messages a minute. */
const AFTER_REFUSAL_MS = 5 * SECOND;

export function startAlertSender(runtime: HubRuntime): AlertSender {
  const { database, vault, clock, log } = runtime;
  const alerts = alertsIn(database);
  const nameOf = (shop: string) => shopsIn(database, vault).find(shop)?.name;
  const steady = steadyNow(clock);
  const next = createNextAlerts();
  /** Sent or given up, and not recorded yet. Nothing is sent until it is, because it would be sent again. */
  let settled: readonly StoredAlert[] = [];
  let problem: Problem | undefined;
  const pauses = longerPauses();
  let tryAt = 0;
  /** When alerts that were refused are sent again. Others are sent meanwhile. */
  let tryRefusedAt = 0;
  let isSending = false;

  const loop = startLoop(runtime, 'alerts', async () => {
    record();
    const channel = alertChannelOf(runtime);
    const waiting = next.of(alerts.unsent());
    const from = next.areRefused(waiting) ? Math.max(tryAt, tryRefusedAt) : tryAt;
    if (!channel || waiting.length === 0 || steady() < from) return LOOK_EVERY_MS;
    isSending = true;
    const pause = await send(channel, waiting).finally(() => {
      isSending = false;
    });
    record();
    return pause;
  });

  /** @returns how long the loop pauses, milliseconds */
  async function send(channel: AlertChannel, waiting: readonly StoredAlert[]): Promise<number> {
    try {
      await sendToAlertChannel(runtime, channel, messageOf(waiting, nameOf));
    } catch (error) {
      if (error instanceof Interrupted) {
        if (error.isSent) settled = waiting;
        return LOOK_EVERY_MS;
      }
      if (!isProblem(error)) throw error;
      return afterProblem(waiting, error);
    }
    settled = waiting;
    problem = undefined;
    pauses.reset();
    tryRefusedAt = 0;
    const neverTaken = next.taken(waiting, alerts.unsent());
    settled = [...waiting, ...neverTaken];
    tellOfRefused(runtime, neverTaken);
    return 0;
  }

  function afterProblem(waiting: readonly StoredAlert[], error: Problem): number {
    problem = error;
    log('alerts were not sent', { because: error.kind });
    // It may have arrived, so it is not sent again.
    if (error.kind === 'channel_answer_lost') {
      settled = waiting;
      return 0;
    }
    if (error.kind === 'channel_message_refused' || error.kind === 'channel_message_too_long')
      return afterRefusal(waiting, isForText(error));
    tryAt = steady() + pauses.next();
    return LOOK_EVERY_MS;
  }

  function afterRefusal(waiting: readonly StoredAlert[], isOfText: boolean): number {
    if (isOfText && waiting.length === 1) {
      settled = waiting;
      tellOfRefused(runtime, waiting);
      return AFTER_REFUSAL_MS;
    }
    next.refused(waiting);
    // If the bot takes what tells of them, it is they that are refused.
    if (next.areRefused(alerts.unsent())) tellOfRefused(runtime, next.refusedAgain(alerts.unsent()));
    if (!next.areRefused(alerts.unsent())) return AFTER_REFUSAL_MS;
    if (steady() >= tryRefusedAt) tryRefusedAt = steady() + pauses.next();
    return LOOK_EVERY_MS;
  }

  function record(): void {
    if (settled.length > 0) alerts.sent(settled, clock.now());
    settled = [];
  }

  return {
    wake: () => {
      tryAt = 0;
      tryRefusedAt = 0;
      loop.wake();
    },
    problem: () => problem,
    running: () => Number(isSending),
    stop: loop.stop,
  };
}

/** Each is longer than the last, milliseconds. */
function longerPauses() {
  let failures = 0;
  return {
    next: (): number => {
      failures += 1;
      return PAUSES_MS[failures - 1] ?? HOUR;
    },
    reset: () => {
      failures = 0;
    },
  };
}

/** A messenger that gives no reason may as well refuse every message of the bot. */
const isForText = (problem: Problem): boolean =>
  !problem.is('channel_message_refused') || problem.facts.reason !== REFUSAL_REASONS.unknown;

const REFUSED = 'alert_refused';

/** Once a day, in words that no messenger refuses. */
function tellOfRefused({ database, clock }: HubRuntime, refused: readonly StoredAlert[]): void {
  if (refused.every(({ key }) => key.startsWith(REFUSED))) return;
  const now = clock.now();
  const key = `${REFUSED} ${alertDay(now).name}`;
  const text = {
    en: 'The messenger refused an alert. There may be more of them today: see the alerts on the page.',
    zh: '群机器人拒收了一条提醒，今天可能不止一条，请在页面上查看提醒。',
  };
  alertsIn(database).raise({ key, text }, now);
}
