/** Everything that `npm run hub` reads from the environment. What is wrong is said at once. */

import { readAll, throwAll } from '../../read-all.ts';
import { readClientId, readClientSecret, readSettings, type Settings } from '../../settings.ts';
import { misspelledSettings, recordNames } from '../../spelling.ts';
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
  let known: Pick<Settings, 'channelTestOrigin'> = {};
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
    // The last one: then all names are known.
    spelling: () => throwAll(misspelledSettings(env, own, names)),
  });
  return { settings, presets, hub, appKey: { appKey, appSecret } };
}
