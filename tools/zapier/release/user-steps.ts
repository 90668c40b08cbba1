/** The steps that move users: to a version, back from it, and away from an old one. */

import { UsageError } from '../../../sandbox/arguments.ts';
import { SetupError } from '../setup-error.ts';
import { carryOut, carryOutAll, notUploaded, type Outcome, type Release, type Step } from './step.ts';
import type { Talk } from './talk.ts';
import {
  compareVersions,
  findVersion,
  majorOf,
  promotedIn,
  readVersions,
  type Version,
  versionsToMigrate,
} from './versions.ts';

export const canary: Step = {
  key: 'canary',
  says: {
    en: 'sends a part of the runs to the new version for a while',
    zh: '灰度，在一段时间内把一部分运行交给新版本',
  },
  run: async (release) => {
    const { tool, talk, options, progress } = release;
    const { from, to } = progress;
    const versions = await readVersions(tool);
    if (from === undefined || !findVersion(versions, from)?.users) {
      talk.say({
        en: '  No version has users yet, so there are no runs to send.',
        zh: '  所有版本都还没有用户，不需要灰度。',
      });
      return 'skipped';
    }
    if (majorOf(from) !== majorOf(to)) {
      talk.say({
        en: `  ${to} is another major version than ${from}: runs cannot be sent to it.`,
        zh: `  ${to} 与 ${from} 的主版本号不同，不能灰度。`,
      });
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
  talk.say({
    en: `  Look at the Monitoring tab of the integration for version ${to}. If steps fail that did not fail before:
  $ npm run zapier:release -- rollback`,
    zh: `  请在开发者平台的 Monitoring 中查看版本 ${to}。如果出现以前没有的错误，请回退：
  $ npm run zapier:release -- rollback`,
  });
  return 'wait';
}

/** A row of "canary:list". */
type CanaryRow = Readonly<Record<string, string>>;

const isCanary = (row: CanaryRow, from: string, to: string): boolean =>
  row['From Version'] === from && row['To Version'] === to;

/** Zapier has one canary at a time, and its tool ends without an error where it makes no second one. */
function otherCanary(row: CanaryRow): SetupError {
  const end = `npm run zapier -- canary:delete ${row['From Version']} ${row['To Version']}`;
  return new SetupError({
    en: `Another canary is active. Wait for its end, or end it: ${end}`,
    zh: `另一个灰度正在进行。请等它结束，或立即结束它：${end}`,
  });
}

export const promote: Step = {
  key: 'promote',
  says: {
    en: 'makes the version the one of new Zaps; asks for publication where the integration is private',
    zh: '上线，让新建的流程使用新版本；私有集成则申请公开上架',
  },
  run: async (release) => {
    const { tool, talk, progress } = release;
    const promoted = promotedIn(await readVersions(tool));
    if (promoted?.version === progress.to) {
      talk.say({ en: `  Version ${progress.to} is in production.`, zh: `  版本 ${progress.to} 已上线。` });
      return 'done';
    }
    if (!promoted)
      talk.say({
        en: '  The integration is private. Promoting asks Zapier to publish it: docs/zapier-publishing.md#public-listing',
        zh: '  集成是私有的。上线即向 Zapier 申请公开上架：docs/zapier-publishing.zh-CN.md#公开上架',
      });
    return carryOut(release, tool.zapier(['promote', progress.to, '--yes']));
  },
};

/** Fewer users are moved at once. */
const FEW_USERS = 10;

export const migrate: Step = {
  key: 'migrate',
  says: {
    en: 'moves the users of older versions, first a part of them and then all',
    zh: '把旧版本的用户迁移到新版本，先迁移一部分，再迁移其余用户',
  },
  run: async (release) => {
    const { tool, talk, options, progress } = release;
    const versions = await readVersions(tool);
    const { to } = progress;
    if (!findVersion(versions, to) && !options.isDryRun) throw notUploaded(to);
    const promoted = promotedIn(versions);
    if (promoted && compareVersions(promoted.version, to) < 0 && !options.isDryRun)
      throw new SetupError({
        en: `Version ${to} is not in production yet. Start with the step "promote".`,
        zh: `版本 ${to} 尚未上线。请从 promote 步骤开始。`,
      });
    sayWhoStays(release, versions);
    const sources = versionsToMigrate(versions, to);
    if (sources.length === 0) {
      talk.say({
        en: '  No older version has users that could be moved.',
        zh: '  旧版本没有可迁移的用户。',
      });
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
    talk.say({
      en: `  This takes Zapier 5 to 10 minutes: npm run zapier -- jobs
  Look at the Monitoring tab for version ${to} for a day. The next start moves the others.`,
      zh: `  迁移需要 5 至 10 分钟，查看进度：npm run zapier -- jobs
  请在 Monitoring 中观察版本 ${to} 一天。下次运行时迁移其余用户。`,
    });
    return 'wait';
  },
};

/** Stands in the progress when a part of the users was moved. */
const PART = 'migrate a part';

function sayWhoStays({ talk, progress: { to } }: Release, versions: readonly Version[]): void {
  const others = versions.filter(({ version, users }) => users > 0 && majorOf(version) !== majorOf(to));
  for (const { version, users } of others)
    talk.say({
      en: `  ${users} users of ${version} stay there: Zapier moves nobody to another major version. Ask them to choose ${to} in their Zaps.`,
      zh: `  ${users} 位用户仍使用 ${version}：Zapier 不会跨主版本迁移用户。请通知他们在流程中改选 ${to}。`,
    });
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
    talk.say({
      en: '  These users are invited to an older version alone, and could not open their moved Zaps:',
      zh: '  以下用户只受邀使用旧版本，迁移后将无法打开流程，因此先邀请他们使用新版本：',
    });
  return carryOutAll(
    release,
    emails.map((email) => tool.zapier(['users:add', email, progress.to, '--force'])),
  );
}

export const rollback: Step = {
  key: 'rollback',
  says: {
    en: 'takes it back: ends the canary, and moves users to the version that they had before',
    zh: '回退，即结束灰度，并把用户迁回原来的版本',
  },
  run: async (release) => {
    const { tool, talk, progress } = release;
    const { from, to } = progress;
    if (from === undefined)
      throw new UsageError({
        en: 'say --from VERSION: the version that users had before',
        zh: '请用 --from 指定用户原来使用的版本',
      });
    if (compareVersions(from, to) >= 0)
      throw new UsageError({
        en: `--from must be older than ${to}: the version that users had before`,
        zh: `--from 须早于 ${to}，即用户原来使用的版本`,
      });
    const versions = await readVersions(tool);
    const canaries = await tool.read('canary:list');
    const isActive = canaries.some((row) => isCanary(row, from, to));
    const users = findVersion(versions, to)?.users ?? 0;
    const commands = [
      ...(isActive ? [tool.zapier(['canary:delete', from, to], { answer: 'y' })] : []),
      ...(promotedIn(versions)?.version === to ? [tool.zapier(['promote', from, '--yes'])] : []),
      ...(users > 0 ? [tool.zapier(['migrate', to, from, '100', '--yes'])] : []),
    ];
    if (commands.length === 0) {
      talk.say({
        en: `  Nobody uses version ${to}, so there is nothing to take back.`,
        zh: `  没有人使用版本 ${to}，不需要回退。`,
      });
      return 'skipped';
    }
    const outcome = await carryOutAll(release, commands);
    if (outcome === 'done')
      talk.say({
        en: `  Users have version ${from} again. The next release needs a new version.`,
        zh: `  用户已回到版本 ${from}。下次发布须使用新的版本号。`,
      });
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
  says: {
    en: 'sets the day on which an old version stops; its remaining Zaps are then paused',
    zh: '设定旧版本的停用日期，届时仍在使用它的流程会暂停',
  },
  run: async (release) => {
    const { tool, talk, options, progress, now } = release;
    const { date, reason } = options;
    if (date === undefined || reason === undefined) {
      talk.say({
        en: `  Old versions keep working. Deprecate one only if it will fail; this cannot be undone:
  $ npm run zapier:release -- deprecate --from VERSION --date YYYY-MM-DD --reason "${REASONS[0]}"`,
        zh: `  旧版本继续可用。只有旧版本将无法工作时才停用它，且不可撤销：
  $ npm run zapier:release -- deprecate --from 版本号 --date YYYY-MM-DD --reason "${REASONS[0]}"`,
      });
      return 'skipped';
    }
    const { from } = progress;
    if (from === undefined)
      throw new UsageError({
        en: 'say --from VERSION: the version that stops',
        zh: '请用 --from 指定要停用的版本',
      });
    const days = (Date.parse(date) - now()) / DAY_MS;
    if (!(days >= MIN_DAYS && days <= MAX_DAYS))
      throw new UsageError({
        en: '--date must be between 3 weeks and 1 year from now, as YYYY-MM-DD',
        zh: '--date 须在今天起 3 周至 1 年之间，格式为 YYYY-MM-DD',
      });
    const versions = await readVersions(tool);
    const old = findVersion(versions, from);
    if (!old)
      throw new SetupError({ en: `Zapier has no version ${from}.`, zh: `Zapier 上没有版本 ${from}。` });
    if (old.state === 'promoted')
      throw new SetupError({
        en: `Version ${from} is in production. Promote another one first.`,
        zh: `版本 ${from} 是当前上线的版本。请先让另一个版本上线。`,
      });
    if (!versions.some((each) => compareVersions(each.version, from) > 0))
      throw new SetupError({
        en: `Version ${from} is the newest one. Release another one first.`,
        zh: `版本 ${from} 是最新的版本。请先发布另一个版本。`,
      });
    if (old.users > 0)
      talk.say({
        en: `  ${old.users} users of ${from} get an e-mail two weeks before ${date}; then their Zaps are paused.`,
        zh: `  ${from} 有 ${old.users} 位用户：${date} 前两周会收到邮件，到期后流程会暂停。`,
      });
    return carryOut(release, tool.zapier(['deprecate', from, date, '--reason', reason, '--force']));
  },
};
