/** `npm run zapier:release`: leads a publisher through the release of a version on Zapier. */

import type { Bilingual } from '../../lib/problems.ts';
import { createTerminal, type Language } from '../../lib/terminal.ts';
import { readArguments, reportError, UsageError, whole } from '../../sandbox/arguments.ts';
import { readLink, requireAccount } from './account.ts';
import { readProgress } from './release/progress.ts';
import { runRelease, runStep } from './release/run.ts';
import { DEFAULT_PERCENT, DEFAULT_SECONDS, type Release, type Step } from './release/step.ts';
import { NAMED_STEPS, STEPS } from './release/steps.ts';
import { terminalTalk } from './release/talk.ts';
import { releaseTool } from './release/tool.ts';
import { REASONS } from './release/user-steps.ts';
import { versionIn } from './release/version-steps.ts';
import { readVersions, versionInUse } from './release/versions.ts';

const COMMAND = 'npm run zapier:release';
const listed = (language: Language) =>
  NAMED_STEPS.map(({ key, says }) => `  ${key.padEnd(12)} ${says[language]}`).join('\n');
const HELP: Bilingual = {
  en: `${COMMAND}                 leads through a release; after an interruption it goes on where it was
${COMMAND} -- STEP         runs one step alone

Every command is shown before it runs, and runs only if you agree.

${listed('en')}

  --dry-run          shows the commands, and changes nothing
  --yes              runs every command without a question; stops where somebody should look at the result
  --version V        the new version: patch, minor, major, or a number such as 0.2.0
  --from V           the version that users have today, if it is not the one that Zapier shows
  --percent N        the share of a canary and of the first migration, in percent (${DEFAULT_PERCENT})
  --duration N       the length of a canary, in seconds, 30 to 86400 (${DEFAULT_SECONDS})
  --date DATE        of "deprecate": the day on which the version stops, as YYYY-MM-DD
  --reason REASON    of "deprecate": ${REASONS.join(', ')}
  --help             this text

Settings of a first version are read from your environment: CLIENT_ID, CLIENT_SECRET and so on.
Once, before the first release: npm run zapier -- login, then npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce`,
  zh: `${COMMAND}                 逐步完成一次发布；中断后再次运行，会从中断处继续
${COMMAND} -- 步骤         只运行一个步骤

每条命令先显示，确认后才运行。

${listed('zh')}

  --dry-run          只显示命令，不作任何改动
  --yes              不再询问，直接运行每条命令；需要查看结果时停下
  --version V        新版本：patch、minor、major，或 0.2.0 这样的版本号
  --from V           用户目前使用的版本，与 Zapier 显示的不同时填写
  --percent N        灰度和首批迁移的百分比（${DEFAULT_PERCENT}）
  --duration N       灰度的时长，30 至 86400 秒（${DEFAULT_SECONDS}）
  --date DATE        用于 deprecate：停用日期，格式为 YYYY-MM-DD
  --reason REASON    用于 deprecate：${REASONS.join('、')}
  --help             显示本说明

首个版本的配置取自环境变量：CLIENT_ID、CLIENT_SECRET 等。
首次发布前，先运行 npm run zapier -- login，再运行 npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce`,
};

const { values, positionals } = readArguments(COMMAND, {
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    yes: { type: 'boolean', short: 'y', default: false },
    version: { type: 'string' },
    from: { type: 'string' },
    percent: { type: 'string', default: String(DEFAULT_PERCENT) },
    duration: { type: 'string', default: String(DEFAULT_SECONDS) },
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
  const keys = NAMED_STEPS.map(({ key }) => key);
  throw new UsageError({
    en: `name one step: ${keys.join(', ')}`,
    zh: `请指定一个步骤：${keys.join('、')}`,
  });
}

/** @throws UsageError */
function checked(
  option: string,
  value: string | undefined,
  isRight: (text: string) => boolean,
  says: Bilingual,
) {
  if (value === undefined || isRight(value)) return value;
  throw new UsageError({
    en: `--${option} must be ${says.en}; "${value}" is not`,
    zh: `--${option} 的值“${value}”无效。可用的值：${says.zh}`,
  });
}

/** JavaScript reads 2027-02-31 as a day in March. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.slice(0, 10) === text;

const readOptions = (): Release['options'] => ({
  version: checked(
    'version',
    values.version,
    (text) => NUMBER.test(text) || ['patch', 'minor', 'major'].includes(text),
    {
      en: 'patch, minor, major, or a number such as 0.2.0',
      zh: 'patch、minor、major，或 0.2.0 这样的版本号',
    },
  ),
  percent: whole('percent', values.percent, 1, 100),
  duration: whole('duration', values.duration, 30, 86_400),
  date: checked('date', values.date, isDay, { en: 'a day, as YYYY-MM-DD', zh: 'YYYY-MM-DD 格式的日期' }),
  reason: checked('reason', values.reason, (text) => REASONS.includes(text), {
    en: `one of ${REASONS.join(', ')}`,
    zh: REASONS.join('、'),
  }),
  isDryRun: values['dry-run'],
  isYes: values.yes,
});

async function main(): Promise<void> {
  const step = stepNamed(positionals);
  const options = readOptions();
  const from = checked('from', values.from, (text) => NUMBER.test(text), {
    en: 'a version such as 0.1.0',
    zh: '0.1.0 这样的版本号',
  });
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

if (values.help) createTerminal().say(HELP);
else await main().catch((error: unknown) => reportError(COMMAND, error));
