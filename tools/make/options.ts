/** What the Make app is built from. */

import type { MakeOptions, MakeRegistry } from '../../lib/hosts/make/app.ts';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import { UsageError } from '../../sandbox/arguments.ts';

export const makeRegistry: MakeRegistry = { ...operations, recipes };

/** Of the committed app. A publisher builds the app with the address of an own hub. */
export const EXAMPLE: MakeOptions = { hub: 'https://hub.example.com', appId: 'aliexpress-seller' };

/**
 * The value of `--app-id`.
 * @throws UsageError
 */
export function checkedAppId(text: string): string {
  if (/^[a-z][0-9a-z-]+[0-9a-z]$/.test(text)) return text;
  const example = `${EXAMPLE.appId}-abc123`;
  throw new UsageError({
    en: `--app-id must be the id of an app, such as ${example}; "${text}" is none`,
    zh: `--app-id 的值“${text}”无效。须为应用编号，例如 ${example}`,
  });
}
