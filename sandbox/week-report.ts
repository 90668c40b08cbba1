/** The report of a simulated week, as text: each recipe, and the share of reviews and parcels that the calls cover. */

import type { MeanCalls } from './call-split.ts';
import type { RecipeResult } from './compare.ts';
import { aligned, duration, errorList, padded, percent } from './format.ts';
import { beijingDay } from './pacific.ts';
import { type CoverageReport, isGuaranteed, type WeekReport } from './week.ts';

/** What went wrong, one line each; empty where every guarantee was kept. */
export function failures({ recipes, unexpected, overLimit, calls, limit }: WeekReport): string[] {
  const of = (label: string, keysOf: (result: RecipeResult) => string[]) =>
    recipes.flatMap((result) => {
      const keys = keysOf(result);
      return keys.length > 0 ? [`${label}: ${result.recipe.title.en}: ${listed(keys)}`] : [];
    });
  const overfull = calls.filter(({ total }) => total > limit).map(({ day }) => day);
  return [
    ...of('Missed / 漏报', (result) => (isGuaranteed(result) ? result.missed : [])),
    ...of('Duplicates / 重复', ({ duplicates }) => duplicates),
    ...of('False alerts / 误报', ({ falseAlerts }) => falseAlerts),
    ...(unexpected.length > 0
      ? [`Deliveries without an event / 无对应事件的送达: ${listed(unexpected)}`]
      : []),
    ...(overLimit > 0 || overfull.length > 0
      ? [`Calls beyond the limit / 超限调用: ${overLimit}; ${overfull.join(', ')}`]
      : []),
  ];
}

const MAX_LISTED_KEYS = 10;

const listed = (keys: readonly string[]): string =>
  [...keys.slice(0, MAX_LISTED_KEYS), ...(keys.length > MAX_LISTED_KEYS ? [`… (${keys.length})`] : [])].join(
    ', ',
  );

export const periodOf = ({ from, to }: WeekReport): string => `${beijingDay(from)} – ${beijingDay(to - 1)}`;

export function weekText(report: WeekReport): string {
  const { shop, interval, limit, recipes, reviews, parcels, errors, tokenRefreshes } = report;
  const failed = failures(report);
  return [
    `${shop}, ${periodOf(report)} (Beijing time): ${recipes.length} recipes, each polled every ${interval} min, share ${limit} calls a day`,
    `${recipes.length} 个流程模板共用每天 ${limit} 次调用，各自每 ${interval} 分钟轮询一次`,
    '',
    ...recipeTable(recipes),
    '',
    ...(recipes.some(isBeyondCalls)
      ? [
          `* ${limit} calls a day are not enough to find all of these, because AliExpress returns reviews, parcels and stock one at a time.`,
          `  评价、物流和库存只能逐个查询，每天 ${limit} 次调用无法全部发现。`,
        ]
      : []),
    'Under way: not found a day after the end, but it still can be. Before the start: of orders from before the start that AliExpress never listed.',
    '进行中：结束一天后仍未发现，但之后仍可发现。启用前：属于启用前的订单，速卖通从未列出。',
    '',
    ...coverageLines('Bad reviews / 中差评', reviews, {
      en: 'Checking every order once a day until it is reviewed takes',
      zh: '每天查询一次所有待评价订单需要',
    }),
    ...coverageLines('Stalled parcels / 物流停滞', parcels, {
      en: 'Finding every stalled parcel in time takes at least',
      zh: '及时发现所有停滞包裹至少需要',
    }),
    '',
    ...callTable(report),
    '',
    ...splitTable(report),
    '',
    `Token renewals / 令牌续期 ${tokenRefreshes}`,
    ...(Object.keys(errors).length > 0
      ? [`Errors the user would see / 用户可见的错误: ${errorList(errors)}`]
      : []),
    '',
    ...(failed.length > 0
      ? ['The run failed: / 未通过：', ...failed]
      : [
          `No missed events${recipes.some(isBeyondCalls) ? ' except those beyond the call budget (*)' : ''}; no duplicates; no false alerts; at most ${limit} calls a day.`,
          `${recipes.some(isBeyondCalls) ? '除超出调用额度的项目（*）外' : ''}无遗漏，无重复，无误报，每天不超过 ${limit} 次调用。`,
        ]),
  ].join('\n');
}

/** Events were missed of a recipe for which the calls are not enough. */
const isBeyondCalls = (result: RecipeResult): boolean => !isGuaranteed(result) && result.missed.length > 0;

const HEADS = [
  ['expected', '应通知'],
  ['delivered', '已送达'],
  ['under way', '进行中'],
  ['before start', '启用前'],
  ['missed', '漏报'],
  ['duplicate', '重复'],
  ['false', '误报'],
  ['mean delay', '平均延迟'],
  ['longest delay', '最长延迟'],
] as const;
const WIDTHS = [9, 11, 11, 14, 9, 11, 7, 14, 15];

function recipeTable(recipes: readonly RecipeResult[]): string[] {
  const line = (cells: readonly (string | number)[], last = '') =>
    (cells.map((cell, n) => aligned(String(cell), WIDTHS[n] as number)).join('') + last).trimEnd();
  return [
    line(HEADS.map(([en]) => en)),
    line(HEADS.map(([, zh]) => zh)),
    ...recipes.map((result) => {
      const { recipe, expected, delivered, underWay, beforeStart, missed } = result;
      const { duplicates, falseAlerts, delays } = result;
      return line(
        [
          expected,
          delivered,
          underWay.length,
          beforeStart.length,
          `${missed.length}${isBeyondCalls(result) ? '*' : ''}`,
          duplicates.length,
          falseAlerts.length,
          duration(delays.mean),
          duration(delays.max),
        ],
        `   ${recipe.title.en} / ${recipe.title.zh}`,
      );
    }),
  ];
}

function coverageLines(
  label: string,
  { expected, found, underWay, beforeStart, missed, delays, calls, callsForAll }: CoverageReport,
  needed: { en: string; zh: string },
): string[] {
  const rows: [string, string][] = [
    ['Found / 已发现', `${found} of ${expected} (${percent(found, expected)})`],
    ['Under way, before the start / 进行中、启用前', `${underWay}, ${beforeStart}`],
    ['Missed for want of calls / 因调用不足漏报', String(missed)],
    ['Mean delay, longest delay / 平均、最长延迟', `${duration(delays.mean)}, ${duration(delays.max)}`],
    [
      'Calls used, per event / 已用调用、每个事件',
      `${calls}, ${found > 0 ? (calls / found).toFixed(1) : '–'}`,
    ],
  ];
  return [
    label,
    ...rows.map(([name, value]) => `  ${padded(name, 46)}${value}`),
    `  ${needed.en} ${callsForAll} calls; ${calls} were made`,
    `  ${needed.zh} ${callsForAll} 次调用，实际 ${calls} 次`,
  ];
}

/** The split of a day's calls between the feeds, with the weights that made it. */
function splitTable({ split }: WeekReport): string[] {
  const line = (cells: readonly string[], last: string) =>
    `${cells.map((cell) => aligned(cell, 11)).join('')}   ${last}`;
  const total = (of: (each: MeanCalls) => number) =>
    split.reduce((sum, each) => sum + of(each), 0).toFixed(0);
  return [
    line(['planned', 'made', 'weight', 'events', 'full look'], 'Calls a day by data source'),
    line(['计划', '实际', '权重', '事件', '全查一遍'], '每日各数据类型的调用'),
    ...split.map(({ feed, planned, spent, weight, eventsPerDay, cost }) =>
      line(
        [planned.toFixed(0), spent.toFixed(0), weight.toFixed(2), eventsPerDay.toFixed(1), cost.toFixed(1)],
        feed,
      ),
    ),
    line([total(({ planned }) => planned), total(({ spent }) => spent), '', '', ''], 'in all / 合计'),
  ];
}

/** Of more days than these, the table of calls shows the mean and the highest. */
const MAX_DAYS_SHOWN = 8;

function callTable({ calls, limit }: WeekReport): string[] {
  const methods = [...new Set(calls.flatMap((day) => Object.keys(day.methods)))];
  const isLong = calls.length > MAX_DAYS_SHOWN;
  const columns = (counts: readonly number[]): readonly (string | number)[] =>
    isLong
      ? [(counts.reduce((sum, n) => sum + n, 0) / counts.length).toFixed(1), Math.max(...counts)]
      : counts;
  const line = (cells: readonly (string | number)[], last: string) =>
    `${cells.map((cell) => aligned(String(cell), 7)).join('')}   ${last}`;
  return [
    line(
      isLong ? ['mean', 'max'] : calls.map(({ day }) => day.slice(5)),
      isLong
        ? `Calls per day, ${calls.length} days / 每日调用，${calls.length} 天`
        : 'Calls per day / 每日调用',
    ),
    ...methods.map((method) => line(columns(calls.map((day) => day.methods[method] ?? 0)), method)),
    line(columns(calls.map(({ total }) => total)), `of ${limit}`),
  ];
}
