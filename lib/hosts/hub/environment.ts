/** Everything that `npm run hub` reads from the environment. What is wrong is said at once. */

import { fail, isProblem } from '../../problems.ts';
import { readAll, throwAll } from '../../read-all.ts';
import {
  readClientId,
  readClientSecret,
  readSettings,
  readTicketAddress,
  type Settings,
  TICKET_ADDRESS_EXPECTED,
} from '../../settings.ts';
import { misspelledSettings, quotedSettings, recordNames } from '../../spelling.ts';
import { readPresets } from './recipes/presets.ts';
import type { HubRegistry } from './runtime.ts';
import { type HubSettings, readHubSettings } from './settings.ts';
import { createTargets } from './webhooks/targets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param own the settings in the file `.env`, which are in `env` as well
 * @param root the project's folder
 * @throws Problem `bad_setting` or `unknown_setting`, or an AggregateError with several of them
 */
export function readEnvironment(env: Environment, own: Environment, root: string, registry: HubRegistry) {
  const { env: recorded, names } = recordNames(env);
  let known: Partial<Settings> = {};
  let knownHub: HubSettings | undefined;
  const { settings, presets, hub, appKey, appSecret } = readAll({
    settings: () => {
      const settings = readSettings(recorded);
      known = settings;
      return settings;
    },
    presets: () => readPresets(recorded, registry, known),
    hub: () => {
      knownHub = readHubSettings(recorded, root);
      return knownHub;
    },
    ticket: () => refuseTicketAddress(recorded, knownHub),
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

/** Otherwise every ticket would be refused when it is sent. What is malformed is named with the presets. */
function refuseTicketAddress(env: Environment, hub: HubSettings | undefined): void {
  const address = readTicketAddress(env);
  if (address === undefined || !hub) return;
  const { allowedTargets: allowed, port, publicPort } = hub;
  try {
    createTargets({ allowed, ownPorts: [port, publicPort] }).check(address);
  } catch (error) {
    if (!isProblem(error, 'target_refused')) throw error;
    fail('bad_setting', { setting: 'TICKET_WEBHOOK_URL', expected: TICKET_ADDRESS_EXPECTED });
  }
}
