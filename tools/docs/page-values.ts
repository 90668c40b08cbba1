/** The figures in the sentences of the pages that are written by hand, from the constants that they describe. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MAX_PLACED_DAYS_ENDED } from '../../lib/aliexpress/methods/order-list.ts';
import { RECONNECT_NOTICES_DAYS } from '../../lib/feeds/account.ts';
import { MAX_CATCH_UP_MS } from '../../lib/feeds/engine/catch-up.ts';
import { ROW_RETENTION_MS } from '../../lib/feeds/engine/lasting-rows.ts';
import { FINISHED_EVERY_MS } from '../../lib/feeds/order-stream-list.ts';
import { DAY, MINUTE, SECOND } from '../../lib/runtime.ts';
import { DEFAULT_DAILY_LIMIT, TEST_STATUS_APP_CALLS } from '../../lib/settings.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { recipes } from '../../recipes/index.ts';
import { DEFAULT_PERCENT, DEFAULT_SECONDS } from '../zapier/release/step.ts';
import { zapTemplates } from '../zapier/templates.ts';
import type { Page } from './page.ts';
import { readReport } from './reports.ts';

const [firstNotice, secondNotice, lastNotice] = RECONNECT_NOTICES_DAYS;

/** The stalls of the simulated week, in which no tracker follows the parcels. */
const stalls = readReport('week').recipes.filter(({ key }) =>
  ['customs_stall_to_feishu', 'stalled_parcel_to_ticket'].includes(key),
);
if (stalls.length !== 2)
  throw new Error('docs/figures/week.json lacks a recipe of stalled parcels: measure again');
const stallsReported = stalls.reduce((sum, { delivered }) => sum + delivered, 0);
const stallsMissed = stalls.reduce((sum, { missed }) => sum + missed, 0);

const VALUES: Readonly<Record<string, number>> = {
  calls: DEFAULT_DAILY_LIMIT,
  everyMinutes: Math.floor(DAY / MINUTE / DEFAULT_DAILY_LIMIT),
  recipes: recipes.length,
  node: Number(/\d+/.exec(packageJson.engines.node)),
  endedMinutes: FINISHED_EVERY_MS / MINUTE,
  placedDays: MAX_PLACED_DAYS_ENDED,
  catchUpDays: MAX_CATCH_UP_MS / DAY,
  zapTemplates: zapTemplates.length,
  testCalls: TEST_STATUS_APP_CALLS,
  cacheDays: ROW_RETENTION_MS / DAY,
  firstNotice,
  secondNotice,
  lastNotice,
  migratePercent: DEFAULT_PERCENT,
  stallsReported,
  stallsEnded: stallsReported + stallsMissed,
  canaryMinutes: (DEFAULT_SECONDS * SECOND) / MINUTE,
};

/** A value stands between a comment with its name and an empty one: `<!-- =calls -->200<!-- = -->`. */
const VALUE = /<!-- =(\w+) -->[^<]*<!-- = -->/g;

/** Writes the values where a page has their names. @throws Error where a page names an unknown value */
export const withValues = (page: string): string =>
  page.replace(VALUE, (_, name: string) => {
    const value = VALUES[name];
    if (value === undefined) throw new Error(`no value ${name}`);
    return `<!-- =${name} -->${value}<!-- = -->`;
  });

/** A page without its values. */
export const withoutValues = (page: string): string => page.replace(VALUE, '');

/** Pages with values and nothing else that is generated; the others write theirs themselves. */
const PAGES = ['docs/README', 'docs/tracker', 'docs/zapier-publishing'];

const pathOf = (page: string): string => fileURLToPath(new URL(`../../${page}`, import.meta.url));

export const valuePages = (): Page[] =>
  PAGES.flatMap((name) => [`${name}.md`, `${name}.zh-CN.md`]).map((path) => ({
    path,
    text: withValues(readFileSync(pathOf(path), 'utf8')),
  }));
