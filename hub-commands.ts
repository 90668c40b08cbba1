/** What `npm run hub` does: it runs the hub until it is stopped, or a command. */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { channels } from './channels/index.ts';
import { createAdminKey } from './lib/hosts/hub/access/set-up.ts';
import { openBeside } from './lib/hosts/hub/database/database.ts';
import { readEnvFile } from './lib/hosts/hub/env-file.ts';
import { readEnvironment } from './lib/hosts/hub/environment.ts';
import { type Hub, startHub } from './lib/hosts/hub/hub.ts';
import type { HubRegistry } from './lib/hosts/hub/runtime.ts';
import { sayAlerts } from './lib/hosts/hub/service/alert-lines.ts';
import { backUp, requireDatabase, restore } from './lib/hosts/hub/service/backup.ts';
import { check } from './lib/hosts/hub/service/check/check.ts';
import { lineOf } from './lib/hosts/hub/service/check/table.ts';
import { openLog } from './lib/hosts/hub/service/log.ts';
import { logLine } from './lib/hosts/hub/service/log-lines.ts';
import { endSoon, ignoreSignals, stopOnSignal } from './lib/hosts/hub/service/stop-signals.ts';
import { terminalTexts } from './lib/hosts/hub/service/terminal-texts.ts';
import { readHubSettings } from './lib/hosts/hub/settings.ts';
import { sentencesOf } from './lib/problems.ts';
import { problemsIn } from './lib/read-all.ts';
import { DAY, type Log, SECOND, systemClock } from './lib/runtime.ts';
import { readSettings } from './lib/settings.ts';
import { createTerminal } from './lib/terminal.ts';
import { operations } from './operations.ts';
import packageJson from './package.json' with { type: 'json' };
import { recipes } from './recipes/index.ts';

const root = fileURLToPath(new URL('./', import.meta.url));
const { version } = packageJson;
const registry: HubRegistry = { ...operations, channels, recipes };
const terminal = createTerminal();

/** Exit code of a command that was called in a wrong way, or could not do its work. */
const FAILED = 2;
const DEFAULT_SPEED = 60;

/** What the command line said; undefined if it cannot be understood. */
function readCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        sandbox: { type: 'boolean', default: false },
        speed: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch {
    return undefined;
  }
}

/** @returns the exit code */
export async function main(): Promise<number> {
  try {
    return await runCommand();
  } catch (error) {
    const problems = problemsIn(error);
    if (!problems) throw error;
    for (const problem of problems) terminal.complain(sentencesOf(problem));
    if (problems.some((problem) => problem.is('bad_setting'))) sayHowToBegin();
    return FAILED;
  }
}

async function runCommand(): Promise<number> {
  const { values, positionals } = readCommandLine() ?? { values: undefined, positionals: [] };
  if (!values || (values.speed !== undefined && !values.sandbox)) return refuseCommandLine();
  const speed = Number(values.speed ?? DEFAULT_SPEED);
  if (!(speed > 0)) return refuseCommandLine();
  if (values.help) {
    terminal.say(terminalTexts.help);
    return 0;
  }
  const [command, file, ...rest] = positionals;
  const isHub = command === undefined && !values.check;
  if (!isHub) ignoreSignals();
  if (values.check && command === undefined) return checkEverything();
  if (command === undefined && values.sandbox)
    return run(join(root, '.local', 'hub-sandbox-logs'), (log) => startSandbox(speed, log));
  loadEnv();
  if (command === undefined) {
    // All of them first: what is wrong is said at once.
    const environment = readEnvironment(process.env, readEnvFile(envFile), root, registry);
    return run(join(environment.hub.folder, 'logs'), (log) => start(environment, log));
  }
  if (command === 'admin-key' && file === undefined) return printAdminKey();
  if (command === 'backup' && file && rest.length === 0) return backUpTo(fileOf(file));
  if (command === 'restore' && file && rest.length === 0) return restoreFrom(fileOf(file));
  return refuseCommandLine();
}

function refuseCommandLine(): number {
  terminal.say(terminalTexts.notUnderstood(process.argv.slice(2).join(' ')));
  terminal.say(terminalTexts.help);
  return FAILED;
}

interface Running {
  hub: Hub;
  stop(end: AbortSignal): Promise<number>;
}

/** @param logFolder of the log's files */
async function run(logFolder: string, begin: (log: Log) => Promise<Running>): Promise<number> {
  const { asked, end } = stopOnSignal();
  const files = await openLog(logFolder);
  if (asked.aborted) {
    await files.close();
    terminal.say(terminalTexts.stoppedEarly);
    return 0;
  }
  const running = await begin((message, facts = {}) => {
    files.log(message, facts);
    const line = logLine(message, facts);
    if (line) terminal.say(line);
  });
  const stopSaying = sayAlerts(running.hub.runtime, terminal);
  if (!asked.aborted) await once(asked, 'abort');
  await stopSaying();
  const waiting = await running.stop(end);
  await files.close();
  terminal.say(terminalTexts.stopped(waiting));
  endSoon();
  return 0;
}

const envFile = join(root, '.env');

/** Whoever starts without any setting has not read the page. A container has those of the file, also where they are empty. */
function sayHowToBegin(): void {
  if (process.env.CLIENT_ID === undefined && !existsSync(envFile)) terminal.say(terminalTexts.noSettings);
}

function loadEnv(): void {
  for (const [name, value] of Object.entries(readEnvFile(envFile))) process.env[name] ??= value;
}

/** npm runs commands in the project's folder, and names the folder in which it was called. */
const fileOf = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

const hubSettings = () => readHubSettings(process.env, root);

/** @returns 1 if something must be mended */
async function checkEverything(): Promise<number> {
  loadEnv();
  const own = readEnvFile(envFile);
  const options = { env: process.env, own, root, registry, clock: systemClock };
  let failures = 0;
  for await (const finding of check(options)) {
    terminal.say(lineOf(finding));
    if (finding.result === 'failed') failures += 1;
  }
  terminal.say(terminalTexts.checked(failures));
  sayHowToBegin();
  return failures > 0 ? 1 : 0;
}

/** Also while the hub runs. */
function printAdminKey(): number {
  const { folder } = hubSettings();
  requireDatabase(folder);
  const database = openBeside(folder, systemClock);
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

async function start(environment: ReturnType<typeof readEnvironment>, log: Log): Promise<Running> {
  const hub = await startHub({
    version,
    registry,
    ...environment,
    clock: systemClock,
    random: Math.random,
    log,
  });
  printAddress(hub);
  return { hub, stop: hub.stop };
}

/** Those of a published app: with the shorter ones of a new app the shop would soon have to be connected again. */
const LONG_LIFETIMES = { accessSeconds: (30 * DAY) / SECOND, refreshSeconds: (60 * DAY) / SECOND };

async function startSandbox(speed: number, log: Log): Promise<Running> {
  const { startSandboxHub } = await import('./sandbox/hub.ts');
  const { fasterClock } = await import('./sandbox/faster-clock.ts');
  const { pushChanges } = await import('./sandbox/push.ts');
  const running = await startSandboxHub({
    version,
    registry,
    env: process.env,
    folder: join(root, '.local', 'hub-sandbox'),
    sandbox: { port: readHubSettings(process.env, root).port + 2, lifetimes: LONG_LIFETIMES },
    clock: fasterClock(speed),
    log,
  });
  const stopped = new AbortController();
  const pushing = pushChanges(running.sandbox, `${running.publicAddress}/push/aliexpress`, stopped.signal);
  printAddress(running.hub);
  terminal.say(terminalTexts.sandboxKey(running.shopKey));
  terminal.say(terminalTexts.sandboxAdminKey(running.adminKey));
  terminal.say(terminalTexts.sandboxReceiver(`${running.sandbox.url}/webhooks`));
  for (const { channel, address } of Object.values(running.sandbox.groups))
    terminal.say(terminalTexts.sandboxGroup(channel.name, address));
  return {
    hub: running.hub,
    stop: async (end) => {
      stopped.abort();
      await pushing;
      return running.stop(end);
    },
  };
}
