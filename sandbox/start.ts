/** `npm start`: a simulated day by default, the real thing with `--live`. */

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import logUpdate from 'log-update';
import { readLiveSettings, runLive, StoppedError } from '../lib/hosts/local/live.ts';
import { isProblem } from '../lib/problems.ts';
import newOrderToFeishu from '../recipes/new-order-to-feishu.ts';
import { UsageError, whole } from './arguments.ts';
import { type CurveName, curves } from './curves.ts';
import { allFaults, simulateDay } from './day.ts';
import { type FaultName, faultNames } from './faults.ts';
import { progressDisplay } from './progress.ts';
import { isGood, keepFiles, reportText } from './report.ts';

const HELP = `npm start                 one day of a sandbox shop, from order to Feishu card, in about half a minute
                          用沙盒店铺模拟一天：从下单到飞书卡片，约半分钟
npm start -- --live       your own shop and your own Feishu group, until stopped; settings in .env
                          连接你自己的店铺和飞书群，设置写在 .env 中

Options of the simulated day / 模拟选项
  --faults [names]        switch faults on in turn: all, or some of
                          ${Object.keys(faultNames).join(', ')}
  --orders N              orders a day (100)
  --interval N            minutes between two polls: 1, 2 or 15 (1)
  --curve NAME            ${Object.keys(curves).join(', ')} (olist)
  --limit N               calls a day (200)
  --seed N                another seed, another day (1)

Options of --live
  --interval N            minutes between two polls (1)

  --help                  this text`;

const root = fileURLToPath(new URL('../', import.meta.url));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      live: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      orders: { type: 'string', default: '100' },
      interval: { type: 'string', default: '1' },
      curve: { type: 'string', default: 'olist' },
      limit: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const interval = whole('interval', values.interval, 1, 1440);
  return values.live ? live(interval) : day(values, positionals, interval);
}

async function live(interval: number): Promise<number> {
  const env = join(root, '.env');
  if (existsSync(env)) process.loadEnvFile(env);
  const settings = readLiveSettings(process.env);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const run = runLive({
    ...settings,
    recipe: newOrderToFeishu,
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

async function day(
  values: { faults: boolean; orders: string; curve: string; limit: string; seed: string },
  named: string[],
  interval: number,
): Promise<number> {
  if (!(values.curve in curves))
    throw new UsageError(`--curve must be one of ${Object.keys(curves).join(', ')}`);
  const unknown = named.find((name) => !(name in faultNames));
  if (unknown !== undefined)
    throw new UsageError(`unknown word "${unknown}"; faults are ${allFaults.join(', ')}`);
  const limit = whole('limit', values.limit, 1, 10_000);
  const faults = values.faults ? (named.length > 0 ? (named as FaultName[]) : allFaults) : [];

  console.log('One day in a sandbox shop: new order → Feishu / 沙盒店铺的一天：新订单 → 飞书\n');
  const display = progressDisplay(limit);
  const log: string[] = [];
  const report = await simulateDay({
    seed: whole('seed', values.seed, 0, 2 ** 31),
    curve: values.curve as CurveName,
    ordersPerDay: whole('orders', values.orders, 1, 5000),
    interval,
    dailyLimit: limit,
    faults,
    tokenEnds: values.faults,
    onProgress: display.show,
    onLog: (line) => log.push(line),
  }).finally(display.end);

  const folder = join(root, '.local', 'days', new Date().toISOString().replace(/[:.]/g, '-'));
  keepFiles(folder, report, log);
  console.log(`\n${reportText(report)}`);
  console.log(`Cards and log / 卡片和日志: ${relative(process.cwd(), join(folder, 'cards.html'))}`);
  return isGood(report) ? 0 : 1;
}

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
