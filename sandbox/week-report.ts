/** What a simulated week has to say: recipe by recipe, and of reviews and parcels how much 200 calls a day can find. */

import { beijingDay } from './pacific.ts';
import { aligned, duration, keep, padded } from './report.ts';
import { sumOf } from './run.ts';
import type { RecipeVerdict } from './verdict.ts';
import { isPromised, type ShareReport, type WeekReport } from './week.ts';

/** What was promised and not kept; empty where all was. */
export function brokenPromises(report: WeekReport): string[] {
  const { recipes, strays, overLimit, calls, limit } = report;
  const of = (words: string, keysOf: (verdict: RecipeVerdict) => string[]) =>
    recipes.flatMap((verdict) => {
      const keys = keysOf(verdict);
      return keys.length > 0 ? [`${words}: ${verdict.recipe.title.en}: ${firstOf(keys)}`] : [];
    });
  const overfull = calls.filter(({ byMethod }) => sumOf(byMethod) > limit);
  return [
    ...of('Lost / 丢失', (verdict) => (isPromised(verdict) ? verdict.lost : [])),
    ...of('Twice / 重复', ({ twice }) => twice),
    ...of('False / 误报', ({ wrong }) => wrong),
    ...(strays.length > 0 ? [`Arrived without an event / 无来源的送达: ${firstOf(strays)}`] : []),
    ...(overLimit > 0 || overfull.length > 0
      ? [
          `Calls beyond the limit / 超限调用: ${overLimit}; ${overfull.map(({ day }) => beijingDay(day)).join(', ')}`,
        ]
      : []),
  ];
}

const MOST_NAMED = 10;

const firstOf = (keys: readonly string[]): string =>
  [...keys.slice(0, MOST_NAMED), ...(keys.length > MOST_NAMED ? [`… (${keys.length})`] : [])].join(', ');

const periodOf = ({ from, to }: WeekReport): string => `${beijingDay(from)} – ${beijingDay(to - 1)}`;

export function weekText(report: WeekReport): string {
  const { shop, interval, limit, recipes, reviews, parcels, troubles, tokenRefreshes } = report;
  const broken = brokenPromises(report);
  const met = Object.entries(troubles);
  return [
    `${shop}, ${periodOf(report)} (Beijing): ${recipes.length} recipes, each polled every ${interval} min, ${limit} calls a day for all of them`,
    `${recipes.length} 个流程共用每天 ${limit} 次调用，各自每 ${interval} 分钟轮询一次`,
    '',
    ...recipeTable(recipes),
    '',
    `* AliExpress tells of reviews, parcels and stock one by one: ${limit} calls a day cannot find all of it.`,
    `  评价、物流和库存只能逐个查询，每天 ${limit} 次调用无法全部发现。`,
    '',
    ...shareLines('Bad reviews / 差评', reviews, {
      en: 'To ask for every order once a day until its review is there',
      zh: '每天查询一次所有待评价订单',
    }),
    ...shareLines('Stalled parcels / 物流停滞', parcels, {
      en: 'To tell of every stalled parcel in time (the lazy rule, the fewest there can be)',
      zh: '及时发现所有停滞包裹的最少调用',
    }),
    '',
    ...callTable(report),
    '',
    `Token renewals / 令牌续期 ${tokenRefreshes}`,
    ...(met.length > 0
      ? [`Errors the user would see / 用户可见的错误: ${met.map(([kind, n]) => `${kind} × ${n}`).join(', ')}`]
      : []),
    '',
    ...(broken.length > 0
      ? ['The week did not go as promised. / 未达到承诺。', ...broken]
      : [
          `Nothing was lost but what could not be asked for (*), nothing came twice, no alert was false, and no day took more than ${limit} calls.`,
          `除受调用次数所限（*）外无一遗漏，没有重复，没有误报，每天不超过 ${limit} 次调用。`,
        ]),
  ].join('\n');
}

const HEADS = [
  ['due', '应通知'],
  ['delivered', '已送达'],
  ['lost', '丢失'],
  ['twice', '重复'],
  ['false', '误报'],
  ['mean delay', '平均延迟'],
  ['longest', '最长延迟'],
] as const;
const WIDTHS = [7, 11, 7, 7, 7, 15, 15];

function recipeTable(recipes: readonly RecipeVerdict[]): string[] {
  const line = (cells: readonly (string | number)[], last = '') =>
    (cells.map((cell, n) => aligned(String(cell), WIDTHS[n] as number)).join('') + last).trimEnd();
  return [
    line(HEADS.map(([en]) => en)),
    line(HEADS.map(([, zh]) => zh)),
    ...recipes.map((verdict) => {
      const { recipe, due, delivered, lost, twice, wrong, delays } = verdict;
      const missing = `${lost.length}${isPromised(verdict) ? '' : '*'}`;
      return line(
        [due, delivered, missing, twice.length, wrong.length, duration(delays.mean), duration(delays.worst)],
        `   ${recipe.title.en} / ${recipe.title.zh}`,
      );
    }),
  ];
}

function shareLines(
  label: string,
  { due, found, delays, calls, callsForAll }: ShareReport,
  bound: { en: string; zh: string },
): string[] {
  const rows: [string, string][] = [
    ['Found / 发现', `${found} of ${due} (${percent(found, due)})`],
    ['Mean delay, longest / 平均与最长延迟', `${duration(delays.mean)}, ${duration(delays.worst)}`],
    ['Calls, per find / 调用，每发现一个', `${calls}, ${found > 0 ? (calls / found).toFixed(1) : '–'}`],
  ];
  return [
    label,
    ...rows.map(([name, value]) => `  ${padded(name, 44)}${value}`),
    `  ${bound.en}: ${callsForAll} calls; those given are ${percent(calls, callsForAll)} of that`,
    `  ${bound.zh}：${callsForAll} 次，实际为其 ${percent(calls, callsForAll)}`,
  ];
}

function callTable({ calls, limit }: WeekReport): string[] {
  const methods = [...new Set(calls.flatMap(({ byMethod }) => Object.keys(byMethod)))];
  const line = (cells: readonly (string | number)[], last: string) =>
    `${cells.map((cell) => aligned(String(cell), 7)).join('')}   ${last}`;
  return [
    line(
      calls.map(({ day }) => beijingDay(day).slice(5)),
      'Calls a day / 每日调用',
    ),
    ...methods.map((method) =>
      line(
        calls.map(({ byMethod }) => byMethod[method] ?? 0),
        method,
      ),
    ),
    line(
      calls.map(({ byMethod }) => sumOf(byMethod)),
      `of ${limit}`,
    ),
  ];
}

const percent = (part: number, whole: number): string =>
  whole > 0 ? `${Math.round((part / whole) * 100)} %` : '–';

/** Writes report.txt, log.txt, cards.html and one JSON file per card into `folder`; sheets and tickets are there. */
export const keepWeek = (folder: string, report: WeekReport, log: string[]): void =>
  keep(folder, { ...report, period: periodOf(report), text: weekText(report) }, log);
