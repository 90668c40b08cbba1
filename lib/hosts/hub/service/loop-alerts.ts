/** Alerts about loops that fail or stand still, each once. What lies outside the hub makes none of them fail. */

import type { Bilingual } from '../../../problems.ts';
import { MINUTE } from '../../../runtime.ts';
import { alertsIn } from '../alerts/alerts.ts';
import { writeIfPossible } from '../database/failures.ts';
import type { HubRuntime } from '../runtime.ts';
import { type Loop, type LoopName, type LoopState, startLoop } from '../schedule/loop.ts';

/** A full disk may be mended meanwhile. */
const MAX_DELAY_MS = 15 * MINUTE;
const LOOK_EVERY_MS = MINUTE;
/** Where a machine was suspended, or its clock set ahead, every loop is late at once. It goes on before the second look. */
const LATE_LOOKS = 2;

const TASKS: Readonly<Record<LoopName, Bilingual>> = {
  alerts: { en: 'Sending alerts', zh: '发送提醒' },
  deliveries: { en: 'Delivering events', zh: '推送事件' },
  health: { en: 'Watching the parts of the hub', zh: '检查服务各部分' },
  retention: { en: 'Deleting old events', zh: '删除过期事件' },
  sheets: { en: 'Writing sheets', zh: '写入表格' },
  terminal: { en: 'Showing alerts on the terminal', zh: '在终端显示提醒' },
  tokens: { en: 'Renewing the tokens of shops', zh: '更新店铺令牌' },
  visits: { en: 'Checking shops', zh: '查询店铺' },
};

/** @returns whether its work has only failed for a quarter of an hour, or did not go on for as long */
const isLate = ({ dueAt, failingSince = dueAt }: LoopState, now: number): boolean =>
  now - Math.min(dueAt, failingSince) > MAX_DELAY_MS;

const isUnhealthy = (state: LoopState, now: number): boolean =>
  state.lateLooks >= LATE_LOOKS && isLate(state, now);

const isWell = ({ hasWorked, failingSince, lateLooks }: LoopState): boolean =>
  hasWorked && failingSince === undefined && lateLooks === 0;

/** @returns the loops that fail or stand still, as `startLoopAlerts` finds them: it does not see that it stands still */
export const unhealthyLoops = ({ clock, loops }: Pick<HubRuntime, 'clock' | 'loops'>): LoopName[] =>
  [...loops].filter(([, state]) => isUnhealthy(state, clock.now())).map(([name]) => name);

export function startLoopAlerts(runtime: HubRuntime): Loop {
  const { clock, database, loops } = runtime;
  const alerts = alertsIn(database);
  /** Loops without an alert. One from before the start is kept until the loop has worked. */
  const clear = new Set<LoopName>();

  function look(name: LoopName, state: LoopState): void {
    const key = `loop ${name}`;
    if (isUnhealthy(state, clock.now())) {
      alerts.raise({ key, text: textOf(name, state) }, clock.now());
      clear.delete(name);
    } else if (isWell(state) && !clear.has(name)) {
      alerts.clear(key);
      clear.add(name);
    }
  }

  return startLoop(runtime, 'health', () => {
    const now = clock.now();
    for (const state of loops.values()) state.lateLooks = isLate(state, now) ? state.lateLooks + 1 : 0;
    // A database that cannot be written is named by /healthz.
    writeIfPossible(() => {
      for (const [name, state] of loops) look(name, state);
    });
    return LOOK_EVERY_MS;
  });
}

const textOf = (name: LoopName, { failingSince }: LoopState): Bilingual =>
  failingSince === undefined
    ? {
        en: `${TASKS[name].en} has not gone on for 15 minutes. Restart the hub.`,
        zh: `“${TASKS[name].zh}”已停滞 15 分钟，请重启中转服务。`,
      }
    : {
        en: `${TASKS[name].en} has failed for 15 minutes. The log names the reason: look for "an error in the loop of ${name}".`,
        zh: `“${TASKS[name].zh}”已连续失败 15 分钟，原因见日志：请查找 “an error in the loop of ${name}”。`,
      };
