/** Everything that `npm run hub` reads from the environment. What is wrong is said at once. */

import { fail } from '../../problems.ts';
import { readAll, throwAll } from '../../read-all.ts';
import { readClientId, readClientSecret, readSettings, type Settings } from '../../settings.ts';
import { misspelledSettings, quotedSettings, recordNames } from '../../spelling.ts';
import { readPresets } from './recipes/presets.ts';
import type { HubRegistry } from './runtime.ts';
import { readHubSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param own the settings in the file `.env`, which are in `env` as well
 * @param root the project's folder
 * @throws Problem `bad_setting` or `unknown_setting`, or an AggregateError with several of them
 */
export function readEnvironment(env: Environment, own: Environment, root: string, registry: HubRegistry) {
  const { env: recorded, names } = recordNames(env);
  let known: Partial<Settings> = {};
  const { settings, presets, hub, appKey, appSecret } = readAll({
    settings: () => {
      const settings = readSettings(recorded);
      known = settings;
      return settings;
    },
    presets: () => readPresets(recorded, registry, known),
    hub: () => readHubSettings(recorded, root),
    appKey: () => readClientId(recorded),
    appSecret: () => readClientSecret(recorded),
    counter: () => refuseOtherCounter(known),
    // The last one: then all names are known.
    spelling: () => throwAll([...misspelledSettings(env, own, names), ...quotedSettings(env, names)]),
  });
  return { settings, presets, hub, appKey: { appKey, appSecret } };
}

/** A counter of its own beside another one would allow twice the calls. */
function refuseOtherCounter({ quotaRedis, quotaHub }: Partial<Settings>): void {
  if (!quotaRedis && !quotaHub) return;
  const setting = quotaRedis ? 'QUOTA_REDIS_URL' : 'HUB_URL';
  const expected = {
    en: 'nothing here, because the hub counts the calls itself. Set HUB_URL and HUB_TOKEN in Zapier, so that it uses this counter',
    zh: '留空，因为中转服务自行计数。请在 Zapier 中设置 HUB_URL 和 HUB_TOKEN，使其使用本服务的计数',
  };
  fail('bad_setting', { setting, expected });
}
