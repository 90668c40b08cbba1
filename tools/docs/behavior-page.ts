/** The declarations → docs/behavior.md: what each operation asks, costs and shows. */

import type { Method } from '../../lib/aliexpress/method.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import type {
  ActionDeclaration,
  ReadMethod,
  SearchDeclaration,
  TriggerDeclaration,
} from '../../lib/pack/operation.ts';
import { table } from './markdown.ts';

export interface Operations {
  triggers: readonly TriggerDeclaration[];
  searches: readonly SearchDeclaration<Method>[];
  actions: readonly ActionDeclaration<never>[];
}

const list = (items: readonly string[]): string => (items.length > 0 ? items.join(', ') : 'none');
const methodNames = (methods: readonly ReadMethod[]): string =>
  list(methods.map(({ name }) => `\`${name}\``));
const personalData = (methods: readonly ReadMethod[]): string =>
  list([...new Set(methods.map((method) => method.personalData))].filter((each) => each !== 'none'));

const section = (
  { key, label, description }: { key: string; label: string; description: string },
  lines: readonly [string, string][],
): string =>
  [
    `### ${label}`,
    '',
    description,
    '',
    `- **Key** \`${key}\``,
    ...lines.map(([name, text]) => `- **${name}** ${text}`),
  ].join('\n');

const triggerSection = (trigger: TriggerDeclaration): string =>
  section(trigger, [
    ['Asks', methodNames(trigger.feed.reads)],
    ['Freshness and cost', trigger.feed.freshness],
    ['Of a buyer in the answers', personalData(trigger.feed.reads)],
    ['Told apart by', typeof trigger.id === 'string' ? `\`${trigger.id}\`` : `\`{${trigger.id.key}}\``],
  ]);

function searchSection(search: SearchDeclaration<Method>): string {
  const reads = 'source' in search ? search.source.reads : [search.method];
  return section(search, [
    ['Asks', methodNames(reads)],
    ['Freshness', reads.length === 0 ? 'what is known at the moment' : 'asked at the moment'],
    ['Of a buyer in the answers', personalData(reads)],
  ]);
}

const actionSection = (action: ActionDeclaration<never>): string =>
  section(action, [['Asks', 'nothing of AliExpress; uses no call']]);

/** The cost and freshness of every operation. */
const costTable = ({ triggers, searches, actions }: Operations): string =>
  table(
    ['operation', 'cost and freshness'],
    [
      ...triggers.map(({ label, feed }) => [label, feed.freshness]),
      ...searches.map((search) => [
        search.label,
        'source' in search && search.source.reads.length === 0
          ? 'Known at the moment; no call.'
          : 'Asked at the moment.',
      ]),
      ...actions.map(({ label }) => [label, 'At once; no call.']),
    ],
  );

export const behaviorPage = (operations: Operations): string => {
  const { triggers, searches, actions } = operations;
  return [
    '# What every operation does',
    '',
    '<!-- Generated from the declarations by `npm run docs`. -->',
    '',
    'Everything is read-only: the connector has no method that changes anything in a shop. All calls of a shop come out of',
    'one budget, 200 a day unless `DAILY_CALL_LIMIT` says otherwise, whatever number of workflows there is. A call that got',
    'no answer may be made once more in a search, and is then counted twice.',
    '',
    "What AliExpress's answers hold of a buyer is masked by AliExpress. It is named below so that nothing is hidden; the",
    'connector reads past it, stores and logs none of it, and hands on nothing but what a buyer wrote in a review.',
    '',
    `Connecting a shop, and Zapier's own test of a connection, ask \`${merchantProfile.name}\` once a day at most.`,
    '',
    '## Triggers',
    '',
    triggers.map(triggerSection).join('\n\n'),
    '',
    '## Searches',
    '',
    searches.map(searchSection).join('\n\n'),
    '',
    '## Actions',
    '',
    actions.map(actionSection).join('\n\n'),
    '',
    '## Cost and freshness',
    '',
    'The calls of a day are spread over all triggers of a shop, and a trigger is as fresh as that allows.',
    '',
    costTable(operations),
    '',
    '## What is not there, and why',
    '',
    '- **Chat with buyers.** AliExpress has withdrawn the message API; conversations since March 2019 cannot be read by any',
    '  app. Disputes, reviews and order statuses are the signals that remain.',
    '- **Service score (DSR) and seller level.** The API behind them was retired. *Find Shop Profile* shows the health level',
    '  that AliExpress still returns.',
    '- **A list of new reviews.** There is none: reviews are found by asking for finished orders, which takes its time.',
    "- **Buyers' names, phones, addresses and e-mail.** They are masked in every answer, and not handed on.",
    '- **Anything that writes**: shipping an order, answering a review or a dispute, changing a product.',
    '',
  ].join('\n');
};
