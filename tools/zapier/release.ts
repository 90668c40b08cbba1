/** `npm run zapier:release`: leads a publisher through the release of a version on Zapier. */

import { readArguments, reportUsage, UsageError, whole } from '../../sandbox/arguments.ts';
import { readLink, requireAccount } from './account.ts';
import { readProgress } from './release/progress.ts';
import { runRelease, runStep } from './release/run.ts';
import type { Release, Step } from './release/step.ts';
import { NAMED_STEPS, STEPS } from './release/steps.ts';
import { terminalTalk } from './release/talk.ts';
import { releaseTool } from './release/tool.ts';
import { REASONS } from './release/user-steps.ts';
import { versionIn } from './release/version-steps.ts';
import { readVersions, versionInUse } from './release/versions.ts';
import { SetupError } from './setup-error.ts';

const COMMAND = 'npm run zapier:release';
const PERCENT = '10';
const SECONDS = '3600';
const listed = NAMED_STEPS.map(({ key, says }) => `  ${key.padEnd(12)} ${says}`).join('\n');
const HELP = `${COMMAND}                 leads through a release; after an interruption it goes on where it was
${COMMAND} -- STEP         runs one step alone

Every command is shown before it runs, and runs only if you agree.

${listed}

  --dry-run          shows the commands, and changes nothing
  --yes              runs every command without a question; stops where somebody should look at the result
  --version V        the new version: patch, minor, major, or a number such as 0.2.0
  --from V           the version that users have today, if it is not the one that Zapier shows
  --percent N        the share of a canary and of the first migration, in percent (${PERCENT})
  --duration N       the length of a canary, in seconds, 30 to 86400 (${SECONDS})
  --date DATE        of "deprecate": the day on which the version stops, as YYYY-MM-DD
  --reason REASON    of "deprecate": ${REASONS.join(', ')}
  --help             this text

Settings of a first version are read from your environment: CLIENT_ID, CLIENT_SECRET and so on.
Once, before the first release: npm run zapier -- login, then npm run zapier -- register "AliExpress Seller"`;

const { values, positionals } = readArguments(COMMAND, {
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    yes: { type: 'boolean', short: 'y', default: false },
    version: { type: 'string' },
    from: { type: 'string' },
    percent: { type: 'string', default: PERCENT },
    duration: { type: 'string', default: SECONDS },
    date: { type: 'string' },
    reason: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const NUMBER = /^\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** @throws UsageError */
function stepNamed(names: readonly string[]): Step | undefined {
  const [name] = names;
  if (name === undefined) return undefined;
  const step = NAMED_STEPS.find(({ key }) => key === name);
  if (step && names.length === 1) return step;
  throw new UsageError(`name one step: ${NAMED_STEPS.map(({ key }) => key).join(', ')}`);
}

/** @throws UsageError */
function checked(
  option: string,
  value: string | undefined,
  isRight: (text: string) => boolean,
  says: string,
) {
  if (value === undefined || isRight(value)) return value;
  throw new UsageError(`--${option} must be ${says}; "${value}" is not`);
}

/** JavaScript reads 2027-02-31 as a day in March. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.slice(0, 10) === text;

const readOptions = (): Release['options'] => ({
  version: checked(
    'version',
    values.version,
    (text) => NUMBER.test(text) || ['patch', 'minor', 'major'].includes(text),
    'patch, minor, major, or a number such as 0.2.0',
  ),
  percent: whole('percent', values.percent, 1, 100),
  duration: whole('duration', values.duration, 30, 86_400),
  date: checked('date', values.date, isDay, 'a day, as YYYY-MM-DD'),
  reason: checked('reason', values.reason, (text) => REASONS.includes(text), `one of ${REASONS.join(', ')}`),
  isDryRun: values['dry-run'],
  isYes: values.yes,
});

async function main(): Promise<void> {
  const step = stepNamed(positionals);
  const options = readOptions();
  const from = checked('from', values.from, (text) => NUMBER.test(text), 'a version such as 0.1.0');
  const folder = process.cwd();
  requireAccount(readLink(process.env, folder), process.env);
  const tool = releaseTool(folder);
  const to = versionIn(folder);
  const progress = readProgress(folder, to) ?? {
    // At its beginning, the version in package.json may be the one that users have.
    from: versionInUse(await readVersions(tool), step && step !== STEPS[0] ? to : undefined),
    to,
    done: [],
  };
  const talk = terminalTalk();
  const release: Release = {
    folder,
    env: process.env,
    tool,
    talk,
    options,
    progress: { ...progress, ...(from !== undefined && { from }) },
    now: Date.now,
  };
  try {
    await (step ? runStep(release, step) : runRelease(release));
  } finally {
    talk.close();
  }
}

if (values.help) console.log(HELP);
else
  await main().catch((error: unknown) => {
    if (!(error instanceof SetupError)) return reportUsage(COMMAND, error);
    console.error(error.message);
    process.exitCode = 2;
  });
