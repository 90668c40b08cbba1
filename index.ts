/** The Zapier app: reads the environment and builds the app from the registry. */

import zapier from 'zapier-platform-core';
import { toZapierApp } from './lib/hosts/zapier/app.ts';
import type { PackRuntime } from './lib/hosts/zapier/session.ts';
import { systemClock } from './lib/runtime.ts';
import { readAppKey, readSettings } from './lib/settings.ts';
import { operations } from './operations.ts';
import packageJson from './package.json' with { type: 'json' };

/** The app on a runtime of the caller's: the local host runs it on a virtual clock. */
export const createPack = (runtime: PackRuntime) =>
  toZapierApp(operations, { version: packageJson.version, platformVersion: zapier.version }, runtime);

export default createPack({
  clock: systemClock,
  random: Math.random,
  settings: readSettings(process.env),
  appKey: () => readAppKey(process.env),
});
