/** The steps that move users: to a version, back from it, and away from an old one. */

import { UsageError } from '../../../sandbox/arguments.ts';
import { SetupError } from '../setup-error.ts';
import { carryOut, carryOutAll, notUploaded, type Outcome, type Release, type Step } from './step.ts';
import type { Talk } from './talk.ts';
import {
  compareVersions,
  majorOf,
  promotedIn,
  readVersions,
  type Version,
  versionsToMigrate,
} from './versions.ts';

export const canary: Step = {
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

export const promote: Step = {
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

export const migrate: Step = {
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

export const rollback: Step = {
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

export const deprecate: Step = {
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
