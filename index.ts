/** The Zapier app: reads the environment and builds the app from the registry. */

import zapier from 'zapier-platform-core';
import { toZapierApp } from './lib/hosts/zapier/app.ts';
import { readAtStart } from './lib/hosts/zapier/errors.ts';
import type { AppRuntime } from './lib/hosts/zapier/session.ts';
import { systemClock } from './lib/runtime.ts';
import { readAppKey, readMessageLanguage, readSettings } from './lib/settings.ts';
import { operations } from './operations.ts';
import packageJson from './package.json' with { type: 'json' };

/** The app on the caller's runtime, such as a virtual clock. */
export const createApp = (runtime: AppRuntime) =>
  toZapierApp(operations, { version: packageJson.version, platformVersion: zapier.version }, runtime);

// The build writes the value in, so that the running app agrees with the definition that was uploaded.
const language = readMessageLanguage({ MESSAGE_LANGUAGE: process.env.MESSAGE_LANGUAGE });

export default createApp({
  clock: systemClock,
  random: Math.random,
  language,
  settings: readAtStart(() => readSettings(process.env), language),
  appKey: () => readAppKey(process.env),
});
