/** The declarations → docs/calls.md and docs/calls.zh-CN.md: how many calls each operation uses. */

import type { Bilingual } from '../../lib/problems.ts';
import type { Operations } from './behavior-page.ts';
import { costOfAction, costOfSearch } from './costs.ts';
import { type Language, labelIn, table } from './markdown.ts';
import type { Page } from './page.ts';

const WORDS = {
  title: { en: 'Calls', zh: '调用次数' },
  other: { en: '[中文](calls.zh-CN.md)', zh: '[English](calls.md)' },
  intro: { en: 'Calls used by each operation:', zh: '各操作的调用次数：' },
  triggers: { en: 'triggers', zh: '触发器' },
  others: { en: 'searches and actions', zh: '查询和动作' },
  calls: { en: 'calls', zh: '次数' },
  form: { en: 'a list of orders or products in a form', zh: '表单中的订单或商品列表' },
  formCost: {
    en: 'none; 1 if no workflow has looked yet, and 1 for each "Load more"',
    zh: '不消耗；尚无流程查询过时 1 次，每次 “Load more” 1 次',
  },
  rest: {
    en: 'The API methods and the freshness of every operation: [operations](behavior.md).',
    zh: '各操作调用的接口和时效见[操作一览](behavior.zh-CN.md)。',
  },
} as const satisfies Record<string, Bilingual>;

/** What somebody uses, and the calls that it costs. */
type Priced = readonly [label: Bilingual, cost: Bilingual];

/** One row per cost, in the order in which the costs first occur. */
function rowsOf(priced: readonly Priced[], language: Language): string[][] {
  const labels = new Map<string, string[]>();
  for (const [label, cost] of priced)
    labels.set(cost[language], [...(labels.get(cost[language]) ?? []), labelIn(label, language)]);
  const comma = language === 'en' ? ', ' : '、';
  return [...labels].map(([cost, names]) => [names.join(comma), cost]);
}

function callsPage({ triggers, searches, actions }: Operations, language: Language): string {
  const text = (key: keyof typeof WORDS): string => WORDS[key][language];
  const others: Priced[] = [
    ...searches.map((search): Priced => [search.label, costOfSearch(search)]),
    ...actions.map((action): Priced => [action.label, costOfAction(action)]),
  ];
  const priced = triggers.map(({ label, feed }): Priced => [label, feed.cost]);
  return `${[
    `# ${text('title')}`,
    '<!-- Generated from the declarations by `npm run docs`. -->',
    text('other'),
    text('intro'),
    table([text('triggers'), text('calls')], rowsOf(priced, language)),
    table([text('others'), text('calls')], [...rowsOf(others, language), [text('form'), text('formCost')]]),
    text('rest'),
  ].join('\n\n')}\n`;
}

export const callsPages = (operations: Operations): Page[] => [
  { path: 'docs/calls.md', text: callsPage(operations, 'en') },
  { path: 'docs/calls.zh-CN.md', text: callsPage(operations, 'zh') },
];
