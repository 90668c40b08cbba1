/** `npm start`: some simulated days by default, one with `--day`. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recipes } from '../recipes/index.ts';
import { nameLines, readArguments, reportError, UsageError, whole } from './arguments.ts';
import { type CurveName, curves } from './curves.ts';
import { allFaults } from './day.ts';
import { type FaultName, faultNames } from './faults.ts';
import { runDay, runWeek, type SimulationOptions } from './simulate.ts';

const DEFAULT_DAYS = '3';

const HELP = `npm start                 ${DEFAULT_DAYS} days of a sandbox shop with all ${recipes.length} recipes and a day to find the rest, in a few
                          minutes / 沙箱店铺模拟 ${DEFAULT_DAYS} 天并收尾一天，启用全部 ${recipes.length} 个流程模板，约几分钟
npm start -- --days 7     a week of it / 模拟一周
npm start -- --days 35    the steady state, in about ten minutes / 稳定状态，约十分钟
npm start -- --day        one day with "new order → Feishu" alone, in about a minute
                          只启用“新订单 → 飞书”模拟一天，约一分钟
npm run hub               your own shop and your own groups / 连接自己的店铺和群

Options of the simulations / 模拟选项
  --orders N              orders per day (100) / 每天订单数
  --interval N            minutes between two polls of a recipe (15; with --day 1) / 轮询间隔（分钟）
  --curve NAME            when orders are placed: ${Object.keys(curves).join(', ')} (olist) / 下单时间分布
  --limit N               calls per day (200) / 每天调用次数
  --seed N                another seed gives another shop (1) / 不同种子生成不同店铺
  --parcels NAME          varied: gaps of days, carriers without codes, split and combined orders; or steady (varied)
                          包裹：varied 含长间隔、无代码承运商、拆单与合单；steady 轨迹平稳
  --json FILE             also writes the report as JSON / 同时将报告写为 JSON 文件
  --days N                how many days, not with --day (${DEFAULT_DAYS}) / 模拟天数，不与 --day 同用
  --faults [names]        one day, as with --day, with faults one after another: all, or some, separated by
                          spaces or commas, of
                          ${nameLines(Object.keys(faultNames), 26)}
                          模拟一天并依次注入故障：全部或指定的几种，用空格或逗号分隔
  --help                  this text / 显示本说明`;

const root = fileURLToPath(new URL('../', import.meta.url));

async function main(): Promise<number> {
  const { values, positionals } = readArguments('npm start', {
    allowPositionals: true,
    // The names of faults may also stand behind an equals sign.
    args: process.argv
      .slice(2)
      .flatMap((text) => (/^--faults=/.test(text) ? ['--faults', text.slice('--faults='.length)] : text)),
    options: {
      day: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      orders: { type: 'string', default: '100' },
      interval: { type: 'string' },
      curve: { type: 'string', default: 'olist' },
      limit: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      days: { type: 'string' },
      parcels: { type: 'string', default: 'varied' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const isDay = values.day || values.faults;
  if (values.days !== undefined && isDay) throw new UsageError('--days does not work with --day or --faults');
  // Names may be separated by commas as well.
  const words = positionals.flatMap((text) => text.split(/[\s,，]+/).filter(Boolean));
  const unknown = words.find((name) => !values.faults || !isFault(name));
  if (unknown !== undefined)
    throw new UsageError(
      `unknown ${values.faults ? 'fault' : 'word'} "${unknown}"; faults are ${allFaults.join(', ')}`,
    );
  const interval = whole('interval', values.interval ?? (isDay ? '1' : '15'), 1, 1440);
  if (!isCurve(values.curve))
    throw new UsageError(`--curve must be one of ${Object.keys(curves).join(', ')}`);
  if (!['steady', 'varied'].includes(values.parcels))
    throw new UsageError('--parcels must be steady or varied');
  const options: SimulationOptions = {
    seed: whole('seed', values.seed, 0, 2 ** 31),
    curve: values.curve,
    ordersPerDay: whole('orders', values.orders, 1, 5000),
    interval,
    dailyLimit: whole('limit', values.limit, 1, 10_000),
    variedParcels: values.parcels === 'varied',
    jsonFile: values.json,
    folder: join(root, '.local'),
  };
  if (!isDay) return runWeek({ ...options, days: whole('days', values.days ?? DEFAULT_DAYS, 1, 56) });
  const named = words.filter(isFault);
  return runDay({ ...options, faults: !values.faults ? [] : named.length > 0 ? named : allFaults });
}

const isFault = (name: string): name is FaultName => Object.hasOwn(faultNames, name);
const isCurve = (name: string): name is CurveName => Object.hasOwn(curves, name);

try {
  process.exitCode = await main();
} catch (error) {
  reportError('npm start', error);
  process.exitCode = 2;
}
