/** The report of a simulated day or week as JSON, for programs. */

import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import newOrderToFeishu from '../recipes/new-order-to-feishu.ts';
import { UsageError } from './arguments.ts';
import type { DayReport } from './day.ts';
import type { DayCalls } from './run.ts';
import type { WeekReport } from './week.ts';

export interface JsonReport {
  recipes: {
    key: string;
    /** Numbers of events, as are those below. */
    expected: number;
    delivered: number;
    under_way: number;
    before_start: number;
    missed: number;
    duplicates: number;
    false_alerts: number;
    /** Seconds; null where nothing was delivered. */
    mean_delay_s: number | null;
    max_delay_s: number | null;
  }[];
  calls: DayCalls[];
}

export const weekJson = ({ recipes, calls }: WeekReport): JsonReport => ({
  recipes: recipes.map(({ recipe, ...result }) => recipeJson(recipe.key, result)),
  calls,
});

export const dayJson = ({ placed, calls, ...result }: DayReport): JsonReport => ({
  recipes: [recipeJson(newOrderToFeishu.key, { ...result, expected: placed, underWay: [], beforeStart: [] })],
  calls,
});

interface Result {
  expected: number;
  delivered: number;
  underWay: readonly string[];
  beforeStart: readonly string[];
  missed: readonly string[];
  duplicates: readonly string[];
  falseAlerts: readonly string[];
  delays: { mean: number; max: number };
}

const recipeJson = (key: string, result: Result): JsonReport['recipes'][number] => ({
  key,
  expected: result.expected,
  delivered: result.delivered,
  under_way: result.underWay.length,
  before_start: result.beforeStart.length,
  missed: result.missed.length,
  duplicates: result.duplicates.length,
  false_alerts: result.falseAlerts.length,
  mean_delay_s: seconds(result.delays.mean),
  max_delay_s: seconds(result.delays.max),
});

const seconds = (ms: number): number | null => (Number.isNaN(ms) ? null : Math.round(ms) / 1000);

/** Called before a simulation starts, so that a wrong path costs no time. @throws UsageError */
export function checkJsonFile(file: string): void {
  if (file === '' || /[\\/]$/.test(file)) throw new UsageError('--json must name a file');
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--json: the folder ${folder} does not exist`);
  const existing = statSync(file, { throwIfNoEntry: false });
  if (existing?.isDirectory()) throw new UsageError(`--json: ${file} is a folder`);
  try {
    accessSync(existing ? file : folder, constants.W_OK);
  } catch {
    throw new UsageError(`--json: ${existing ? file : folder} cannot be written`);
  }
}

export const writeJsonReport = (file: string, report: JsonReport): void =>
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
