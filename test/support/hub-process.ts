/**
 * A hub as a process of its own, on a clock that runs faster than real time and goes on after a restart. The first
 * argument is a JSON text.
 */

import { channels } from '../../channels/index.ts';
import { startHub } from '../../lib/hosts/hub/hub.ts';
import { readHubSettings } from '../../lib/hosts/hub/settings.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { readSettings } from '../../lib/settings.ts';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import { anchoredClock, type HubProcessOptions } from './anchored-clock.ts';
import { strictLog } from './strict-log.ts';

const { env, anchor } = JSON.parse(process.argv[2] ?? '{}') as HubProcessOptions;
const hub = await startHub({
  version: '0.0.0',
  registry: { ...operations, channels, recipes },
  settings: readSettings(env),
  hub: readHubSettings(env, env.HUB_DATA ?? ''),
  appKey: { appKey: '512345', appSecret: 'secret' },
  clock: anchoredClock(anchor),
  random: Math.random,
  log: strictLog,
  aliexpress: axiosTransport(),
});
console.log(`ready ${hub.url}`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, async () => {
    console.log(`Stopped, ${await hub.stop()} waiting`);
    process.exit(0);
  });
