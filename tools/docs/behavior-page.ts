/** The declarations → docs/behavior.md: what each operation reads, costs and shows. */

import type { Method } from '../../lib/aliexpress/method.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import type {
  ActionDeclaration,
  ReadMethod,
  SearchDeclaration,
  TriggerDeclaration,
} from '../../lib/pack/operation.ts';
import type { Bilingual } from '../../lib/problems.ts';
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
  { key, label, description }: { key: string; label: Bilingual; description: Bilingual },
  lines: readonly [string, string][],
): string =>
  [
    `### ${label.en}`,
    '',
    description.en,
    '',
    `- **Key** \`${key}\``,
    ...lines.map(([name, text]) => `- **${name}** ${text}`),
  ].join('\n');

const triggerSection = (trigger: TriggerDeclaration): string =>
  section(trigger, [
    ['API methods', methodNames(trigger.feed.reads)],
    ['Freshness and cost', trigger.feed.freshness.en],
    ['Buyer data in the API response (not passed on)', personalData(trigger.feed.reads)],
    ['Event ID', typeof trigger.id === 'string' ? `\`${trigger.id}\`` : `\`{${trigger.id.key}}\``],
  ]);

function searchSection(search: SearchDeclaration<Method>): string {
  const reads = 'source' in search ? search.source.reads : [search.method];
  return section(search, [
    ['API methods', methodNames(reads)],
    ['Freshness', reads.length === 0 ? 'current snapshot, no call' : 'queried at run time'],
    ['Buyer data in the API response (not passed on)', personalData(reads)],
  ]);
}

const actionSection = (action: ActionDeclaration<never>): string =>
  section(action, [['API methods', 'none; uses no call']]);

/** The cost and freshness of every operation. */
const costTable = ({ triggers, searches, actions }: Operations): string =>
  table(
    ['operation', 'freshness and cost'],
    [
      ...triggers.map(({ label, feed }) => [label.en, feed.freshness.en]),
      ...searches.map((search) => [
        search.label.en,
        'source' in search && search.source.reads.length === 0
          ? 'Current snapshot; no call.'
          : 'Queried at run time.',
      ]),
      ...actions.map(({ label }) => [label.en, 'Immediate; no call.']),
    ],
  );

export const behaviorPage = (operations: Operations): string => {
  const { triggers, searches, actions } = operations;
  return [
    '# Operations',
    '',
    '<!-- Generated from the declarations by `npm run docs`. -->',
    '',
    'Every trigger, search and action: which API methods it uses, what it costs, how fresh it is, and which buyer data the API',
    'response contains.',
    '',
    'The connector only reads; it has no method that changes anything in a shop. All workflows of a shop share one budget of',
    '200 calls per day (`DAILY_CALL_LIMIT`). A search may repeat a call that got no response; it then counts twice.',
    '',
    'AliExpress masks the personal data of buyers. The connector does not read, store or log it. It passes on only what a buyer',
    'wrote in a review.',
    '',
    `Connecting a shop, and Zapier's test of a connection, use \`${merchantProfile.name}\` at most once a day.`,
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
    '## Freshness and cost',
    '',
    'The calls of a day are shared by all triggers of a shop. How fresh a trigger is depends on how many are left for it.',
    '',
    costTable(operations),
    '',
    '## Not available',
    '',
    '- **Chat with buyers.** AliExpress retired the message API: apps cannot read conversations since March 2019.',
    '- **Service score (DSR) and seller level.** AliExpress retired the API. *Find Shop* returns the health level instead.',
    '- **A list of new reviews.** AliExpress has none: completed orders are checked in turn.',
    "- **Buyers' names, phone numbers, addresses and e-mail addresses.** AliExpress masks them, and the connector does not pass them on.",
    '- **Anything that writes**: shipping an order, replying to a review or a dispute, editing a product.',
    '',
  ].join('\n');
};
