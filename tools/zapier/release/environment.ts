/** The settings of a version on Zapier: taken over from the version before, and from the environment of the publisher. */

import * as z from 'zod';
import { readAppKey, readMessageLanguage, readSettings } from '../../../lib/settings.ts';
import { SetupError, settingsError } from '../setup-error.ts';
import type { ReleaseTool } from './tool.ts';

export type Settings = Readonly<Record<string, string>>;

/** Settings that a publisher may have. Those of the sandbox never go to Zapier. */
export const SETTINGS = [
  'CLIENT_ID',
  'CLIENT_SECRET',
  'ALIEXPRESS_CALLBACK_URL',
  'DAILY_CALL_LIMIT',
  'APP_DAILY_CALL_LIMIT',
  'QUOTA_DAY_ZONE',
  'QUOTA_REDIS_URL',
  'QUOTA_REDIS_TOKEN',
  'HUB_URL',
  'HUB_TOKEN',
  'MESSAGE_LANGUAGE',
];

/** Would send the sellers of a release to invented shops. A snapshot for reviewers has them. */
const OF_THE_SANDBOX = ['SANDBOX_URL', 'ALIEXPRESS_GATEWAY_URL', 'TRACKER_API_URL', 'CHANNEL_TEST_ORIGIN'];

const SET_APP_KEY = `  export CLIENT_ID=…
  read -rs CLIENT_SECRET && export CLIENT_SECRET`;

const rowSchema = z.object({ Key: z.string(), Value: z.string() });

export const readEnvironment = async (tool: ReleaseTool, version: string): Promise<Settings> =>
  Object.fromEntries(
    z
      .array(rowSchema)
      .parse(await tool.read('env:get', version))
      .map(({ Key, Value }) => [Key, Value]),
  );

/**
 * What the new version lacks. Zapier copies the settings of one version when it creates the next, but not those that are
 * set on the old one later.
 * @throws SetupError if the version would not work with its settings
 */
export function missingSettings(now: Settings, before: Settings, own: NodeJS.ProcessEnv): Settings {
  const foreign = OF_THE_SANDBOX.filter((name) => name in now);
  if (foreign.length > 0)
    throw new SetupError({
      en: `The version is set to the sandbox by ${foreign.join(', ')}. Zapier copies settings from one version to the next.
Take them away and start again: npm run zapier -- env:unset VERSION ${foreign.join(' ')}`,
      zh: `该版本的配置指向沙箱：${foreign.join('、')}。Zapier 会把配置从一个版本带入下一个版本。
请删除这些配置，然后重新运行：npm run zapier -- env:unset 版本号 ${foreign.join(' ')}`,
    });
  const names = new Set([...SETTINGS, ...Object.keys(before)]);
  for (const name of OF_THE_SANDBOX) names.delete(name);
  const missing = Object.fromEntries(
    [...names].flatMap((name) => {
      const value = before[name] ?? (SETTINGS.includes(name) ? own[name]?.trim() : undefined);
      return value && !(name in now) ? [[name, value]] : [];
    }),
  );
  const all = { ...missing, ...now };
  if (!all.CLIENT_ID || !all.CLIENT_SECRET)
    throw new SetupError({
      en: `The version has no CLIENT_ID and CLIENT_SECRET: the app key and the app secret of the App Console.
Set them in your environment, and start again. "read -rs" keeps what you paste out of the history of the terminal:
${SET_APP_KEY}`,
      zh: `该版本缺少 CLIENT_ID 和 CLIENT_SECRET，即应用控制台中的 App Key 和 App Secret。
请设为环境变量，然后重新运行。用 read -rs 粘贴的内容不会留在终端历史中：
${SET_APP_KEY}`,
    });
  checkSettings(all);
  return missing;
}

function checkSettings(settings: Settings): void {
  try {
    readSettings(settings);
    readAppKey(settings);
    readMessageLanguage(settings);
  } catch (error) {
    throw settingsError(error);
  }
}
