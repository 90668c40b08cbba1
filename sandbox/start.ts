/** `npm start`: some simulated days by default, one with `--day`, the user's own shop with `--live`. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import logUpdate from 'log-update';
import { channels } from '../channels/index.ts';
import { type LiveOptions, runLive, StoppedError } from '../lib/hosts/local/live.ts';
import { readLiveSettings } from '../lib/hosts/local/live-settings.ts';
import type { RecipeDeclaration } from '../lib/pack/recipe.ts';
import { isProblem } from '../lib/problems.ts';
import { recipes } from '../recipes/index.ts';
import { readArguments, reportUsage, UsageError, whole } from './arguments.ts';
import { type CurveName, curves } from './curves.ts';
import { allFaults } from './day.ts';
import { readEnvFile } from './env-file.ts';
import { type FaultName, faultNames } from './faults.ts';
import { appModule } from './run.ts';
import { runDay, runWeek, type SimulationOptions } from './simulate.ts';

const DEFAULT_RECIPE = 'new_order_to_feishu';
const DEFAULT_DAYS = '3';
const recipeKeys = recipes.map(({ key }) => key);

const HELP = `npm start                 ${DEFAULT_DAYS} days of a sandbox shop with all ${recipes.length} recipes, in about a minute
                          沙箱店铺模拟 ${DEFAULT_DAYS} 天，启用全部 ${recipes.length} 个流程模板，约一分钟
npm start -- --days 7     a week of it / 模拟一周
npm start -- --day        one day with "new order → Feishu" alone, in about half a minute
                          只启用“新订单 → 飞书”模拟一天，约半分钟
npm start -- --live       your own shop and your own Feishu group, until stopped; settings in .env
                          连接自己的店铺和飞书群，直到停止；配置写在 .env 中

Options of the simulations / 模拟选项
  --orders N              orders per day (100) / 每天订单数
  --interval N            minutes between two polls of a recipe (15; with --day 1) / 轮询间隔（分钟）
  --curve NAME            when orders are placed: ${Object.keys(curves).join(', ')} (olist) / 下单时间分布
  --limit N               calls per day (200) / 每天调用次数
  --seed N                another seed gives another shop (1) / 不同种子生成不同店铺
  --json FILE             also writes the report as JSON / 同时将报告写为 JSON 文件
  --days N                how many days, not with --day (${DEFAULT_DAYS}) / 模拟天数，不与 --day 同用
  --faults [names]        one day, as with --day, with faults one after another: all, or some of
                          ${Object.keys(faultNames).join(', ')}
                          模拟一天并依次注入故障：全部或指定的几种

Options of --live
  --recipes NAMES         which recipes, separated by commas (${DEFAULT_RECIPE});
                          only the settings these need are required / 流程模板，用逗号分隔；只需填写所选模板的配置
${recipes.map(({ key, title }) => `                            ${key.padEnd(30)}${title.en} / ${title.zh}`).join('\n')}
  --interval N            minutes between two polls (1) / 轮询间隔（分钟）

  --help                  this text / 显示本说明`;

const root = fileURLToPath(new URL('../', import.meta.url));
const envFile = join(root, '.env');
const NO_ENV_FILE = `There is no file .env. Copy .env.example to .env and fill it in.
没有 .env 文件。请把 .env.example 复制为 .env 后填写。`;

async function main(): Promise<number> {
  const { values, positionals } = readArguments('npm start', {
    allowPositionals: true,
    options: {
      live: { type: 'boolean', default: false },
      day: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      recipes: { type: 'string' },
      orders: { type: 'string', default: '100' },
      interval: { type: 'string' },
      curve: { type: 'string', default: 'olist' },
      limit: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      days: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const isDay = values.day || values.faults;
  if (values.recipes !== undefined && !values.live) throw new UsageError('--recipes only works with --live');
  if (values.json !== undefined && values.live) throw new UsageError('--json does not work with --live');
  if (values.days !== undefined && (isDay || values.live))
    throw new UsageError(`--days does not work with ${values.live ? '--live' : '--day or --faults'}`);
  const unknown = positionals.find((name) => !values.faults || !isFault(name));
  if (unknown !== undefined)
    throw new UsageError(`unknown word "${unknown}"; faults are ${allFaults.join(', ')}`);
  const interval = whole('interval', values.interval ?? (isDay || values.live ? '1' : '15'), 1, 1440);
  if (values.live) return live(chosenRecipes(values.recipes ?? DEFAULT_RECIPE), interval);
  if (!isCurve(values.curve))
    throw new UsageError(`--curve must be one of ${Object.keys(curves).join(', ')}`);
  const options: SimulationOptions = {
    seed: whole('seed', values.seed, 0, 2 ** 31),
    curve: values.curve,
    ordersPerDay: whole('orders', values.orders, 1, 5000),
    interval,
    dailyLimit: whole('limit', values.limit, 1, 10_000),
    jsonFile: values.json,
    folder: join(root, '.local'),
  };
  if (!isDay) return runWeek({ ...options, days: whole('days', values.days ?? DEFAULT_DAYS, 1, 28) });
  const named = positionals.filter(isFault);
  return runDay({ ...options, faults: !values.faults ? [] : named.length > 0 ? named : allFaults });
}

const isFault = (name: string): name is FaultName => Object.hasOwn(faultNames, name);
const isCurve = (name: string): name is CurveName => Object.hasOwn(curves, name);

/** @throws UsageError that names the unknown recipes and those that exist */
function chosenRecipes(names: string): RecipeDeclaration[] {
  const keys = names.split(/[\s,，]+/).filter(Boolean);
  const unknown = keys.filter((key) => !recipeKeys.includes(key));
  if (unknown.length > 0 || keys.length === 0)
    throw new UsageError(`unknown recipe "${unknown.join(', ')}"; recipes are ${recipeKeys.join(', ')}`);
  return recipes.filter(({ key }) => keys.includes(key));
}

async function live(chosen: readonly RecipeDeclaration[], interval: number): Promise<number> {
  const settings = readLiveSettings({ ...readEnvFile(envFile), ...process.env }, chosen, channels);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const run = runLive({
    ...settings,
    appModule,
    folder: join(root, '.local', 'live'),
    intervalMinutes: interval,
    ...liveDisplay(),
    stop: stop.signal,
  });
  await run.catch((error: unknown) => {
    if (!(error instanceof StoppedError)) throw error;
  });
  return 0;
}

/** Lines that stay, and on a terminal one line below them that is replaced. */
function liveDisplay(): Pick<LiveOptions, 'print' | 'showStatus'> {
  if (!process.stdout.isTTY) return { print: (line) => console.log(line) };
  let statusLine = '';
  return {
    print: (line) => {
      logUpdate.clear();
      console.log(line);
      if (statusLine) logUpdate(statusLine);
    },
    showStatus: (line) => {
      statusLine = line;
      logUpdate(line);
    },
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (isProblem(error)) console.error(error.message);
  else if (error instanceof AggregateError && error.errors.every((part) => isProblem(part))) {
    for (const { message } of error.errors) console.error(message);
    if (!existsSync(envFile)) console.error(NO_ENV_FILE);
  } else reportUsage('npm start', error);
  process.exitCode = 2;
}
