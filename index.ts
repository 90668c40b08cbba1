/** The Zapier app: reads the environment and builds the app from the registry. */

import zapier from 'zapier-platform-core';
import { toZapierApp } from './lib/hosts/zapier/app.ts';
import type { AppRuntime } from './lib/hosts/zapier/session.ts';
import { systemClock } from './lib/runtime.ts';
import { readAppKey, readSettings } from './lib/settings.ts';
import { operations } from './operations.ts';
import packageJson from './package.json' with { type: 'json' };

/** The app on the caller's runtime, such as a virtual clock. */
export const createApp = (runtime: AppRuntime) =>
  toZapierApp(operations, { version: packageJson.version, platformVersion: zapier.version }, runtime);

export default createApp({
  clock: systemClock,
  random: Math.random,
  settings: readSettings(process.env),
  appKey: () => readAppKey(process.env),
});
