/**
 * Sends alerts by the alert channel, each once. What fails is tried again. The channel's own failure raises no alert: the
 * page shows it.
 */

import { Interrupted } from '../../../http/transport.ts';
import { isProblem, type Problem } from '../../../problems.ts';
import { HOUR, MINUTE } from '../../../runtime.ts';
import type { HubRuntime } from '../runtime.ts';
import { startLoop } from '../schedule/loop.ts';
import { steadyNow } from '../schedule/steady-now.ts';
import { shopsIn } from '../shops/shops.ts';
import { alertsIn, type StoredAlert } from './alerts.ts';
import { alertChannelOf, sendToAlertChannel } from './channel.ts';

export interface AlertSender {
  /** Looks at once, also after a failure. */
  wake(): void;
  /** Why the last message was not delivered; undefined where it was. */
  problem(): Problem | undefined;
  running(): number;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = MINUTE;
const MAX_PER_MESSAGE = 10;
const PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR];

export function startAlertSender(runtime: HubRuntime): AlertSender {
  const { database, vault, clock, log } = runtime;
  const alerts = alertsIn(database);
  const shops = shopsIn(database, vault);
  const steady = steadyNow(clock);
  let problem: Problem | undefined;
  let failures = 0;
  let tryAt = 0;
  let isSending = false;

  const loop = startLoop(runtime, 'alerts', async () => {
    const channel = alertChannelOf(runtime);
    const waiting = alerts.unsent().slice(0, MAX_PER_MESSAGE);
    if (!channel || waiting.length === 0 || steady() < tryAt) return LOOK_EVERY_MS;
    isSending = true;
    try {
      await sendToAlertChannel(
        runtime,
        channel,
        toMessage(waiting, (shop) => shops.find(shop)?.name),
      );
      problem = undefined;
      failures = 0;
    } catch (error) {
      if (error instanceof Interrupted) {
        if (error.isSent) alerts.sent(waiting, clock.now());
        return LOOK_EVERY_MS;
      }
      if (!isProblem(error)) throw error;
      problem = error;
      log('alerts were not sent', { because: error.kind });
      // It may have arrived, so it is not sent again.
      if (error.kind !== 'channel_answer_lost') {
        tryAt = steady() + (PAUSES_MS[failures] ?? HOUR);
        failures += 1;
        return LOOK_EVERY_MS;
      }
    } finally {
      isSending = false;
    }
    alerts.sent(waiting, clock.now());
    return 0;
  });
  return {
    wake: () => {
      tryAt = 0;
      loop.wake();
    },
    problem: () => problem,
    running: () => Number(isSending),
    stop: loop.stop,
  };
}

/** The texts are ours and contain no markup. */
const literal = (text: string): string => text.replace(/[*_\\]/g, '\\$&');

function toMessage(
  alerts: readonly StoredAlert[],
  nameOf: (shop: string) => string | undefined,
): { title: string; text: string } {
  const count = alerts.length > 1 ? [`（${alerts.length} 条）`, ` (${alerts.length})`] : ['', ''];
  return {
    title: `中转服务提醒${count[0]} · Hub alert${count[1]}`,
    text: alerts
      .map(({ shop, text: { zh, en } }) => {
        const name = shop === undefined ? undefined : nameOf(shop);
        return [...(name === undefined ? [] : [`**${literal(name)}**`]), literal(zh), literal(en)].join('\n');
      })
      .join('\n\n'),
  };
}
