/** The local host against the real AliExpress and a real group, until it is stopped. */

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createLedger } from '../../budget/ledger.ts';
import { dayIn } from '../../budget/quota-day.ts';
import { channelOf } from '../../channels/action.ts';
import { fail } from '../../problems.ts';
import { MINUTE, systemClock } from '../../runtime.ts';
import { sqliteStore } from '../../stores/sqlite.ts';
import { appView } from './cache-server.ts';
import { startLocalHost } from './host.ts';
import type { LiveSettings } from './live-settings.ts';
import type { QueuedStep } from './memory.ts';
import type { AuthorizationAnswer, Platform } from './platform.ts';
import { openCallbackPage, readAnswer } from './sign-in.ts';
import { destinationOf } from './workflow.ts';

export interface LiveOptions extends LiveSettings {
  /** Address of the `AppModule` that the app's thread loads. */
  appModule: URL;
  /** Folder of the state between runs, and of sheets and tickets. */
  folder: string;
  intervalMinutes: number;
  /** Prints a line for the user at the terminal. */
  print: (line: string) => void;
  /** Replaces the line that shows the state of the run; called after every poll. */
  showStatus?: (line: string) => void;
  /** Ends the run. */
  stop: AbortSignal;
}

/** @throws Problem `reconnect_needed` when the connection expires during the run; StoppedError during sign-in */
export async function runLive(options: LiveOptions): Promise<void> {
  const { settings, appKey, workflows, ticketAddress, folder, intervalMinutes, print, stop } = options;
  const { showStatus = () => {} } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = sqliteStore(join(folder, 'cache.sqlite'), systemClock);
  const counts = { events: 0, delivered: 0 };
  const host = await startLocalHost({
    appModule: options.appModule,
    settings,
    appKey,
    clock: systemClock,
    store,
    memoryPath: join(folder, 'platform.sqlite'),
    folder,
    ...(ticketAddress && { ticketAddress }),
    onFailure: (failure) => print(`! ${failure.subject ? `${failure.subject}: ` : ''}${failure.message}`),
    onLog: printOnce(print),
    stop,
    onDelivered: (step) => {
      counts.delivered += 1;
      print(`✓ ${destinationLabel(options, step)}  ${String(step.event.title_zh)}`);
    },
  });
  const dayOf = dayIn(settings.quotaDayZone);
  const statusLine = async () => {
    const { seller_id: seller = '', connected_at: connectedAt = '' } = host.memory.connection() ?? {};
    const ledger = createLedger({
      store: appView(store),
      clock: systemClock,
      random: Math.random,
      dayOf,
      limit: settings.dailyCallLimit,
      connectedAt: Date.parse(connectedAt),
    });
    const used = await ledger.used(seller);
    const time = new Date().toTimeString().slice(0, 5);
    return `${time}  calls today / 今日调用 ${used} of ${settings.dailyCallLimit}   new events / 新事件 ${counts.events}   delivered / 已送达 ${counts.delivered}`;
  };
  try {
    for (const step of host.memory.takeUncertain()) {
      print(
        `? ${String(step.event.title_zh)}: the last run ended while this message was being sent. Check the group. / 上次运行在发送此消息时中断，请到群里确认。`,
      );
    }
    const { platform } = host;
    const shop = (await platform.reconnect()) ?? (await connect(platform, options));
    print(
      `Connected to ${shop}. Polling every ${intervalMinutes} min; press Ctrl+C to stop. / 已连接 ${shop}，每 ${intervalMinutes} 分钟查询一次，按 Ctrl+C 停止。`,
    );
    while (!stop.aborted) {
      for (const workflow of workflows) {
        if (stop.aborted) break;
        counts.events += (await platform.poll(workflow)).length;
        showStatus(await statusLine());
        if (!platform.isConnected()) return fail('reconnect_needed', {});
      }
      await pause(intervalMinutes * MINUTE, stop);
    }
    print(`Stopped. / 已停止。 ${await statusLine()}   waiting / 待发送 ${host.memory.waiting()}`);
  } finally {
    await host.close();
    store.close();
  }
}

/** The destination of a step, in both languages. */
function destinationLabel({ workflows, channels }: LiveSettings, { workflow, step }: QueuedStep): string {
  const found = workflows.find(({ recipe }) => recipe.key === workflow)?.recipe.steps[step];
  const channel = found && 'action' in found ? channelOf(found.action, channels) : undefined;
  if (channel) return `${channel.name.zh} ${channel.name.en}`;
  return found && destinationOf(found) === 'ticket' ? '工单 Ticket' : '表格 Sheet';
}

/** For lines that the app logged: a line that repeats is printed once. */
function printOnce(print: (line: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    if (line !== last) print(`· ${line}`);
    last = line;
  };
}

async function connect(
  platform: Platform,
  { settings, callbackUrl, print, stop }: LiveOptions,
): Promise<string> {
  const state = randomBytes(16).toString('base64url');
  const onThisMachine =
    callbackUrl.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(callbackUrl.hostname);
  const page = onThisMachine ? await openCallbackPage(callbackUrl, state) : undefined;
  try {
    return await platform.connect(
      async (url) => {
        print(
          'Open this address in a browser and sign in with the shop account: / 请用浏览器打开以下地址并登录店铺账号：',
        );
        print(url);
        return page ? Promise.race([page.answer, stopped(stop)]) : promptForAddress(state, stop);
      },
      String(settings.callbackUrl),
      state,
    );
  } finally {
    await page?.close();
  }
}

/** For a callback URL on another machine: the seller pastes the address that the browser shows after the sign-in. */
async function promptForAddress(state: string, stop: AbortSignal): Promise<AuthorizationAnswer> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const prompt =
      'Then paste the full address that the browser shows: / 登录后请粘贴浏览器地址栏中的完整地址：\n';
    const pasted = (await terminal.question(prompt, { signal: stop })).trim();
    if (!URL.canParse(pasted))
      return fail('bad_input', {
        field: 'address',
        allowed: { en: 'a full address with code and state', zh: '带有 code 和 state 的完整地址' },
      });
    return readAnswer(new URL(pasted), state);
  } finally {
    terminal.close();
  }
}

/** Rejects when the user stops the run. */
const stopped = (stop: AbortSignal) =>
  new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(new StoppedError()), { once: true });
  });

export class StoppedError extends Error {}

const pause = (ms: number, stop: AbortSignal) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted) end();
  });
