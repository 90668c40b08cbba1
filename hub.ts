/** `npm run hub`: the hub, until it is stopped. */

import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { channels } from './channels/index.ts';
import { createAdminKey } from './lib/hosts/hub/access/set-up.ts';
import { openBeside } from './lib/hosts/hub/database/database.ts';
import { readEnvironment } from './lib/hosts/hub/environment.ts';
import { type Hub, startHub } from './lib/hosts/hub/hub.ts';
import type { HubRegistry } from './lib/hosts/hub/runtime.ts';
import { backUp, restore } from './lib/hosts/hub/service/backup.ts';
import { systemLanguage } from './lib/hosts/hub/service/language.ts';
import { createTerminal } from './lib/hosts/hub/service/terminal.ts';
import { terminalTexts } from './lib/hosts/hub/service/terminal-texts.ts';
import { readHubSettings } from './lib/hosts/hub/settings.ts';
import { problemsIn } from './lib/read-all.ts';
import { type Log, systemClock } from './lib/runtime.ts';
import { readSettings } from './lib/settings.ts';
import { operations } from './operations.ts';
import packageJson from './package.json' with { type: 'json' };
import { recipes } from './recipes/index.ts';
import { readEnvFile } from './sandbox/env-file.ts';

const root = fileURLToPath(new URL('./', import.meta.url));
const { version } = packageJson;
const registry: HubRegistry = { ...operations, channels, recipes };
const log: Log = (message, facts = {}) => console.error(message, JSON.stringify(facts));
const terminal = createTerminal(systemLanguage(process.env));

/** Exit code of a command that was called in a wrong way, or could not do its work. */
const FAILED = 2;

/** What the command line said; undefined if it cannot be understood. */
function readCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        sandbox: { type: 'boolean', default: false },
        speed: { type: 'string', default: '60' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const { values, positionals } = readCommandLine() ?? { values: undefined, positionals: [] };
  if (!values || !(Number(values.speed) > 0)) return refuseCommandLine();
  if (values.help) {
    terminal.say(terminalTexts.help);
    return 0;
  }
  const [command, file, ...rest] = positionals;
  if (command === undefined)
    return run(() => (values.sandbox ? startSandbox(Number(values.speed)) : start()));
  loadEnv();
  if (command === 'admin-key' && file === undefined) return printAdminKey();
  if (command === 'backup' && file && rest.length === 0) return backUpTo(fileOf(file));
  if (command === 'restore' && file && rest.length === 0) return restoreFrom(fileOf(file));
  return refuseCommandLine();
}

function refuseCommandLine(): number {
  terminal.say(terminalTexts.help);
  return FAILED;
}

async function run(begin: () => Promise<{ stop(): Promise<number> }>): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  const running = await begin();
  await stopped;
  terminal.say(terminalTexts.stopped(await running.stop()));
  return 0;
}

const envFile = join(root, '.env');

function loadEnv(): void {
  for (const [name, value] of Object.entries(readEnvFile(envFile))) process.env[name] ??= value;
}

/** npm runs commands in the project's folder, and names the folder in which it was called. */
const fileOf = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

const hubSettings = () => readHubSettings(process.env, root);

/** Also while the hub runs. */
function printAdminKey(): number {
  const database = openBeside(hubSettings().folder, systemClock);
  console.log(createAdminKey(database, systemClock.now()));
  database.close();
  return 0;
}

function backUpTo(file: string): number {
  const { folder, keyFile } = hubSettings();
  backUp(folder, file);
  terminal.say(terminalTexts.backedUp(file, keyFile));
  return 0;
}

async function restoreFrom(file: string): Promise<number> {
  const { quotaDayZone: zone } = readSettings(process.env);
  const until = await restore(hubSettings().folder, file, { clock: systemClock, zone });
  terminal.say(terminalTexts.restored(file, until));
  return 0;
}

/** Where the owner gets in: for the first time with the set-up token. */
const printAddress = ({ url, setUpUrl = url }: Hub): void => terminal.say(terminalTexts.running(setUpUrl));

async function start() {
  loadEnv();
  const hub = await startHub({
    version,
    registry,
    ...readEnvironment(process.env, readEnvFile(envFile), root, registry),
    clock: systemClock,
    random: Math.random,
    log,
  });
  printAddress(hub);
  return hub;
}

async function startSandbox(speed: number) {
  const { startSandboxHub } = await import('./sandbox/hub.ts');
  const { fasterClock } = await import('./sandbox/faster-clock.ts');
  const running = await startSandboxHub({
    version,
    registry,
    env: process.env,
    folder: join(root, '.local', 'hub-sandbox'),
    clock: fasterClock(speed),
    log,
  });
  printAddress(running.hub);
  terminal.say(terminalTexts.sandboxKey(running.shopKey));
  for (const { channel, address } of Object.values(running.sandbox.groups))
    terminal.say(terminalTexts.sandboxGroup(channel.name, address));
  return running;
}

process.exitCode = await main().catch((error: unknown) => {
  const problems = problemsIn(error);
  if (!problems) throw error;
  for (const problem of problems) terminal.complain(problem);
  return FAILED;
});
