/** The Zapier app: what is in it, and the real runtime. */

import zapier from 'zapier-platform-core';
import { actions } from './actions/index.ts';
import { toZapierApp } from './lib/hosts/zapier/app.ts';
import type { PackRuntime } from './lib/hosts/zapier/session.ts';
import { systemClock } from './lib/runtime.ts';
import { readAppKey, readSettings } from './lib/settings.ts';
import packageJson from './package.json' with { type: 'json' };
import { searches } from './searches/index.ts';
import { triggers } from './triggers/index.ts';

/** All there is. */
export const operations = { triggers, searches, actions };

/** The pack on a runtime of the caller's: the local host runs it on a virtual clock. */
export const createPack = (runtime: PackRuntime) =>
  toZapierApp({ version: packageJson.version, platformVersion: zapier.version, ...operations }, runtime);

export default createPack({
  clock: systemClock,
  random: Math.random,
  settings: readSettings(process.env),
  appKey: () => readAppKey(process.env),
});
