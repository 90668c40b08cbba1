/** The page that Make shows about the app. */

import type { MakeModule, NotOnMake } from './module.ts';
import { notOnMake, partlyOnMake } from './modules/index.ts';

const TYPES = { trigger: 'Triggers', search: 'Searches', action: 'Actions' } as const;

const section = (type: MakeModule['type'], modules: readonly MakeModule[]): string[] => [
  `## ${TYPES[type]}`,
  '',
  ...modules
    .filter((module) => module.type === type)
    .map(({ label, description }) => `- **${label}** ${description}`),
  '',
];

const reasons = (left: readonly NotOnMake[], labels: ReadonlyMap<string, string>): string[] =>
  left.map(({ key, because }) => `- **${labels.get(key) ?? key}** ${because.en} ${because.zh}`);

/** @param labels of all operations, by their keys */
export const readme = (modules: readonly MakeModule[], labels: ReadonlyMap<string, string>): string =>
  [
    '# AliExpress Seller',
    '',
    '<!-- Generated from the declarations by `npm run make:build`. -->',
    '',
    'Read-only: nothing in a shop is changed. All calls of a shop come out of one budget of 200 a day, which it shares',
    'with the Zapier app of the same publisher, where both use one Redis; a run that finds it used up says when new calls',
    'are there.',
    '',
    ...section('trigger', modules),
    ...section('search', modules),
    ...section('action', modules),
    '## Not on Make',
    '',
    ...reasons(notOnMake, labels),
    '',
    '## Less than on Zapier',
    '',
    ...reasons(partlyOnMake, labels),
    '',
    '## Common data',
    '',
    'The publisher sets, in the common data of the app: `redisUrl` and `redisToken` (a Redis REST endpoint, the same as',
    "the Zapier app's), and where they differ from the defaults `dailyCallLimit` (200) and `quotaDayZone`",
    '(Asia/Shanghai). In the common data of the connection: `appKey` and `appSecret`.',
    '',
  ].join('\n');
