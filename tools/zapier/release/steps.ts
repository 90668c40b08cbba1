/** The steps of a release. Each asks Zapier how things stand, and shows every command before it runs it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../../../sandbox/arguments.ts';
import { SetupError } from '../setup-error.ts';
import { changelogOf } from './changelog.ts';
import { missingSettings, readEnvironment } from './environment.ts';
import type { Progress } from './progress.ts';
import type { Talk } from './talk.ts';
import type { Command, ReleaseTool } from './tool.ts';
import {
  compareVersions,
  isFree,
  majorOf,
  promotedIn,
  readVersions,
  type Version,
  versionsToMigrate,
} from './versions.ts';

export interface ReleaseOptions {
  /** The number, or what changes: patch, minor or major. */
  version?: string | undefined;
  percent: number;
  /** Of a canary, seconds. */
  duration: number;
  /** When a deprecated version ends, as YYYY-MM-DD. */
  date?: string | undefined;
  reason?: string | undefined;
  isDryRun: boolean;
  /** Runs every command without a question. */
  isYes: boolean;
}

export interface Release {
  /** With package.json, CHANGELOG.md and .zapierapprc. */
  folder: string;
  env: NodeJS.ProcessEnv;
  tool: ReleaseTool;
  talk: Talk;
  options: ReleaseOptions;
  progress: Progress;
  /** Epoch milliseconds. */
  now(): number;
}

/** After "wait" the publisher should look at something before the release goes on. */
export type Outcome = 'done' | 'skipped' | 'wait' | 'quit';

export interface Step {
  key: string;
  /** In the help, after the key. */
  says: string;
  run(release: Release): Promise<Outcome>;
}

/** Shows a command, and runs it if the publisher agrees. */
async function carryOut({ talk, options }: Release, { shown, run }: Command): Promise<Outcome> {
  talk.say(`  $ ${shown}`);
  if (options.isDryRun) return 'done';
  const answer = options.isYes ? 'yes' : await talk.confirm('  Run it?');
  if (answer !== 'yes') return answer === 'skip' ? 'skipped' : 'quit';
  await run();
  return 'done';
}

/** Carries out commands until one is refused. */
async function carryOutAll(release: Release, commands: readonly Command[]): Promise<Outcome> {
  for (const command of commands) {
    const outcome = await carryOut(release, command);
    if (outcome !== 'done') return outcome;
  }
  return 'done';
}

const packageSchema = z.looseObject({ version: z.string() });
/** The version in package.json. */
export const versionIn = (folder: string): string =>
  packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version;

const LEVELS = ['patch', 'minor', 'major'] as const;

const version: Step = {
  key: 'version',
  says: 'sets the version in package.json, where Zapier has the present one in use',
  run: async (release) => {
    const { folder, tool, talk, options, progress } = release;
    const present = versionIn(folder);
    const known = (await readVersions(tool)).find((each) => each.version === present);
    if (options.version === undefined && isFree(known)) {
      talk.say(`  The version is ${present}; nobody uses it yet.`);
      return 'done';
    }
    if (options.version === present && isFree(known)) return 'done';
    const wanted = options.version ?? (await chooseLevel(release, present));
    if (wanted === undefined) return 'quit';
    const outcome = await carryOut(release, tool.npmVersion(wanted));
    progress.to = options.isDryRun ? nextVersion(present, wanted) : versionIn(folder);
    return outcome;
  },
};

async function chooseLevel({ talk, options }: Release, present: string): Promise<string | undefined> {
  if (options.isYes || options.isDryRun)
    throw new UsageError(`version ${present} is in use: say --version patch, minor, major, or a number`);
  talk.say(`  Version ${present} is in use. What has changed?
    patch   bugs were fixed
    minor   operations, inputs or outputs were added
    major   an existing key, input or output was changed or removed; users must move their Zaps by hand`);
  return talk.choose('  Change', LEVELS);
}

/** What npm makes of "minor"; for a dry run. */
export function nextVersion(present: string, wanted: string): string {
  const level = (LEVELS as readonly string[]).indexOf(wanted);
  if (level === -1) return wanted;
  const [major = 0, minor = 0, patch = 0] = present.split('.').map(Number);
  return [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`][level] ?? wanted;
}

const changelog: Step = {
  key: 'changelog',
  says: 'shows what Zapier publishes with the version, and names the version in CHANGELOG.md',
  run: async (release) => {
    const { folder, talk, progress } = release;
    const path = join(folder, 'CHANGELOG.md');
    const before = readFileSync(path, 'utf8');
    const { file, text } = changelogOf(before, progress.to);
    talk.say(text.replace(/^/gm, '  | '));
    if (file === before) return 'done';
    return carryOut(release, {
      shown: `CHANGELOG.md: the heading becomes "## ${progress.to}"`,
      run: async () => writeFileSync(path, file),
    });
  },
};

const push: Step = {
  key: 'push',
  says: 'builds the version and uploads it; nobody gets it yet',
  run: async (release) => {
    const { tool, env, progress } = release;
    const promoted = promotedIn(await readVersions(tool));
    if (promoted?.version === progress.to)
      throw new SetupError(
        `Version ${progress.to} is in production, and Zapier does not let it change. Start with the step "version".`,
      );
    const { now, before } = await settingsOf(release);
    // A build takes a minute. What would stop the next step stops this one before it.
    missingSettings(now, before, env);
    return carryOut(release, tool.push(env.MESSAGE_LANGUAGE?.trim() || before.MESSAGE_LANGUAGE));
  },
};

/** The settings of the version, and of the one before. Zapier copies those into a new version. */
async function settingsOf({ tool, progress: { from, to } }: Release) {
  const isUploaded = (await readVersions(tool)).some((each) => each.version === to);
  const before = from === undefined ? {} : await readEnvironment(tool, from);
  return { isUploaded, before, now: isUploaded ? await readEnvironment(tool, to) : before };
}

const environment: Step = {
  key: 'environment',
  says: 'takes over the settings of the version before, and checks them',
  run: async (release) => {
    const { tool, talk, env, options, progress } = release;
    const { isUploaded, now, before } = await settingsOf(release);
    if (!isUploaded && !options.isDryRun) throw notUploaded(progress.to);
    const missing = Object.entries(missingSettings(now, before, env));
    if (missing.length === 0) {
      talk.say(`  Version ${progress.to} has its settings: ${Object.keys(now).join(', ')}.`);
      return 'done';
    }
    const command = ['env:set', progress.to];
    return carryOut(
      release,
      tool.zapier([...command, ...missing.map(([name, value]) => `${name}=${value}`)], {
        shown: `npm run zapier -- ${[...command, ...missing.map(([name]) => `${name}=…`)].join(' ')}`,
      }),
    );
  },
};

const notUploaded = (version: string) =>
  new SetupError(`Zapier has no version ${version}. Start with the step "push".`);

const canary: Step = {
  key: 'canary',
  says: 'sends a part of the runs to the new version for a while',
  run: async (release) => {
    const { tool, talk, options, progress } = release;
    const { from, to } = progress;
    const versions = await readVersions(tool);
    const users = versions.find((each) => each.version === from)?.users ?? 0;
    if (from === undefined || users === 0) {
      talk.say('  No version has users yet, so there are no runs to send.');
      return 'skipped';
    }
    if (majorOf(from) !== majorOf(to)) {
      talk.say(`  ${to} is another major version than ${from}: runs cannot be sent to it.`);
      return 'skipped';
    }
    const [running] = await tool.read('canary:list');
    if (running && !isCanary(running, from, to)) throw otherCanary(running);
    if (running) return saysHowToLook(talk, to);
    const share = ['--percent', String(options.percent), '--duration', String(options.duration)];
    const outcome = await carryOut(release, tool.zapier(['canary:create', from, to, ...share]));
    return outcome === 'done' ? saysHowToLook(talk, to) : outcome;
  },
};

function saysHowToLook(talk: Talk, to: string): Outcome {
  talk.say(`  Look at the Monitoring tab of the integration for version ${to}. If steps fail that did not fail before:
  $ npm run zapier:release -- rollback`);
  return 'wait';
}

/** A row of "canary:list". */
type CanaryRow = Readonly<Record<string, string>>;

const isCanary = (row: CanaryRow, from: string, to: string): boolean =>
  row['From Version'] === from && row['To Version'] === to;

/** Zapier has one canary at a time, and its tool ends without an error where it makes no second one. */
function otherCanary(row: CanaryRow): SetupError {
  const versions = `${row['From Version']} ${row['To Version']}`;
  return new SetupError(
    `Another canary is active. Wait for its end, or end it: npm run zapier -- canary:delete ${versions}`,
  );
}

const promote: Step = {
  key: 'promote',
  says: 'makes the version the one of new Zaps; asks for publication where the integration is private',
  run: async (release) => {
    const { tool, talk, progress } = release;
    const promoted = promotedIn(await readVersions(tool));
    if (promoted?.version === progress.to) {
      talk.say(`  Version ${progress.to} is in production.`);
      return 'done';
    }
    if (!promoted)
      talk.say(
        '  The integration is private. Promoting asks Zapier to publish it: docs/zapier-publishing.md#public-listing',
      );
    return carryOut(release, tool.zapier(['promote', progress.to, '--yes']));
  },
};

/** Fewer users are moved at once. */
const FEW_USERS = 10;

const migrate: Step = {
  key: 'migrate',
  says: 'moves the users of older versions, first a part of them and then all',
  run: async (release) => {
    const { tool, talk, options, progress } = release;
    const versions = await readVersions(tool);
    const { to } = progress;
    if (!versions.some((each) => each.version === to) && !options.isDryRun) throw notUploaded(to);
    const promoted = promotedIn(versions);
    if (promoted && compareVersions(promoted.version, to) < 0 && !options.isDryRun)
      throw new SetupError(`Version ${to} is not in production yet. Start with the step "promote".`);
    sayWhoStays(release, versions);
    const sources = versionsToMigrate(versions, to);
    if (sources.length === 0) {
      talk.say('  No older version has users that could be moved.');
      return 'skipped';
    }
    if (!promoted) {
      const outcome = await inviteToVersion(release);
      if (outcome !== 'done') return outcome;
    }
    const users = sources.reduce((sum, each) => sum + each.users, 0);
    const isFirstPart = !progress.done.includes(PART) && users >= FEW_USERS;
    const percent = isFirstPart ? options.percent : 100;
    const outcome = await carryOutAll(
      release,
      sources.map((each) => tool.zapier(['migrate', each.version, to, String(percent), '--yes'])),
    );
    if (outcome !== 'done' || percent === 100) return outcome;
    progress.done.push(PART);
    talk.say(`  This takes Zapier 5 to 10 minutes: npm run zapier -- jobs
  Look at the Monitoring tab for version ${to} for a day. The next start moves the others.`);
    return 'wait';
  },
};

/** Stands in the progress when a part of the users was moved. */
const PART = 'migrate a part';

function sayWhoStays({ talk, progress: { to } }: Release, versions: readonly Version[]): void {
  const others = versions.filter(({ version, users }) => users > 0 && majorOf(version) !== majorOf(to));
  for (const { version, users } of others)
    talk.say(
      `  ${users} users of ${version} stay there: Zapier moves nobody to another major version. Ask them to choose ${to} in their Zaps.`,
    );
}

/** Of a private integration, a user who was invited to one version alone cannot open a Zap of another one. */
async function inviteToVersion(release: Release): Promise<Outcome> {
  const { tool, talk, progress } = release;
  const rows = await tool.read('users:get');
  const has = (email: string, version: string) =>
    rows.some((row) => row.Email === email && (row.Version === version || row.Version === 'All'));
  const emails = [...new Set(rows.map(({ Email = '' }) => Email))].filter(
    (email) => email !== '' && !has(email, progress.to),
  );
  if (emails.length > 0)
    talk.say('  These users are invited to an older version alone, and could not open their moved Zaps:');
  return carryOutAll(
    release,
    emails.map((email) => tool.zapier(['users:add', email, progress.to, '--force'])),
  );
}

const rollback: Step = {
  key: 'rollback',
  says: 'takes it back: ends the canary, and moves users to the version that they had before',
  run: async (release) => {
    const { tool, talk, progress } = release;
    const { from, to } = progress;
    if (from === undefined) throw new UsageError('say --from VERSION: the version that users had before');
    if (compareVersions(from, to) >= 0)
      throw new UsageError(`--from must be older than ${to}: the version that users had before`);
    const versions = await readVersions(tool);
    const canaries = await tool.read('canary:list');
    const isActive = canaries.some((row) => isCanary(row, from, to));
    const users = versions.find((each) => each.version === to)?.users ?? 0;
    const commands = [
      ...(isActive ? [tool.zapier(['canary:delete', from, to], { answer: 'y' })] : []),
      ...(promotedIn(versions)?.version === to ? [tool.zapier(['promote', from, '--yes'])] : []),
      ...(users > 0 ? [tool.zapier(['migrate', to, from, '100', '--yes'])] : []),
    ];
    if (commands.length === 0) {
      talk.say(`  Nobody uses version ${to}, so there is nothing to take back.`);
      return 'skipped';
    }
    const outcome = await carryOutAll(release, commands);
    if (outcome === 'done')
      talk.say(`  Users have version ${from} again. The next release needs a new version.`);
    return outcome;
  },
};

/** As Zapier's tool knows them; "other" would ask for a text. */
export const REASONS = [
  'api endpoint deprecated',
  'security vulnerability',
  'critical bug',
  'legal requirement',
];
const DAY_MS = 24 * 60 * 60 * 1000;
const MIN_DAYS = 21;
const MAX_DAYS = 365;

const deprecate: Step = {
  key: 'deprecate',
  says: 'sets the day on which an old version stops; its remaining Zaps are then paused',
  run: async (release) => {
    const { tool, talk, options, progress, now } = release;
    const { date, reason } = options;
    if (date === undefined || reason === undefined) {
      talk.say(`  Old versions keep working. Deprecate one only if it will fail; this cannot be undone:
  $ npm run zapier:release -- deprecate --from VERSION --date YYYY-MM-DD --reason "${REASONS[0]}"`);
      return 'skipped';
    }
    const { from } = progress;
    if (from === undefined) throw new UsageError('say --from VERSION: the version that stops');
    const days = (Date.parse(date) - now()) / DAY_MS;
    if (!(days >= MIN_DAYS && days <= MAX_DAYS))
      throw new UsageError('--date must be between 3 weeks and 1 year from now, as YYYY-MM-DD');
    const versions = await readVersions(tool);
    const old = versions.find((each) => each.version === from);
    if (!old) throw new SetupError(`Zapier has no version ${from}.`);
    if (old.state === 'promoted')
      throw new SetupError(`Version ${from} is in production. Promote another one first.`);
    if (!versions.some((each) => compareVersions(each.version, from) > 0))
      throw new SetupError(`Version ${from} is the newest one. Release another one first.`);
    if (old.users > 0)
      talk.say(
        `  ${old.users} users of ${from} get an e-mail two weeks before ${date}; then their Zaps are paused.`,
      );
    return carryOut(release, tool.zapier(['deprecate', from, date, '--reason', reason, '--force']));
  },
};

/** In the order of a release. */
export const STEPS: readonly Step[] = [
  version,
  changelog,
  push,
  environment,
  canary,
  promote,
  migrate,
  deprecate,
];

/** Steps that a publisher starts by name. */
export const NAMED_STEPS: readonly Step[] = [...STEPS.slice(0, -1), rollback, deprecate];
