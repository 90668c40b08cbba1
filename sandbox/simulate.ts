/** Runs a simulation for a person at a terminal: progress, report, files. */

import { join, relative } from 'node:path';
import { DAY, HOUR } from '../lib/runtime.ts';
import { recipes } from '../recipes/index.ts';
import type { CurveName } from './curves.ts';
import { simulateDay } from './day.ts';
import { dayText, hasPassed } from './day-report.ts';
import type { FaultName } from './faults.ts';
import { clockTime, dayTime } from './format.ts';
import { checkJsonFile, dayJson, type JsonReport, weekJson, writeJsonReport } from './json-report.ts';
import { progressDisplay } from './progress.ts';
import { writeReportFiles } from './report-files.ts';
import { simulateWeek } from './week.ts';
import { failures, periodOf, weekText } from './week-report.ts';

export interface SimulationOptions {
  seed: number;
  curve: CurveName;
  ordersPerDay: number;
  /** Minutes between two polls of a recipe. */
  interval: number;
  dailyLimit: number;
  variedParcels?: boolean;
  /** Where the report is also written as JSON. */
  jsonFile?: string | undefined;
  /** Where reports are kept, each in a folder of its own. */
  folder: string;
}

/** All recipes. @returns the exit code: 1 where a guarantee was not kept */
export async function runWeek(options: SimulationOptions & { days: number }): Promise<number> {
  if (options.jsonFile !== undefined) checkJsonFile(options.jsonFile);
  const { days, dailyLimit } = options;
  console.log(
    `${days === 1 ? 'One day' : `${days} days`} of a sandbox shop with all ${recipes.length} recipes / 沙箱店铺模拟 ${days} 天，启用全部 ${recipes.length} 个流程模板\n`,
  );
  const display = progressDisplay(DAY);
  const log: string[] = [];
  const folder = newFolder(options.folder, 'weeks');
  const report = await simulateWeek({
    ...options,
    folder,
    onProgress: ({ now, share, callsUsed, events, delivered: { card, sheet, ticket } }) =>
      display.show({
        now,
        time: dayTime(now),
        share,
        numbers: `calls today / 今日调用 ${callsUsed}/${dailyLimit}   events / 事件 ${events}   cards / 卡片 ${card}   rows / 表格行 ${sheet}   tickets / 工单 ${ticket}`,
      }),
    onLog: (line) => log.push(line),
  }).finally(display.end);
  const text = weekText(report);
  writeReportFiles(folder, { ...report, period: periodOf(report), text }, log);
  console.log(`\n${text}\n`);
  console.log(`Cards, sheets, tickets / 卡片、表格、工单: ${relative(process.cwd(), folder)}`);
  reportJson(options, () => weekJson(report));
  return failures(report).length === 0 ? 0 : 1;
}

/** The recipe "new order → Feishu" alone. @returns the exit code: 1 where an order was not delivered exactly once */
export async function runDay(options: SimulationOptions & { faults: readonly FaultName[] }): Promise<number> {
  if (options.jsonFile !== undefined) checkJsonFile(options.jsonFile);
  const { dailyLimit, faults } = options;
  console.log(
    'One day of a sandbox shop with "new order → Feishu" alone / 沙箱店铺模拟一天，只启用“新订单 → 飞书”\n',
  );
  const display = progressDisplay(2 * HOUR);
  const log: string[] = [];
  const report = await simulateDay({
    ...options,
    tokenExpires: faults.length > 0,
    onProgress: ({ now, share, callsUsed, events, cards, fault }) =>
      display.show({
        now,
        time: clockTime(now),
        share,
        numbers: `calls / 调用 ${callsUsed}/${dailyLimit}   events / 事件 ${events}   cards / 卡片 ${cards}${fault ? `   fault / 故障 ${fault}` : ''}`,
      }),
    onLog: (line) => log.push(line),
  }).finally(display.end);
  const text = dayText(report);
  const folder = newFolder(options.folder, 'days');
  writeReportFiles(folder, { ...report, period: report.day, text }, log);
  console.log(`\n${text}\n`);
  console.log(`Cards and log / 卡片和日志: ${relative(process.cwd(), join(folder, 'cards.html'))}`);
  reportJson(options, () => dayJson(report));
  return hasPassed(report) ? 0 : 1;
}

function reportJson({ jsonFile }: SimulationOptions, report: () => JsonReport): void {
  if (jsonFile === undefined) return;
  writeJsonReport(jsonFile, report());
  console.log(`Report as JSON / JSON 报告: ${jsonFile}`);
}

const newFolder = (parent: string, kind: 'days' | 'weeks'): string =>
  join(parent, kind, new Date().toISOString().replace(/[:.]/g, '-'));
