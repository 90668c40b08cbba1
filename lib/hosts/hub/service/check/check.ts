/** `npm run hub -- --check`: everything that must be right before the hub can work, one line each. */

import { existsSync } from 'node:fs';
import { emptyTimeMemo, serverTime } from '../../../../aliexpress/server-time.ts';
import { axiosTransport } from '../../../../http/axios.ts';
import { isProblem, type Problem } from '../../../../problems.ts';
import { problemsIn } from '../../../../read-all.ts';
import type { Clock } from '../../../../runtime.ts';
import { readClientId, readClientSecret, readSettings } from '../../../../settings.ts';
import { fileIn, lockFolder, openBeside } from '../../database/database.ts';
import { readEnvironment } from '../../environment.ts';
import { openVault } from '../../key-file.ts';
import type { HubRegistry } from '../../runtime.ts';
import { type HubSettings, readHubSettings } from '../../settings.ts';
import { addressFindings } from './addresses.ts';
import { aliexpressFindings } from './aliexpress.ts';
import { diskFindings } from './disk.ts';
import { type Finding, failedBecause, fine } from './finding.ts';
import { messengerFindings } from './messengers.ts';
import { presetTicketAddresses, targetFindings, ticketAddresses, ticketFindings } from './targets.ts';
import { trackerFindings } from './trackers.ts';

export interface CheckOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** What the file `.env` sets. */
  own: CheckOptions['env'];
  /** The project's folder. */
  root: string;
  registry: HubRegistry;
  clock: Clock;
}

const SETTINGS = { en: 'Settings', zh: '配置' };

/** What cannot be looked at because of wrong settings is left out. */
export async function* check({ env, own, root, registry, clock }: CheckOptions): AsyncGenerator<Finding> {
  const { value: environment, problems } = attempt(() => readEnvironment(env, own, root, registry));
  for (const problem of problems) yield failedBecause(SETTINGS, problem);
  if (problems.length === 0) yield fine(SETTINGS, { en: 'complete', zh: '完整' });
  const hub = attempt(() => readHubSettings(env, root)).value;
  const settings = attempt(() => readSettings(env)).value;
  const appKey = attempt(() => ({ appKey: readClientId(env), appSecret: readClientSecret(env) })).value;

  const memo = emptyTimeMemo();
  if (settings && appKey)
    yield* aliexpressFindings({ settings, appKey, clock, memo, transport: axiosTransport() });
  if (!hub) return;
  let isSound = true;
  for await (const finding of diskFindings(hub, () => openBeside(hub.folder, clock))) {
    yield finding;
    if (finding.result !== 'fine') isSound = false;
  }
  if (settings) yield* addressFindings({ hub, settings }, isInUse(hub));
  if (!isSound) return;
  if (!existsSync(fileIn(hub.folder))) {
    yield* ticketFindings(hub, presetTicketAddresses(environment?.presets));
    return;
  }
  const database = openBeside(hub.folder, clock);
  try {
    const services = { hub, database, vault: openVault(database, hub.keyFile), registry, clock };
    yield* targetFindings(services);
    yield* ticketFindings(hub, ticketAddresses(services) ?? presetTicketAddresses(environment?.presets));
    yield* messengerFindings({ ...services, clock: serverTime(clock, memo).clock });
    if (settings) yield* trackerFindings({ ...services, settings });
  } finally {
    database.close();
  }
}

function attempt<T>(work: () => T): { value?: T; problems: readonly Problem[] } {
  try {
    return { value: work(), problems: [] };
  } catch (error) {
    const problems = problemsIn(error);
    if (!problems) throw error;
    return { problems };
  }
}

/** Whether a hub is running on the data. */
function isInUse({ folder }: HubSettings): boolean {
  try {
    lockFolder(folder)();
    return false;
  } catch (error) {
    // Another reason was found when the folder was looked at.
    if (isProblem(error)) return error.is('already_running');
    throw error;
  }
}
