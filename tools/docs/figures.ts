/** The reports of `npm start -- --json` in docs/figures → the measured figures in README.md and README.zh-CN.md. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { orders } from '../../lib/feeds/orders.ts';
import type { RecipeDeclaration } from '../../lib/pack/recipe.ts';
import type { Bilingual } from '../../lib/problems.ts';
import { type Language, table } from './markdown.ts';
import type { Page } from './page.ts';
import { withValues } from './page-values.ts';
import { type Report, readReport } from './reports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const BEGIN = '<!-- Figures: written by `npm run docs` from docs/figures. -->';
const END = '<!-- End of the figures. -->';

const WORDS = {
  week: {
    en: 'A simulated week: 100 orders a day, all {recipes} recipes on, each polled every 15 minutes (Zapier free plan). No day used more than {calls} calls.',
    zh: '模拟一周：每天 100 单，{recipes} 个模板全部启用，每 15 分钟轮询一次（Zapier 免费版）。每天最多调用接口 {calls} 次。',
  },
  head: {
    en: 'recipe | events | found | under way | before start | missed | duplicate | false | mean delay | longest delay',
    zh: '模板 | 事件 | 已发现 | 进行中 | 启用前 | 漏报 | 重复 | 误报 | 平均延迟 | 最长延迟',
  },
  missed: {
    en: 'Missed events are those beyond the call budget: AliExpress returns parcels and stock one at a time, and reviews only by order.',
    zh: '漏报均因调用额度不足：包裹和库存只能逐个查询，评价只能按订单查询。',
  },
  measured: {
    en: 'Measured in a simulated week: 100 orders a day, all {recipes} recipes on, each polled every 15 minutes. The order check, which all of them share, used {orders} calls a day. The own calls of this recipe come on top; recipes that read the same share them.',
    zh: '模拟一周的实测结果：每天 100 单，{recipes} 个模板全部启用，每 15 分钟轮询一次。订单查询由全部模板共用，每天 {orders} 次；下表的调用次数另计，读取相同数据的模板共用。',
  },
  measuredHead: {
    en: 'events | found | under way | before start | missed | mean delay | longest delay | own calls per day',
    zh: '事件 | 已发现 | 进行中 | 启用前 | 漏报 | 平均延迟 | 最长延迟 | 每天另外调用',
  },
  beyondBudget: {
    en: 'Missed events are those beyond the call budget.',
    zh: '漏报均因调用额度不足。',
  },
  underWay: {
    en: 'Under way: not found a day after the week, but it still can be.',
    zh: '进行中：模拟结束一天后仍未发现，之后仍可能发现。',
  },
  beforeStart: {
    en: 'Before start: of orders from before the start that AliExpress never listed.',
    zh: '启用前：属于启用前的订单，速卖通从未列出。',
  },
  day: {
    en: 'A simulated day with one recipe, polled every minute: {delivered} of {expected} orders were reported, after {mean} on average and {max} at most.',
    zh: '只启用一个模板模拟一天，每分钟轮询一次：{expected} 个订单通知了 {delivered} 个，平均延迟 {mean}，最长 {max}。',
  },
  again: {
    en: 'To measure again: `npm start -- --days 7 --json docs/figures/week.json`, `npm start -- --day --json docs/figures/day.json`, then `npm run docs`.',
    zh: '重新测量：依次运行 `npm start -- --days 7 --json docs/figures/week.json`、`npm start -- --day --json docs/figures/day.json` 和 `npm run docs`。',
  },
} as const satisfies Record<string, Bilingual>;

const text = (
  key: keyof typeof WORDS,
  language: Language,
  facts: Record<string, string | number> = {},
): string => WORDS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]));

/** @param total seconds; null where nothing was delivered */
export function duration(total: number | null, language: Language): string {
  if (total === null) return '–';
  const whole = Math.round(total);
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const units = language === 'en' ? ['h', 'min', 's'] : ['小时', '分', '秒'];
  const first = Math.max(
    0,
    parts.findIndex((part) => part > 0),
  );
  const shown = parts.every((part) => part === 0) ? [2] : [first, first + 1].filter((n) => n < 3);
  return shown
    .filter((n, index) => index === 0 || (parts[n] ?? 0) > 0)
    .map((n) => `${parts[n]} ${units[n]}`)
    .join(' ');
}

export function figuresText(
  week: Report,
  day: Report,
  recipes: readonly RecipeDeclaration[],
  language: Language,
): string {
  checkSums(week);
  checkMissed(week, recipes);
  const [single] = day.recipes;
  if (!single) throw new Error('docs/figures/day.json reports no recipe');
  return [
    text('week', language, {
      recipes: week.recipes.length,
      calls: Math.max(...week.calls.map(({ total }) => total)),
    }),
    table(
      text('head', language).split(' | '),
      week.recipes.map((recipe) => [
        recipeOf(recipe.key, recipes).title[language],
        ...[recipe.expected, recipe.delivered, recipe.under_way, recipe.before_start].map(String),
        ...[recipe.missed, recipe.duplicates, recipe.false_alerts].map(String),
        duration(recipe.mean_delay_s, language),
        duration(recipe.max_delay_s, language),
      ]),
    ),
    sentences(
      [text('missed', language), text('underWay', language), text('beforeStart', language)],
      language,
    ),
    text('day', language, {
      delivered: single.delivered,
      expected: single.expected,
      mean: duration(single.mean_delay_s, language),
      max: duration(single.max_delay_s, language),
    }),
    text('again', language),
  ].join('\n\n');
}

/** The mean delay of a recipe in the week: "12 min 5 s"; "–" where nothing was delivered. */
export function meanDelay(week: Report, { key }: RecipeDeclaration, language: Language): string {
  return duration(week.recipes.find((each) => each.key === key)?.mean_delay_s ?? null, language);
}

/** What a recipe's page says about the week: how fresh it was, and what it cost. */
export function measured(week: Report, recipe: RecipeDeclaration, language: Language): string[] {
  const found = week.recipes.find(({ key }) => key === recipe.key);
  if (!found) throw new Error(`docs/figures/week.json has nothing of ${recipe.key}: measure again`);
  const shared = orders.reads.map(({ name }) => name);
  const own = recipe.trigger.feed.reads.map(({ name }) => name).filter((name) => !shared.includes(name));
  return [
    text('measured', language, { recipes: week.recipes.length, orders: callsPerDay(week, shared) }),
    table(text('measuredHead', language).split(' | '), [
      [
        ...[found.expected, found.delivered, found.under_way, found.before_start, found.missed].map(String),
        duration(found.mean_delay_s, language),
        duration(found.max_delay_s, language),
        callsPerDay(week, own),
      ],
    ]),
    ...outcomes(found, language),
  ];
}

/** What the outcomes mean that the recipe had: none where everything was found. */
function outcomes(
  { missed, under_way, before_start }: Report['recipes'][number],
  language: Language,
): string[] {
  const meant = [
    ...(missed > 0 ? [text('beyondBudget', language)] : []),
    ...(under_way > 0 ? [text('underWay', language)] : []),
    ...(before_start > 0 ? [text('beforeStart', language)] : []),
  ];
  return meant.length > 0 ? [sentences(meant, language)] : [];
}

const sentences = (all: readonly string[], language: Language): string =>
  all.join(language === 'en' ? ' ' : '');

/** Of these methods, from the day with the fewest to the day with the most: "75–121". */
function callsPerDay({ calls }: Report, methods: readonly string[]): string {
  const perDay = calls.map((day) =>
    [...new Set(methods)].reduce((sum, method) => sum + (day.methods[method] ?? 0), 0),
  );
  const [min, max] = [Math.min(...perDay), Math.max(...perDay)];
  return min === max ? `${max}` : `${min}–${max}`;
}

/** Feeds of which AliExpress returns one parcel, order or product at a time. */
const ONE_BY_ONE = ['reviews', 'parcels', 'parcel_deliveries', 'stock'];

function recipeOf(key: string, recipes: readonly RecipeDeclaration[]): RecipeDeclaration {
  const found = recipes.find((recipe) => recipe.key === key);
  if (!found) throw new Error(`docs/figures/week.json names ${key}, which is not a recipe: measure again`);
  return found;
}

/** @throws Error when the outcomes of a recipe do not add up to its events */
function checkSums(week: Report): void {
  const wrong = week.recipes.filter(
    ({ expected, delivered, under_way, before_start, missed }) =>
      delivered + under_way + before_start + missed !== expected,
  );
  if (wrong.length > 0)
    throw new Error(
      `docs/figures/week.json: events of ${wrong.map(({ key }) => key).join(', ')} do not add up`,
    );
}

/** @throws Error when events were missed that the page does not explain */
function checkMissed(week: Report, recipes: readonly RecipeDeclaration[]): void {
  const unexplained = week.recipes.filter(
    ({ key, missed }) => missed > 0 && !ONE_BY_ONE.includes(recipeOf(key, recipes).trigger.feed.key),
  );
  if (unexplained.length > 0)
    throw new Error(
      `docs/figures/week.json: missed events of ${unexplained.map(({ key }) => key).join(', ')}`,
    );
}

/** Puts `figures` between the markers of a page. */
export function withFigures(page: string, figures: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has no markers for figures');
  return `${page.slice(0, begin)}${BEGIN}\n\n${figures}\n\n${page.slice(end)}`;
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
export function figurePages(recipes: readonly RecipeDeclaration[]): Page[] {
  const [week, day] = [readReport('week'), readReport('day')];
  return (['en', 'zh'] as const).map((language) => {
    const path = language === 'en' ? 'README.md' : 'README.zh-CN.md';
    return { path, text: withValues(withFigures(read(path), figuresText(week, day, recipes, language))) };
  });
}
