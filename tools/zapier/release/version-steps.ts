/** The steps that bring a version to Zapier. Nobody gets it by them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { both } from '../../../lib/language.ts';
import { UsageError } from '../../../sandbox/arguments.ts';
import { SetupError } from '../setup-error.ts';
import { changelogOf } from './changelog.ts';
import { missingSettings, readEnvironment } from './environment.ts';
import { carryOut, notUploaded, type Release, type Step } from './step.ts';
import { findVersion, isFree, promotedIn, readVersions } from './versions.ts';

const packageSchema = z.looseObject({ version: z.string() });
/** The version in package.json. */
export const versionIn = (folder: string): string =>
  packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version;

const LEVELS = ['patch', 'minor', 'major'] as const;

export const version: Step = {
  key: 'version',
  says: {
    en: 'sets the version in package.json, where Zapier has the present one in use',
    zh: '当前版本已有人使用时，提高 package.json 中的版本号',
  },
  run: async (release) => {
    const { folder, tool, talk, options, progress } = release;
    const present = versionIn(folder);
    const known = findVersion(await readVersions(tool), present);
    if (options.version === undefined && isFree(known)) {
      talk.say({
        en: `  The version is ${present}; nobody uses it yet.`,
        zh: `  当前版本为 ${present}，还没有人使用。`,
      });
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
    throw new UsageError({
      en: `version ${present} is in use: say --version patch, minor, major, or a number`,
      zh: `版本 ${present} 已有人使用。请用 --version 指定 patch、minor、major 或版本号`,
    });
  talk.say({
    en: `  Version ${present} is in use. What has changed?
    patch   bugs were fixed
    minor   operations, inputs or outputs were added
    major   an existing key, input or output was changed or removed; users must move their Zaps by hand`,
    zh: `  版本 ${present} 已有人使用。这次改动了什么？
    patch   修复问题
    minor   增加操作、输入或输出
    major   改动或删除已有的键、输入或输出；用户须自行在流程中改选新版本`,
  });
  return talk.choose({ en: '  Change', zh: '  改动类型' }, LEVELS);
}

/** What npm makes of "minor"; for a dry run. */
export function nextVersion(present: string, wanted: string): string {
  const level = (LEVELS as readonly string[]).indexOf(wanted);
  if (level === -1) return wanted;
  const [major = 0, minor = 0, patch = 0] = present.split('.').map(Number);
  return [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`][level] ?? wanted;
}

export const changelog: Step = {
  key: 'changelog',
  says: {
    en: 'shows what Zapier publishes with the version, and names the version in CHANGELOG.md',
    zh: '显示 Zapier 将公布的更新内容，并在 CHANGELOG.md 中标明版本号',
  },
  run: async (release) => {
    const { folder, talk, progress } = release;
    const path = join(folder, 'CHANGELOG.md');
    const before = readFileSync(path, 'utf8');
    const { file, text } = changelogOf(before, progress.to);
    talk.say(both(text.replace(/^/gm, '  | ')));
    if (file === before) return 'done';
    return carryOut(release, {
      shown: {
        en: `CHANGELOG.md: the heading becomes "## ${progress.to}"`,
        zh: `CHANGELOG.md：标题改为“## ${progress.to}”`,
      },
      run: async () => writeFileSync(path, file),
    });
  },
};

export const push: Step = {
  key: 'push',
  says: {
    en: 'builds the version and uploads it; nobody gets it yet',
    zh: '构建并上传新版本，此时还没有人使用',
  },
  run: async (release) => {
    const { tool, env, progress } = release;
    const promoted = promotedIn(await readVersions(tool));
    if (promoted?.version === progress.to)
      throw new SetupError({
        en: `Version ${progress.to} is in production, and Zapier does not let it change. Start with the step "version".`,
        zh: `版本 ${progress.to} 已上线，Zapier 不允许再修改。请从 version 步骤开始。`,
      });
    const { now, before } = await settingsOf(release);
    // A build takes a minute. What would stop the next step stops this one before it.
    missingSettings(now, before, env);
    return carryOut(release, tool.push(env.MESSAGE_LANGUAGE?.trim() || before.MESSAGE_LANGUAGE));
  },
};

/** The settings of the version, and of the one before. Zapier copies those into a new version. */
async function settingsOf({ tool, progress: { from, to } }: Release) {
  const isUploaded = findVersion(await readVersions(tool), to) !== undefined;
  const before = from === undefined ? {} : await readEnvironment(tool, from);
  return { isUploaded, before, now: isUploaded ? await readEnvironment(tool, to) : before };
}

export const environment: Step = {
  key: 'environment',
  says: {
    en: 'takes over the settings of the version before, and checks them',
    zh: '沿用上一版本的配置并检查',
  },
  run: async (release) => {
    const { tool, talk, env, options, progress } = release;
    const { isUploaded, now, before } = await settingsOf(release);
    if (!isUploaded && !options.isDryRun) throw notUploaded(progress.to);
    const missing = Object.entries(missingSettings(now, before, env));
    if (missing.length === 0) {
      const names = Object.keys(now);
      talk.say({
        en: `  Version ${progress.to} has its settings: ${names.join(', ')}.`,
        zh: `  版本 ${progress.to} 的配置已齐全：${names.join('、')}。`,
      });
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
