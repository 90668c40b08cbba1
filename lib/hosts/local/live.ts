/** The local host against the real AliExpress and a real Feishu group, until it is stopped. */

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createLedger } from '../../budget/ledger.ts';
import { dayIn } from '../../budget/quota-day.ts';
import { BOT_ADDRESS, readBotAddress } from '../../feishu/address.ts';
import { readInputs } from '../../pack/input.ts';
import { openInputs, type RecipeDeclaration } from '../../pack/recipe.ts';
import { fail, isProblem } from '../../problems.ts';
import { MINUTE, systemClock } from '../../runtime.ts';
import {
  type AppKey,
  readClientId,
  readClientSecret,
  readSettings,
  readTicketAddress,
  required,
  type Settings,
} from '../../settings.ts';
import { sqliteStore } from '../../stores/sqlite.ts';
import { appView } from './cache-server.ts';
import { startLocalHost } from './host.ts';
import type { QueuedStep } from './memory.ts';
import type { AuthorizationAnswer, Platform } from './platform.ts';
import { openCallbackPage, readAnswer } from './sign-in.ts';
import { destinationOf, type Workflow } from './workflow.ts';

export interface LiveSettings {
  settings: Settings;
  appKey: AppKey;
  callbackUrl: URL;
  workflows: Workflow[];
  /** Where tickets are posted to; left out, they are kept as files. */
  ticketAddress?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_CALLBACK = 'http://127.0.0.1:3417/oauth/callback';
const FEISHU_CARD = 'send_feishu_card';

/**
 * Everything that these recipes need to be set, checked before anything starts.
 * @throws AggregateError with one Problem `bad_setting` per setting that is missing or malformed
 */
export function readLiveSettings(env: Environment, recipes: readonly RecipeDeclaration[]): LiveSettings {
  const problems: unknown[] = [];
  const read = <T>(reader: () => T): T | undefined => {
    try {
      return reader();
    } catch (error) {
      problems.push(error);
      return undefined;
    }
  };
  const settings = read(() => readSettings(env));
  const appKey = read(() => readClientId(env));
  const appSecret = read(() => readClientSecret(env));
  const actions = new Set(recipes.flatMap(actionsOf));
  const bot = actions.has(FEISHU_CARD) ? read(() => readBot(env, settings?.feishuOrigin)) : undefined;
  const ticketAddress = recipes.some(hasTickets) ? read(() => readTicketAddress(env)) : undefined;
  const workflows = recipes.map((recipe) => ({
    recipe,
    inputs: Object.fromEntries(
      openInputs(recipe).map((key) => [key, read(() => readTriggerInput(env, recipe, key))]),
    ),
    fixed: { ...(bot && { [FEISHU_CARD]: bot }) },
  }));
  if (!settings || !appKey || !appSecret || problems.length > 0) throw new AggregateError(problems);
  const callback = settings.callbackUrl ?? DEFAULT_CALLBACK;
  return {
    settings: { ...settings, callbackUrl: callback },
    appKey: { appKey, appSecret },
    callbackUrl: new URL(callback),
    workflows,
    ...(ticketAddress && { ticketAddress }),
  };
}

const actionsOf = ({ steps }: RecipeDeclaration): string[] =>
  steps.flatMap((step) => ('action' in step ? [step.action.key] : []));

const hasTickets = ({ steps }: RecipeDeclaration): boolean =>
  steps.some((step) => 'action' in step && step.output === 'ticket');

/** The inputs of the step that sends a card. */
function readBot(env: Environment, origin: string | undefined): Record<string, string> {
  const address = checkedAddress(required(env, 'FEISHU_WEBHOOK_URL', /^\S+$/, BOT_ADDRESS), origin);
  const secret = env.FEISHU_WEBHOOK_SECRET?.trim();
  return { bot_address: address, ...(secret && { signing_code: secret }) };
}

/** An input of a trigger that every seller fills in otherwise; its setting is named after both, as LOW_STOCK_PRODUCTS. */
function readTriggerInput(env: Environment, { trigger }: RecipeDeclaration, key: string): unknown {
  const setting = `${trigger.key}_${key}`.toUpperCase();
  const declared = trigger.inputs[key];
  try {
    return declared && readInputs({ [key]: declared }, { [key]: env[setting] })[key];
  } catch (error) {
    if (!isProblem(error, 'bad_input')) throw error;
    return fail('bad_setting', { setting, expected: error.facts.allowed });
  }
}

function checkedAddress(address: string, origin: string | undefined): string {
  try {
    return readBotAddress(address, origin);
  } catch {
    return fail('bad_setting', { setting: 'FEISHU_WEBHOOK_URL', expected: BOT_ADDRESS });
  }
}

export interface LiveOptions extends LiveSettings {
  /** Address of the `AppModule` that the app's thread loads. */
  appModule: URL;
  /** Where state is kept between runs, and sheets and tickets go. */
  folder: string;
  /** Minutes between two polls. */
  interval: number;
  /** A line for the person at the terminal. */
  say: (line: string) => void;
  /** How the run stands, after every poll; one line that replaces the last. */
  show?: (line: string) => void;
  /** Ends the run. */
  stop: AbortSignal;
}

export async function runLive(options: LiveOptions): Promise<void> {
  const { settings, appKey, workflows, ticketAddress, folder, interval, say, stop } = options;
  const { show = () => {} } = options;
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
    onFailure: (failure) => say(`! ${failure.subject ? `${failure.subject}: ` : ''}${failure.message}`),
    onLog: sayOnce(say),
    stop,
    onDelivered: (step) => {
      counts.delivered += 1;
      say(`✓ ${destinations[destinationIn(workflows, step)]}  ${String(step.event.title_zh)}`);
    },
  });
  const ledger = createLedger({
    store: appView(store),
    clock: systemClock,
    random: Math.random,
    dayOf: dayIn(settings.quotaDayZone),
    limit: settings.dailyCallLimit,
  });
  const repeatsUntilResolved = async () => {
    const used = await ledger.used(host.memory.connection()?.seller_id ?? '');
    const time = new Date().toTimeString().slice(0, 5);
    return `${time}  calls today / 今日调用 ${used} of ${settings.dailyCallLimit}   new events / 新事件 ${counts.events}   delivered / 已送达 ${counts.delivered}`;
  };
  try {
    for (const step of host.memory.takeUncertain()) {
      say(
        `? ${String(step.event.title_zh)}: the last run ended while this card was being sent. Look into the group. / 上次运行中断时正在发送此卡片，请到群里确认。`,
      );
    }
    const { platform } = host;
    const shop = (await platform.reconnect()) ?? (await connect(platform, options));
    say(
      `Connected to ${shop}. Polling every ${interval} min; press Ctrl+C to stop. / 已连接 ${shop}，每 ${interval} 分钟检查一次，按 Ctrl+C 停止。`,
    );
    while (!stop.aborted) {
      for (const workflow of workflows) {
        if (stop.aborted) break;
        counts.events += (await platform.poll(workflow)).length;
        show(await repeatsUntilResolved());
        if (!platform.isConnected()) return fail('reconnect_needed', {});
      }
      await pause(interval * MINUTE, stop);
    }
    say(`Stopped. / 已停止。 ${await repeatsUntilResolved()}   waiting / 待发送 ${host.memory.waiting()}`);
  } finally {
    await host.close();
    store.close();
  }
}

const destinations = { card: '飞书 Feishu', sheet: '表格 Sheet', ticket: '工单 Ticket' };

function destinationIn(workflows: readonly Workflow[], { workflow, step }: QueuedStep) {
  const found = workflows.find(({ recipe }) => recipe.key === workflow)?.recipe.steps[step];
  return found ? destinationOf(found) : 'card';
}

/** The pack's own lines, without saying the same thing again and again. */
function sayOnce(say: (line: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    if (line !== last) say(`· ${line}`);
    last = line;
  };
}

async function connect(
  platform: Platform,
  { settings, callbackUrl, say, stop }: LiveOptions,
): Promise<string> {
  const state = randomBytes(16).toString('base64url');
  const onThisMachine =
    callbackUrl.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(callbackUrl.hostname);
  const page = onThisMachine ? await openCallbackPage(callbackUrl, state) : undefined;
  try {
    return await platform.connect(
      async (url) => {
        say(
          'Open this address in a browser and sign in with the shop account: / 请用浏览器打开以下地址并登录店铺账号：',
        );
        say(url);
        return page ? Promise.race([page.answer, stopped(stop)]) : promptForAddress(state, stop);
      },
      String(settings.callbackUrl),
      state,
    );
  } finally {
    await page?.close();
  }
}

/** Where the callback URL is not on this machine, the seller pastes the address the browser ended at. */
async function promptForAddress(state: string, stop: AbortSignal): Promise<AuthorizationAnswer> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const prompt = 'Then paste the address the browser ended at: / 登录后请粘贴浏览器地址栏中的完整地址：\n';
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

/** Rejects when the person stops the run. */
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
