/** `npm start`: a simulated week by default, a simulated day with `--day`, the real thing with `--live`. */

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import logUpdate from 'log-update';
import { readLiveSettings, runLive, StoppedError } from '../lib/hosts/local/live.ts';
import type { RecipeDeclaration } from '../lib/pack/recipe.ts';
import { isProblem } from '../lib/problems.ts';
import { recipes } from '../recipes/index.ts';
import { UsageError, whole } from './arguments.ts';
import { type CurveName, curves } from './curves.ts';
import { allFaults, simulateDay } from './day.ts';
import { type FaultName, faultNames } from './faults.ts';
import { progressDisplay } from './progress.ts';
import { clockTime, dayTime, isGood, keepFiles, reportText } from './report.ts';
import { simulateWeek } from './week.ts';
import { brokenPromises, keepWeek, weekText } from './week-report.ts';

const DEFAULT_RECIPE = 'new_order_to_feishu';
const recipeKeys = recipes.map(({ key }) => key);

const HELP = `npm start                 one week of a sandbox shop with all ${recipes.length} recipes, in about two minutes
                          用沙盒店铺模拟一周，${recipes.length} 个流程全部启用，约两分钟
npm start -- --day        one day with "new order → Feishu" alone, in about half a minute
                          只启用“新订单 → 飞书”模拟一天，约半分钟
npm start -- --live       your own shop and your own Feishu group, until stopped; settings in .env
                          连接你自己的店铺和飞书群，设置写在 .env 中

Options of both simulations / 模拟选项
  --orders N              orders a day (100)
  --interval N            minutes between two polls of a recipe (15; with --day 1)
  --curve NAME            ${Object.keys(curves).join(', ')} (olist)
  --limit N               calls a day (200)
  --seed N                another seed, another shop (1)

Options of the week
  --days N                how many days (7)

Options of the day
  --faults [names]        switch faults on in turn: all, or some of
                          ${Object.keys(faultNames).join(', ')}

Options of --live
  --recipes NAMES         which recipes, with commas between them (${DEFAULT_RECIPE});
                          only what these need must be set in .env / 只需配置所选流程用到的设置
${recipes.map(({ key, title }) => `                            ${key.padEnd(30)}${title.en} / ${title.zh}`).join('\n')}
  --interval N            minutes between two polls (1)

  --help                  this text`;

const root = fileURLToPath(new URL('../', import.meta.url));

interface Given {
  orders: string;
  interval?: string | undefined;
  curve: string;
  limit: string;
  seed: string;
  days: string;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
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
      days: { type: 'string', default: '7' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.recipes !== undefined && !values.live) throw new UsageError('--recipes belongs to --live');
  const unknown = positionals.find((name) => !values.faults || !(name in faultNames));
  if (unknown !== undefined)
    throw new UsageError(`unknown word "${unknown}"; faults are ${allFaults.join(', ')}`);
  if (values.live) return live(chosen(values.recipes ?? DEFAULT_RECIPE), intervalOf(values, 1));
  if (values.faults) return day(values, positionals.length > 0 ? (positionals as FaultName[]) : allFaults);
  return values.day ? day(values, []) : week(values);
}

/** @throws UsageError naming those that do not exist, and those that do */
function chosen(names: string): RecipeDeclaration[] {
  const wanted = names.split(/[\s,，]+/).filter(Boolean);
  const unknown = wanted.filter((name) => !recipeKeys.includes(name));
  if (unknown.length > 0 || wanted.length === 0)
    throw new UsageError(`unknown recipe "${unknown.join(', ')}"; recipes are ${recipeKeys.join(', ')}`);
  return recipes.filter(({ key }) => wanted.includes(key));
}

async function live(wanted: readonly RecipeDeclaration[], interval: number): Promise<number> {
  const env = join(root, '.env');
  if (existsSync(env)) process.loadEnvFile(env);
  const settings = readLiveSettings(process.env, wanted);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const run = runLive({
    ...settings,
    folder: join(root, '.local', 'live'),
    interval,
    ...liveDisplay(),
    stop: stop.signal,
  });
  await run.catch((error: unknown) => {
    if (!(error instanceof StoppedError)) throw error;
  });
  return 0;
}

async function week(given: Given): Promise<number> {
  const limit = whole('limit', given.limit, 1, 10_000);
  console.log(
    `A week in a sandbox shop: ${recipes.length} recipes / 沙盒店铺的一周：${recipes.length} 个流程\n`,
  );
  const display = progressDisplay(DAY_MS);
  const log: string[] = [];
  const folder = newFolder('weeks');
  const report = await simulateWeek({
    ...simulation(given),
    days: whole('days', given.days, 1, 28),
    interval: intervalOf(given, 15),
    dailyLimit: limit,
    folder,
    onProgress: ({ now, share, callsUsed, events, delivered: { card, sheet, ticket } }) =>
      display.show({
        now,
        time: dayTime(now),
        share,
        numbers: `calls today / 今日调用 ${callsUsed} of ${limit}   events / 事件 ${events}   cards / 卡片 ${card}   rows / 表格行 ${sheet}   tickets / 工单 ${ticket}`,
      }),
    onLog: (line) => log.push(line),
  }).finally(display.end);
  keepWeek(folder, report, log);
  console.log(`\n${weekText(report)}`);
  console.log(`\nCards, sheets, tickets / 卡片、表格、工单: ${relative(process.cwd(), folder)}`);
  return brokenPromises(report).length === 0 ? 0 : 1;
}

async function day(given: Given, faults: readonly FaultName[]): Promise<number> {
  const limit = whole('limit', given.limit, 1, 10_000);
  console.log('One day in a sandbox shop: new order → Feishu / 沙盒店铺的一天：新订单 → 飞书\n');
  const display = progressDisplay(2 * HOUR_MS);
  const log: string[] = [];
  const report = await simulateDay({
    ...simulation(given),
    interval: intervalOf(given, 1),
    dailyLimit: limit,
    faults,
    tokenEnds: faults.length > 0,
    onProgress: ({ now, share, callsUsed, ordersSeen, cards, fault }) =>
      display.show({
        now,
        time: clockTime(now),
        share,
        numbers: `calls / 调用 ${callsUsed} of ${limit}   orders seen / 新订单 ${ordersSeen}   cards / 卡片 ${cards}${fault ? `   fault / 故障 ${fault}` : ''}`,
      }),
    onLog: (line) => log.push(line),
  }).finally(display.end);

  const folder = newFolder('days');
  keepFiles(folder, report, log);
  console.log(`\n${reportText(report)}`);
  console.log(`Cards and log / 卡片和日志: ${relative(process.cwd(), join(folder, 'cards.html'))}`);
  return isGood(report) ? 0 : 1;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What both simulations are told. */
function simulation({ orders, curve, seed }: Given) {
  if (!(curve in curves)) throw new UsageError(`--curve must be one of ${Object.keys(curves).join(', ')}`);
  return {
    seed: whole('seed', seed, 0, 2 ** 31),
    curve: curve as CurveName,
    ordersPerDay: whole('orders', orders, 1, 5000),
  };
}

const intervalOf = ({ interval }: Pick<Given, 'interval'>, otherwise: number): number =>
  interval === undefined ? otherwise : whole('interval', interval, 1, 1440);

const newFolder = (kind: 'days' | 'weeks'): string =>
  join(root, '.local', kind, new Date().toISOString().replace(/[:.]/g, '-'));

/** Lines that stay, and on a terminal one below them that changes. */
function liveDisplay(): { say: (line: string) => void; show: (line: string) => void } {
  if (!process.stdout.isTTY) return { say: (line) => console.log(line), show: () => {} };
  let standing = '';
  return {
    say: (line) => {
      logUpdate.clear();
      console.log(line);
      if (standing) logUpdate(standing);
    },
    show: (line) => {
      standing = line;
      logUpdate(line);
    },
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (isUsage) console.error(`${(error as Error).message}\nnpm start -- --help`);
  else if (isProblem(error)) console.error(error.message);
  else if (error instanceof AggregateError && error.errors.every((part) => isProblem(part))) {
    for (const { message } of error.errors) console.error(message);
  } else throw error;
  process.exitCode = 2;
}
