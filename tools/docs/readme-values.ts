/** The figures in the sentences of README.md and README.zh-CN.md, from the constants that they describe. */

import { MAX_PLACED_DAYS_ENDED } from '../../lib/aliexpress/methods/order-list.ts';
import { MAX_CATCH_UP_MS } from '../../lib/feeds/catch-up.ts';
import { FINISHED_EVERY_MS } from '../../lib/feeds/order-stream-list.ts';
import { DAY, MINUTE } from '../../lib/runtime.ts';
import { DEFAULT_DAILY_LIMIT } from '../../lib/settings.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { recipes } from '../../recipes/index.ts';

const VALUES: Readonly<Record<string, number>> = {
  calls: DEFAULT_DAILY_LIMIT,
  everyMinutes: Math.floor(DAY / MINUTE / DEFAULT_DAILY_LIMIT),
  recipes: recipes.length,
  node: Number(/\d+/.exec(packageJson.engines.node)),
  endedMinutes: FINISHED_EVERY_MS / MINUTE,
  placedDays: MAX_PLACED_DAYS_ENDED,
  catchUpDays: MAX_CATCH_UP_MS / DAY,
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
