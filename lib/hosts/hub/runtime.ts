/** What all parts of the hub work with. */

import type { ChannelDeclaration } from '../../channels/channel.ts';
import type { Registry } from '../../engine/registry.ts';
import type { ProcessMemo } from '../../engine/shop.ts';
import type { Transport } from '../../http/transport.ts';
import type { RecipeDeclaration } from '../../pack/recipe.ts';
import type { Clock, Log, Random } from '../../runtime.ts';
import type { AppKey, Settings } from '../../settings.ts';
import type { Vault } from '../../vault.ts';
import type { Database } from './database/database.ts';
import type { RecipePresets } from './recipes/steps.ts';
import type { LoopName, LoopState } from './schedule/loop.ts';
import type { Counts } from './service/counts.ts';
import type { HubSettings } from './settings.ts';
import type { Holds } from './shops/holds.ts';

/** The declarations that the hub runs. */
export interface HubRegistry extends Registry {
  channels: readonly ChannelDeclaration[];
  recipes: readonly RecipeDeclaration[];
}

export interface HubRuntime {
  /** Of this program. */
  version: string;
  registry: HubRegistry;
  settings: Settings;
  hub: HubSettings;
  appKey: AppKey;
  database: Database;
  /** Encrypts what is stored, under the key of `HUB_KEY_FILE`. */
  vault: Vault;
  /** The machine's clock, whose sleepers are interrupted with everything else. A shop's clock is AliExpress's. */
  clock: Clock;
  random: Random;
  memo: ProcessMemo;
  /** To AliExpress, at the pace that it allows an address. */
  aliexpress: Transport;
  /** To the bots of groups. */
  messengers: Transport;
  /** To the trackers of parcels. */
  tracker: Transport;
  /** Calls that would be refused. */
  holds: Holds;
  log: Log;
  /** Settings of recipes for the first shop. */
  presets?: RecipePresets;
  counts: Counts;
  /** Those that run. */
  loops: Map<LoopName, LoopState>;
  /** Shop → when the engine's alerts about it were read last, epoch milliseconds. */
  alertsReadAt: Map<string, number>;
  /** Shop → numbers of parcels that its tracker has pushed updates of, until its feeds read their courses. */
  trackerUpdates: Map<string, Set<string>>;
  /** Subscription → digest of the events that its last visit found, all of which are kept. */
  foundLast: Map<string, string>;
  /** Aborted when the hub that is stopped waits no longer for what runs. Its reason is an `Interrupted`. */
  interruption: AbortSignal;
  /** Tells this start from every other. */
  instance: string;
}
